import type { CaseRecord } from '#domain/cases/case.ts';
import type { Instant } from '#domain/time.ts';
import { withdrawIn } from './case-changes.ts';
import { caseSalt } from './case-rows.ts';
import { applyCases, type CaseOutcome } from './cases.ts';
import type { Sql, Tx } from './db.ts';
import { recordFacts } from './facts.ts';

export interface PushedCases {
  /** Of each record, in the order given. */
  readonly outcomes: readonly CaseOutcome[];
  /** Ids that were there and are now withdrawn. */
  readonly withdrawn: ReadonlySet<string>;
}

interface Push {
  readonly origin: string;
  readonly path: string;
  /** Idempotency key; null: every push is a new one. */
  readonly key: string | null;
  readonly bodyHash: string;
  readonly records: readonly CaseRecord[];
  readonly withdrawn: readonly string[];
  readonly now: Instant;
  readonly zone: string;
  readonly actor: string;
  /** The answer to keep beside what was done. */
  readonly answer: (done: PushedCases) => { status: number; body: Record<string, unknown> };
}

export type PushResult =
  | {
      readonly kind: 'done';
      readonly done: PushedCases;
      readonly status: number;
      readonly answer: Record<string, unknown>;
    }
  | { readonly kind: 'replayed'; readonly status: number; readonly answer: Record<string, unknown> }
  | { readonly kind: 'key-reused' };

/**
 * One push in one transaction: the receipt, the cases, their facts. A second push with the same key waits for the first and gets
 * its answer; what was answered is committed.
 */
export async function pushCases(sql: Sql, p: Push): Promise<PushResult> {
  const salt = await caseSalt(sql);
  return (await sql.begin(async (transaction) => {
    const tx = transaction as Tx;
    const before = p.key === null ? null : await claim(tx, p);
    if (before) return before;
    const { facts, outcomes } = await applyCases(tx, p.records, salt, p);
    const gone = await withdrawIn(tx, p.origin, p.withdrawn, p);
    const done: PushedCases = { outcomes, withdrawn: new Set(gone.ids) };
    const { status, body } = p.answer(done);
    if (p.key !== null)
      await tx`
        update push_receipt set status = ${status}, answer = ${tx.json(body as never)}
        where origin = ${p.origin} and path = ${p.path} and key = ${p.key}`;
    await recordFacts(tx, [...facts, ...gone.facts]);
    return { kind: 'done', done, status, answer: body } satisfies PushResult;
  })) as PushResult;
}

/** Takes the key, or tells what it was used for. The unique index makes a second taker wait until the first has committed. */
async function claim(tx: Tx, p: Push): Promise<PushResult | null> {
  const mine = await tx`
    insert into push_receipt (origin, path, key, body_hash, status, answer)
    values (${p.origin}, ${p.path}, ${p.key}, ${p.bodyHash}, 0, '{}') on conflict do nothing`;
  if (mine.count === 1) return null;
  const [was] = await tx<{ body_hash: string; status: number; answer: Record<string, unknown> }[]>`
    select body_hash, status, answer from push_receipt where origin = ${p.origin} and path = ${p.path} and key = ${p.key}`;
  if (!was) throw new Error('the receipt went away while it was looked up'); // the sender tries again
  return was.body_hash === p.bodyHash
    ? { kind: 'replayed', status: was.status, answer: was.answer }
    : { kind: 'key-reused' };
}

/** Answers older than so many days are forgotten: the same key then counts as a new one. */
export async function forgetReceipts(sql: Sql, days: number): Promise<void> {
  await sql`delete from push_receipt where at < now() - make_interval(days => ${days})`;
}

/** One page of a pull in one transaction: the cases, where the pull stands now, their facts. */
export async function takePage(
  sql: Sql,
  p: Omit<Push, 'key' | 'bodyHash' | 'path' | 'answer'> & { readonly source: string; readonly cursor: string },
): Promise<PushedCases> {
  const salt = await caseSalt(sql);
  return (await sql.begin(async (transaction) => {
    const tx = transaction as Tx;
    const { facts, outcomes } = await applyCases(tx, p.records, salt, p);
    const gone = await withdrawIn(tx, p.origin, p.withdrawn, p);
    await tx`
      insert into source_cursor (source, cursor) values (${p.source}, ${tx.json({ cursor: p.cursor })})
      on conflict (source) do update set cursor = excluded.cursor, at = now()`;
    await recordFacts(tx, [...facts, ...gone.facts]);
    return { outcomes, withdrawn: new Set(gone.ids) };
  })) as PushedCases;
}

/** Where a pull stands; null before its first page. */
export async function pullCursor(sql: Sql, source: string): Promise<string | null> {
  const [r] = await sql<{ cursor: string | null }[]>`
    select cursor->>'cursor' as cursor from source_cursor where source = ${source}`;
  return r?.cursor ?? null;
}
