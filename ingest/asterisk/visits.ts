import type { TalkEnd } from '#domain/floor/facts.ts';
import { SECOND, type Instant } from '#domain/time.ts';
import { tellSegment } from './calls.ts';
import { settle, wholeSeconds } from './exits.ts';
import type { AmiEvent } from './parse.ts';
import { callEnded, refreshSeat, wrapUntilFor } from './seats.ts';
import {
  keyOf,
  memberKey,
  seatIdOf,
  talkKey,
  visitId,
  type AmiState,
  type Out,
  type Seat,
  type Segment,
  type Visit,
} from './state.ts';

type Of<T extends AmiEvent['type']> = Extract<AmiEvent, { type: T }>;

const direction = (state: AmiState, call: string) => state.calls.get(call)?.direction ?? 'in';

export function joined(state: AmiState, e: Of<'join'>, out: Out): void {
  const here = state.waiting.get(e.uniqueid);
  // a list has told of this caller already
  if (here?.queue === e.queue) return;
  settle(state, e.uniqueid, e.at, false, out);
  enter(state, { ...e, call: e.linkedid, joinedAt: e.at, approximate: false }, e.at, out);
}

export interface Entry {
  readonly uniqueid: string;
  readonly queue: string;
  readonly call: string;
  readonly caller: string;
  readonly joinedAt: Instant;
  readonly approximate: boolean;
  readonly place: string;
}

/** A caller is in a queue. */
export function enter(state: AmiState, e: Entry, at: Instant, out: Out): void {
  const call = state.calls.get(e.call);
  if (call) {
    call.reached = 'queue';
    if (call.ivrFrom !== null) call.ivrTo ??= at;
  }
  const visit: Visit = {
    id: visitId(e.uniqueid, e.queue, e.joinedAt),
    uniqueid: e.uniqueid,
    queue: e.queue,
    call: e.call,
    joinedAt: e.joinedAt,
    place: e.place,
    hangupAsked: false,
    gaveUp: null,
    leftAt: null,
    interface: '',
    segment: null,
    move: null,
  };
  state.waiting.set(e.uniqueid, visit);
  out.tell(at, visit.id, {
    kind: 'visit.joined',
    body: { ...keyOf(visit), caller: e.caller || call?.caller || '', approximate: e.approximate },
  });
}

// ── rings and conversations ───────────────────────────────────────────────────────────────────────────────────────────

function seatOf(state: AmiState, queue: string, iface: string): Seat | undefined {
  const byDevice = state.seats.get(seatIdOf(iface));
  if (byDevice?.members.has(memberKey(queue, iface))) return byDevice;
  for (const s of state.seats.values()) if (s.members.has(memberKey(queue, iface))) return s;
  return byDevice;
}

export function agentCalled(state: AmiState, e: Of<'agentCalled'>, out: Out): void {
  const seat = seatOf(state, e.queue, e.interface);
  const v = state.waiting.get(e.uniqueid);
  if (!seat || !e.dest) return;
  state.rings.set(e.dest, {
    id: e.dest,
    seat: seat.id,
    call: e.linkedid,
    visit: v?.id ?? null,
    queue: e.queue,
    joinedAt: v?.joinedAt ?? null,
    ringAt: e.at,
    answeredAt: null,
    ringMs: 0,
    holds: 0,
    holdMs: 0,
    endedAt: null,
  });
  for (const leg of seat.legs.values())
    if (leg.uniqueid === e.dest || leg.call === e.linkedid) {
      leg.ofQueue = true;
      leg.own = null;
    }
  refreshSeat(state, seat, e.at, out);
}

export function ringNoAnswer(state: AmiState, e: Of<'ringNoAnswer'>, out: Out): void {
  const ring = state.rings.get(e.dest);
  const seat = seatOf(state, e.queue, e.interface);
  state.rings.delete(e.dest);
  const s: Segment | null = ring ?? (seat ? bare(e.dest, seat.id, e) : null);
  if (!s) return;
  s.ringMs = e.ringMs;
  s.ringAt ??= e.at - e.ringMs;
  tellSegment(s, e.at, direction(state, s.call), {
    outcome: 'missed',
    talkS: null,
    wrapUntil: null,
    endedBy: null,
    out,
  });
  if (seat) refreshSeat(state, seat, e.at, out);
}

const bare = (id: string, seat: string, e: { linkedid: string; queue: string }): Segment => ({
  id,
  seat,
  call: e.linkedid,
  visit: null,
  queue: e.queue,
  joinedAt: null,
  ringAt: null,
  answeredAt: null,
  ringMs: 0,
  holds: 0,
  holdMs: 0,
  endedAt: null,
});

/** The ringing leg went without an answer: another seat took the call, or the caller gave up. */
export function ringEnded(
  state: AmiState,
  dest: string,
  at: Instant,
  outcome: 'cancelled' | 'lost' | 'unknown',
  out: Out,
): void {
  const s = state.rings.get(dest);
  if (!s) return;
  state.rings.delete(dest);
  s.ringMs = Math.max(0, at - s.ringAt!);
  tellSegment(s, at, direction(state, s.call), { outcome, talkS: null, wrapUntil: null, endedBy: null, out });
  const seat = state.seats.get(s.seat);
  if (seat) refreshSeat(state, seat, at, out);
}

