import type { FactDraft } from '#domain/fact.ts';
import type { EndedIn, FloorFactBody } from '#domain/floor/facts.ts';
import type {
  CallDirection,
  CallRow,
  Membership,
  QueueRow,
  SeatLine,
  SeatLiveRow,
  SeatRow,
  VisitRow,
} from '#domain/floor/rows.ts';
import type { MissedFactBody } from '#domain/missed/facts.ts';
import type { Tables } from '#domain/tables.ts';
import type { Instant } from '#domain/time.ts';
import { endpointOf } from './fields.ts';

/** What the reducer knows of the switch. It belongs to its caller and is changed in place; no clock, no I/O. */
export interface AmiState {
  readonly options: ReduceOptions;
  readonly queues: Map<string, Omit<QueueRow, 'id'>>;
  readonly seats: Map<string, Seat>;
  /** By uniqueid: every channel that is alive, Local ones too. */
  readonly legs: Map<string, Leg>;
  /** By linkedid. */
  readonly calls: Map<string, Call>;
  /** Callers in a queue, by uniqueid. */
  readonly waiting: Map<string, Visit>;
  /** Left the queue an instant ago, answered or not is told by what comes next; by uniqueid. */
  readonly leaving: Map<string, Visit>;
  /** In conversation after a queue, by talkKey. */
  readonly talking: Map<string, Visit>;
  /** Rings of queues that nobody took yet, by the uniqueid of the ringing leg. */
  readonly rings: Map<string, Segment>;
  /** Sent elsewhere out of a bridge an instant ago, where to is told by what comes next; by uniqueid. */
  readonly sent: Map<string, Sent>;
  /** Consultations that go on, by the uniqueid of the leg that the seat dialled for it. */
  readonly consults: Map<string, Consult>;
  /** Where telephones are registered from, by endpoint, the newest last. */
  readonly contacts: Map<string, readonly { readonly uri: string; readonly host: string }[]>;
  /** This connection hears QUEUESTATUS, so that its absence tells something too. */
  hearsStatus: boolean;
}

export interface ReduceOptions {
  /** After-call seconds that a queue grants; null: not known. */
  wrapUpS(queue: string): number | null;
  /** One queue's last call counts in all queues of the seat (Asterisk's default). */
  readonly sharedLastCall: boolean;
  /** Endpoints that are trunks; empty: those whose name is not a short number. */
  readonly trunks: readonly string[];
}

export interface Member extends Omit<Membership, 'pausedAt'> {
  pausedAt: Instant | null;
  /** The second in which the switch's log says that the pause began; null when it was not seen. */
  pausedSecond: number | null;
  paused: boolean;
  reason: string;
  penalty: number;
  /** Epoch seconds; 0: none. */
  lastCall: number;
  /** The member's own wrap-up time; 0: the queue's. */
  wrapUpS: number;
}

export interface Seat {
  readonly id: string;
  name: string;
  device: string;
  /** Device state 0–8. */
  status: number;
  signedInAt: Instant | null;
  /** Address that its telephone is registered from; null: not told. */
  ip: string | null;
  /** By queue and interface. */
  readonly members: Map<string, Member>;
  /** The seat's own channels, by uniqueid. */
  readonly legs: Map<string, Leg>;
  readonly held: Map<string, Instant>;
  /** The queue call that the seat is in. */
  talk: Visit | null;
  pauseSince: Instant | null;
  live: SeatLiveRow | null;
  /** The row last told, as JSON. */
  told: string;
}

/** A seat keeps its caller on hold and talks to somebody else (consults.ts). */
export interface Consult {
  readonly seat: string;
  /** The call on hold, the seat's leg in it, and the call that was dialled. */
  readonly call: string;
  readonly held: string;
  readonly other: string;
  readonly toNumber: string;
  readonly from: Instant;
}

/** A leg whose place in the dial plan was changed while it talked: a Redirect, told by no event of its own. */
export interface Sent {
  readonly at: Instant;
  readonly call: string;
  readonly fromSeat: string | null;
  readonly place: string;
}

