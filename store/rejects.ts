import type { Sql } from './db.ts';

/** Bad input is kept, counted and shown; at most this many bytes of one message are kept. */
const KEEP_BYTES = 64 * 1024;

export async function keepReject(
  sql: Sql,
  source: string,
  raw: string | Uint8Array,
  code: string,
  reason: string,
): Promise<void> {
  const bytes = Buffer.from(typeof raw === 'string' ? Buffer.from(raw, 'utf8') : raw).subarray(0, KEEP_BYTES);
  await sql`insert into ingest_reject (source, code, reason, raw) values (${source}, ${code}, ${reason.slice(0, 2000)}, ${bytes})`;
}

/** Rejects per source since an instant. */
export async function rejectCounts(
  sql: Sql,
  since: Date,
): Promise<{ source: string; code: string; count: number; last: Date }[]> {
  return await sql`
    select source, code, count(*)::int as count, max(at) as last from ingest_reject where at >= ${since} group by source, code order by source, code`;
}
