import { LISTS, type ListFilter, type ListName } from '#domain/reports/lists.ts';
import type { SeatRow } from '#domain/floor/rows.ts';
import type { Tables } from '#domain/tables.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql, Tx } from '../db.ts';
import { floorNow } from '../floor-now.ts';
import { instant } from './part-sql.ts';

/** Rows of one answer at most; a list that has more says so. */
export const ROWS_AT_MOST = 50_000;

export interface ListQuery {
  readonly list: ListName;
  readonly from: Instant;
  readonly to: Instant;
  readonly filter?: ListFilter;
  readonly limit?: number;
  readonly offset?: number;
  /** The city's: with it sign-ins that go on are listed too. */
  readonly zone?: string;
}

/** A row by column key; instants in milliseconds. */
export type ListRow = Readonly<Record<string, string | number | null>>;

export interface ListResult {
  readonly rows: readonly ListRow[];
  /** True: there are more rows than these. */
  readonly more: boolean;
}

interface Shape {
  /** select … from … without its where; columns named as in LISTS. */
  readonly text: string;
  /** Instant that decides whether a row lies in the period. */
  readonly at: string;
  readonly where?: string;
  readonly group?: string;
  readonly order?: string;
  readonly queue?: string;
  readonly seat?: string;
  readonly trunk?: string;
  readonly number?: string;
  /** The condition that the other side is one of `values`, the name of a parameter. */
  readonly other?: (values: string) => string;
}

const SEGMENT =
  'from seat_segment s left join lateral (select c.caller, c.called from call c where c.call_id = s.call_id limit 1) c on true';
const TALK = 'coalesce(s.talk_s, round(extract(epoch from (s.t_hangup - s.t_answer))))::int';
const BAND = `case when ${TALK} < 60 then '<1' when ${TALK} < 120 then '1-2' when ${TALK} < 180 then '2-3' when ${TALK} < 300 then '3-5' else '>5' end`;
const OF_SEGMENT = { at: 's.t_from', queue: 's.queue', seat: 's.seat_no' } as const;

/** First visit with a seat, else the last: where the call got to. */
const REACHED = `left join lateral (
    select count(*)::int as visits, sum(v.wait_s)::int as wait_s,
      (array_agg(v.queue order by v.t_queue desc))[1] as queue, (array_agg(v.seat_no order by v.t_queue desc) filter (where v.seat_no is not null))[1] as seat_no
    from queue_visit v where v.call_id = c.call_id) v on true`;
const IVR = `select c.trunk, c.t_setup, round(extract(epoch from (c.t_ivr_out - c.t_ivr_in)))::int as ivr_s, c.caller, v.queue, v.seat_no, c.call_id from call c ${REACHED}`;
const OF_CALL = { at: 'c.t_setup', queue: 'v.queue', seat: 'v.seat_no', trunk: 'c.trunk', number: 'c.caller' } as const;
const HAD_IVR = "c.direction = 'in' and c.t_ivr_in is not null";
const OUT = `select s.seat_no, c.called, s.t_from, s.t_answer, s.t_hangup as t_to, s.talk_s, s.call_id ${SEGMENT}`;
const MOVES = `select m.t, m.t_to, m.kind, q.queue, c.caller, m.from_seat, m.to_seat, m.to_number, m.call_id,
    case m.external when true then 'external' when false then 'internal' end as scope, m.t_answer,
    case when m.t_to is not null then round(extract(epoch from (m.t_to - m.t)))::int end as move_s
  from call_move m left join lateral (select c.caller from call c where c.call_id = m.call_id limit 1) c on true
  -- the queue that the call had come by
  left join lateral (
    select v.queue from queue_visit v where v.call_id = m.call_id and v.t_queue <= m.t order by v.t_queue desc limit 1) q on true`;
const OF_MOVE = {
  at: 'm.t',
  queue: 'q.queue',
  seat: 'm.from_seat',
  number: 'c.caller',
  other: (values: string): string => `(m.to_seat = any(${values}) or m.to_number = any(${values}))`,
} as const;

