import { constants } from 'node:fs';
import { open, readdir, realpath, type FileHandle } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { settings } from '#lib/server/runtime.ts';

/** Why there is no file to read. */
export type FileRefusal =
  /** No such file or folder. */
  | 'missing'
  /** It is there and may not or cannot be read. */
  | 'unreadable'
  /** It lies outside the configured folder, by a symbolic link. */
  | 'outside'
  /** Larger than RECORDINGS_MAX_MB. */
  | 'too-large';

/** A file of the folder. */
export interface FoundFile {
  /** Below the folder; what people and facts are told. */
  readonly path: string;
  /** On this machine, every link resolved: never told to a browser. */
  readonly real: string;
  readonly bytes: number;
  readonly writtenAt: Instant;
}

/** The configured folder on this machine; null when none is. */
export function recordingsFolder(): string | null {
  const { recordingsDir, stateDir } = settings();
  return recordingsDir === '' ? null : resolve(stateDir || '.watchfloor', recordingsDir);
}

const codeOf = (e: unknown): string => (e as NodeJS.ErrnoException).code ?? '';
const refusalOf = (e: unknown): FileRefusal =>
  codeOf(e) === 'ENOENT' || codeOf(e) === 'ENOTDIR' ? 'missing' : 'unreadable';

/** Opens a file of the folder: a plain one, inside it, and no larger than is played. The caller closes it. */
export async function openFile(path: string): Promise<Result<FoundFile & { handle: FileHandle }, FileRefusal>> {
  const folder = recordingsFolder();
  if (folder === null) return refuse('missing', path);
  let handle: FileHandle | null = null;
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    if (!real.startsWith(root + sep)) return refuse('outside', path);
    // a pipe would wait for a writer; the last part is no link any more
    handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const s = await handle.stat();
    const code = !s.isFile() ? 'unreadable' : s.size > settings().recordingsMaxMb * 1e6 ? 'too-large' : null;
    if (code === null) {
      const found = { path, real, bytes: s.size, writtenAt: Math.round(s.mtimeMs), handle };
      handle = null;
      return accept(found);
    }
    return refuse(code, path);
  } catch (e) {
    return refuse(refusalOf(e), path);
  } finally {
    await handle?.close();
  }
}

/** A folder of a day holds this many files at most that are looked at; a call centre of 500 seats records a third of it. */
const NAMES_AT_MOST = 100_000;
/** Several calls of one page lie in the same folder: it is read once for them. */
const NAMES_FOR_MS = 3000;
const FOLDERS_AT_MOST = 40;

interface Listing {
  readonly readAt: number;
  readonly names: Promise<Result<readonly string[], FileRefusal>>;
}
const listings = new Map<string, Listing>();

async function namesIn(folder: string): Promise<Result<readonly string[], FileRefusal>> {
  const root = recordingsFolder();
  if (root === null) return refuse('missing', folder);
  try {
    const at = join(root, folder);
    const [realRoot, real] = await Promise.all([realpath(root), realpath(at)]);
    if (real !== realRoot && !real.startsWith(realRoot + sep)) return refuse('outside', folder);
    return accept((await readdir(real)).slice(0, NAMES_AT_MOST));
  } catch (e) {
    return refuse(refusalOf(e), folder);
  }
}

/** Names of the files in a folder below the configured one, in the order of the alphabet; at most some seconds old. */
export function filesIn(
  folder: string,
  matches: (name: string) => boolean,
  now: number,
): Promise<Result<string[], FileRefusal>> {
  const known = listings.get(folder);
  let listing = known;
  if (!known || now - known.readAt > NAMES_FOR_MS) {
    listings.delete(folder);
    listings.set(folder, (listing = { readAt: now, names: namesIn(folder) }));
    for (const oldest of listings.keys()) {
      if (listings.size <= FOLDERS_AT_MOST) break;
      listings.delete(oldest);
    }
  }
  return listing!.names.then((names) => (names.ok ? accept(names.value.filter(matches).sort()) : names));
}
