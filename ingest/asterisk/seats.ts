import type { Membership, SeatLiveRow, SeatPause, SeatRow } from '#domain/floor/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { MemberRecord } from './parse.ts';
import {
  lineOf,
  memberKey,
  newSeat,
  seatIdOf,
  type AmiState,
  type Member,
  type Out,
  type Seat,
  type Segment,
} from './state.ts';

/** The switch writes its log up to this long before the event's Timestamp: a second that just began was the one before. */
const LOG_LEAD = 3;

/** The seat's after-call time for one queue, seconds. */
const wrapUpOf = (state: AmiState, m: Member): number => m.wrapUpS || (state.options.wrapUpS(m.queue) ?? 0);

/**
 * When the seat's after-call work ends: the latest over the queues in which it is not paused. The switch compares whole
 * seconds, so this is a whole second too. Null where no call ended or no queue grants any.
 */
function wrapUntilOf(state: AmiState, seat: Seat): Instant | null {
  let until = 0;
  for (const m of seat.members.values()) {
    const wrap = wrapUpOf(state, m);
    if (!m.paused && m.lastCall > 0 && wrap > 0) until = Math.max(until, (m.lastCall + wrap) * 1000);
  }
  return until === 0 ? null : until;
}

function pauseOf(seat: Seat): { pause: SeatPause; reason: string } {
  let paused = 0;
  let newest: Member | null = null;
  for (const m of seat.members.values()) {
    if (!m.paused) continue;
    paused++;
    if (!newest || (m.pausedAt ?? 0) >= (newest.pausedAt ?? 0)) newest = m;
  }
  if (!newest) return { pause: 'none', reason: '' };
  return { pause: paused === seat.members.size ? 'all' : 'partly', reason: newest.reason };
}

const ringOf = (state: AmiState, seat: Seat): Segment | undefined => {
  let ring: Segment | undefined;
  for (const r of state.rings.values()) if (r.seat === seat.id) ring = r;
  return ring;
};

/** Which call the line is about, and whether it came through a queue. */
function callOf(state: AmiState, seat: Seat): Pick<SeatLiveRow, 'onQueueCall' | 'queue' | 'call'> {
  const line = lineOf(seat.status);
  const none = { onQueueCall: false, queue: null, call: null };
  if (line !== 'in-call' && line !== 'ringing') return none;
  const ring = ringOf(state, seat);
  const leg = [...seat.legs.values()].at(-1);
  if (line === 'ringing') return { ...none, queue: ring?.queue ?? null, call: ring?.call ?? leg?.call ?? null };
  if (seat.talk) return { onQueueCall: true, queue: seat.talk.queue, call: seat.talk.call };
  const before = seat.live;
  // the device is in use an instant before AgentConnect says so: what rang is what was taken
  const taken = ring && (before?.line === 'ringing' || (before?.line === 'in-call' && before.call === ring.call));
  if (taken) return { onQueueCall: true, queue: ring.queue, call: ring.call };
  // the leg is gone an instant before the device is free: the line is still about what it was about
  if (!leg && before?.line === 'in-call')
    return { onQueueCall: before.onQueueCall, queue: before.queue, call: before.call };
  return { ...none, call: leg?.call ?? null };
}

function liveOf(state: AmiState, seat: Seat, at: Instant, began: Instant): SeatLiveRow {
  const before = seat.live;
  const line = seat.members.size === 0 ? 'offline' : lineOf(seat.status);
  const since = before?.line === line ? before.since : began;
  const held = line === 'in-call' && seat.held.size > 0;
  const wrapUntil = line === 'idle' ? wrapUntilOf(state, seat) : null;
  return {
    line,
    since,
    ...pauseOf(seat),
    pauseSince: seat.pauseSince,
    // over before the line became free: it never shows
    wrapUntil: wrapUntil !== null && wrapUntil > since ? wrapUntil : null,
    ...(line === 'offline' ? { onQueueCall: false, queue: null, call: null } : callOf(state, seat)),
    holding: held,
    heldSince: held ? Math.min(...seat.held.values()) : null,
  };
}

const FIELDS: readonly (keyof SeatLiveRow)[] = [
  'line',
  'since',
  'pause',
  'reason',
  'pauseSince',
  'wrapUntil',
  'onQueueCall',
  'queue',
  'call',
  'holding',
  'heldSince',
];

/**
 * Tells what the seat does now, if that differs from what was told.
 * @param began since when a line is as it is that was not before; where a list tells it, that may be earlier than `at`
 */
export function refreshSeat(state: AmiState, seat: Seat, at: Instant, out: Out, began: Instant = at): void {
  const live = liveOf(state, seat, at, began);
  const before = seat.live;
  if (before && FIELDS.every((f) => before[f] === live[f])) return;
  seat.live = live;
  out.tell(at, seat.id, { kind: 'seat.changed', body: live });
}

