import type { FactDraft } from '#domain/fact.ts';
import { barNumber, type BarRefusal } from '#domain/blacklist/rules.ts';
import type { Bar, BarDirection, BarEntry, BarSource, BarState } from '#domain/blacklist/rows.ts';
import type { BarSwitch, WantedBar } from '#domain/blacklist/sync.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';

/** Numbers that calls are not taken from or made to, with their history. Ended rows stay. */

/** Rung when the list has changed; what counts is the read. */
export const BLACKLIST_CHANNEL = 'blacklist';

export interface BarredBy {
  readonly officer: Officer;
  readonly now: Instant;
}
interface Row {
  n: number;
  number: string;
  direction: BarDirection;
  reason: string;
  from_at: Date;
  until_at: Date | null;
  by_name: string;
  added_at: Date;
  source: BarSource;
  ended_at: Date | null;
  ended_by: string | null;
  end_reason: string;
  told: boolean;
}
const entryOf = (r: Row): BarEntry => ({
  id: String(r.n),
  number: r.number,
  direction: r.direction,
  reason: r.reason,
  from: fromTs(r.from_at),
  until: r.until_at ? fromTs(r.until_at) : null,
  by: r.by_name,
  addedAt: fromTs(r.added_at),
  source: r.source,
  ended: r.ended_at ? { at: fromTs(r.ended_at), by: r.ended_by, reason: r.end_reason } : null,
  told: r.told,
});

const subject = (n: number | string): string => `blacklist:${n}`;
const ring = (tx: Tx): Promise<unknown> => tx`select pg_notify(${BLACKLIST_CHANNEL}, '')`;
/** Those whose time has run out make place for a new entry of the same number. */
const expire = (tx: Tx, now: Instant): Promise<{ n: number; until_at: Date }[]> => tx<{ n: number; until_at: Date }[]>`
  update blacklist_entry set ended_at = until_at where ended_at is null and until_at <= ${toTs(now)}
  returning n, until_at`;
const expiredFacts = (rows: readonly { n: number; until_at: Date }[]): FactDraft[] =>
  rows.map((r) => ({
    at: fromTs(r.until_at),
    subject: subject(r.n),
    actor: 'store:blacklist',
    kind: 'blacklist.expired',
    body: { until: fromTs(r.until_at) },
  }));

/**
 * Puts a number on the list. The same key again adds nothing.
 * @returns its number, or `bar-exists` (reason: the open entry) when the number is on the list
 */
export async function addBar(
  sql: Sql,
  bar: Bar,
  how: { readonly source: BarSource; readonly requestKey: string },
  { officer, now }: BarredBy,
): Promise<Result<{ id: string }, BarRefusal>> {
  return recording<Result<{ id: string }, BarRefusal>>(sql, async (tx) => {
    const [again] = await tx<{ n: number }[]>`select n from blacklist_entry where request_key = ${how.requestKey}`;
    if (again) return { facts: [], result: accept({ id: String(again.n) }) };
    const facts = expiredFacts(await expire(tx, now));
    const [made] = await tx<{ n: number }[]>`
      insert into blacklist_entry (number, direction, reason, from_at, until_at, account, by_name, added_at, source, request_key)
      values (${bar.number}, ${bar.direction}, ${bar.reason}, ${toTs(bar.from)}, ${bar.until === null ? null : toTs(bar.until)},
        ${officer.account}, ${officer.name}, ${toTs(now)}, ${how.source}, ${how.requestKey})
      on conflict do nothing returning n`;
    if (!made) return { facts, result: refuse('bar-exists', bar.number) };
    await ring(tx);
    const { direction, until } = bar;
    return {
      facts: [
        ...facts,
        {
          at: now,
          subject: subject(made.n),
          actor: `user:${officer.account}`,
          kind: 'blacklist.barred',
          body: { direction, until, source: how.source, by: officer },
        },
      ],
      result: accept({ id: String(made.n) }),
    };
  });
}

/** Takes a number off the list. @returns `bar-missing` when that entry has ended already */
export async function liftBar(
  sql: Sql,
  id: string,
  reason: string,
  { officer, now }: BarredBy,
): Promise<Result<null, BarRefusal>> {
  return recording<Result<null, BarRefusal>>(sql, async (tx) => {
    const [lifted] = await tx`
      update blacklist_entry set ended_at = ${toTs(now)}, ended_by = ${officer.name}, end_reason = ${reason}
      where n = ${id} and ended_at is null returning n`;
    if (!lifted) return { facts: [], result: refuse('bar-missing', id) };
    await ring(tx);
    return {
      facts: [
        {
          at: now,
          subject: subject(id),
          actor: `user:${officer.account}`,
          kind: 'blacklist.lifted',
          body: { by: officer, reason },
        },
      ],
      result: accept(null),
    };
  });
}

/**
 * Takes a file's rows, all or none, with one fact.
 * @returns how many; `bar-exists` (reason: the number) when one of them came onto the list meanwhile
 */
