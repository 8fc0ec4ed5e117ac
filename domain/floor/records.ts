import type { FactDraft } from '../fact.ts';
import type { Instant } from '../time.ts';
import type { EndedIn, CallOutcome, LeaveOutcome, MoveKind, RingOutcome, TalkEnd } from './facts.ts';
import type { CallDirection, GapCause, SeatLiveRow, SeatRow } from './rows.ts';
import type { Tables } from '../tables.ts';
import { seatState, stateSince, type PauseReasons, type SeatState } from './view.ts';

/**
 * What is stored of the floor for ever (stats.md §1): each record is written once, when what it tells is over.
 * Pure: the store writes what this fold returns, and folding the recorded facts again must give the stored rows.
 */
export interface FloorRecords {
  readonly call: CallRecord[];
  readonly ivr_step: IvrStepRecord[];
  readonly queue_visit: VisitRecord[];
  readonly seat_segment: SegmentRecord[];
  readonly seat_state: SeatStateRecord[];
  readonly seat_login: SeatLoginRecord[];
  readonly call_move: MoveRecord[];
  readonly call_rating: RatingRecord[];
  readonly floor_gap: GapRecord[];
}

export interface CallRecord {
  t_setup: Instant;
  call_id: string;
  direction: CallDirection;
  trunk: string | null;
  caller: string;
  called: string;
  t_ivr_in: Instant | null;
  t_ivr_out: Instant | null;
  t_end: Instant;
  ended_in: EndedIn;
  outcome: CallOutcome;
  merged_into: string | null;
  hangup_cause: number | null;
}
export interface IvrStepRecord {
  t_in: Instant;
  call_id: string;
  point: string;
  key: string;
  queue: string | null;
}
export interface VisitRecord {
  t_queue: Instant;
  visit_id: string;
  call_id: string;
  queue: string;
  seat_no: string | null;
  t_answer: Instant | null;
  t_abandon: Instant | null;
  t_leave: Instant;
  outcome: 'answered' | LeaveOutcome;
  /** Whole seconds as the switch counts them; null when nobody saw the end. */
  wait_s: number | null;
}
export interface SegmentRecord {
  t_from: Instant;
  segment_id: string;
  seat_no: string;
  call_id: string;
  direction: CallDirection;
  visit_id: string | null;
  queue: string | null;
  t_ring: Instant | null;
  t_answer: Instant | null;
  t_hangup: Instant;
  ring_ms: number;
  holds: number;
  hold_ms: number;
  talk_s: number | null;
  t_wrap_end: Instant | null;
  outcome: RingOutcome;
  ended_by: TalkEnd | null;
}
export interface SeatStateRecord {
  t_from: Instant;
  t_to: Instant;
  seat_no: string;
  state: SeatState;
  reason: string;
  queue: string | null;
}
export interface SeatLoginRecord {
  t_in: Instant;
  t_out: Instant;
  seat_no: string;
  name: string;
  extension: string;
}
export interface MoveRecord {
  t: Instant;
  call_id: string;
  kind: MoveKind;
  from_seat: string | null;
  to_seat: string | null;
  to_number: string;
}
export interface RatingRecord {
  t: Instant;
  call_id: string;
  seat_no: string | null;
  queue: string | null;
  score: number;
}
export interface GapRecord {
  gap_id: string;
  t_from: Instant;
  t_to: Instant | null;
  why: GapCause;
}

export const emptyRecords = (): FloorRecords => ({
  call: [],
  ivr_step: [],
  queue_visit: [],
  seat_segment: [],
  seat_state: [],
  seat_login: [],
  call_move: [],
  call_rating: [],
  floor_gap: [],
});

/** Follows the floor's facts in order and says which records each completes. */
export class RecordFold {
  readonly #reasons: PauseReasons;
  /** The state that each seat is in, and the instant up to which its states are already written. */
  readonly #live = new Map<string, { row: SeatLiveRow; from: Instant }>();
  readonly #seats = new Map<string, { name: string; extension: string; signedInAt: Instant | null }>();