/** Sign-ins that are over, and those that go on: their record is written when they end. */
const LOGINS = 'select l.seat_no, l.name, l.extension, l.ip, l.t_in, l.t_out from seat_login l';
const LOGINS_AND_OPEN = `select l.seat_no, l.name, l.extension, l.ip, l.t_in, l.t_out from (
  select seat_no, name, extension, ip, t_in, t_out from seat_login
  union all select o.seat_no, o.name, o.extension, o.ip, to_timestamp(o.t_in / 1000.0), null from jsonb_to_recordset($1::text::jsonb)
    as o (seat_no text, name text, extension text, ip text, t_in float8)) l`;

/** Who is signed in now, as rows of the list of sign-ins. */
async function signedIn(sql: Sql, zone: string) {
  const floor = (await sql.begin('isolation level repeatable read read only', async (tx) =>
    floorNow(sql, tx as unknown as Tx, zone),
  )) as Tables;
  return [...floor.all<SeatRow>('seat').values()]
    .filter((s) => s.memberships.length > 0 && s.signedInAt !== null)
    .map((s) => ({ seat_no: s.id, name: s.name, extension: s.extension, ip: s.ip ?? null, t_in: s.signedInAt }));
}

const SHAPES: Readonly<Record<ListName, Shape>> = {
  logins: {
    text: LOGINS,
    at: 'l.t_in',
    seat: 'l.seat_no',
  },
  journeys: {
    text: `select c.t_setup, c.caller, c.trunk, round(extract(epoch from (c.t_ivr_out - c.t_ivr_in)))::int as ivr_s, v.visits, v.queue, v.wait_s,
        s.service_s, s.talk_s, v.seat_no, c.ended_in, c.outcome, c.call_id
      from call c ${REACHED} left join lateral (
        select sum(s.talk_s)::int as talk_s, round(sum(extract(epoch from (coalesce(s.t_wrap_end, s.t_hangup) - s.t_answer))))::int as service_s
        from seat_segment s where s.call_id = c.call_id and s.outcome = 'answered') s on true`,
    where: "c.direction = 'in'",
    ...OF_CALL,
  },
  ivr: { text: IVR, where: HAD_IVR, ...OF_CALL },
  'ivr-callers': {
    text: `select c.caller, count(*)::int as calls, min(c.t_setup) as first_at, max(c.t_setup) as last_at,
      round(sum(extract(epoch from (c.t_ivr_out - c.t_ivr_in))))::int as ivr_s from call c`,
    at: 'c.t_setup',
    where: HAD_IVR,
    group: 'c.caller',
    order: 'calls desc, c.caller',
    trunk: 'c.trunk',
    number: 'c.caller',
  },
  'ivr-only': { text: IVR, where: `${HAD_IVR} and v.visits = 0`, ...OF_CALL },
  answered: {
    text: `select s.t_answer, s.queue, s.seat_no, c.caller, ${TALK} as talk_s, ${BAND} as band, s.call_id ${SEGMENT}`,
    where: "s.direction = 'in' and s.outcome = 'answered'",
    ...OF_SEGMENT,
    number: 'c.caller',
  },
  'outbound-answered': {
    text: OUT,
    where: "s.direction = 'out' and s.outcome = 'answered'",
    ...OF_SEGMENT,
    number: 'c.called',
  },
  'outbound-failed': {
    text: OUT,
    where: "s.direction = 'out' and s.outcome <> 'answered'",
    ...OF_SEGMENT,
    number: 'c.called',
  },
  'outbound-numbers': {
    text: `select c.called, count(*)::int as calls, (count(*) filter (where s.outcome = 'answered'))::int as connected, min(s.t_from) as first_at,
      max(s.t_from) as last_at, sum(s.talk_s)::int as talk_s ${SEGMENT}`,
    where: "s.direction = 'out'",
    group: 'c.called',
    order: 'calls desc, c.called',
    ...OF_SEGMENT,
    number: 'c.called',
  },
  visits: {
    text: `select v.t_queue, v.queue, v.seat_no, c.caller, v.t_answer, v.t_abandon, v.wait_s, v.outcome, v.call_id
      from queue_visit v left join lateral (select c.caller from call c where c.call_id = v.call_id limit 1) c on true`,
    at: 'v.t_queue',
    queue: 'v.queue',
    seat: 'v.seat_no',
    number: 'c.caller',
  },
  wraps: {
    text: `select s.queue, s.seat_no, s.t_hangup as t_from, s.t_wrap_end as t_to, round(extract(epoch from (s.t_wrap_end - s.t_hangup)))::int as wrap_s, s.call_id
      from seat_segment s`,
    where: "s.t_wrap_end > s.t_hangup and s.outcome = 'answered'",
    ...OF_SEGMENT,
  },
  'consults-external': { text: MOVES, where: "m.kind = 'consult' and m.external", ...OF_MOVE },
  'consults-internal': { text: MOVES, where: "m.kind = 'consult' and not m.external", ...OF_MOVE },
  // also those of which the switch did not tell where they went
  consults: { text: MOVES, where: "m.kind = 'consult'", ...OF_MOVE },
  moves: { text: MOVES, where: "m.kind <> 'consult'", ...OF_MOVE },
  holds: {
    text: `select s.queue, s.seat_no, c.caller, s.t_answer as t_from, s.t_hangup as t_to, s.holds, round(s.hold_ms / 1000.0)::int as hold_s, s.call_id ${SEGMENT}`,
    where: 's.holds > 0',
    ...OF_SEGMENT,
    number: 'c.caller',
  },
};

