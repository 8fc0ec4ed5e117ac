import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * A process that can be told from a later one with the same number: pid, start time in ticks since boot, and the boot.
 * Kept in lock and pid files, so that a file left by a crash never points at a stranger.
 */
export interface ProcessId {
  readonly pid: number;
  readonly startedTicks: string;
  readonly boot: string;
}

const text = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // gone, or not ours to read: for all callers the same as not there
  }
};

const boot = text('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

/** The fields of /proc/PID/stat after the command's name, which may itself hold blanks and brackets. */
function stat(pid: number): string[] | null {
  const line = text(`/proc/${pid}/stat`);
  return line === null ? null : line.slice(line.lastIndexOf(')') + 2).split(' ');
}

/** @returns null when no such process lives (a zombie does not) */
export function processId(pid: number): ProcessId | null {
  const fields = stat(pid);
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return null;
  return { pid, startedTicks: fields[19]!, boot };
}

export function isAlive(id: ProcessId): boolean {
  const now = processId(id.pid);
  return now !== null && now.startedTicks === id.startedTicks && now.boot === id.boot;
}

export function parentOf(pid: number): number | null {
  const fields = stat(pid);
  return fields ? Number(fields[1]) : null;
}

/** A command line as people know it: the program without its folder, what is only preloaded left out, at most 120 characters. */
export function shortCommand(words: readonly string[]): string {
  const kept = words.filter((w, i) => w !== '' && w !== '--import' && words[i - 1] !== '--import');
  return [basename(kept[0] ?? ''), ...kept.slice(1)].join(' ').slice(0, 120);
}

/** The command line of a process; '' when it cannot be read. */
export const commandOf = (pid: number): string => shortCommand((text(`/proc/${pid}/cmdline`) ?? '').split('\0'));

export function allPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The folder a process works in, or the program it runs; null when it is gone or another user's. */
export function linkOf(pid: number, what: 'cwd' | 'exe'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/${what}`).replace(/ \(deleted\)$/, '');
  } catch {
    return null;
  }
}

/** Every process below `pid`, deepest first. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const p of allPids()) {
    const parent = parentOf(p);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), p]);
  }
  const below = (p: number): number[] => (children.get(p) ?? []).flatMap((c) => [...below(c), c]);
  return below(pid);
}

/** Sends a signal; a process that is gone already is no error. @returns whether it was there */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw e;
  }
}

/**
 * The process that listens on a TCP port of this machine, by the kernel's tables.
 * @returns null when nobody listens, or the process is another user's and cannot be seen
 */
export function listenerOf(port: number): { pid: number; command: string } | null {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6'])
    for (const line of (text(table) ?? '').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A') inodes.add(`socket:[${fields[9]}]`);
    }
  if (inodes.size === 0) return null;
  for (const pid of allPids())
    for (const fd of list(`/proc/${pid}/fd`))
      if (inodes.has(target(`/proc/${pid}/fd/${fd}`))) return { pid, command: commandOf(pid) };
  return null;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