export function agentConnected(state: AmiState, e: Of<'agentConnect'>, out: Out): void {
  const v = state.leaving.get(e.uniqueid) ?? state.waiting.get(e.uniqueid);
  const older = state.talking.get(talkKey(e.uniqueid, e.queue, e.interface));
  if (older && !v) return; // told twice
  const seat = seatOf(state, e.queue, e.interface);
  const seatId = seat?.id ?? seatIdOf(e.interface);
  const segment = state.rings.get(e.dest) ?? bare(e.dest, seatId, e);
  state.rings.delete(e.dest);
  segment.answeredAt = e.at;
  if (segment.ringAt !== null) segment.ringMs = Math.max(0, e.at - segment.ringAt);
  const visit: Visit =
    v?.queue === e.queue
      ? v
      : {
          // answered, but its waiting was not heard: the seat's part counts, the queue's figures do not
          id: visitId(e.uniqueid, e.queue, e.at),
          uniqueid: e.uniqueid,
          queue: e.queue,
          call: e.linkedid,
          joinedAt: e.at,
          place: '',
          hangupAsked: false,
          gaveUp: null,
          leftAt: null,
          interface: '',
          segment: null,
          move: null,
        };
  visit.call = e.linkedid;
  visit.interface = e.interface;
  visit.segment = segment;
  const key = talkKey(e.uniqueid, e.queue, e.interface);
  if (older) endTalk(state, older, e.at, 'unknown', null, out);
  state.talking.set(key, visit);
  if (v?.queue === e.queue) {
    state.leaving.delete(e.uniqueid);
    state.waiting.delete(e.uniqueid);
    segment.visit = v.id;
    segment.joinedAt = v.joinedAt;
    const call = state.calls.get(v.call);
    if (call) call.reached = 'seat';
    const waitS = e.waitS >= 0 ? e.waitS : wholeSeconds(v.joinedAt, e.at);
    out.tell(e.at, v.id, { kind: 'visit.answered', body: { ...keyOf(v), seat: seatId, waitS } });
  }
  if (!seat) return;
  seat.talk = visit;
  for (const leg of seat.legs.values())
    if (leg.uniqueid === e.dest || leg.call === e.linkedid) {
      leg.ofQueue = true;
      leg.own = null;
    }
  refreshSeat(state, seat, e.at, out);
}

export function agentCompleted(state: AmiState, e: Of<'agentComplete'>, out: Out): void {
  const seat = seatOf(state, e.queue, e.interface);
  const v =
    state.talking.get(talkKey(e.uniqueid, e.queue, e.interface)) ?? (e.uniqueid === '' ? talkOf(state, e) : null);
  // where the seat's own leg ended before, its after-call work began then
  if (seat && v?.segment?.endedAt == null) callEnded(state, seat, e.queue, e.at);
  if (v) endTalk(state, v, e.at, talkEnd(e.reason, v.move), e.talkS, out);
  if (seat) refreshSeat(state, seat, e.at, out);
}

/** The conversation that a completion without a channel means: of this member, and as long as it says. */
function talkOf(state: AmiState, e: Of<'agentComplete'>): Visit | null {
  let best: Visit | null = null;
  const off = (v: Visit): number => Math.abs(e.at - e.talkS * SECOND - (v.segment?.answeredAt ?? 0));
  for (const v of state.talking.values())
    if (v.queue === e.queue && v.interface === e.interface && (!best || off(v) < off(best))) best = v;
  return best;
}

function talkEnd(reason: string, move: Visit['move']): TalkEnd {
  if (reason === 'transfer') return move === 'attended' ? 'attended-transfer' : 'blind-transfer';
  return reason === 'agent' ? 'agent' : 'caller';
}

/** The conversation after a queue is over: told for the visit, and as the seat's part of the call. */
export function endTalk(state: AmiState, v: Visit, at: Instant, end: TalkEnd, talkS: number | null, out: Out): void {
  state.talking.delete(talkKey(v.uniqueid, v.queue, v.interface));
  const s = v.segment;
  const seat = s ? state.seats.get(s.seat) : undefined;
  // what nobody heard the beginning of is no visit of ours
  if (s && s.visit !== null)
    out.tell(at, v.id, { kind: 'visit.ended', body: { ...keyOf(v), seat: s.seat, talkS, end } });
  if (!s) return;
  const unheard = end === 'lost' || end === 'unknown';
  // hold still pressed: its time counts up to here
  if (seat?.talk === v) {
    for (const [uniqueid, since] of seat.held)
      if (seat.legs.get(uniqueid)?.ofQueue) {
        s.holdMs += Math.max(0, at - since);
        seat.held.delete(uniqueid);
      }
    if (unheard) seat.talk = null;
  }
  tellSegment(s, at, direction(state, v.call), {
    outcome: unheard ? end : 'answered',
    talkS,
    wrapUntil: unheard ? null : wrapUntilFor(state, seat, v.queue, s.endedAt ?? at),
    endedBy: end,
    out,
  });
}
