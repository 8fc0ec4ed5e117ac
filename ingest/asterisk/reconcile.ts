import type { FactDraft } from '#domain/fact.ts';
import type { Instant } from '#domain/time.ts';
import { endCall, isTrunk, legEnded } from './calls.ts';
import { contactTold } from './contacts.ts';
import { deviceOf, endpointOf, intOf, isLocal, isTelephone, numberOf, placeOf, type AmiFields } from './fields.ts';
import { memberOf, type MemberRecord } from './parse.ts';
import { membersListed, refreshSeat } from './seats.ts';
import { Out, seatIdOf, talkKey, visitId, type AmiState, type Call, type Leg, type Seat, type Visit } from './state.ts';
import { settle, tellLeft } from './exits.ts';
import { enterConference, sentOn } from './moves.ts';
import { endTalk, enter, ringEnded } from './visits.ts';

/** What the switch's lists say of one instant. List packets have no Timestamp: `at` is the switch's clock when asked. */
export interface Lists {
  readonly at: Instant;
  readonly queues: readonly ListedQueue[];
  readonly members: readonly MemberRecord[];
  readonly entries: readonly ListedEntry[];
  readonly channels: readonly ListedChannel[];
  /** Where telephones are registered from; null: the account may not ask. */
  readonly contacts: readonly ListedContact[] | null;
}
interface ListedQueue {
  readonly queue: string;
  readonly strategy: string;
  readonly maxWaiting: number;
  readonly serviceLevelS: number;
  readonly weight: number;
}
interface ListedEntry {
  readonly queue: string;
  readonly uniqueid: string;
  readonly caller: string;
  readonly waitS: number;
}
interface ListedChannel {
  readonly channel: string;
  readonly uniqueid: string;
  readonly linkedid: string;
  readonly caller: string;
  readonly exten: string;
  readonly durationS: number;
  /** Place in the dial plan while in a bridge; '' when in none. */
  readonly place: string;
  /** The conference that it is in; '' when in none. */
  readonly conference: string;
}
interface ListedContact {
  readonly endpoint: string;
  readonly uri: string;
}

const durationOf = (text: string | undefined): number => {
  const m = /^(\d+):(\d{2}):(\d{2})$/.exec(text ?? '');
  return m ? Number(m[1]) * 3600 + Number(m[2]) * 60 + Number(m[3]) : 0;
};

/** 'ConfBridge' with '5503,default_bridge,default_user' → '5503'. */
const conferenceOf = (f: AmiFields): string =>
  f.application?.toLowerCase() === 'confbridge' ? (f.applicationdata ?? '').replace(/,.*$/s, '').slice(0, 64) : '';

/**
 * Reads the packets of QueueStatus and CoreShowChannels, and those of the registrations where the account may ask for them.
 * Packets that cannot be read come back as `bad`.
 */
export function listsOf(
  packets: readonly AmiFields[],
  at: Instant,
  registrations: readonly AmiFields[] | null = null,
): { lists: Lists; bad: AmiFields[] } {
  const queues: ListedQueue[] = [];
  const members: MemberRecord[] = [];
  const entries: ListedEntry[] = [];
  const channels: ListedChannel[] = [];
  const bad: AmiFields[] = [];
  for (const f of packets)
    switch (f.event?.toLowerCase()) {
      case 'queueparams':
        if (!f.queue) bad.push(f);
        else
          queues.push({
            queue: f.queue,
            strategy: f.strategy ?? '',
            maxWaiting: intOf(f.max, 0),
            serviceLevelS: intOf(f.servicelevel, 0),
            weight: intOf(f.weight, 0),
          });
        break;
      case 'queuemember': {
        const m = memberOf(f);
        if (typeof m === 'string') bad.push(f);
        else members.push(m);
        break;
      }
      case 'queueentry':
        if (!f.queue || !f.uniqueid) bad.push(f);
        else
          entries.push({
            queue: f.queue,
            uniqueid: f.uniqueid,
            caller: numberOf(f.calleridnum),
            waitS: intOf(f.wait, 0),
          });
        break;
      case 'coreshowchannel':
        if (!f.channel || !f.uniqueid) bad.push(f);
        else
          channels.push({
            channel: f.channel,
            uniqueid: f.uniqueid,
            linkedid: f.linkedid || f.uniqueid,
            caller: numberOf(f.calleridnum),
            exten: f.exten ?? '',
            durationS: durationOf(f.duration),
            place: f.bridgeid ? placeOf(f) : '',
            conference: conferenceOf(f),
          });
        break;
      default:
        break;
    }
  const contacts =
    registrations?.filter((f) => f.endpointname && f.uri).map((f) => ({ endpoint: f.endpointname!, uri: f.uri! })) ??
    null;
  return { lists: { at, queues, members, entries, channels, contacts }, bad };
}