  constructor(reasons: PauseReasons) {
    this.#reasons = reasons;
  }

  /**
   * Takes up from a folded state, as after a restart.
   * @param writtenTo up to when each seat's states are stored already
   */
  resume(tables: Tables, writtenTo: ReadonlyMap<string, Instant>): void {
    for (const [id, row] of tables.all<SeatLiveRow>('seatLive'))
      this.#live.set(id, { row, from: Math.max(stateSince(row, -Infinity), writtenTo.get(id) ?? -Infinity) });
    for (const [id, s] of tables.all<SeatRow>('seat'))
      if (s.memberships.length > 0)
        this.#seats.set(id, { name: s.name, extension: s.extension, signedInAt: s.signedInAt });
  }

  /** Adds the records that a fact completes to `out`. */
  apply(fact: FactDraft, out: FloorRecords): void {
    switch (fact.kind) {
      case 'seat.changed':
        return this.#seatChanged(fact.subject, fact.body, fact.at, out);
      case 'seat.described':
        return this.#seatDescribed(fact.subject, fact.body, fact.at, out);
      case 'seat.removed':
        this.#closeState(fact.subject, fact.at, out);
        this.#live.delete(fact.subject);
        return this.#signOut(fact.subject, fact.at, out);
      case 'floor.gap':
        return this.#gap(fact.subject, fact.body, out);
      default:
        return single(fact, out);
    }
  }

  #seatChanged(seat: string, row: SeatLiveRow, at: Instant, out: FloorRecords): void {
    const before = this.#live.get(seat);
    // an open interval of the same state goes on: only its row is exchanged
    if (before && sameState(before.row, row, at, this.#reasons)) {
      this.#live.set(seat, { row, from: before.from });
      return;
    }
    this.#closeState(seat, at, out);
    // events of different topics may come a little out of order: intervals of a seat never overlap
    this.#live.set(seat, { row, from: Math.max(at, this.#live.get(seat)?.from ?? at) });
  }

  /** Writes what the seat did up to `at`: one interval, or two where a wrap-up ended by itself in between. */
  #closeState(seat: string, at: Instant, out: FloorRecords): void {
    const open = this.#live.get(seat);
    if (!open) return;
    const edges = [open.from];
    const wrapEnd = open.row.wrapUntil;
    if (wrapEnd !== null && wrapEnd > open.from && wrapEnd < at) edges.push(wrapEnd);
    edges.push(at);
    for (let i = 0; i + 1 < edges.length; i++) {
      const from = edges[i]!;
      const to = edges[i + 1]!;
      if (to <= from) continue;
      const state = seatState(open.row, from, this.#reasons);
      const last = out.seat_state.at(-1);
      const reason = state === 'break' || state === 'busy' || state === 'other' ? open.row.reason : '';
      if (last?.seat_no === seat && last.state === state && last.reason === reason && last.t_to === from)
        last.t_to = to;
      else out.seat_state.push({ t_from: from, t_to: to, seat_no: seat, state, reason, queue: open.row.queue });
    }
    this.#live.set(seat, { row: open.row, from: Math.max(open.from, at) });
  }

