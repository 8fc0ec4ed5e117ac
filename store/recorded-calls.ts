import type { CallDirection } from '#domain/floor/rows.ts';
import { DAY, HOUR, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';

/** Calls whose recordings are looked for: those with a conversation, and those of which the switch told a recording. */
export interface RecordedFilter {
  readonly from: Instant;
  readonly to: Instant;
  /** Exactly this call; the period does not matter then. */
  readonly call?: string;
  /** Caller or called: the whole number, or at least its last four digits. */
  readonly number?: string;
  readonly seat?: string;
  readonly queue?: string;
  readonly direction?: CallDirection;
  /** Seconds of conversation. */
  readonly minS?: number;
  readonly maxS?: number;
}

export interface RecordedCall {
  readonly call: string;
  readonly setupAt: Instant;
  readonly endAt: Instant;
  readonly direction: CallDirection;
  /** Unmasked; whoever shows them masks them. */
  readonly caller: string;
  readonly called: string;
  readonly queues: readonly string[];
  readonly seats: readonly string[];
  /** null: no conversation. */
  readonly talkS: number | null;
  /** From the first answer to the last hang-up. */
  readonly answeredAt: Instant | null;
  readonly hungUpAt: Instant | null;
}

/** Counted up to here; more is “more than”. */
export const COUNT_AT_MOST = 10_000;
/** From so many digits on a number is looked for as it is, by the index. */
const WHOLE_NUMBER = 7;

function numberIs(sql: Sql, number: string) {
  if (number.length >= WHOLE_NUMBER) return sql`(c.caller = ${number} or c.called = ${number})`;
  const digits = number.length;
  return sql`(right(c.caller, ${digits}::int) = ${number} or right(c.called, ${digits}::int) = ${number})`;
}

function wanted(sql: Sql, f: RecordedFilter) {
  const within = sql`between ${toTs(f.from - HOUR)} and ${toTs(f.to + DAY)}`;
  return sql`
    ${f.call === undefined ? sql`c.t_setup >= ${toTs(f.from)} and c.t_setup < ${toTs(f.to)}` : sql`c.call_id = ${f.call}`}
    and ${f.number === undefined ? sql`true` : numberIs(sql, f.number)}
    and ${f.direction === undefined ? sql`true` : sql`c.direction = ${f.direction}`}
    and ${
      f.seat === undefined
        ? sql`true`
        : sql`c.call_id in (
            select call_id from seat_segment where seat_no = ${f.seat} and t_answer is not null and t_from ${within})`
    }
    and ${
      f.queue === undefined
        ? sql`true`
        : sql`c.call_id in (select call_id from queue_visit where queue = ${f.queue} and t_queue ${within})`
    }
    and ${f.minS === undefined ? sql`true` : sql`s.talk_s >= ${f.minS}`}
    and ${f.maxS === undefined ? sql`true` : sql`s.talk_s <= ${f.maxS}`}
    and (s.talk_s is not null or exists (select 1 from call_recording r where r.call_id = c.call_id))`;
}

// the bounds keep the look at the seats to the chunks of the call's own days
const seats = (sql: Sql) => sql`
  left join lateral (
    select array_agg(distinct seat_no) as seats, array_agg(distinct queue) filter (where queue is not null) as queues,
      min(t_answer) as answered, max(t_hangup) as hung_up,
      sum(coalesce(talk_s, extract(epoch from t_hangup - t_answer)::int))::int as talk_s
    from seat_segment
    where call_id = c.call_id and t_answer is not null
      and t_from > c.t_setup - interval '1 hour' and t_from < c.t_setup + interval '1 day') s on true`;

/** The same seconds for all calls of a period at once: to sort by them, one look at each call would take many times as long. */
const sums = (sql: Sql, f: RecordedFilter) => sql`
  left join (
    select call_id, sum(coalesce(talk_s, extract(epoch from t_hangup - t_answer)::int))::int as talk_s
    from seat_segment
    where t_answer is not null and t_from between ${toTs(f.from - HOUR)} and ${toTs(f.to + DAY)}
    group by call_id) s on s.call_id = c.call_id`;

export type RecordedOrder = 'newest' | 'oldest' | 'longest' | 'shortest';

const order = (sql: Sql, by: RecordedOrder) =>
  ({
    newest: sql`c.t_setup desc, c.call_id`,
    oldest: sql`c.t_setup, c.call_id`,
    longest: sql`s.talk_s desc nulls last, c.t_setup desc`,
    shortest: sql`s.talk_s nulls last, c.t_setup desc`,
  })[by];

/** How many calls the filter finds, at most one more than {@link COUNT_AT_MOST}. */
export async function recordedCount(sql: Sql, f: RecordedFilter): Promise<number> {
  const [r] = await sql<{ n: number }[]>`
    select count(*)::int as n from (select 1 from call c ${seats(sql)} where ${wanted(sql, f)} limit ${COUNT_AT_MOST + 1}) x`;
  return r!.n;
}

export async function recordedCalls(
  sql: Sql,
  f: RecordedFilter,
  by: RecordedOrder,
  offset: number,
  limit: number,
): Promise<RecordedCall[]> {
  const byLength = f.call === undefined && (by === 'longest' || by === 'shortest');
  const rows = await sql<
    {
      call_id: string;
      t_setup: Date;
      t_end: Date;
      direction: CallDirection;
      caller: string;
      called: string;
      queues: string[] | null;
      seats: string[] | null;
      talk_s: number | null;
      answered: Date | null;
      hung_up: Date | null;
    }[]
  >`
    select c.call_id, c.t_setup, c.t_end, c.direction, c.caller, c.called, s.queues, s.seats, s.talk_s, s.answered, s.hung_up
    from (
      select c.t_setup, c.t_end, c.call_id, c.direction, c.caller, c.called
      from call c ${byLength ? sums(sql, f) : seats(sql)} where ${wanted(sql, f)}
      order by ${order(sql, by)} limit ${limit} offset ${offset}) c ${seats(sql)}
    order by ${order(sql, by)}`;
  return rows.map((r) => ({
    call: r.call_id,
    setupAt: fromTs(r.t_setup),
    endAt: fromTs(r.t_end),
    direction: r.direction,
    caller: r.caller,
    called: r.called,
    queues: r.queues ?? [],
    seats: r.seats ?? [],
    talkS: r.talk_s,
    answeredAt: r.answered && fromTs(r.answered),
    hungUpAt: r.hung_up && fromTs(r.hung_up),
  }));
}

/** Seconds of conversation of each city day in [from, to): what recorders have to hold. Days without any are left out. */
export async function talkPerDay(
  sql: Sql,
  from: Instant,
  to: Instant,
  zone: string,
): Promise<{ day: string; talkS: number; calls: number }[]> {
  const rows = await sql<{ day: string; talk_s: number; calls: number }[]>`
    select to_char(t_from at time zone ${zone}, 'YYYY-MM-DD') as day,
      sum(extract(epoch from t_hangup - t_answer))::float8 as talk_s, count(distinct call_id)::int as calls
    from seat_segment where t_answer is not null and t_from >= ${toTs(from)} and t_from < ${toTs(to)}
    group by 1 order by 1`;
  return rows.map((r) => ({ day: r.day, talkS: r.talk_s, calls: r.calls }));
}
