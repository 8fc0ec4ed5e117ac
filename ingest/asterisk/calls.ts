import type { CallOutcome, EndedIn, FloorFactBody } from '#domain/floor/facts.ts';
import type { Instant } from '#domain/time.ts';
import { consultBegan, consultOver } from './consults.ts';
import { exitTold } from './exits.ts';
import { deviceOf, endpointOf, isLocal, isTelephone, type AmiFields, isOfHand } from './fields.ts';
import { conferenceLeft, conferenceOver, enterConference, outOfBridge, sentOn } from './moves.ts';
import type { AmiEvent } from './parse.ts';
import { callEnded, refreshSeat } from './seats.ts';
import { talkKey, type AmiState, type Call, type Leg, type Out, type Seat, type Segment } from './state.ts';
import { voiceMessage } from './voicemail.ts';

type Of<T extends AmiEvent['type']> = Extract<AmiEvent, { type: T }>;

/** A number of up to six digits is an extension of the house. */
const EXTENSION = /^\d{2,6}$/;

export function isTrunk(state: AmiState, channel: string): boolean {
  const endpoint = endpointOf(deviceOf(channel));
  const { trunks } = state.options;
  return trunks.length > 0 ? trunks.includes(endpoint) : !EXTENSION.test(endpoint) && !state.seats.has(endpoint);
}

/** Channel states: not yet ringing anywhere; opened by a telephone that dials. */
const DOWN = 0;
const DIALLING = 4;

type NewLeg = Pick<Of<'newchannel'>, 'at' | 'channel' | 'uniqueid' | 'linkedid' | 'caller' | 'exten' | 'state'>;

/**
 * A channel came: a call begins with its first, and a seat's own channel is remembered at the seat. Also for a channel whose
 * coming was not heard, told by its first news.
 */
export function newchannel(state: AmiState, e: NewLeg, out: Out): void {
  if (state.legs.has(e.uniqueid) || isOfHand(e.uniqueid)) return;
  if (!isTelephone(e.channel) && !isLocal(e.channel)) return;
  const call = state.calls.get(e.linkedid) ?? startCall(state, e, out);
  const seatId = isTelephone(e.channel) ? endpointOf(deviceOf(e.channel)) : null;
  const seat = seatId === null ? undefined : state.seats.get(seatId);
  const leg: Leg = {
    uniqueid: e.uniqueid,
    channel: e.channel,
    call: call.id,
    seat: seatId !== null && !isTrunk(state, e.channel) ? seatId : null,
    startedAt: e.at,
    dialled: e.state === DIALLING,
    ofQueue: seat !== undefined && hasQueueCall(state, seat, call.id),
    own: null,
    place: '',
  };
  state.legs.set(e.uniqueid, leg);
  call.legs.add(e.uniqueid);
  if (!seat || leg.seat === null) return;
  if (!leg.ofQueue) leg.own = ownSegment(leg, seat.id, e.state === DOWN ? e.at : null);
  seat.legs.set(e.uniqueid, leg);
  consultBegan(state, seat, e.at);
  refreshSeat(state, seat, e.at, out);
}

function ownSegment(leg: Leg, seat: string, ringAt: Instant | null): Segment {
  return {
    id: leg.uniqueid,
    seat,
    call: leg.call,
    visit: null,
    queue: null,
    joinedAt: null,
    ringAt,
    answeredAt: null,
    ringMs: 0,
    holds: 0,
    holdMs: 0,
    endedAt: null,
  };
}

/** A queue rings the seat, or it talks after a queue, in this call: a Local member's telephone leg belongs to that. */
function hasQueueCall(state: AmiState, seat: Seat, call: string): boolean {
  if (seat.talk?.call === call) return true;
  for (const r of state.rings.values()) if (r.seat === seat.id && r.call === call) return true;
  return false;
}

function startCall(state: AmiState, e: NewLeg, out: Out): Call {
  const trunk = isTelephone(e.channel) && isTrunk(state, e.channel) ? endpointOf(deviceOf(e.channel)) : null;
  const direction = trunk === null ? 'internal' : e.state === DOWN ? 'out' : 'in';
  const call: Call = {
    id: e.linkedid,
    direction,
    caller: e.caller,
    called: e.exten === 's' ? '' : e.exten,
    trunk,
    startedAt: e.at,
    legs: new Set(),
    ivrFrom: null,
    ivrTo: null,
    reached: 'setup',
    hangupCause: null,
    mergedInto: null,
    conference: null,
  };
  state.calls.set(call.id, call);
  const { caller, called } = call;
  out.tell(e.at, call.id, { kind: 'call.started', body: { direction, caller, called, trunk } });
  return call;
}

