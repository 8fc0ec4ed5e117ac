import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { Cursor } from '#domain/fact.ts';
import { foldFact, TOPICS, type State, type Topic } from '#domain/folds.ts';
import { Tables, type Change } from '#domain/tables.ts';
import type { Sql } from './db.ts';
import { factsAfter } from './facts.ts';

const packed = promisify(gzip);

export const emptyState = (): State => Object.fromEntries(TOPICS.map((t) => [t, new Tables()])) as State;

/**
 * Stores the folded state at a cursor; what is there already for it is the same and stays.
 * The state is read before the first await: it goes on changing meanwhile.
 */
export async function saveSnapshot(sql: Sql, n: Cursor, state: State): Promise<void> {
  const texts = TOPICS.map((topic) => ({ topic, text: JSON.stringify([...state[topic].everything()]) }));
  for (const { topic, text } of texts) {
    const body = await packed(text, { level: 3 });
    await sql`insert into state_snapshot (n, topic, body) values (${n}, ${topic}, ${body}) on conflict do nothing`;
  }
}

/**
 * The newest complete snapshot at or before a cursor, or the empty state at 0.
 * @param before exclusive bound on n: a check of a digest must not start from a snapshot of its own cursor
 */
export async function loadSnapshot(sql: Sql, before = Number.MAX_SAFE_INTEGER): Promise<{ n: Cursor; state: State }> {
  const state = emptyState();
  const [at] = await sql<{ n: number }[]>`
    select n from state_snapshot where n < ${before} group by n having count(*) = ${TOPICS.length} order by n desc limit 1`;
  if (!at) return { n: 0, state };
  const rows = await sql<{ topic: Topic; body: Buffer }[]>`select topic, body from state_snapshot where n = ${at.n}`;
  for (const { topic, body } of rows) {
    state[topic].applyChanges(JSON.parse(gunzipSync(body).toString('utf8')) as Change[]);
    state[topic].takeTouched();
  }
  return { n: at.n, state };
}

/** The state at a cursor: the nearest snapshot before it, and the facts from there. */
export async function stateAt(sql: Sql, n: Cursor, zone: string): Promise<State> {
  const from = await loadSnapshot(sql, n);
  let at = from.n;
  while (at < n) {
    const facts = await factsAfter(sql, at, 5000, n);
    if (facts.length === 0) break;
    for (const fact of facts) foldFact(from.state, fact, zone);
    for (const topic of TOPICS) from.state[topic].takeTouched();
    at = facts.at(-1)!.n;
  }
  return from.state;
}

export async function saveDigests(sql: Sql, n: Cursor, digests: Record<Topic, string>): Promise<void> {
  await sql`
    insert into state_digest (n, topic, digest)
    select ${n}::bigint, key, value from jsonb_each_text(${sql.json(digests)}) on conflict do nothing`;
}

/** Keeps snapshots of the last two days, one an hour of the last month, and digests of the last month. */
export async function thinSnapshots(sql: Sql): Promise<void> {
  await sql`
    delete from state_snapshot s where at < now() - interval '31 days'
      or (at < now() - interval '2 days' and exists (
        select 1 from state_snapshot e where date_trunc('hour', e.at) = date_trunc('hour', s.at) and e.n < s.n))`;
  await sql`delete from state_digest where at < now() - interval '31 days'`;
}