export async function importBars(
  sql: Sql,
  bars: readonly Bar[],
  file: { readonly name: string; readonly skipped: number },
  { officer, now }: BarredBy,
): Promise<Result<{ entries: number }, BarRefusal>> {
  return recording<Result<{ entries: number }, BarRefusal>>(sql, async (tx) => {
    const facts = expiredFacts(await expire(tx, now));
    const [taken] = await tx<{ number: string }[]>`
      select number from blacklist_entry where ended_at is null and number = any(${bars.map((b) => b.number)}) limit 1`;
    if (taken) return { facts, result: refuse('bar-exists', taken.number) };
    const rows = await tx<{ n: number }[]>`
      insert into blacklist_entry (number, direction, reason, from_at, until_at, account, by_name, added_at, source)
      select b.number, b.direction, b.reason, to_timestamp(b."from" / 1000.0), to_timestamp(b.until / 1000.0),
        ${officer.account}, ${officer.name}, ${toTs(now)}, 'import'
      from jsonb_to_recordset(${tx.json(bars as never)}) as b(number text, direction text, reason text, "from" float8, until float8)
      returning n`;
    await ring(tx);
    return {
      facts: [
        ...facts,
        {
          at: now,
          subject: subject(rows[0]?.n ?? 0),
          actor: `user:${officer.account}`,
          kind: 'blacklist.imported',
          body: { entries: rows.length, skipped: file.skipped, file: file.name.slice(0, 200), by: officer },
        },
      ],
      result: accept({ entries: rows.length }),
    };
  });
}

/** Numbers that are on the list now, also those whose time has not begun. */
export async function openNumbers(sql: Sql, now: Instant): Promise<Set<string>> {
  const rows = await sql<{ number: string }[]>`
    select number from blacklist_entry where ended_at is null and (until_at is null or until_at > ${toTs(now)})`;
  return new Set(rows.map((r) => r.number));
}

/** Is this number barred from being called now? */
export async function isBarredOut(sql: Sql, number: string, now: Instant): Promise<boolean> {
  const [r] = await sql`
    select 1 from blacklist_entry
    where number = ${barNumber(number)} and ended_at is null and direction <> 'in' and from_at <= ${toTs(now)}
      and (until_at is null or until_at > ${toTs(now)})`;
  return r !== undefined;
}

export interface BarFilter {
  /** Part of a number, or of a reason. */
  readonly text: string;
  readonly state: BarState | 'open' | 'all';
  readonly direction: BarDirection | null;
}

/** Newest first. @returns one page of what fits, and how many fit */
export async function barList(
  sql: Sql,
  filter: BarFilter,
  now: Instant,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ entries: BarEntry[]; count: number }> {
  const where = whereOf(sql, filter, now);
  const [rows, [total]] = await Promise.all([
    sql<Row[]>`select * from blacklist_entry where ${where} order by added_at desc, n desc
      limit ${page.limit} offset ${page.offset}`,
    sql<{ n: number }[]>`select count(*)::int as n from blacklist_entry where ${where}`,
  ]);
  return { entries: rows.map(entryOf), count: total!.n };
}

/** Everything that fits, in batches: for an export. */
export async function* allBars(sql: Sql, filter: BarFilter, now: Instant, most: number): AsyncGenerator<BarEntry[]> {
  const where = whereOf(sql, filter, now);
  const cursor = sql<Row[]>`select * from blacklist_entry where ${where} order by added_at desc, n desc limit ${most}`;
  for await (const rows of cursor.cursor(1000)) yield rows.map(entryOf);
}

function whereOf(sql: Sql, { text, state, direction }: BarFilter, now: Instant) {
  const t = toTs(now);
  const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const over = sql`(until_at is not null and until_at <= ${t})`;
  const states = {
    all: sql`true`,
    open: sql`ended_at is null and not ${over}`,
    'in-force': sql`ended_at is null and not ${over} and from_at <= ${t}`,
    scheduled: sql`ended_at is null and from_at > ${t}`,
    lifted: sql`ended_by is not null`,
    expired: sql`ended_by is null and ${over}`,
  };
  return sql`${states[state]} and ${direction === null ? sql`true` : sql`direction = ${direction}`}
    and ${text === '' ? sql`true` : sql`(number like ${like} or reason ilike ${like})`}`;
}

// ── the switch ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Ends entries whose time has run out. @returns how many */
export async function expireBars(sql: Sql, now: Instant): Promise<number> {
  return recording<number>(sql, async (tx) => {
    const rows = await expire(tx, now);
    return { facts: expiredFacts(rows), result: rows.length };
  });
}

/** Entries that should be in force now. */
export async function wantedBars(sql: Sql, now: Instant): Promise<WantedBar[]> {
  const rows = await sql<{ n: number; number: string; direction: BarDirection }[]>`
    select n, number, direction from blacklist_entry
    where ended_at is null and from_at <= ${toTs(now)} and (until_at is null or until_at > ${toTs(now)})
    order by n`;
  return rows.map((r) => ({ id: String(r.n), number: r.number, direction: r.direction }));
}

/** Keeps what the switch was seen to hold: exactly these entries, and how the comparison went. */
export async function keepBarSwitch(sql: Sql, held: readonly string[] | null, body: BarSwitch): Promise<void> {
  await sql.begin(async (tx) => {
    if (held)
      await tx`update blacklist_entry set told = not told
        where (ended_at is null or told) and told <> (n = any(${held}::bigint[]))`;
    await tx`insert into blacklist_switch (body) values (${tx.json(body as never)})
      on conflict (one) do update set body = excluded.body`;
  });
}

/** How the last comparison with the switch went; null before the first. */
export async function barSwitch(sql: Sql): Promise<BarSwitch | null> {
  const [r] = await sql<{ body: BarSwitch }[]>`select body from blacklist_switch`;
  return r?.body ?? null;
}
