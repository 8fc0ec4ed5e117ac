import { NONE_KEY } from '#domain/cases/rows.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';

/**
 * The rows behind a figure: each list takes the same filter as the figure that was counted, so that its length is the figure.
 * Pages by offset within a frozen filter; exports by cursor.
 */

export interface VisitFilter {
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome?: 'answered' | 'abandoned' | 'other';
  /** Waited at most so many seconds. */
  readonly withinS?: number;
  readonly queue?: string;
}

export interface VisitRow {
  readonly visit: string;
  readonly call: string;
  readonly at: Instant;
  readonly queue: string;
  /** Unmasked; the caller of this function masks it where the role asks for that. null: the number was withheld. */
  readonly caller: string | null;
  readonly outcome: string;
  readonly waitS: number | null;
  readonly seat: string | null;
  readonly leftAt: Instant;
}

interface RawVisit {
  visit_id: string;
  call_id: string;
  t_queue: Date;
  queue: string;
  caller: string | null;
  outcome: string;
  wait_s: number | null;
  seat_no: string | null;
  t_leave: Date;
}

const visitWhere = (sql: Sql, f: VisitFilter) => sql`
  v.t_queue >= ${toTs(f.from)} and v.t_queue < ${toTs(f.to)}
  and ${
    f.outcome === undefined
      ? sql`true`
      : f.outcome === 'other'
        ? sql`v.outcome not in ('answered', 'abandoned')`
        : sql`v.outcome = ${f.outcome}`
  }
  and ${f.withinS === undefined ? sql`true` : sql`v.wait_s <= ${f.withinS}`}
  and ${f.queue === undefined ? sql`true` : sql`v.queue = ${f.queue}`}`;

// the call of a visit began before it, and rarely more than some hours before: the bound keeps the join to few chunks.
// A call is stored when it is over, so that of one who still talks the caller is what the switch said when he joined the queue.
const visitQuery = (sql: Sql, f: VisitFilter, tail: ReturnType<Sql>) => sql<RawVisit[]>`
  select v.visit_id, v.call_id, v.t_queue, v.queue, nullif(coalesce(c.caller, j.caller), '') as caller, v.outcome, v.wait_s, v.seat_no, v.t_leave
  from (
    select visit_id, call_id, t_queue, queue, outcome, wait_s, seat_no, t_leave from queue_visit v where ${visitWhere(sql, f)} order by v.t_queue desc, v.visit_id ${tail}) v
  left join lateral (
    select caller from call where call_id = v.call_id and t_setup <= v.t_queue and t_setup > v.t_queue - interval '12 hours'
    order by t_setup desc limit 1) c on true
  left join lateral (
    select body->>'caller' as caller from fact where c.caller is null and subject = v.visit_id and kind = 'visit.joined'
    order by n desc limit 1) j on true
  order by v.t_queue desc, v.visit_id`;

const toVisit = (r: RawVisit): VisitRow => ({
  visit: r.visit_id,
  call: r.call_id,
  at: fromTs(r.t_queue),
  queue: r.queue,
  caller: r.caller,
  outcome: r.outcome,
  waitS: r.wait_s,
  seat: r.seat_no,
  leftAt: fromTs(r.t_leave),
});

export async function visitCount(sql: Sql, f: VisitFilter): Promise<number> {
  const [r] = await sql<{ n: number }[]>`select count(*)::int as n from queue_visit v where ${visitWhere(sql, f)}`;
  return r!.n;
}

export async function visitRows(sql: Sql, f: VisitFilter, offset: number, limit: number): Promise<VisitRow[]> {
  return (await visitQuery(sql, f, sql`limit ${limit} offset ${offset}`)).map(toVisit);
}

/** All rows of the filter, in portions of 500, at most `most`. */
export async function* allVisitRows(sql: Sql, f: VisitFilter, most: number): AsyncGenerator<VisitRow[]> {
  for await (const rows of visitQuery(sql, f, sql`limit ${most}`).cursor(500)) yield rows.map(toVisit);
}

