import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from './db.ts';

/**
 * Holds a named role alone among all processes of this database (a session lock of its own connection).
 * Waits until it is free or the signal aborts. The lock falls with the connection, so a killed holder blocks nobody.
 */
export async function holdAlone(
  sql: Sql,
  role: string,
  signal: AbortSignal,
): Promise<{ held: boolean; [Symbol.asyncDispose]: () => Promise<void> }> {
  const conn = await sql.reserve();
  const free = async (): Promise<void> => {
    await conn`select pg_advisory_unlock_all()`.catch(() => {});
    conn.release();
  };
  try {
    while (!signal.aborted) {
      const [r] = await conn<{ got: boolean }[]>`select pg_try_advisory_lock(hashtext(${`watchfloor:${role}`})) as got`;
      if (r!.got) return { held: true, [Symbol.asyncDispose]: free };
      await sleep(1000, undefined, { signal }).catch(() => {});
    }
  } catch (e) {
    await free();
    throw e;
  }
  await free();
  return { held: false, [Symbol.asyncDispose]: async () => {} };
}

/** Raw feed messages older than this many days leave by whole chunks. */
export async function dropOldRaw(sql: Sql, days: number): Promise<void> {
  await sql`select drop_chunks('feed_raw', older_than => make_interval(days => ${days}))`;
}

export async function forgetOldRejects(sql: Sql, days: number): Promise<void> {
  await sql`delete from ingest_reject where at < now() - make_interval(days => ${days})`;
}
