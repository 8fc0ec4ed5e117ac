import type { Instant } from '#domain/time.ts';
import { consultOver } from './consults.ts';
import { deviceOf, endpointOf, extenOf } from './fields.ts';
import type { AmiEvent } from './parse.ts';
import { talkSeatOf, type AmiState, type Call, type Leg, type Out } from './state.ts';

type Of<T extends AmiEvent['type']> = Extract<AmiEvent, { type: T }>;

/** A leg that was sent into a conference has joined it by then. */
const CONFERENCE_WITHIN = 2000;

/** Blind and attended transfers: told as a move of the call, and remembered for the end of the queue's conversation. */
export function transferred(state: AmiState, e: Of<'transfer'>, out: Out): void {
  const leg = state.legs.get(e.transferer.uniqueid);
  const from = leg?.seat ?? null;
  const seat = from === null ? undefined : state.seats.get(from);
  if (seat?.talk) seat.talk.move = e.move;
  // advice and caller are one call from here on
  if (e.move === 'attended' && seat) for (const l of seat.legs.keys()) consultOver(state, l, e.at, out);
  // that their places change now, or changed an instant ago, is this transfer
  for (const uniqueid of [e.transferer.uniqueid, e.transferee?.uniqueid ?? '']) {
    const moved = state.legs.get(uniqueid);
    if (moved) moved.place = '';
    state.sent.delete(uniqueid);
  }
  const target = endpointOf(deviceOf(e.to));
  out.tell(e.at, e.transferee?.linkedid || e.transferer.linkedid, {
    kind: 'call.moved',
    body: { move: e.move, fromSeat: from, toSeat: state.seats.has(target) ? target : null, toNumber: target },
  });
}

/**
 * A Redirect (a take-over, a call sent into a conference) has no event of its own: the leg comes out of its bridge at another
 * place of the dial plan than it went in. Where to is told when it is clear whether a conference awaits it.
 */
export function outOfBridge(state: AmiState, leg: Leg, e: Of<'bridged'>): void {
  const before = leg.place;
  leg.place = '';
  if (before === '' || e.place === '' || e.place === before) return;
  const fromSeat = talkSeatOf(state, leg.uniqueid) ?? leg.seat;
  state.sent.set(leg.uniqueid, { at: e.at, call: leg.call, fromSeat, place: e.place });
}

/** A leg is in a conference. If it was sent there, all legs of its call that come together are one move. */
export function conferenceJoined(state: AmiState, e: Of<'conference'>, out: Out): void {
  const leg = state.legs.get(e.uniqueid);
  const call = state.calls.get(leg?.call ?? '');
  if (!leg || !call) return;
  enterConference(state, call, leg, { name: e.conference.slice(0, 64), place: e.place, at: e.at }, out);
  if (state.sent.get(e.uniqueid)?.place === e.place) sentOn(state, e.uniqueid, out);
}

/** A leg of the call is in the conference: with its first one the stay begins. */
export function enterConference(
  state: AmiState,
  call: Call,
  leg: Leg,
  { name, place, at }: { name: string; place: string; at: Instant },
  out: Out,
): void {
  if (call.conference && call.conference.name !== name) conferenceOver(call, at, out);
  call.conference ??= { name, place, from: at, fromSeat: null, legs: new Set(), told: false };
  call.conference.fromSeat ??= state.sent.get(leg.uniqueid)?.fromSeat ?? leg.seat;
  call.conference.legs.add(leg.uniqueid);
}

/** A leg is in its conference no more: with the last one of its call the stay is over. */
export function conferenceLeft(state: AmiState, uniqueid: string, at: Instant, out: Out): void {
  const call = state.calls.get(state.legs.get(uniqueid)?.call ?? '');
  if (!call?.conference?.legs.delete(uniqueid) || call.conference.legs.size > 0) return;
  conferenceOver(call, at, out);
}

/** Tells the stay, if there is one. */
export function conferenceOver(call: Call, at: Instant, out: Out): void {
  const c = call.conference;
  if (!c) return;
  call.conference = null;
  const body = { conference: c.name, fromSeat: c.fromSeat, from: Math.min(c.from, at) };
  out.tell(at, call.id, { kind: 'call.conferred', body });
}

/** It is clear where a leg went that was sent elsewhere: into a conference of its call, or to an extension. */
export function sentOn(state: AmiState, uniqueid: string, out: Out): void {
  const sent = state.sent.get(uniqueid);
  if (!sent) return;
  state.sent.delete(uniqueid);
  const conference = state.calls.get(sent.call)?.conference;
  if (conference?.place !== sent.place) return tellRedirect(state, sent, out);
  if (conference.told) return;
  conference.told = true;
  out.tell(sent.at, sent.call, {
    kind: 'call.moved',
    body: { move: 'conference', fromSeat: sent.fromSeat, toSeat: null, toNumber: conference.name },
  });
}

export function tellRedirect(
  state: AmiState,
  sent: { at: Instant; call: string; fromSeat: string | null; place: string },
  out: Out,
): void {
  const exten = extenOf(sent.place).slice(0, 64);
  out.tell(sent.at, sent.call, {
    kind: 'call.moved',
    body: {
      move: 'redirect',
      fromSeat: sent.fromSeat,
      toSeat: state.seats.has(exten) ? exten : null,
      toNumber: exten,
    },
  });
}

/** Those that no conference took within the time; `at` is the newest event's instant. */
export function sentOld(state: AmiState, at: Instant, out: Out): void {
  for (const [uniqueid, sent] of state.sent) {
    if (at - sent.at < CONFERENCE_WITHIN) return; // the map is in order of leaving
    sentOn(state, uniqueid, out);
  }
}
