import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DAY, type Instant } from '#domain/time.ts';
import { readText } from '../cases-import/read.ts';

/**
 * The files of a log that is rotated, the oldest first: `queue_log`, `queue_log.1`, `queue_log.2.gz`, `queue_log-20261122.gz`. Those that
 * were written for the last time long before `from` are left out.
 * @throws when the file itself and all its rotated ones are missing
 */
export async function rotated(path: string, from: Instant): Promise<string[]> {
  const base = basename(path);
  const names = await readdir(dirname(path)).catch((e: NodeJS.ErrnoException) => {
    if (e.code === 'ENOENT' || e.code === 'ENOTDIR') return [];
    throw e;
  });
  const isPart = (name: string): boolean =>
    name === base ||
    (name.startsWith(base) && /^(?:\.\d{1,4}|[-.]\d{8}(?:-?\d+)?)(?:\.gz)?$/.test(name.slice(base.length)));
  const parts = await Promise.all(
    names
      .filter(isPart)
      .map(async (name) => ({ path: join(dirname(path), name), at: (await stat(join(dirname(path), name))).mtimeMs })),
  );
  if (parts.length === 0) throw new Error(`${path} is not there, nor any rotated file of it`);
  return parts
    .filter((p) => p.path === path || p.at >= from - DAY)
    .sort((a, b) => rank(b.path, path) - rank(a.path, path) || a.at - b.at)
    .map((p) => p.path);
}

/** How old a part is: the log itself 0, `.1` 1, `.2` 2, … Those with a date go by when they were written. */
function rank(part: string, path: string): number {
  if (part === path) return 0;
  const n = /^\.(\d{1,4})(?:\.gz)?$/.exec(part.slice(path.length));
  return n ? Number(n[1]) : 1;
}

/** A line longer than this is none; the rest of it is passed over, so that a file without an end of line needs no memory. */
const LINE_AT_MOST = 64 * 1024;

/** Lines of a file of any size, packed or not; one that is too long comes cut. @throws what reading throws */
export async function* lines(path: string, signal?: AbortSignal): AsyncGenerator<string> {
  const { text } = await readText(path);
  let rest = '';
  let skipping = false;
  for await (const piece of text) {
    if (signal?.aborted) return;
    const found = (rest + piece).split('\n');
    rest = found.pop()!;
    for (const line of found) {
      if (!skipping) yield line;
      skipping = false;
    }
    if (rest.length <= LINE_AT_MOST) continue;
    if (!skipping) yield rest.slice(0, LINE_AT_MOST);
    skipping = true;
    rest = '';
  }
  if (rest !== '' && !skipping) yield rest;
}
