import type { FactDraft } from '../fact.ts';
import type { Instant } from '../time.ts';
import type { EndedIn, CallOutcome, LeaveOutcome, MoveKind, RingOutcome, TalkEnd } from './facts.ts';
import type { RecordingState } from '../recordings/spans.ts';
import type { CallDirection, GapCause, LinkRow, SeatLiveRow, SeatRow } from './rows.ts';
import type { Tables } from '../tables.ts';
import { seatState, type PauseReasons, type SeatState } from './view.ts';

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
  readonly call_recording: RecordingRecord[];
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
  /** When the caller of its visit entered the queue; null where it is of none, or his waiting was not heard. */
  t_queue: Instant | null;
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
  /** Address of the telephone at sign-in, or the first that was told while it was signed in; null: not told. */
  ip: string | null;
}
/** A move of a call; consultations and conferences last from `t` to `t_to`, the others have no end. */
export interface MoveRecord {
  t: Instant;
  /** When the other party of a consultation answered; null: nobody did, or no consultation. */
  t_answer: Instant | null;
  t_to: Instant | null;
  call_id: string;
  kind: MoveKind;
  from_seat: string | null;
  to_seat: string | null;
  to_number: string;
  /** Of a consultation: with somebody outside the house. */
  external: boolean | null;
}
export interface RatingRecord {
  t: Instant;
  call_id: string;
  seat_no: string | null;
  queue: string | null;
  score: number;
}
export interface RecordingRecord {
  t: Instant;
  call_id: string;
  leg: string;
  state: RecordingState;
  file: string | null;
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
  call_recording: [],
  floor_gap: [],
});

interface OpenState {
  readonly row: SeatLiveRow;
  /** Beginning of the interval that is open. */
  readonly from: Instant;
  /** Since when `row` holds; the state was the same from `from` on. */
  readonly rowAt: Instant;
}

interface SignedIn {
  readonly name: string;
  readonly extension: string;
  readonly signedInAt: Instant | null;
  readonly ip: string | null;
}

/** Follows the floor's facts in order and says which records each completes. */
export class RecordFold {
  readonly #reasons: PauseReasons;
  /** The state that each seat is in, and the instant up to which its states are already written. */
  readonly #live = new Map<string, OpenState>();
  readonly #seats = new Map<string, SignedIn>();

  constructor(reasons: PauseReasons) {
    this.#reasons = reasons;
  }

  /**
   * Takes up from a folded state, as after a restart. A state may have begun before we listened; its record does not.
   * @param writtenTo from where on nothing is stored of each seat's states; a seat that has none was seen in one state only
   */
  resume(tables: Tables, writtenTo: ReadonlyMap<string, Instant>): void {
    const heardFrom = tables.get<LinkRow>('link', 'asterisk')?.since ?? -Infinity;
    for (const [id, row] of tables.all<SeatLiveRow>('seatLive'))
      this.#live.set(id, openAt(row, Math.max(openFrom(row, writtenTo.get(id)), heardFrom)));
    for (const [id, s] of tables.all<SeatRow>('seat'))
      if (s.memberships.length > 0)
        this.#seats.set(id, { name: s.name, extension: s.extension, signedInAt: s.signedInAt, ip: s.ip ?? null });
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

  /** What every seat does at `now`, from where its stored states end: they are written when something else begins. */
  openStates(now: Instant): SeatStateRecord[] {
    return [...this.#live].flatMap(([seat, open]) => this.#intervals(seat, open, now));
  }

  #seatChanged(seat: string, row: SeatLiveRow, at: Instant, out: FloorRecords): void {
    const open = this.#live.get(seat);
    if (!open) {
      this.#live.set(seat, { row, from: at, rowAt: at });
      return;
    }
    // events of different topics may come a little out of order: intervals of a seat never overlap
    const now = Math.max(at, open.rowAt);
    const done = this.#intervals(seat, open, now);
    const next = this.#stateOf(seat, row, now);
    const last = done.at(-1);
    // the same state goes on: one interval, whatever else of the row changed
    const goesOn = last && last.state === next.state && last.reason === next.reason && last.queue === next.queue;
    if (goesOn) done.pop();
    out.seat_state.push(...done);
    this.#live.set(seat, { row, from: goesOn ? last.t_from : now, rowAt: now });
  }

  #stateOf(seat: string, row: SeatLiveRow, at: Instant): Omit<SeatStateRecord, 't_from' | 't_to'> {
    const state = seatState(row, at, this.#reasons);
    const reason = state === 'break' || state === 'busy' || state === 'other' ? row.reason : '';
    return { seat_no: seat, state, reason, queue: row.queue };
  }

  /** What the seat did from the interval's beginning to `at`: one state, or two where a wrap-up ended by itself. */
  #intervals(seat: string, { row, from, rowAt }: OpenState, at: Instant): SeatStateRecord[] {
    if (at <= from) return [];
    const { wrapUntil } = row;
    const first = this.#stateOf(seat, row, rowAt);
    if (wrapUntil === null || wrapUntil <= rowAt || wrapUntil >= at || first.state !== 'wrap')
      return [{ t_from: from, t_to: at, ...first }];
    const then = this.#stateOf(seat, row, wrapUntil);
    return [
      { t_from: from, t_to: wrapUntil, ...first },
      { t_from: wrapUntil, t_to: at, ...then },
    ];
  }

