import type { FactDraft } from '#domain/fact.ts';
import type { Instant } from '#domain/time.ts';
import { bridged, dialBegin, held, legEnded, newchannel, relink, userEvent } from './calls.ts';
import { contactTold } from './contacts.ts';
import { abandoned, hangupAsked, left, settle, settleOld, statusTold } from './exits.ts';
import { conferenceJoined, conferenceLeft, sentOld, transferred } from './moves.ts';
import type { AmiEvent } from './parse.ts';
import { memberChanged } from './seats.ts';
import { recordingTold } from './recordings.ts';
import { Out, type AmiState } from './state.ts';
import { agentCalled, agentCompleted, agentConnected, joined, ringEnded, ringNoAnswer } from './visits.ts';

/**
 * One event of the switch: changes the state and returns what happened, in order. No clock but the event's own, no I/O,
 * never throws on any sequence: only the order within one topic holds (reference §4.3), so events are taken as news about
 * a state, not as steps of a protocol.
 */
export function reduce(state: AmiState, e: AmiEvent): FactDraft[] {
  const out = new Out();
  settleOld(state, e.at, out);
  sentOld(state, e.at, out);
  if ('uniqueid' in e && e.type !== 'newchannel') relink(state, e.uniqueid, e.linkedid, e.at, out);
  take(state, e, out);
  return out.facts;
}

function take(state: AmiState, e: AmiEvent, out: Out): void {
  switch (e.type) {
    case 'member':
      return memberChanged(state, e.cause, e.member, e.at, out);
    case 'join':
      newchannel(state, e, out);
      return joined(state, e, out);
    case 'leave':
      return left(state, e, out);
    case 'abandon':
      return abandoned(state, e);
    case 'agentCalled':
      return agentCalled(state, e, out);
    case 'agentConnect':
      return agentConnected(state, e, out);
    case 'agentComplete':
      return agentCompleted(state, e, out);
    case 'ringNoAnswer':
      return ringNoAnswer(state, e, out);
    case 'newchannel':
      return newchannel(state, e, out);
    case 'hangupRequest':
      return hangupAsked(state, e.uniqueid);
    case 'hangup':
      settle(state, e.uniqueid, e.at, true, out);
      ringEnded(state, e.uniqueid, e.at, 'cancelled', out);
      return legEnded(state, e.uniqueid, e.at, 'ended', e.cause, out);
    case 'hold':
      return held(state, e, out);
    case 'bridged':
      return bridged(state, e);
    case 'conference':
      return conferenceJoined(state, e, out);
    case 'conferenceLeft':
      return conferenceLeft(state, e.uniqueid, e.at, out);
    case 'contact':
      return contactTold(state, e, e.at, out);
    case 'queueStatus':
      return statusTold(state, e, out);
    case 'dialBegin':
      return dialBegin(state, e, out);
    case 'transfer':
      return transferred(state, e, out);
    case 'recording':
      return recordingTold(state, e, out);
    case 'user':
      return userEvent(state, e, out);
    case 'mailbox':
      return out.tell(e.at, e.mailbox, { kind: 'voicemail.counted', body: { fresh: e.fresh, old: e.old } });
    case 'newstate':
      return newchannel(state, e, out);
    // the connection's own business (session.ts)
    case 'reload':
    case 'shutdown':
    case 'fullyBooted':
      return;
  }
}

/** What the passing of time alone settles, when no event comes: a caller who left and was not answered, a call sent elsewhere. */
export function elapse(state: AmiState, at: Instant): FactDraft[] {
  const out = new Out();
  settleOld(state, at, out);
  sentOld(state, at, out);
  return out.facts;
}