export interface Leg {
  readonly uniqueid: string;
  readonly channel: string;
  call: string;
  readonly seat: string | null;
  /** Also of a leg that was there before we listened: the switch's list says how old it is. */
  readonly startedAt: Instant;
  /** The seat's telephone dialled it; false also where that was not heard. */
  readonly dialled: boolean;
  /** Belongs to a ring or conversation of a queue, so that it is no call of the seat's own. */
  ofQueue: boolean;
  /** The seat's part of a call of its own. */
  own: Segment | null;
  /** Place in the dial plan when it entered the bridge that it is in ('' when in none). */
  place: string;
}

export interface Call {
  readonly id: string;
  direction: CallDirection;
  readonly caller: string;
  called: string;
  trunk: string | null;
  readonly startedAt: Instant;
  readonly legs: Set<string>;
  ivrFrom: Instant | null;
  ivrTo: Instant | null;
  reached: EndedIn;
  hangupCause: number | null;
  mergedInto: string | null;
  /** The conference that legs of it are in. */
  conference: Conference | null;
}

/** A call's stay in a conference: from its first leg in it to the last. */
export interface Conference {
  readonly name: string;
  /** Where it is in the dial plan. */
  readonly place: string;
  readonly from: Instant;
  /** The seat that was in the call when it came there. */
  fromSeat: string | null;
  readonly legs: Set<string>;
  /** As a move of the call. */
  told: boolean;
}

export interface Visit {
  readonly id: string;
  readonly uniqueid: string;
  readonly queue: string;
  call: string;
  readonly joinedAt: Instant;
  /** Place in the dial plan at joining; '' when it was not heard. */
  readonly place: string;
  /** The caller hung up: an Abandon after this is one (reference §4.2). */
  hangupAsked: boolean;
  /** Out of the queue unanswered (Abandon, which does not say how); `place`: where the channel was by then. */
  gaveUp: { readonly waitS: number; readonly place: string } | null;
  leftAt: Instant | null;
  interface: string;
  segment: Segment | null;
  move: 'blind' | 'attended' | null;
}

export interface Segment {
  readonly id: string;
  readonly seat: string;
  call: string;
  visit: string | null;
  readonly queue: string | null;
  joinedAt: Instant | null;
  ringAt: Instant | null;
  answeredAt: Instant | null;
  ringMs: number;
  holds: number;
  holdMs: number;
  /** End of the seat's own leg, where it ended before the switch told the end of the conversation. */
  endedAt: Instant | null;
}

export const memberKey = (queue: string, iface: string): string => `${queue}\u0000${iface}`;
export const talkKey = (uniqueid: string, queue: string, iface: string): string =>
  `${uniqueid}\u0000${queue}\u0000${iface}`;
/** What every fact of a visit repeats. */
export const keyOf = (v: Visit) => ({ queue: v.queue, call: v.call, joinedAt: v.joinedAt });
/** The seat that a caller's leg talks to after a queue; null when it does not. */
export function talkSeatOf(state: AmiState, uniqueid: string): string | null {
  for (const v of state.talking.values()) if (v.uniqueid === uniqueid && v.segment) return v.segment.seat;
  return null;
}
export const visitId = (uniqueid: string, queue: string, joinedAt: Instant): string =>
  `${uniqueid}/${queue}/${joinedAt}`;

export function emptyState(options: ReduceOptions): AmiState {
  return {
    options,
    queues: new Map(),
    seats: new Map(),
    legs: new Map(),
    calls: new Map(),
    waiting: new Map(),
    leaving: new Map(),
    talking: new Map(),
    rings: new Map(),
    sent: new Map(),
    consults: new Map(),
    contacts: new Map(),
    hearsStatus: false,
  };
}

/** Where facts go: the reducer tells them in order. */
export class Out {
  readonly facts: FactDraft[] = [];
  tell(at: Instant, subject: string, body: FloorFactBody | MissedFactBody): void {
    this.facts.push({ at, subject, actor: ACTOR, ...body });
  }
}
export const ACTOR = 'ingest:asterisk';