export interface CaseFilter {
  /** Accepted in [from, to); leave both out for all times. */
  readonly from?: Instant;
  readonly to?: Instant;
  readonly phase?: 'open' | 'done';
  readonly overdueAt?: Instant;
  readonly urgent?: boolean;
  /** The key as counted; NONE_KEY: the case does not tell. */
  readonly type?: string;
  readonly category?: string;
  readonly district?: string;
  readonly channel?: string;
  readonly state?: string;
  /** Exactly these case numbers (the cases of a hot issue). */
  readonly numbers?: readonly string[];
}

export interface CaseListRow {
  readonly caseNo: string;
  readonly acceptedAt: Instant;
  readonly type: string;
  readonly category: string[];
  readonly title: string;
  readonly district: string | null;
  readonly street: string | null;
  readonly place: string | null;
  readonly channel: string;
  readonly state: string;
  readonly urgency: string;
  readonly sensitive: boolean;
  readonly unit: string | null;
  readonly dueAt: Instant | null;
}

interface RawCase {
  case_no: string;
  accepted_at: Date;
  type: string;
  category: string[];
  title: string;
  district: string | null;
  street: string | null;
  place: string | null;
  channel: string;
  state: string;
  urgency: string;
  sensitive: boolean;
  unit: string | null;
  due_at: Date | null;
}

function caseWhere(sql: Sql, f: CaseFilter) {
  const equals = (column: ReturnType<Sql>, key: string | undefined) =>
    key === undefined ? sql`true` : key === NONE_KEY ? sql`${column} is null` : sql`${column} = ${key}`;
  return sql`
    withdrawn_at is null
    and ${f.from === undefined ? sql`true` : sql`accepted_at >= ${toTs(f.from)}`}
    and ${f.to === undefined ? sql`true` : sql`accepted_at < ${toTs(f.to)}`}
    and ${
      f.phase === undefined
        ? sql`true`
        : f.phase === 'done'
          ? sql`state in ('closed', 'refused', 'merged')`
          : sql`state not in ('closed', 'refused', 'merged', 'unknown')`
    }
    and ${f.overdueAt === undefined ? sql`true` : sql`due_at < ${toTs(f.overdueAt)}`}
    and ${f.urgent ? sql`urgency <> 'normal'` : sql`true`}
    and ${equals(sql`type`, f.type)} and ${equals(sql`category[1]`, f.category)} and ${equals(sql`district`, f.district)}
    and ${equals(sql`channel`, f.channel)} and ${equals(sql`state`, f.state)}
    and ${f.numbers === undefined ? sql`true` : sql`case_no in ${sql(f.numbers.length > 0 ? (f.numbers as string[]) : [''])}`}`;
}

const caseQuery = (sql: Sql, f: CaseFilter, tail: ReturnType<Sql>) => sql<RawCase[]>`
  select case_no, accepted_at, type, category, title, district, street, place, channel, state, urgency, sensitive, unit, due_at
  from hotline_case where ${caseWhere(sql, f)} order by accepted_at desc, case_no ${tail}`;

const toCase = (r: RawCase): CaseListRow => ({
  caseNo: r.case_no,
  acceptedAt: fromTs(r.accepted_at),
  type: r.type,
  category: r.category,
  title: r.title,
  district: r.district,
  street: r.street,
  place: r.place,
  channel: r.channel,
  state: r.state,
  urgency: r.urgency,
  sensitive: r.sensitive,
  unit: r.unit,
  dueAt: r.due_at && fromTs(r.due_at),
});

export async function caseCount(sql: Sql, f: CaseFilter): Promise<number> {
  const [r] = await sql<{ n: number }[]>`select count(*)::int as n from hotline_case where ${caseWhere(sql, f)}`;
  return r!.n;
}

export async function caseRows(sql: Sql, f: CaseFilter, offset: number, limit: number): Promise<CaseListRow[]> {
  return (await caseQuery(sql, f, sql`limit ${limit} offset ${offset}`)).map(toCase);
}

/** All rows of the filter, in portions of 500, at most `most`. */
export async function* allCaseRows(sql: Sql, f: CaseFilter, most: number): AsyncGenerator<CaseListRow[]> {
  for await (const rows of caseQuery(sql, f, sql`limit ${most}`).cursor(500)) yield rows.map(toCase);
}
