import type { HotIssueRow } from '#domain/cases/rows.ts';
import type { CallSums, CaseSums } from '#domain/trend.ts';
import type { CityDay, Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';

/**
 * Sums behind the leader's page, from stored records. Calls belong to the interval in which the caller entered the queue (R1),
 * cases to that in which they were accepted. Half-open: from ≤ t < to.
 */

const callColumns = (sql: Sql) => sql`
  count(*)::int as offered,
  (count(*) filter (where outcome = 'answered'))::int as answered,
  (count(*) filter (where outcome = 'abandoned'))::int as abandoned,
  (count(*) filter (where outcome = 'answered' and wait_s <= 15))::int as answered15,
  coalesce(sum(wait_s) filter (where outcome = 'answered'), 0)::float8 as "waitAnsweredS"`;

export async function callSums(sql: Sql, from: Instant, to: Instant): Promise<CallSums> {
  const [r] = await sql<CallSums[]>`
    select ${callColumns(sql)} from queue_visit where t_queue >= ${toTs(from)} and t_queue < ${toTs(to)}`;
  return r!;
}

/** By hour of the city day, 0–23; an hour without a visit has no entry. */
export async function callsByHour(sql: Sql, zone: string, from: Instant, to: Instant): Promise<Map<number, CallSums>> {
  const rows = await sql<(CallSums & { hour: number })[]>`
    select extract(hour from t_queue at time zone ${zone})::int as hour, ${callColumns(sql)}
    from queue_visit where t_queue >= ${toTs(from)} and t_queue < ${toTs(to)} group by 1`;
  return new Map(rows.map(({ hour, ...sums }) => [hour, sums]));
}

/** By city day; a day without a visit has no entry. */
export async function callsByDay(sql: Sql, zone: string, from: Instant, to: Instant): Promise<Map<CityDay, CallSums>> {
  const rows = await sql<(CallSums & { day: string })[]>`
    select to_char(t_queue at time zone ${zone}, 'YYYY-MM-DD') as day, ${callColumns(sql)}
    from queue_visit where t_queue >= ${toTs(from)} and t_queue < ${toTs(to)} group by 1`;
  return new Map(rows.map(({ day, ...sums }) => [day, sums]));
}

export interface QueueSums extends CallSums {
  readonly queue: string;
  readonly lastAt: Instant;
}

/** By queue, with the last caller that entered it and has left. */
export async function callsByQueue(sql: Sql, from: Instant, to: Instant): Promise<QueueSums[]> {
  const rows = await sql<(CallSums & { queue: string; last_at: Date })[]>`
    select queue, max(t_queue) as last_at, ${callColumns(sql)}
    from queue_visit where t_queue >= ${toTs(from)} and t_queue < ${toTs(to)} group by queue order by queue limit 200`;
  return rows.map(({ last_at, ...r }) => ({ ...r, lastAt: fromTs(last_at) }));
}

/** Average talk of the conversations answered in the interval and over by now, seconds; null when there are none. */
export async function averageTalkS(sql: Sql, from: Instant, to: Instant): Promise<number | null> {
  const [r] = await sql<{ s: number | null }[]>`
    select avg(talk_s)::float8 as s from seat_segment
    where t_from >= ${toTs(from - 3_600_000)} and t_from < ${toTs(to)}
      and t_answer >= ${toTs(from)} and t_answer < ${toTs(to)} and queue is not null and talk_s is not null`;
  return r!.s;
}

/** Seconds within [from, to) in which the switch was not heard: figures of that time are lower bounds. */
export async function unheardS(sql: Sql, from: Instant, to: Instant): Promise<number> {
  const [r] = await sql<{ s: number }[]>`
    select coalesce(sum(extract(epoch from
      least(coalesce(t_to, ${toTs(to)}::timestamptz), ${toTs(to)}::timestamptz) - greatest(t_from, ${toTs(from)}::timestamptz))), 0)::float8 as s
    from floor_gap where t_from < ${toTs(to)} and coalesce(t_to, ${toTs(to)}) > ${toTs(from)}`;
  return r!.s;
}

/** Until when the switch was heard, by its own clock; null when never. Figures of calls are no younger than that. */
export async function switchHeardAt(sql: Sql): Promise<Instant | null> {
  const [r] = await sql<{ at: number | null }[]>`
    select (cursor->>'heardAt')::float8 as at from source_cursor where source = 'asterisk'`;
  return r?.at ?? null;
}

const caseColumns = (sql: Sql) => sql`
  count(*)::int as accepted,
  (count(*) filter (where state in ('closed', 'refused', 'merged')))::int as done,
  (count(*) filter (where urgency <> 'normal'))::int as urgent`;

export async function caseSums(sql: Sql, from: Instant, to: Instant): Promise<CaseSums> {
  const [r] = await sql<CaseSums[]>`
    select ${caseColumns(sql)} from hotline_case
    where accepted_at >= ${toTs(from)} and accepted_at < ${toTs(to)} and withdrawn_at is null`;
  return r!;
}

export async function casesByHour(sql: Sql, zone: string, from: Instant, to: Instant): Promise<Map<number, number>> {
  const rows = await sql<{ hour: number; n: number }[]>`
    select extract(hour from accepted_at at time zone ${zone})::int as hour, count(*)::int as n from hotline_case
    where accepted_at >= ${toTs(from)} and accepted_at < ${toTs(to)} and withdrawn_at is null group by 1`;
  return new Map(rows.map((r) => [r.hour, r.n]));
}

export async function casesByDay(sql: Sql, zone: string, from: Instant, to: Instant): Promise<Map<CityDay, CaseSums>> {
  const rows = await sql<(CaseSums & { day: string })[]>`
    select to_char(accepted_at at time zone ${zone}, 'YYYY-MM-DD') as day, ${caseColumns(sql)} from hotline_case
    where accepted_at >= ${toTs(from)} and accepted_at < ${toTs(to)} and withdrawn_at is null group by 1`;
  return new Map(rows.map(({ day, ...sums }) => [day, sums]));
}

export type CaseDimension = 'type' | 'category' | 'district' | 'channel' | 'state';

export interface Share {
  /** Null: the case does not tell. */
  readonly key: string | null;
  readonly now: number;
  readonly before: number;
}

/** Cases of an interval by one dimension beside those of another interval, most first; at most 100. */
export async function casesBy(
  sql: Sql,
  dimension: CaseDimension,
  now: { from: Instant; to: Instant },
  before: { from: Instant; to: Instant },
): Promise<Share[]> {
  const key = {
    type: sql`type`,
    category: sql`category[1]`,
    district: sql`district`,
    channel: sql`channel`,
    state: sql`state`,
  }[dimension];
  const within = (i: { from: Instant; to: Instant }) =>
    sql`accepted_at >= ${toTs(i.from)} and accepted_at < ${toTs(i.to)}`;
  return await sql<Share[]>`
    select ${key} as key, (count(*) filter (where ${within(now)}))::int as now, (count(*) filter (where ${within(before)}))::int as before
    from hotline_case
    where withdrawn_at is null and ((${within(now)}) or (${within(before)}))
    group by 1 order by 2 desc, 3 desc, 1 limit 100`;
}

/** Cases that are open now, whenever they were accepted, and how many of them are past their time limit. */
export async function openCases(sql: Sql, now: Instant): Promise<{ open: number; overdue: number }> {
  const [r] = await sql<{ open: number; overdue: number }[]>`
    select count(*)::int as open, (count(*) filter (where due_at < ${toTs(now)}))::int as overdue from hotline_case
    where state not in ('closed', 'refused', 'merged', 'unknown') and withdrawn_at is null`;
  return r!;
}

/**
 * The list of hot issues as it was last told, strongest first; null when none was told yet. A fact is told only when the list
 * changes; `checkedAt` is when it was last looked at.
 */
export async function hotIssues(
  sql: Sql,
): Promise<{ checkedAt: Instant; issues: { id: string; row: HotIssueRow }[] } | null> {
  const [r] = await sql<{ at: Date; checked: Date | null; body: { issues: Record<string, HotIssueRow> } }[]>`
    select occurred_at as at, body,
           (select h.at from worker_health h where worker = 'ingest:hot-issues' and state = 'live') as checked
    from fact where kind = 'hot.listed' order by n desc limit 1`;
  if (!r) return null;
  const issues = Object.entries(r.body.issues).map(([id, row]) => ({ id, row }));
  return {
    checkedAt: Math.max(fromTs(r.at), r.checked === null ? 0 : fromTs(r.checked)),
    issues: issues.sort((a, b) => a.row.rank - b.row.rank),
  };
}