function rowOf(seat: Seat): Omit<SeatRow, 'id'> {
  const memberships: Membership[] = [...seat.members.values()]
    .map((m) => ({
      queue: m.queue,
      interface: m.interface,
      kind: m.kind,
      penalty: m.penalty,
      paused: m.paused,
      reason: m.reason,
      pausedAt: m.pausedAt,
    }))
    .sort((a, b) => (a.queue < b.queue ? -1 : a.queue > b.queue ? 1 : a.interface < b.interface ? -1 : 1));
  return {
    name: seat.name,
    extension: seat.id,
    device: seat.device,
    memberships,
    signedInAt: memberships.length > 0 ? seat.signedInAt : null,
    ip: seat.ip,
  };
}

/** Tells the seat's cold row, if it differs from what was told. */
export function describeSeat(seat: Seat, at: Instant, out: Out): void {
  const row = rowOf(seat);
  const told = JSON.stringify(row);
  if (told === seat.told) return;
  seat.told = told;
  out.tell(at, seat.id, { kind: 'seat.described', body: row });
}

/** The pause facts themselves change the row at whoever folds them (domain/floor/fold.ts): what was told follows. */
function followPause(seat: Seat): void {
  seat.told = JSON.stringify(rowOf(seat));
}

function seatFor(state: AmiState, r: MemberRecord): Seat {
  const id = seatIdOf(r.stateInterface);
  let seat = state.seats.get(id);
  if (!seat) {
    state.seats.set(id, (seat = newSeat(id, r.name, r.stateInterface)));
    seat.ip = state.contacts.get(id)?.at(-1)?.host ?? null;
    // channels that are older than our knowledge of the seat
    for (const leg of state.legs.values()) if (leg.seat === id) seat.legs.set(leg.uniqueid, leg);
  }
  seat.name = r.name;
  seat.device = r.stateInterface;
  return seat;
}

function memberFrom(r: MemberRecord, before: Member | undefined): Member {
  return {
    queue: r.queue,
    interface: r.interface,
    kind: r.membership,
    penalty: r.penalty,
    paused: r.paused,
    reason: r.reason,
    pausedAt: before?.paused && r.paused ? before.pausedAt : null,
    pausedSecond: before?.paused && r.paused ? before.pausedSecond : null,
    lastCall: r.lastCall,
    wrapUpS: r.wrapUpS,
  };
}

/** A member event: the whole record is an upsert, whatever caused it. */
export function memberChanged(
  state: AmiState,
  cause: 'status' | 'added' | 'removed' | 'pause' | 'other',
  r: MemberRecord,
  at: Instant,
  out: Out,
): void {
  const seat = seatFor(state, r);
  const key = memberKey(r.queue, r.interface);
  const before = seat.members.get(key);
  seat.status = r.status;
  if (cause === 'removed') return memberRemoved(state, seat, key, r, at, out);
  const member = memberFrom(r, before);
  // the switch writes LastCall late or not at all (reference §4.1): ours may be newer
  if (cause !== 'added') member.lastCall = Math.max(member.lastCall, before?.lastCall ?? 0);
  if (cause === 'pause') {
    // whatever else the record says is told first: the pause's own fact changes nothing but the pause
    const was = before ?? { paused: false, reason: '', pausedAt: null, pausedSecond: null };
    const { paused, reason, pausedAt, pausedSecond } = was;
    seat.members.set(key, { ...member, paused, reason, pausedAt });
    describeSeat(seat, at, out);
    const second = Math.floor((at - LOG_LEAD) / 1000);
    if (r.paused) {
      member.pausedAt = pausedAt ?? at;
      member.pausedSecond = pausedSecond ?? (r.lastPause > 0 ? r.lastPause : second);
      out.tell(at, seat.id, { kind: 'seat.paused', body: { queue: r.queue, reason: r.reason } });
    } else {
      const pausedS = pausedSecond === null ? null : Math.max(0, second - pausedSecond);
      out.tell(at, seat.id, { kind: 'seat.resumed', body: { queue: r.queue, reason, pausedS } });
    }
    seat.members.set(key, member);
    followPause(seat);
    notePause(seat, at);
  } else {
    seat.members.set(key, member);
    if (seat.signedInAt === null) seat.signedInAt = r.loginTime > 0 ? r.loginTime * 1000 : at;
    describeSeat(seat, at, out);
    if (cause === 'added' && !before) out.tell(at, seat.id, { kind: 'seat.signedIn', body: { queue: r.queue } });
    notePause(seat, at);
  }
  refreshSeat(state, seat, at, out);
}

/** Keeps since when the seat is paused as it is now. */
function notePause(seat: Seat, at: Instant): void {
  const { pause, reason } = pauseOf(seat);
  const before = seat.live;
  if (!before || before.pause !== pause || before.reason !== reason) seat.pauseSince = at;
}

function memberRemoved(state: AmiState, seat: Seat, key: string, r: MemberRecord, at: Instant, out: Out): void {
  if (!seat.members.delete(key)) return;
  out.tell(at, seat.id, { kind: 'seat.signedOut', body: { queue: r.queue } });
  notePause(seat, at);
  if (seat.members.size === 0) seat.signedInAt = null;
  describeSeat(seat, at, out);
  refreshSeat(state, seat, at, out);
}