/** A seat's call that dials a trunk goes out. */
export function dialBegin(state: AmiState, e: Of<'dialBegin'>, out: Out): void {
  const dest = state.legs.get(e.dest);
  const call = dest && state.calls.get(dest.call);
  if (!call || call.direction !== 'internal' || !isTelephone(e.destChannel) || !isTrunk(state, e.destChannel)) return;
  call.direction = 'out';
  call.trunk = endpointOf(deviceOf(e.destChannel));
  call.called = e.number || call.called;
  out.tell(e.at, call.id, {
    kind: 'call.routed',
    body: { direction: 'out', called: call.called, trunk: call.trunk },
  });
}

/**
 * Legs change their call: after an attended transfer the target's leg takes the older Linkedid. A call that lost its last
 * leg to another call became part of it.
 */
export function relink(state: AmiState, uniqueid: string, linkedid: string, at: Instant, out: Out): void {
  const leg = state.legs.get(uniqueid);
  if (!leg || leg.call === linkedid || !state.calls.has(linkedid)) return;
  const from = state.calls.get(leg.call);
  const call = state.calls.get(linkedid)!;
  const stay = from?.conference?.legs.has(uniqueid) ? from.conference : null;
  if (stay) conferenceLeft(state, uniqueid, at, out);
  leg.call = linkedid;
  call.legs.add(uniqueid);
  if (stay) enterConference(state, call, leg, { ...stay, at }, out);
  if (leg.own) leg.own.call = linkedid;
  if (!from) return;
  from.legs.delete(uniqueid);
  from.mergedInto = linkedid;
  if (from.legs.size === 0) endCall(state, from, at, 'merged', out);
  const seat = leg.seat === null ? undefined : state.seats.get(leg.seat);
  if (seat) refreshSeat(state, seat, at, out);
}

/** Into a bridge and out of it. The first time in one a conversation of a seat's own call begins. */
export function bridged(state: AmiState, e: Of<'bridged'>): void {
  const leg = state.legs.get(e.uniqueid);
  if (!leg) return;
  if (!e.entered) return outOfBridge(state, leg, e);
  leg.place = e.place;
  const { own } = leg;
  if (!own || own.answeredAt !== null) return;
  own.answeredAt = e.at;
  if (own.ringAt !== null) own.ringMs = Math.max(0, e.at - own.ringAt);
}

/** Hold and retrieve name the channel that pressed the key: the seat's own. */
export function held(state: AmiState, e: Of<'hold'>, out: Out): void {
  const leg = state.legs.get(e.uniqueid);
  const seat = leg?.seat == null ? undefined : state.seats.get(leg.seat);
  if (!leg || !seat) return;
  if (e.held) {
    if (seat.held.has(e.uniqueid)) return;
    seat.held.set(e.uniqueid, e.at);
    const s = segmentOf(seat, leg);
    if (s) s.holds++;
    consultBegan(state, seat, e.at);
  } else release(seat, leg, e.at);
  refreshSeat(state, seat, e.at, out);
}

const segmentOf = (seat: Seat, leg: Leg): Segment | null => leg.own ?? seat.talk?.segment ?? null;

function release(seat: Seat, leg: Leg, at: Instant): void {
  const since = seat.held.get(leg.uniqueid);
  if (since === undefined) return;
  seat.held.delete(leg.uniqueid);
  const s = segmentOf(seat, leg);
  if (s) s.holdMs += Math.max(0, at - since);
}

/** A channel went: its seat's part of the call ends, and with the last channel the call. */
export function legEnded(
  state: AmiState,
  uniqueid: string,
  at: Instant,
  outcome: 'ended' | 'lost' | 'unknown',
  cause: number | null,
  out: Out,
): void {
  const leg = state.legs.get(uniqueid);
  if (!leg) return;
  sentOn(state, uniqueid, out);
  consultOver(state, uniqueid, at, out);
  conferenceLeft(state, uniqueid, at, out);
  state.legs.delete(uniqueid);
  const seat = leg.seat === null ? undefined : state.seats.get(leg.seat);
  const call = state.calls.get(leg.call);
  if (seat) seatLegEnded(state, seat, leg, at, outcome, out);
  if (!call) return;
  call.legs.delete(uniqueid);
  if (uniqueid === call.id) call.hangupCause = cause;
  if (call.legs.size === 0) endCall(state, call, at, outcome, out);
}