export interface Absence {
  /** Since when nobody listened; null: we never did before. What began, began after it. */
  readonly from: Instant | null;
  /** What became of calls that are gone: the switch took them with it, or nobody saw their end. */
  readonly ended: 'lost' | 'unknown';
  readonly restarted: boolean;
}

/**
 * Brings the state to what the lists say after an absence. Calls that vanished while nobody listened end as unknown (or
 * lost with the switch), never as abandoned.
 */
export function reconcile(state: AmiState, lists: Lists, absence: Absence): FactDraft[] {
  const out = new Out();
  const { at } = lists;
  state.hearsStatus = false;
  for (const uniqueid of [...state.sent.keys()]) sentOn(state, uniqueid, out);
  if (absence.restarted) out.tell(at, 'asterisk', { kind: 'floor.restarted', body: { startedAt: null } });
  queuesListed(state, lists.queues, at, out);
  channelsListed(state, lists.channels, at, out);
  contactsListed(state, lists.contacts, at, out);
  for (const seat of state.seats.values()) callChanged(seat, lists);
  membersListed(state, lists.members, at, absence, out);
  const alive = new Set(lists.channels.map((c) => c.uniqueid));
  waitersListed(state, lists.entries, absence.ended, at, out);
  for (const v of [...state.talking.values()])
    if (!alive.has(v.uniqueid)) endTalk(state, v, at, absence.ended, null, out);
    // the caller is still here and the seat is not: how their conversation ended, nobody heard
    else if (!seatHasLegIn(state, v)) endTalk(state, v, at, 'unknown', null, out);
  for (const dest of [...state.rings.keys()]) if (!alive.has(dest)) ringEnded(state, dest, at, absence.ended, out);
  for (const id of [...state.legs.keys()]) if (!alive.has(id)) legEnded(state, id, at, absence.ended, null, out);
  for (const call of [...state.calls.values()]) if (call.legs.size === 0) endCall(state, call, at, absence.ended, out);
  for (const seat of state.seats.values()) talksListed(state, seat, lists.members, at, out);
  return out.facts;
}

/**
 * A line that was in a call before and is in another one now: its time runs from the beginning of that call's leg, ring and
 * all, because the switch does not list when it was answered.
 */
function callChanged(seat: Seat, lists: Lists): void {
  const { live } = seat;
  if (!live || live.call === null || seat.legs.size === 0) return;
  const listed = lists.channels.filter((c) => seat.legs.has(c.uniqueid));
  if (listed.length === 0 || listed.some((c) => seat.legs.get(c.uniqueid)!.call === live.call)) return;
  const youngest = Math.min(...listed.map((c) => c.durationS));
  seat.live = { ...live, since: lists.at - youngest * 1000 };
}

const seatHasLegIn = (state: AmiState, v: Visit): boolean =>
  [...(state.seats.get(v.segment?.seat ?? '')?.legs.values() ?? [])].some((l) => l.call === v.call);

/** After a reload on a connection that heard everything else: members and queues change without an event. */
export function takeReload(state: AmiState, lists: Lists): FactDraft[] {
  const out = new Out();
  queuesListed(state, lists.queues, lists.at, out);
  membersListed(state, lists.members, lists.at, { restarted: false, from: null }, out);
  return out.facts;
}

function queuesListed(state: AmiState, queues: readonly ListedQueue[], at: Instant, out: Out): void {
  const names = new Set(queues.map((q) => q.queue));
  for (const name of [...state.queues.keys()])
    if (!names.has(name)) {
      state.queues.delete(name);
      out.tell(at, name, { kind: 'queue.removed', body: {} });
    }
  for (const { queue, ...q } of queues) {
    const body = { ...q, wrapUpS: state.options.wrapUpS(queue) };
    const before = state.queues.get(queue);
    if (before && (Object.keys(body) as (keyof typeof body)[]).every((k) => before[k] === body[k])) continue;
    state.queues.set(queue, body);
    out.tell(at, queue, { kind: 'queue.described', body });
  }
}

function channelsListed(state: AmiState, channels: readonly ListedChannel[], at: Instant, out: Out): void {
  // the oldest first: a call's first leg tells its direction
  const sorted = [...channels].sort((a, b) => b.durationS - a.durationS || (a.uniqueid < b.uniqueid ? -1 : 1));
  for (const c of sorted) {
    if (state.legs.has(c.uniqueid) || (!isTelephone(c.channel) && !isLocal(c.channel))) continue;
    const call = state.calls.get(c.linkedid) ?? callListed(state, c, at, out);
    const endpoint = endpointOf(deviceOf(c.channel));
    const leg: Leg = {
      uniqueid: c.uniqueid,
      channel: c.channel,
      call: call.id,
      seat: isTelephone(c.channel) && !isTrunk(state, c.channel) ? endpoint : null,
      startedAt: at - c.durationS * 1000,
      dialled: false,
      ofQueue: false,
      own: null,
      place: c.place,
    };
    state.legs.set(c.uniqueid, leg);
    call.legs.add(c.uniqueid);
    if (leg.seat !== null) state.seats.get(leg.seat)?.legs.set(c.uniqueid, leg);
    if (c.conference !== '') enterConference(state, call, leg, { name: c.conference, place: c.place, at }, out);
  }
}