/** A queue call of this seat ended: after-call work begins, in every queue where the switch shares the last call. */
export function callEnded(state: AmiState, seat: Seat, queue: string, at: Instant): void {
  const second = Math.floor(at / 1000);
  for (const m of seat.members.values())
    if (state.options.sharedLastCall || m.queue === queue) m.lastCall = Math.max(m.lastCall, second);
}

/** The after-call time that the queue grants for a call that ended at `at`; null where none. */
export function wrapUntilFor(state: AmiState, seat: Seat | undefined, queue: string, at: Instant): Instant | null {
  const m = [...(seat?.members.values() ?? [])].find((x) => x.queue === queue);
  const wrap = m ? wrapUpOf(state, m) : (state.options.wrapUpS(queue) ?? 0);
  return wrap > 0 ? (Math.floor(at / 1000) + wrap) * 1000 : null;
}

/**
 * Takes the member records of a QueueStatus list: they are the truth about who is member where, which the switch changes
 * without an event when its configuration is loaded again (ghost members).
 */
export function membersListed(
  state: AmiState,
  records: readonly MemberRecord[],
  at: Instant,
  absence: { restarted: boolean; from: Instant | null },
  out: Out,
): void {
  const listed = new Map<Seat, Map<string, MemberRecord>>();
  const known = new Set(state.seats.keys());
  for (const r of records) {
    const seat = seatFor(state, r);
    let of = listed.get(seat);
    if (!of) listed.set(seat, (of = new Map()));
    of.set(memberKey(r.queue, r.interface), r);
  }
  for (const seat of [...state.seats.values()]) {
    const now = listed.get(seat);
    if (!now) vanished(state, seat, at, out);
    else takeList(state, seat, now, known.has(seat.id), absence, at, out);
  }
}

function takeList(
  state: AmiState,
  seat: Seat,
  now: ReadonlyMap<string, MemberRecord>,
  known: boolean,
  { restarted, from }: { restarted: boolean; from: Instant | null },
  at: Instant,
  out: Out,
): void {
  const before = new Map(seat.members);
  seat.members.clear();
  let login = 0;
  const signIns: { queue: string; at: Instant }[] = [];
  for (const [key, r] of now) {
    const m = memberFrom(r, before.get(key));
    if (restarted) m.pausedAt = m.pausedSecond = null;
    seat.members.set(key, m);
    seat.status = r.status;
    login = Math.max(login, r.loginTime);
    if (r.membership === 'dynamic' && !before.has(key))
      signIns.push({ queue: r.queue, at: r.loginTime > 0 ? Math.min(at, r.loginTime * 1000) : at });
  }
  if (!known || seat.signedInAt === null) seat.signedInAt = login > 0 ? Math.min(at, login * 1000) : at;
  const pausedBefore = seat.live;
  const { pause, reason } = pauseOf(seat);
  if (!pausedBefore || pausedBefore.pause !== pause || pausedBefore.reason !== reason) {
    const lastPause = Math.max(...[...now.values()].map((r) => (r.paused ? r.lastPause : 0)));
    seat.pauseSince = pause !== 'none' && lastPause > 0 ? Math.min(at, lastPause * 1000) : null;
  }
  describeSeat(seat, at, out);
  for (const s of signIns) out.tell(s.at, seat.id, { kind: 'seat.signedIn', body: { queue: s.queue } });
  for (const [key, m] of before)
    if (m.kind === 'dynamic' && !seat.members.has(key))
      out.tell(at, seat.id, { kind: 'seat.signedOut', body: { queue: m.queue } });
  refreshSeat(state, seat, at, out, Math.max(legSince(seat, at), from ?? -Infinity));
}

/** Since when the telephone of a list is in the call that it is in: the age of its newest channel, ring and all. */
function legSince(seat: Seat, at: Instant): Instant {
  const line = lineOf(seat.status);
  if (seat.legs.size === 0 || (line !== 'in-call' && line !== 'ringing')) return at;
  return Math.min(at, Math.max(...[...seat.legs.values()].map((l) => l.startedAt)));
}

/** Member of nothing any more: a dynamic member signed out and stays on the seat map; a configured one is gone. */
function vanished(state: AmiState, seat: Seat, at: Instant, out: Out): void {
  const members = [...seat.members.values()];
  if (members.length === 0) return;
  seat.members.clear();
  seat.signedInAt = null;
  if (members.every((m) => m.kind !== 'dynamic')) {
    state.seats.delete(seat.id);
    out.tell(at, seat.id, { kind: 'seat.removed', body: { name: seat.name } });
    return;
  }
  for (const m of members)
    if (m.kind === 'dynamic') out.tell(at, seat.id, { kind: 'seat.signedOut', body: { queue: m.queue } });
  describeSeat(seat, at, out);
  refreshSeat(state, seat, at, out);
}