function seatLegEnded(
  state: AmiState,
  seat: Seat,
  leg: Leg,
  at: Instant,
  outcome: 'ended' | 'lost' | 'unknown',
  out: Out,
): void {
  release(seat, leg, at);
  seat.legs.delete(leg.uniqueid);
  if (leg.own && !leg.ofQueue) {
    const direction = state.calls.get(leg.call)?.direction ?? 'internal';
    const s = leg.own;
    s.call = leg.call;
    tellSegment(s, at, direction, {
      outcome: outcome === 'ended' ? (s.answeredAt === null ? 'cancelled' : 'answered') : outcome,
      talkS: s.answeredAt === null ? null : Math.round((at - s.answeredAt) / 1000),
      wrapUntil: null,
      endedBy: null,
      out,
    });
  }
  // taken over or dropped: the seat's call is over now, whenever the switch says so of the caller's (reference §4.3)
  if (seat.talk && ![...seat.legs.values()].some((l) => l.ofQueue)) {
    const { segment, uniqueid, queue } = seat.talk;
    if (segment && segment.endedAt === null && state.talking.has(talkKey(uniqueid, queue, seat.talk.interface))) {
      segment.endedAt = at;
      if (outcome === 'ended') callEnded(state, seat, queue, at);
    }
    seat.talk = null;
  }
  refreshSeat(state, seat, at, out);
}

type SegmentFact = Extract<FloorFactBody, { kind: 'segment.ended' }>['body'];

export function tellSegment(
  s: Segment,
  at: Instant,
  direction: Call['direction'],
  end: Pick<SegmentFact, 'outcome' | 'talkS' | 'wrapUntil' | 'endedBy'> & { out: Out },
): void {
  const { out, ...how } = end;
  out.tell(at, s.id, {
    kind: 'segment.ended',
    body: {
      seat: s.seat,
      call: s.call,
      direction,
      visit: s.visit,
      queue: s.queue,
      joinedAt: s.joinedAt,
      ringAt: s.ringAt,
      answeredAt: s.answeredAt,
      endedAt: s.endedAt ?? at,
      ringMs: s.ringMs,
      holds: s.holds,
      holdMs: s.holdMs,
      ...how,
    },
  });
}

export function endCall(state: AmiState, call: Call, at: Instant, outcome: CallOutcome, out: Out): void {
  state.calls.delete(call.id);
  conferenceOver(call, at, out);
  out.tell(at, call.id, {
    kind: 'call.ended',
    body: {
      direction: call.direction,
      caller: call.caller,
      called: call.called,
      trunk: call.trunk,
      startedAt: call.startedAt,
      ivrFrom: call.ivrFrom,
      ivrTo: call.ivrFrom === null ? null : (call.ivrTo ?? at),
      endedIn: call.reached,
      outcome,
      mergedInto: outcome === 'merged' ? call.mergedInto : null,
      hangupCause: call.hangupCause,
    },
  });
}

/** Ends of Queue() that never let the caller in. */
const AT_THE_DOOR = new Set(['FULL', 'JOINEMPTY', 'JOINUNAVAIL']);

/** What the dial plan tells by user events (README.md of this folder lists them). */
export function userEvent(state: AmiState, e: Of<'user'>, out: Out): void {
  exitTold(state, e, out);
  const call = state.calls.get(e.linkedid);
  if (!call) return;
  const f = e.fields;
  switch (e.name.toLowerCase()) {
    case 'hotlineivr': {
      const step = f.step || 'step';
      call.ivrFrom ??= e.at;
      if (step === 'queue') call.ivrTo ??= e.at;
      return tellStep(call, e.at, step, f, call.reached === 'setup' ? 'ivr' : call.reached, out);
    }
    case 'hotlinevoicemail':
      return tellStep(call, e.at, 'voicemail', f, 'voicemail', out);
    case 'voicemessage': {
      if (call.reached !== 'voicemail') tellStep(call, e.at, 'voicemail', f, 'voicemail', out);
      const { subject, fact } = voiceMessage(f, { id: call.id, caller: call.caller, uniqueid: e.uniqueid });
      return out.tell(e.at, subject, fact);
    }
    case 'hotlineblacklisted':
      return tellStep(call, e.at, 'blacklisted', f, 'blacklisted', out);
    case 'hotlineend':
      if (AT_THE_DOOR.has((f.status ?? '').toUpperCase()) && call.reached !== 'voicemail')
        tellStep(call, e.at, 'blocked', f, 'blocked', out);
      return;
    case 'hotlinerating': {
      const score = Number(f.score);
      if (f.score === undefined || f.score === '' || !Number.isFinite(score)) return;
      out.tell(e.at, call.id, {
        kind: 'call.rated',
        body: { seat: seatNamed(state, f.member), queue: f.queue || null, score },
      });
      return;
    }
    default:
      return;
  }
}

function tellStep(call: Call, at: Instant, step: string, f: AmiFields, reached: EndedIn, out: Out): void {
  call.reached = reached;
  out.tell(at, call.id, {
    kind: 'call.stepped',
    body: { step: step.slice(0, 64), key: (f.key ?? '').slice(0, 16), queue: f.queue || null, reached },
  });
}

function seatNamed(state: AmiState, name: string | undefined): string | null {
  for (const s of state.seats.values()) if (s.name === name) return s.id;
  return null;
}
