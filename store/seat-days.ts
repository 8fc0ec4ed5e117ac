import type { CallDirection, GapCause, GapRow } from '#domain/floor/rows.ts';
import type { RingOutcome, TalkEnd } from '#domain/floor/facts.ts';
import type { SeatState } from '#domain/floor/view.ts';
import type { SteerCode, SteerKind, SteerState } from '#domain/steer/rows.ts';
import { HOUR, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';

/** What seats did over a day, from the records: for a seat's shift and for a room's. */

/** Longest call that reaches into a day from the one before. */
const CALL_AT_MOST = 12 * HOUR;
/** Rows of one seat's day at most; no day of a person has as many. */
const ROWS = 5000;

export interface StateRow {
  readonly from: Instant;
  readonly to: Instant;
  readonly state: SeatState;
  readonly reason: string;
  readonly queue: string | null;
}
export interface SeatCall {
  readonly call: string;
  readonly direction: CallDirection;
  readonly queue: string | null;
  readonly caller: string;
  readonly called: string;
  readonly ringAt: Instant | null;
  readonly answeredAt: Instant | null;
  readonly endedAt: Instant;
  readonly wrapUntil: Instant | null;
  readonly holds: number;
  readonly holdMs: number;
  readonly outcome: RingOutcome;
  readonly endedBy: TalkEnd | null;
}
export interface SeatLogin {
  readonly from: Instant;
  readonly to: Instant;
  readonly name: string;
}
export interface SeatCommand {
  readonly id: string;
  readonly kind: SteerKind;
  readonly at: Instant;
  readonly by: string;
  readonly reason: string | null;
  readonly state: SteerState;
  readonly code: SteerCode | null;
}
export interface SeatDay {
  readonly states: readonly StateRow[];
  readonly calls: readonly SeatCall[];
  readonly logins: readonly SeatLogin[];
  readonly commands: readonly SeatCommand[];
  readonly gaps: readonly GapRow[];
}

/** One seat's states, calls, sign-ins and what supervisors did to it, over [from, to). The state before `from` is among them. */
export async function seatDay(sql: Sql, seat: string, from: Instant, to: Instant): Promise<SeatDay> {
  const [states, calls, logins, commands, gaps] = await Promise.all([
    sql<{ t_from: Date; t_to: Date; state: SeatState; reason: string; queue: string | null }[]>`
      (select t_from, t_to, state, reason, queue from seat_state
        where seat_no = ${seat} and t_from >= ${toTs(from)} and t_from < ${toTs(to)} order by t_from limit ${ROWS})
      union all
      (select t_from, t_to, state, reason, queue from seat_state
        where seat_no = ${seat} and t_from < ${toTs(from)} order by t_from desc limit 1)
      order by t_from`,
    callsOf(sql, seat, from, to),
    sql<{ t_in: Date; t_out: Date; name: string }[]>`
      select t_in, t_out, name from seat_login
      where seat_no = ${seat} and t_in < ${toTs(to)} and t_out > ${toTs(from)} order by t_in limit ${ROWS}`,
    sql<
      {
        n: number;
        kind: SteerKind;
        asked_at: Date;
        by_name: string;
        reason: string | null;
        state: SteerState;
        code: SteerCode | null;
      }[]
    >`
      select n, kind, asked_at, by_name, wish->>'reason' as reason, state, code from floor_command
      where wish->>'seat' = ${seat} and asked_at >= ${toTs(from)} and asked_at < ${toTs(to)} order by asked_at limit ${ROWS}`,
    floorGaps(sql, from, to),
  ]);
  return {
    states: states.map(({ t_from, t_to, ...s }) => ({ ...s, from: fromTs(t_from), to: fromTs(t_to) })),
    calls,
    logins: logins.map((l) => ({ from: fromTs(l.t_in), to: fromTs(l.t_out), name: l.name })),
    commands: commands.map(({ n, asked_at, by_name, ...c }) => ({
      ...c,
      id: String(n),
      at: fromTs(asked_at),
      by: by_name,
    })),
    gaps,
  };
}

async function callsOf(sql: Sql, seat: string, from: Instant, to: Instant): Promise<SeatCall[]> {
  const rows = await sql<
    {
      call_id: string;
      direction: CallDirection;
      queue: string | null;
      caller: string | null;
      called: string | null;
      t_ring: Date | null;
      t_answer: Date | null;
      t_hangup: Date;
      t_wrap_end: Date | null;
      holds: number;
      hold_ms: number;
      outcome: RingOutcome;
      ended_by: TalkEnd | null;
    }[]
  >`
    select s.call_id, s.direction, s.queue, c.caller, c.called, s.t_ring, s.t_answer, s.t_hangup, s.t_wrap_end,
      s.holds, s.hold_ms, s.outcome, s.ended_by
    from seat_segment s left join lateral (select caller, called from call where call_id = s.call_id limit 1) c on true
    where s.seat_no = ${seat} and s.t_from >= ${toTs(from - CALL_AT_MOST)} and s.t_from < ${toTs(to)}
      and greatest(s.t_hangup, s.t_wrap_end) > ${toTs(from)}
    order by s.t_from limit ${ROWS}`;
  const at = (d: Date | null): Instant | null => d && fromTs(d);
  return rows.map((r) => ({
    call: r.call_id,
    direction: r.direction,
    queue: r.queue,
    caller: r.caller ?? '',
    called: r.called ?? '',
    ringAt: at(r.t_ring),
    answeredAt: at(r.t_answer),
    endedAt: fromTs(r.t_hangup),
    wrapUntil: at(r.t_wrap_end),
    holds: r.holds,
    holdMs: r.hold_ms,
    outcome: r.outcome,
    endedBy: r.ended_by,
  }));
}

/** Times in which the switch was not heard and that touch [from, to). */
export async function floorGaps(sql: Sql, from: Instant, to: Instant): Promise<GapRow[]> {
  const rows = await sql<{ gap_id: string; t_from: Date; t_to: Date | null; why: GapCause }[]>`
    select gap_id, t_from, t_to, why from floor_gap
    where t_from < ${toTs(to)} and coalesce(t_to, 'infinity') > ${toTs(from)} order by t_from limit ${ROWS}`;
  return rows.map((g) => ({ id: g.gap_id, from: fromTs(g.t_from), to: g.t_to && fromTs(g.t_to), why: g.why }));
}

/**
 * States of many seats over [from, to), with each seat's state before `from`, in the order of time. A seat's stretches come as one
 * text, because a row of the database for each costs more than all that is done with it.
 * @returns seat → its stretches, without reasons and queues; seats of which nothing is recorded are left out
 */
export async function seatsDay(
  sql: Sql,
  seats: readonly string[],
  from: Instant,
  to: Instant,
): Promise<Map<string, StateRow[]>> {
  const rows = await sql<{ seat: string; stretches: string }[]>`
    select x.seat, y.stretches from unnest(${seats as string[]}::text[]) as x (seat), lateral (
      select string_agg(concat_ws(' ', round(extract(epoch from z.t_from) * 1000)::bigint - ${from}::bigint,
        round(extract(epoch from z.t_to) * 1000)::bigint - ${from}::bigint, z.state), ';' order by z.t_from) as stretches
      from (
        (select t_from, t_to, state from seat_state
          where seat_no = x.seat and t_from >= ${toTs(from)} and t_from < ${toTs(to)} order by t_from limit ${ROWS})
        union all
        (select t_from, t_to, state from seat_state
          where seat_no = x.seat and t_from < ${toTs(from)} order by t_from desc limit 1)) z) y
    where y.stretches is not null`;
  return new Map(
    rows.map(({ seat, stretches }) => [
      seat,
      stretches.split(';').map((text): StateRow => {
        const [a, b, state] = text.split(' ') as [string, string, SeatState];
        return { from: from + Number(a), to: from + Number(b), state, reason: '', queue: null };
      }),
    ]),
  );
}

/** The last day before an instant on which anything of a seat is recorded; null when there is none. */
export async function lastSeen(sql: Sql, seat: string, before: Instant): Promise<Instant | null> {
  const [r] = await sql<{ t: Date | null }[]>`
    select t_from as t from seat_state where seat_no = ${seat} and t_from < ${toTs(before)} and state <> 'offline'
    order by t_from desc limit 1`;
  return r?.t ? fromTs(r.t) : null;
}
