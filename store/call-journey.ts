import type { CallStory, JourneyCall, JourneyCommand, RecordedSpan } from '#domain/calls/journey.ts';
import type { CallOutcome, EndedIn } from '#domain/floor/facts.ts';
import type {
  CallRecord,
  GapRecord,
  IvrStepRecord,
  MoveRecord,
  RatingRecord,
  SegmentRecord,
  VisitRecord,
} from '#domain/floor/records.ts';
import type { CallDirection, SeatLiveRow } from '#domain/floor/rows.ts';
import type { SteerCode, SteerKind, SteerState, SteerWish } from '#domain/steer/rows.ts';
import { spansOf } from '#domain/recordings/spans.ts';
import { DAY, HOUR, MINUTE, SECOND, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';
import { recordingWords } from './recordings.ts';

/** Everything of one call, as stored. A call has some rows; one with more than this of a kind is cut there. */
const ROWS_AT_MOST = 500;
/** What belongs to a call lies between its beginning and this long after; it keeps the reads to few chunks. */
const LONGEST_MS = 2 * DAY;

type Stored<T> = { [K in keyof T]: T[K] extends Instant ? (K extends `t${string}` ? Date : T[K]) : Date | T[K] };
/** Instants of a row from the database's own. */
function read<T extends object>(row: object): T {
  return Object.fromEntries(
    Object.entries(row).map(([k, v]: [string, unknown]) => [k, v instanceof Date ? fromTs(v) : v]),
  ) as T;
}

/**
 * The story of a call: stored rows, and for one that is not over what its facts say.
 * @returns null when neither the rows nor the facts know this id
 */
export async function callStory(sql: Sql, id: string): Promise<CallStory | null> {
  const [stored] = await sql<Stored<CallRecord>[]>`
    select t_setup, call_id, direction, trunk, caller, called, t_ivr_in, t_ivr_out, t_end, ended_in, outcome, merged_into, hangup_cause
    from call where call_id = ${id} order by t_setup desc limit 1`;
  const call = stored ? read<CallRecord>(stored) : await startedCall(sql, id);
  if (!call) return null;
  const from = toTs(call.t_setup - HOUR);
  const to = toTs((call.t_end ?? call.t_setup) + LONGEST_MS);
  const [merged, steps, visits, segments, moves, ratings] = await Promise.all([
    sql<Stored<CallRecord>[]>`
      select t_setup, call_id, direction, trunk, caller, called, t_ivr_in, t_ivr_out, t_end, ended_in, outcome, merged_into, hangup_cause
      from call where merged_into = ${id} and t_setup between ${toTs(call.t_setup - DAY)} and ${to}
      order by t_setup limit ${ROWS_AT_MOST}`,
    sql<Stored<IvrStepRecord>[]>`
      select t_in, call_id, point, key, queue from ivr_step
      where call_id = ${id} and t_in between ${from} and ${to} order by t_in limit ${ROWS_AT_MOST}`,
    sql<Stored<VisitRecord>[]>`
      select t_queue, visit_id, call_id, queue, seat_no, t_answer, t_abandon, t_leave, outcome, wait_s from queue_visit
      where call_id = ${id} and t_queue between ${from} and ${to} order by t_queue limit ${ROWS_AT_MOST}`,
    sql<Stored<SegmentRecord>[]>`
      select t_from, segment_id, seat_no, call_id, direction, visit_id, queue, t_queue, t_ring, t_answer, t_hangup, ring_ms, holds, hold_ms,
        talk_s, t_wrap_end, outcome, ended_by
      from seat_segment where call_id = ${id} and t_from between ${from} and ${to} order by t_from limit ${ROWS_AT_MOST}`,
    sql<Stored<MoveRecord>[]>`
      select t, t_answer, t_to, call_id, kind, from_seat, to_seat, to_number, external from call_move
      where call_id = ${id} and t between ${from} and ${to} order by t limit ${ROWS_AT_MOST}`,
    sql<Stored<RatingRecord>[]>`
      select t, call_id, seat_no, queue, score from call_rating
      where call_id = ${id} and t between ${from} and ${to} order by t limit ${ROWS_AT_MOST}`,
  ]);
  const parts = segments.map((s) => read<SegmentRecord>(s));
  const known = visits.map((v) => read<CallStory['visits'][number]>(v));
  const waiting = call.t_end === null ? await waitingVisits(sql, call, new Set(known.map((v) => v.visit_id))) : [];
  const all = [...known, ...waiting];
  const [words, spoken, commands, holds, gaps] = await Promise.all([
    // a leg that came with another call brought its recording along
    recordingWords(sql, [id, ...merged.map((m) => String(m.call_id))]),
    messagesOf(sql, id),
    commandsOf(
      sql,
      id,
      all.map((v) => v.visit_id),
    ),
    holdsOf(sql, parts),
    gapsWithin(sql, call.t_setup, call.t_end ?? call.t_setup + HOUR),
  ]);
  return {
    call,
    merged: merged.map((m) => read<CallRecord>(m)),
    steps: steps.map((s) => read<IvrStepRecord>(s)),
    visits: all,
    segments: parts,
    moves: moves.map((m) => read<MoveRecord>(m)),
    ratings: ratings.map((r) => read<RatingRecord>(r)),
    commands,
    holds,
    recorded: [...spansOf([...words.values()].flat()), ...spoken],
    gaps,
  };
}

/** What the caller spoke to the voice box: a file of the switch as every other recording of the call. */
async function messagesOf(sql: Sql, id: string): Promise<RecordedSpan[]> {
  const rows = await sql<{ t: Date; duration_s: number | null; file: string }[]>`
    select t, duration_s, file from voice_message where call_id = ${id} and file <> '' order by t limit ${ROWS_AT_MOST}`;
  return rows.map(({ t, duration_s, file }) => ({
    leg: id,
    from: duration_s === null ? null : fromTs(t) - duration_s * SECOND,
    to: fromTs(t),
    file,
  }));
}

/** A call that is under way: it is stored when it ends, and until then only its facts tell of it. */
async function startedCall(sql: Sql, id: string): Promise<JourneyCall | null> {
  const facts = await sql<{ kind: string; at: Date; body: Record<string, unknown> }[]>`
    select kind, occurred_at as at, body from fact
    where subject = ${id} and kind in ('call.started', 'call.routed', 'call.stepped') order by n desc limit ${ROWS_AT_MOST}`;
  const started = facts.find((f) => f.kind === 'call.started');
  if (!started) return null;
  const told = { ...started.body, ...facts.find((f) => f.kind === 'call.routed')?.body } as {
    direction: CallDirection;
    caller: string;
    called: string;
    trunk: string | null;
  };
  const menu = facts.filter((f) => f.kind === 'call.stepped').reverse();
  const leaving = menu.find((f) => f.body.step === 'queue');
  return {
    t_setup: fromTs(started.at),
    call_id: id,
    direction: told.direction,
    trunk: told.trunk,
    caller: told.caller,
    called: told.called,
    t_ivr_in: menu[0] ? fromTs(menu[0].at) : null,
    t_ivr_out: leaving ? fromTs(leaving.at) : null,
    t_end: null,
    ended_in: null as EndedIn | null,
    outcome: null as CallOutcome | null,
    merged_into: null,
    hangup_cause: null,
  };
}

/** Visits of a call under way that have joined a queue and not left it. */
async function waitingVisits(
  sql: Sql,
  call: JourneyCall,
  known: ReadonlySet<string>,
): Promise<CallStory['visits'][number][]> {
  const rows = await sql<{ subject: string; at: Date; queue: string }[]>`
    select subject, occurred_at as at, body->>'queue' as queue from fact
    where kind = 'visit.joined' and body->>'call' = ${call.call_id}
      and recorded_at > ${toTs(call.t_setup - MINUTE)} and recorded_at < ${toTs(call.t_setup + DAY)}
    order by n desc limit 20`;
  return rows
    .filter((r) => !known.has(r.subject))
    .map((r) => ({
      visit_id: r.subject,
      call_id: call.call_id,
      queue: r.queue,
      seat_no: null,
      t_queue: fromTs(r.at),
      t_answer: null,
      t_abandon: null,
      t_leave: null,
      outcome: null,
      wait_s: null,
    }));
}

async function commandsOf(sql: Sql, call: string, visits: readonly string[]): Promise<JourneyCommand[]> {
  const rows = await sql<
    {
      n: number;
      kind: SteerKind;
      wish: SteerWish;
      by_name: string;
      asked_at: Date;
      state: SteerState;
      code: SteerCode | null;
    }[]
  >`
    select n, kind, wish, by_name, asked_at, state, code from floor_command
    where wish->>'call' = ${call} or wish->>'visit' = any(${visits as string[]})
    order by n limit ${ROWS_AT_MOST}`;
  return rows.map((r) => ({
    id: String(r.n),
    kind: r.kind,
    by: r.by_name,
    at: fromTs(r.asked_at),
    state: r.state,
    code: r.code,
    seat: r.wish.seat,
    reason: r.wish.reason,
  }));
}

/**
 * When a seat held the line in these conversations: the records count and add up holds, the facts tell when. Older facts are
 * no longer kept; then there are none here.
 */
async function holdsOf(sql: Sql, segments: readonly SegmentRecord[]): Promise<CallStory['holds']> {
  const out: { seat: string; from: Instant; to: Instant | null }[] = [];
  for (const s of segments.filter((x) => x.holds > 0 && x.t_answer !== null).slice(0, 20)) {
    const rows = await sql<{ at: Date; body: SeatLiveRow }[]>`
      select occurred_at as at, body from fact
      where subject = ${s.seat_no} and kind = 'seat.changed'
        and recorded_at between ${toTs(s.t_answer! - MINUTE)} and ${toTs(s.t_hangup + HOUR)}
        and occurred_at between ${toTs(s.t_answer!)} and ${toTs(s.t_hangup)}
      order by n limit ${ROWS_AT_MOST}`;
    let since: Instant | null = null;
    for (const r of rows) {
      const at = fromTs(r.at);
      if (r.body.holding && r.body.call === s.call_id) since ??= r.body.heldSince ?? at;
      else if (since !== null) {
        out.push({ seat: s.seat_no, from: since, to: at });
        since = null;
      }
    }
    if (since !== null) out.push({ seat: s.seat_no, from: since, to: s.t_hangup });
  }
  return out;
}

async function gapsWithin(sql: Sql, from: Instant, to: Instant): Promise<GapRecord[]> {
  const rows = await sql<Stored<GapRecord>[]>`
    select gap_id, t_from, t_to, why from floor_gap
    where t_from < ${toTs(to)} and (t_to is null or t_to > ${toTs(from)}) order by t_from limit 50`;
  return rows.map((r) => read<GapRecord>(r));
}
