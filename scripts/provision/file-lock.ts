import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, processId, type ProcessId } from './processes.ts';

/** What a lock file says about its holder. */
export type Holder = ProcessId & { readonly note?: string };

export type LockResult = { ok: true; release(): void; note(text: string): void } | { ok: false; holder: Holder };

function holderOf(path: string): Holder | null {
  try {
    const h = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return typeof h.pid === 'number' && typeof h.startedTicks === 'string' ? (h as Holder) : null;
  } catch {
    return null; // gone, or half written by a process that was killed: nobody holds it
  }
}

/**
 * Takes a lock file, or says who has it. A file whose process is dead (pid, start time and boot are compared) is taken over.
 * @param path the file; its folder must be there
 */
export function tryLock(path: string): LockResult {
  const me = processId(process.pid);
  if (!me) throw new Error('/proc is not readable: a private instance needs Linux');
  for (let attempt = 0; attempt < 20; attempt++) {
    // written under another name first, so that whoever sees the lock sees who holds it
    const draft = `${path}.${process.pid}`;
    write(draft, JSON.stringify(me));
    try {
      linkSync(draft, path);
      return {
        ok: true,
        release: () => {
          const h = holderOf(path);
          if (h && h.pid === me.pid && h.startedTicks === me.startedTicks) rmSync(path, { force: true });
        },
        note: (text) => {
          write(draft, JSON.stringify({ ...me, note: text }));
          renameSync(draft, path);
        },
      };
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
    } finally {
      rmSync(draft, { force: true });
    }
    const holder = holderOf(path);
    if (holder && isAlive(holder)) return { ok: false, holder };
    // Stale. Renaming decides between two that both see it: one gets the file, the other an error and another round.
    try {
      const aside = `${path}.stale-${process.pid}`;
      renameSync(path, aside);
      const moved = holderOf(aside);
      rmSync(aside, { force: true });
      if (moved && isAlive(moved)) write(path, JSON.stringify(moved)); // taken between our look and the rename: given back
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw e;
    }
  }
  throw new Error(`${path}: the lock changes hands faster than it can be read`);
}

/** Runs `work` while holding the lock; waits for its turn and says once for whom. */
export async function withLock<T>(path: string, work: () => Promise<T>, waiting: (holder: Holder) => void): Promise<T> {
  let told = false;
  for (;;) {
    const lock = tryLock(path);
    if (lock.ok) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!told) waiting(lock.holder);
    told = true;
    await sleep(200);
  }
}

function write(path: string, text: string): void {
  const fd = openSync(path, 'w', 0o600);
  writeSync(fd, text);
  closeSync(fd);
}
