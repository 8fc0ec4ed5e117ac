import type { Cursor, Fact, FactDraft } from '#domain/fact.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, type Sql, type Tx } from './db.ts';

/** The lock that makes the order of n the order of visibility. Taken last, held to the commit. */
export const FACT_LOCK = 7_770_002;
export const FACT_CHANNEL = 'fact';

/**
 * Records facts as the LAST statement of the caller's transaction, after the rows they change.
 * Nothing but the commit may follow: every writer of the house waits for this lock.
 * @returns the cursor of each fact, in the order given
 */
export async function recordFacts(tx: Tx, drafts: readonly FactDraft[]): Promise<Cursor[]> {
  if (drafts.length === 0) return [];
  // One round trip: lock, insert in order, ring the doorbell. The lock must be its own command inside the CTE-free
  // sequence, because nextval() must not run before the lock is held.
  const rows = drafts.map((d) => ({
    at: new Date(d.at).toISOString(),
    subject: d.subject,
    kind: d.kind,
    body: d.body,
    actor: d.actor,
    cause: d.cause ?? null,
    drill: d.drill ?? false,
  }));
  const [, inserted] = await Promise.all([
    tx`select pg_advisory_xact_lock(${FACT_LOCK})`,
    tx<{ n: number }[]>`
      insert into fact (occurred_at, subject, kind, body, actor, cause, drill)
      select (r->>'at')::timestamptz, r->>'subject', r->>'kind', r->'body', r->>'actor', (r->>'cause')::bigint, (r->>'drill')::boolean
      from jsonb_array_elements(${tx.json(rows as never)}) with ordinality as t (r, i)
      order by i
      returning n`,
    tx`select pg_notify(${FACT_CHANNEL}, '')`,
  ]);
  return inserted.map((r) => r.n);
}

/** One transaction: `change` writes the rows and returns the facts that say what happened. Nothing is recorded if it throws. */
export async function recording<T>(
  sql: Sql,
  change: (tx: Tx) => Promise<{ facts: FactDraft[]; result: T }>,
): Promise<T> {
  return (await sql.begin(async (tx) => {
    const { facts, result } = await change(tx as Tx);
    await recordFacts(tx as Tx, facts);
    return result;
  })) as T;
}

interface FactRow {
  n: number;
  occurred_at: Date;
  recorded_at: Date;
  subject: string;
  kind: string;
  body: unknown;
  actor: string;
  cause: number | null;
  drill: boolean;
}

const toFact = (r: FactRow): Fact =>
  ({
    n: r.n,
    at: fromTs(r.occurred_at),
    recordedAt: fromTs(r.recorded_at),
    subject: r.subject,
    kind: r.kind,
    body: r.body,
    actor: r.actor,
    ...(r.cause === null ? {} : { cause: r.cause }),
    ...(r.drill ? { drill: true } : {}),
  }) as Fact;

/** Facts after a cursor, oldest first, at most `limit`; up to `until` inclusive when given. */
export async function factsAfter(sql: Sql | Tx, after: Cursor, limit = 5000, until?: Cursor): Promise<Fact[]> {
  const rows = await sql<FactRow[]>`
    select n, occurred_at, recorded_at, subject, kind, body, actor, cause, drill
    from fact where n > ${after} ${until === undefined ? sql`` : sql`and n <= ${until}`} order by n limit ${limit}`;
  return rows.map(toFact);
}

/** Facts in (after, until] whose kind begins with one of the prefixes, oldest first, at most `limit`. */
export async function factsOfKinds(
  sql: Sql | Tx,
  after: Cursor,
  until: Cursor,
  prefixes: readonly string[],
  limit: number,
): Promise<Fact[]> {
  const rows = await sql<FactRow[]>`
    select n, occurred_at, recorded_at, subject, kind, body, actor, cause, drill
    from fact where n > ${after} and n <= ${until} and kind like any(${prefixes.map((p) => `${p}%`)}::text[])
    order by n limit ${limit}`;
  return rows.map(toFact);
}

/** Every fact about a subject that has few, oldest first. @param until recorded at or before this instant; null: all */
export async function factsAbout(sql: Sql | Tx, subject: string, until: Instant | null = null): Promise<Fact[]> {
  const rows = await sql<FactRow[]>`
    select n, occurred_at, recorded_at, subject, kind, body, actor, cause, drill
    from fact where subject = ${subject} ${until === null ? sql`` : sql`and recorded_at <= ${new Date(until).toISOString()}`}
    order by n`;
  return rows.map(toFact);
}

/** The newest visible cursor; 0 when nothing was recorded yet. */
export async function newestCursor(sql: Sql | Tx): Promise<Cursor> {
  const [r] = await sql<{ n: number | null }[]>`select max(n) as n from fact`;
  return r?.n ?? 0;
}

/** The last cursor recorded at or before an instant; 0 when there is none. */
export async function cursorAt(sql: Sql | Tx, t: number): Promise<Cursor> {
  const [r] = await sql<
    { n: number | null }[]
  >`select max(n) as n from fact where recorded_at <= ${new Date(t).toISOString()}`;
  return r?.n ?? 0;
}