  #closeState(seat: string, at: Instant, out: FloorRecords): void {
    const open = this.#live.get(seat);
    if (!open) return;
    out.seat_state.push(...this.#intervals(seat, open, at));
    const from = Math.max(open.from, at);
    this.#live.set(seat, { row: open.row, from, rowAt: Math.max(open.rowAt, from) });
  }

  #seatDescribed(seat: string, body: Omit<SeatRow, 'id'>, at: Instant, out: FloorRecords): void {
    if (body.memberships.length === 0) return this.#signOut(seat, at, out);
    const known = this.#seats.get(seat);
    this.#seats.set(seat, {
      name: body.name,
      extension: body.extension,
      signedInAt: known?.signedInAt ?? body.signedInAt,
      ip: known?.ip ?? body.ip ?? null,
    });
  }

  #signOut(seat: string, at: Instant, out: FloorRecords): void {
    const s = this.#seats.get(seat);
    if (!s) return;
    this.#seats.delete(seat);
    if (s.signedInAt === null) return;
    const { name, extension, ip } = s;
    out.seat_login.push({ t_in: s.signedInAt, t_out: at, seat_no: seat, name, extension, ip });
  }

  #gap(id: string, b: { from: Instant; to: Instant | null; why: GapCause }, out: FloorRecords): void {
    out.floor_gap.push({ gap_id: id, t_from: b.from, t_to: b.to, why: b.why });
    for (const seat of [...this.#live.keys()]) {
      if (b.to === null) this.#closeState(seat, b.from, out);
      const open = this.#live.get(seat)!;
      // what a seat did while nobody heard is not known: its next interval begins where we hear again
      this.#live.set(seat, openAt(open.row, Math.max(open.from, b.to ?? b.from)));
    }
  }
}

/**
 * States follow one another: what is open began where the last one was written to, and no earlier than its line (of which only
 * 'offline' and 'unavailable' are one state).
 */
function openFrom(row: SeatLiveRow, writtenTo: Instant | undefined): Instant {
  if (writtenTo === undefined) return row.since;
  return row.line === 'offline' || row.line === 'unavailable' ? writtenTo : Math.max(writtenTo, row.since);
}

const openAt = (row: SeatLiveRow, from: Instant): OpenState => ({ row, from, rowAt: from });

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
        t_queue: b.joinedAt,
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
      // of a conference there is a record when it is over
      if (fact.body.move === 'conference') return;
      out.call_move.push({
        t: at,
        t_answer: null,
        t_to: null,
        call_id: subject,
        kind: fact.body.move,
        from_seat: fact.body.fromSeat,
        to_seat: fact.body.toSeat,
        to_number: fact.body.toNumber,
        external: null,
      });
      return;
    case 'call.conferred':
      out.call_move.push({
        t: fact.body.from,
        t_answer: null,
        t_to: at,
        call_id: subject,
        kind: 'conference',
        from_seat: fact.body.fromSeat,
        to_seat: null,
        to_number: fact.body.conference,
        external: null,
      });
      return;
    case 'call.consulted':
      out.call_move.push({
        t: fact.body.from,
        t_answer: fact.body.answeredAt,
        t_to: at,
        call_id: subject,
        kind: 'consult',
        from_seat: fact.body.seat,
        to_seat: fact.body.toSeat,
        to_number: fact.body.toNumber,
        external: fact.body.external,
      });
      return;
    case 'call.recording': {
      const { leg, state, file } = fact.body;
      out.call_recording.push({ t: at, call_id: subject, leg, state, file });
      return;
    }
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
