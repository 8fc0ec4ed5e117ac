import { opendir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Cached } from '#lib/server/cached.ts';
import { MINUTE } from '#domain/time.ts';
import { recordingsFolder } from './folder.ts';

/** What the folder of recordings holds, and its disk. */
export interface Usage {
  readonly bytes: number;
  readonly files: number;
  /** Free for us, and the whole size, bytes. */
  readonly free: number;
  readonly size: number;
  /** Folders of days, the newest first. */
  readonly days: readonly { readonly day: string; readonly bytes: number; readonly files: number }[];
  /** There was more than is counted. */
  readonly partly: boolean;
}

const FILES_AT_MOST = 300_000;
const WITHIN_MS = 8000;
const DAYS_SHOWN = 14;
const answers = new Cached<Usage | null>(2 * MINUTE, 1);

/** @returns null when there is no folder or it cannot be read; at most some minutes old */
export const folderUsage = (now: number): Promise<Usage | null> => answers.get('', now, measure);

async function measure(): Promise<Usage | null> {
  const root = recordingsFolder();
  if (root === null) return null;
  const days = new Map<string, { bytes: number; files: number }>();
  const sum = { bytes: 0, files: 0, partly: false };
  const until = performance.now() + WITHIN_MS;
  try {
    const disk = await statfs(root);
    await walk(root, '', days, sum, until);
    return {
      ...sum,
      free: disk.bavail * disk.bsize,
      size: disk.blocks * disk.bsize,
      days: [...days]
        .map(([day, d]) => ({ day, ...d }))
        .sort((a, b) => (a.day < b.day ? 1 : -1))
        .slice(0, DAYS_SHOWN),
    };
  } catch (e) {
    if (['ENOENT', 'EACCES', 'ENOTDIR', 'EIO', 'ESTALE'].includes((e as NodeJS.ErrnoException).code ?? '')) return null;
    throw e;
  }
}

/** The day that a folder's path names: 2026/11/22, 2026-11-22, 20261122. */
export function dayOf(path: string): string | null {
  const m = /(?:^|\/)(\d{4})[/-]?(\d{2})[/-]?(\d{2})(?:\/|$)/.exec(path);
  return m ? `${m[1]}-${m[2]}-${m[3]}` : null;
}

async function walk(
  root: string,
  path: string,
  days: Map<string, { bytes: number; files: number }>,
  sum: { bytes: number; files: number; partly: boolean },
  until: number,
): Promise<void> {
  const day = dayOf(path);
  for await (const entry of await opendir(join(root, path))) {
    if (sum.files >= FILES_AT_MOST || performance.now() > until) {
      sum.partly = true;
      return;
    }
    const at = path === '' ? entry.name : `${path}/${entry.name}`;
    // links are not followed: what they lead to is not of this folder
    if (entry.isDirectory()) await walk(root, at, days, sum, until);
    else if (entry.isFile()) {
      const s = await stat(join(root, at)).catch(() => null);
      if (!s) continue;
      sum.files++;
      sum.bytes += s.size;
      if (day === null) continue;
      const d = days.get(day) ?? { bytes: 0, files: 0 };
      days.set(day, { bytes: d.bytes + s.size, files: d.files + 1 });
    }
  }
}