const BANDS = ['<1', '1-2', '2-3', '3-5', '>5'] as const;

/**
 * One list in the order of time. A filter that a list cannot be narrowed by is refused.
 * @throws RangeError naming that filter
 */
export async function readList(sql: Sql, q: ListQuery): Promise<ListResult> {
  const shape = SHAPES[q.list];
  const open = q.list === 'logins' && q.zone !== undefined ? await signedIn(sql, q.zone) : null;
  const values: unknown[] = open ? [JSON.stringify(open)] : [];
  const where = [
    `${shape.at} >= ${instant(q.from)}`,
    `${shape.at} < ${instant(q.to)}`,
    ...(shape.where ? [shape.where] : []),
  ];
  for (const key of ['queue', 'seat', 'trunk', 'number', 'band'] as const) {
    const wanted = q.filter?.[key];
    if (wanted === undefined) continue;
    const column = key === 'band' ? (q.list === 'answered' ? BAND : undefined) : shape[key];
    if (column === undefined) throw new RangeError(`the list ${q.list} cannot be narrowed by ${key}`);
    values.push(key === 'band' ? [BANDS[wanted as number]] : key === 'number' ? [wanted] : wanted);
    where.push(`coalesce(${column}, '') = any($${values.length}::text[])`);
  }
  if (q.filter?.other !== undefined) {
    if (!shape.other) throw new RangeError(`the list ${q.list} has no other side`);
    values.push([q.filter.other]);
    where.push(shape.other(`$${values.length}::text[]`));
  }
  const limit = Math.min(q.limit ?? ROWS_AT_MOST, ROWS_AT_MOST);
  const rows = await sql.unsafe<Record<string, unknown>[]>(
    `${open ? LOGINS_AND_OPEN : shape.text} where ${where.join(' and ')}${shape.group ? ` group by ${shape.group}` : ''}
     order by ${shape.order ?? `${shape.at}${shape.group ? '' : `, 1, 2`}`} limit ${limit + 1} offset ${q.offset ?? 0}`,
    values as never[],
  );
  const columns = LISTS[q.list];
  return {
    rows: rows.slice(0, limit).map((r) => Object.fromEntries(columns.map((c) => [c.key, plain(r[c.key])]))),
    more: rows.length > limit,
  };
}

/** A value as lists and drills give it: instants in milliseconds. */
export function plain(x: unknown): string | number | null {
  if (x === null || x === undefined) return null;
  if (x instanceof Date) return x.getTime();
  return typeof x === 'number' || typeof x === 'string' ? x : String(x);
}
