import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { processId, sendSignal } from '#scripts/provision/processes.ts';
import type { LogFile } from './log-file.ts';

/** How a process ended. */
export interface Ending {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface WorkerOptions {
  readonly name: string;
  readonly checkout: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: LogFile;
  /** Lines below this level are not written; the process itself logs from info on, because "ready" is such a line. */
  readonly level: string;
  readonly started: (pid: number) => void;
  readonly ended: (ending: Ending) => void;
}

const LEVELS: Readonly<Record<string, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };
/** What a process ends with when its configuration has mistakes. */
const WRONG_CONFIGURATION = 2;
/** Lines kept to show when a process fails. */
const TAIL = 20;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A process that ran this long was sound: its next failure counts as a first one. */
const SOUND_MS = 60_000;

/** Delay before the n-th restart in a row (n from 1), milliseconds. */
export const restartDelayMs = (n: number): number => Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (n - 1));

/** What one line of a process's output is: its level (info for text that is no JSON), and whether it says "ready". */
export function readLine(line: string): { level: number; ready: boolean } {
  if (!line.startsWith('{')) return { level: 30, ready: false };
  try {
    const o = JSON.parse(line) as { level?: unknown; msg?: unknown };
    return { level: typeof o.level === 'number' ? o.level : 30, ready: o.msg === 'ready' };
  } catch {
    return { level: 30, ready: false };
  }
}

/** One process, kept running: started again after a growing, capped delay whenever it ends, until it is told to stop. */
export class Worker {
  readonly #o: WorkerOptions;
  #child: ChildProcess | null = null;
  #startedAt = 0;
  #failures = 0;
  #retry: NodeJS.Timeout | null = null;
  #stopping = false;
  #ready = Promise.withResolvers<void>();
  #refused = Promise.withResolvers<void>();
  readonly #tail: string[] = [];
  #lastEnding: Ending | null = null;

  constructor(options: WorkerOptions) {
    this.#o = options;
  }

  get name(): string {
    return this.#o.name;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** The last lines it wrote. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  get lastEnding(): Ending | null {
    return this.#lastEnding;
  }

  /** Resolves when the process has said "ready" for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when the process has ended with code 2: its configuration is wrong, and trying again changes nothing. */
  get refused(): Promise<void> {
    return this.#refused.promise;
  }

  start(): void {
    const { checkout, file, args, env } = this.#o;
    const preload = join(checkout, 'scripts/start/preload.ts');
    const child = spawn(process.execPath, ['--import', preload, join(checkout, file), ...args], {
      cwd: checkout,
      env: { ...env, WATCHFLOOR_LIFELINE: '3' },
      // a group of its own: the terminal's Ctrl-C comes to the supervisor, which stops everything in order
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#startedAt = performance.now();
    child.stdio[3]?.on('error', () => {}); // its reading end went with the process; "exit" tells
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => this.#line(line));
    child.once('spawn', () => this.#o.started(child.pid!));
    child.once('error', (e) => this.#line(`cannot be started: ${e.message}`));
    child.once('exit', (code, signal) => this.#exited({ pid: child.pid!, code, signal }));
  }

  #line(text: string): void {
    const { level, ready } = readLine(text);
    this.#tail.push(text);
    if (this.#tail.length > TAIL) this.#tail.shift();
    if (level >= (LEVELS[this.#o.level] ?? 30)) this.#o.log.line(text);
    if (ready) this.#ready.resolve();
  }

  #exited(ending: Ending): void {
    this.#child = null;
    this.#lastEnding = ending;
    this.#o.ended(ending);
    if (ending.code === WRONG_CONFIGURATION) this.#refused.resolve();
    if (this.#stopping) return;
    this.#failures = performance.now() - this.#startedAt > SOUND_MS ? 1 : this.#failures + 1;
    this.#retry = setTimeout(() => this.start(), restartDelayMs(this.#failures));
  }

  /** Asks the process to end, and ends its whole group when it does not within `graceMs`. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    if (this.#retry) clearTimeout(this.#retry);
    const child = this.#child;
    if (!child?.pid) return;
    const gone = new Promise<void>((r) => child.once('exit', () => r()));
    if (processId(child.pid) === null) return;
    child.kill('SIGTERM');
    const late = setTimeout(() => sendSignal(-child.pid!, 'SIGKILL'), graceMs);
    await gone;
    clearTimeout(late);
  }
}