  #seatDescribed(seat: string, body: Omit<SeatRow, 'id'>, at: Instant, out: FloorRecords): void {
    if (body.memberships.length === 0) return this.#signOut(seat, at, out);
    const known = this.#seats.get(seat);
    this.#seats.set(seat, {
      name: body.name,
      extension: body.extension,
      signedInAt: known?.signedInAt ?? body.signedInAt,
    });
  }

  #signOut(seat: string, at: Instant, out: FloorRecords): void {
    const s = this.#seats.get(seat);
    if (!s) return;
    this.#seats.delete(seat);
    if (s.signedInAt !== null)
      out.seat_login.push({ t_in: s.signedInAt, t_out: at, seat_no: seat, name: s.name, extension: s.extension });
  }

  #gap(id: string, b: { from: Instant; to: Instant | null; why: GapCause }, out: FloorRecords): void {
    out.floor_gap.push({ gap_id: id, t_from: b.from, t_to: b.to, why: b.why });
    for (const seat of [...this.#live.keys()]) {
      if (b.to === null) this.#closeState(seat, b.from, out);
      const open = this.#live.get(seat)!;
      // what a seat did while nobody heard is not known: its next interval begins where we hear again
      this.#live.set(seat, { row: open.row, from: Math.max(open.from, b.to ?? b.from) });
    }
  }
}

function sameState(a: SeatLiveRow, b: SeatLiveRow, at: Instant, reasons: PauseReasons): boolean {
  // a wrap-up that would end by itself later than before is another interval's business: compare it too
  if (a.wrapUntil !== b.wrapUntil || a.queue !== b.queue || a.reason !== b.reason) return false;
  return seatState(a, at, reasons) === seatState(b, at, reasons);
}

function single(fact: FactDraft, out: FloorRecords): void {
  const { at, subject } = fact;
  switch (fact.kind) {
    case 'call.ended': {
      const b = fact.body;
      out.call.push({
        t_setup: b.startedAt,
        call_id: subject,
        direction: b.direction,
        trunk: b.trunk,
        caller: b.caller,
        called: b.called,
        t_ivr_in: b.ivrFrom,
        t_ivr_out: b.ivrTo,
        t_end: at,
        ended_in: b.endedIn,
        outcome: b.outcome,
        merged_into: b.mergedInto,
        hangup_cause: b.hangupCause,
      });
      return;
    }
    case 'call.stepped':
      out.ivr_step.push({
        t_in: at,
        call_id: subject,
        point: fact.body.step,
        key: fact.body.key,
        queue: fact.body.queue,
      });
      return;
    case 'visit.answered':
    case 'visit.left': {
      const { queue, call, joinedAt, waitS } = fact.body;
      const answered = fact.kind === 'visit.answered';
      const outcome = fact.kind === 'visit.answered' ? 'answered' : fact.body.outcome;
      out.queue_visit.push({
        t_queue: joinedAt,
        visit_id: subject,
        call_id: call,
        queue,
        seat_no: fact.kind === 'visit.answered' ? fact.body.seat : null,
        t_answer: answered ? at : null,
        t_abandon: outcome === 'abandoned' ? at : null,
        t_leave: at,
        outcome,
        wait_s: outcome === 'unknown' ? null : waitS,
      });
      return;
    }
    case 'segment.ended': {
      const b = fact.body;
      out.seat_segment.push({
        t_from: b.ringAt ?? b.answeredAt ?? b.endedAt,
        segment_id: subject,
        seat_no: b.seat,
        call_id: b.call,
        direction: b.direction,
        visit_id: b.visit,
        queue: b.queue,
        t_ring: b.ringAt,
        t_answer: b.answeredAt,
        t_hangup: b.endedAt,
        ring_ms: b.ringMs,
        holds: b.holds,
        hold_ms: b.holdMs,
        talk_s: b.talkS,
        t_wrap_end: b.wrapUntil,
        outcome: b.outcome,
        ended_by: b.endedBy,
      });
      return;
    }
    case 'call.moved':
      out.call_move.push({
        t: at,
        call_id: subject,
        kind: fact.body.move,
        from_seat: fact.body.fromSeat,
        to_seat: fact.body.toSeat,
        to_number: fact.body.toNumber,
      });
      return;
    case 'call.rated':
      out.call_rating.push({
        t: at,
        call_id: subject,
        seat_no: fact.body.seat,
        queue: fact.body.queue,
        score: fact.body.score,
      });
      return;
    default:
      return;
  }
}