/** Device states 4 invalid, 5 unavailable, 0 unknown; 6 ringing; 2 in use, 3 busy, 7 ring and in use, 8 on hold. */
export function lineOf(status: number): SeatLine {
  switch (status) {
    case 1:
      return 'idle';
    case 6:
      return 'ringing';
    case 2:
    case 3:
    case 7:
    case 8:
      return 'in-call';
    default:
      return 'unavailable';
  }
}
const STATUS_OF: Record<SeatLine, number> = { offline: 5, unavailable: 5, idle: 1, ringing: 6, 'in-call': 2 };

export const seatIdOf = (stateInterface: string): string => endpointOf(stateInterface);

export function newSeat(id: string, name: string, device: string): Seat {
  return {
    id,
    name,
    device,
    status: 0,
    signedInAt: null,
    ip: null,
    members: new Map(),
    legs: new Map(),
    held: new Map(),
    talk: null,
    pauseSince: null,
    live: null,
    told: '',
  };
}

/**
 * The state as far as the recorded facts know it: what a restarted process begins with. Channels are not recorded; the
 * lists of the switch bring them back, and what they do not bring back has ended meanwhile (reconcile.ts).
 */
export function stateFromTables(tables: Tables, options: ReduceOptions): AmiState {
  const state = emptyState(options);
  for (const [id, row] of tables.all<QueueRow>('queue')) {
    const { strategy, maxWaiting, serviceLevelS, weight, wrapUpS } = row;
    state.queues.set(id, { strategy, maxWaiting, serviceLevelS, weight, wrapUpS });
  }
  for (const [id, row] of tables.all<SeatRow>('seat')) {
    const seat = newSeat(id, row.name, row.device);
    seat.signedInAt = row.signedInAt;
    seat.ip = row.ip ?? null;
    for (const m of row.memberships)
      seat.members.set(memberKey(m.queue, m.interface), {
        ...m,
        pausedSecond: m.pausedAt === null ? null : Math.floor(m.pausedAt / 1000),
        lastCall: 0,
        wrapUpS: 0,
      });
    seat.live = tables.get<SeatLiveRow>('seatLive', id) ?? null;
    seat.status = STATUS_OF[seat.live?.line ?? 'unavailable'];
    seat.pauseSince = seat.live?.pauseSince ?? null;
    state.seats.set(id, seat);
  }
  for (const [id, row] of tables.all<CallRow>('call'))
    state.calls.set(id, {
      id,
      direction: row.direction,
      caller: row.caller,
      called: row.called,
      trunk: row.trunk,
      startedAt: row.startedAt,
      legs: new Set(),
      ivrFrom: null,
      ivrTo: null,
      reached: row.reached,
      hangupCause: null,
      mergedInto: null,
      conference: null,
    });
  for (const row of tables.all<VisitRow>('visit').values()) restoreVisit(state, row);
  return state;
}

function restoreVisit(state: AmiState, row: VisitRow): void {
  const uniqueid = row.id.slice(0, row.id.indexOf('/'));
  const visit: Visit = {
    id: row.id,
    uniqueid,
    queue: row.queue,
    call: row.call,
    joinedAt: row.joinedAt,
    place: '',
    hangupAsked: false,
    gaveUp: null,
    leftAt: null,
    interface: '',
    segment: null,
    move: null,
  };
  if (row.state === 'waiting' || row.seat === null) {
    state.waiting.set(uniqueid, visit);
    return;
  }
  const seat = state.seats.get(row.seat);
  visit.interface = [...(seat?.members.values() ?? [])].find((m) => m.queue === row.queue)?.interface ?? row.seat;
  visit.segment = {
    id: `restored/${row.id}`,
    seat: row.seat,
    call: row.call,
    visit: row.id,
    queue: row.queue,
    joinedAt: row.joinedAt,
    ringAt: null,
    answeredAt: row.answeredAt,
    ringMs: 0,
    holds: 0,
    holdMs: 0,
    endedAt: null,
  };
  state.talking.set(talkKey(uniqueid, row.queue, visit.interface), visit);
  if (seat?.live?.onQueueCall && seat.live.call === row.call) seat.talk = visit;
}