/** The list is all there is: a registration that it does not have is over. */
function contactsListed(state: AmiState, contacts: Lists['contacts'], at: Instant, out: Out): void {
  if (!contacts) return;
  const listed = new Set(contacts.map((c) => c.uri));
  for (const [endpoint, known] of [...state.contacts])
    for (const c of known) if (!listed.has(c.uri)) contactTold(state, { endpoint, uri: c.uri, gone: true }, at, out);
  for (const c of contacts) contactTold(state, { ...c, gone: false }, at, out);
}

function callListed(state: AmiState, c: ListedChannel, at: Instant, out: Out): Call {
  const trunk = isTelephone(c.channel) && isTrunk(state, c.channel) ? endpointOf(deviceOf(c.channel)) : null;
  const call: Call = {
    id: c.linkedid,
    direction: trunk === null ? 'internal' : 'in',
    caller: c.caller,
    called: c.exten === 's' ? '' : c.exten,
    trunk,
    startedAt: at - c.durationS * 1000,
    legs: new Set(),
    ivrFrom: null,
    ivrTo: null,
    reached: 'setup',
    hangupCause: null,
    mergedInto: null,
    conference: null,
  };
  state.calls.set(call.id, call);
  const { direction, caller, called } = call;
  out.tell(call.startedAt, call.id, { kind: 'call.started', body: { direction, caller, called, trunk } });
  return call;
}

function waitersListed(
  state: AmiState,
  entries: readonly ListedEntry[],
  ended: 'lost' | 'unknown',
  at: Instant,
  out: Out,
): void {
  const listed = new Map(entries.map((e) => [e.uniqueid, e]));
  for (const v of [...state.leaving.values()]) settle(state, v.uniqueid, v.leftAt!, false, out);
  for (const v of [...state.waiting.values()])
    if (listed.get(v.uniqueid)?.queue !== v.queue) {
      state.waiting.delete(v.uniqueid);
      tellLeft(v, at, ended, Math.max(0, Math.floor((at - v.joinedAt) / 1000)), out);
    }
  for (const e of entries)
    if (!state.waiting.has(e.uniqueid)) {
      const call = state.legs.get(e.uniqueid)?.call ?? e.uniqueid;
      enter(state, { ...e, call, joinedAt: at - e.waitS * 1000, approximate: true, place: '' }, at, out);
    }
}

/** Seats that the list says are in a queue's call: ours from before, or one that began while nobody listened. */
function talksListed(state: AmiState, seat: Seat, members: readonly MemberRecord[], at: Instant, out: Out): void {
  const inCall = members.find((m) => m.inCall && seatIdOf(m.stateInterface) === seat.id);
  if (seat.talk && !state.talking.has(talkKey(seat.talk.uniqueid, seat.talk.queue, seat.talk.interface)))
    seat.talk = null;
  if (seat.talk) for (const l of seat.legs.values()) l.ofQueue ||= l.call === seat.talk.call;
  const leg = seat.talk ? undefined : [...seat.legs.values()][0];
  if (inCall && leg) {
    leg.ofQueue = true;
    seat.talk = unheardTalk(seat, leg, inCall);
    state.talking.set(talkKey(seat.talk.uniqueid, seat.talk.queue, seat.talk.interface), seat.talk);
  }
  refreshSeat(state, seat, at, out);
}

/** A conversation whose beginning nobody heard: the seat shows it, the queue's figures do not count it. */
function unheardTalk(seat: Seat, leg: Leg, m: MemberRecord): Visit {
  return {
    id: visitId(leg.call, m.queue, 0),
    uniqueid: leg.call,
    queue: m.queue,
    call: leg.call,
    joinedAt: 0,
    place: '',
    hangupAsked: false,
    gaveUp: null,
    leftAt: null,
    interface: m.interface,
    segment: {
      id: leg.uniqueid,
      seat: seat.id,
      call: leg.call,
      visit: null,
      queue: m.queue,
      joinedAt: null,
      ringAt: null,
      answeredAt: null,
      ringMs: 0,
      holds: 0,
      holdMs: 0,
      endedAt: null,
    },
    move: null,
  };
}
