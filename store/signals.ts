import { isContact, type ContactSignal } from '#domain/contact.ts';
import type { Sql, Tx } from './db.ts';

/**
 * Signals: measurements whose newest value is what counts. An older message never overwrites a newer one.
 * Each accepted value gets a new `rev`, which the gateway reads on a fixed beat.
 */
export interface Signal {
  lane: string;
  key: string;
  /** Epoch milliseconds of the measurement, by the source's clock. */
  at: number;
  body: Record<string, unknown>;
}

/** The lock that makes the order of `rev` the order of visibility, so that a reader by `rev` misses nothing. Held for one statement. */
const SIGNAL_LOCK = 7_770_003;

/** @returns how many were newer than what was there */
export async function putSignals(sql: Sql, signals: readonly Signal[]): Promise<number> {
  if (signals.length === 0) return 0;
  // the newest per key of this batch: "on conflict" may touch a row once per statement
  const newest = new Map<string, Signal>();
  for (const s of signals) {
    const k = `${s.lane}\u0000${s.key}`;
    const have = newest.get(k);
    if (!have || s.at > have.at) newest.set(k, s);
  }
  const rows = [...newest.values()].sort((a, b) => (a.lane + a.key < b.lane + b.key ? -1 : 1));
  const done = await sql`
    insert into signal_latest (lane, key, at, body)
    select r->>'lane', r->>'key', to_timestamp((r->>'at')::float8 / 1000), r->'body'
    from (select pg_advisory_xact_lock(${SIGNAL_LOCK})) held cross join jsonb_array_elements(${sql.json(rows as never)}) r
    on conflict (lane, key) do update set at = excluded.at, body = excluded.body, rev = nextval('signal_rev')
    where signal_latest.at < excluded.at`;
  return done.count;
}

export interface SignalRow {
  lane: string;
  key: string;
  at: Date;
  rev: number;
  body: Record<string, unknown>;
}

/** Values of a lane that changed after `rev`, oldest first. */
export async function signalsAfter(sql: Sql, lane: string, rev: number, limit = 10_000): Promise<SignalRow[]> {
  return await signalsAfterEach(sql, new Map([[lane, rev]]), limit);
}

/** The same for several lanes in one round trip. @param revs lane → revision read last @param limit values of each lane at most */
export async function signalsAfterEach(
  sql: Sql,
  revs: ReadonlyMap<string, number>,
  limit = 10_000,
): Promise<SignalRow[]> {
  return await sql<SignalRow[]>`
    select s.* from unnest(${[...revs.keys()]}::text[], ${[...revs.values()]}::bigint[]) as told (lane, rev)
    cross join lateral (
      select lane, key, at, rev, body from signal_latest s
      where s.lane = told.lane and s.rev > told.rev order by s.rev limit ${limit}
    ) s
    order by s.lane, s.rev`;
}

/**
 * When a source was last heard (domain/contact.ts). A source that was never heard is noted as such once, and keeps what is known
 * of it from before a restart.
 */
export async function putContact(sql: Sql, key: string, body: ContactSignal): Promise<void> {
  if (body.contactAt !== null) {
    await putSignals(sql, [{ lane: 'feeds', key, at: body.contactAt, body: { ...body } }]);
    return;
  }
  const [known] = await sql<{ body: ContactSignal; at: Date }[]>`
    select body, at from signal_latest where lane = 'feeds' and key = ${key}`;
  if (known && known.body.limitS === body.limitS && !known.body.gone) return;
  const contactAt = known?.body.contactAt ?? null;
  // an older `at`, so that the next real sign is never taken for the older one
  const at = known ? known.at.getTime() + 1 : (contactAt ?? 1);
  await putSignals(sql, [{ lane: 'feeds', key, at, body: { ...body, contactAt } }]);
}

/**
 * Ends values, told as a value of their own, `{gone: instant}`: gateways and open screens hear of values and never of a deletion.
 * Whatever speaks next for such a key is newer. In the transaction that ends the source; it holds the lock until its end.
 * @param ended by feed (each value that names it, and its figures), by lane, or by key of the lane `feeds`
 */
export async function endSignals(
  tx: Sql | Tx,
  ended: { readonly feed?: string; readonly lanes?: readonly string[]; readonly keys?: readonly string[] },
  now: number,
): Promise<void> {
  const { feed = null, lanes = [], keys = [] } = ended;
  await tx`
    update signal_latest s set at = to_timestamp(0), body = ${tx.json({ gone: now })}, rev = nextval('signal_rev')
    from (select pg_advisory_xact_lock(${SIGNAL_LOCK})) held
    where not s.body ? 'gone' and (s.body->>'feed' = ${feed} or s.lane = any(${lanes as string[]})
      or (s.lane = 'feeds' and (s.key = ${feed} or s.key = any(${keys as string[]}))))`;
}

/** Ended values whose end is older than an instant: whoever ran then has heard of it. */
export async function forgetEndedSignals(sql: Sql | Tx, before: number): Promise<void> {
  await sql`delete from signal_latest where (body->>'gone')::float8 < ${before}`;
}

/** Ends the signs of life of sources that are no longer configured. @returns their keys */
export async function retireContacts(sql: Sql, keep: (key: string) => boolean, now: number): Promise<string[]> {
  const rows = await sql<{ key: string }[]>`
    select key from signal_latest where lane = 'feeds' and not body ? 'gone' order by key`;
  const keys = rows.map((r) => r.key).filter((key) => isContact(key) && !keep(key));
  if (keys.length > 0) await endSignals(sql, { keys }, now);
  return keys;
}
