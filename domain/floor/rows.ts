import type { CityDay, Instant } from '../time.ts';

/**
 * The rows of topic `floor`: what the seats-and-queues wall folds and shows. Ids:
 *
 * | collection | id | one row is |
 * | --- | --- | --- |
 * | seat      | seat number (extension) | who sits there and which queues it serves; changes rarely |
 * | seatLive  | seat number | what the seat does now; small and hot, packed on the wire |
 * | seatDay   | seat number | today's counters of a seat |
 * | queue     | queue name | what the switch says about the queue |
 * | queueDay  | queue name | today's counters of a queue (and `waiting`, which is now) |
 * | visit     | visit id | a caller who waits in a queue or talks after waiting in it, now |
 * | call      | call id | a telephone call in progress |
 * | floorDay  | 'today' | today's totals that belong to no queue |
 * | gap       | gap id | a period in which the switch was not heard |
 * | link      | 'asterisk' | the connection to the switch |
 *
 * Types, not interfaces, so that they are assignable to `Row`.
 */
export const FLOOR_COLLECTIONS = [
  'seat',
  'seatLive',
  'seatDay',
  'queue',
  'queueDay',
  'visit',
  'call',
  'floorDay',
  'gap',
  'link',
] as const;
export type FloorCollection = (typeof FLOOR_COLLECTIONS)[number];

/** One seat's membership of one queue. */
export type Membership = {
  readonly queue: string;
  /** The address that the queue rings ('PJSIP/1001', 'Local/1013@qlocal/n'): what supervisor actions must name. */
  readonly interface: string;
  readonly kind: 'static' | 'dynamic' | 'realtime';
  readonly penalty: number;
  readonly paused: boolean;
  readonly reason: string;
  /** Start of the pause where it was seen to begin; null when not paused or when it was found in a list. */
  readonly pausedAt: Instant | null;
};

export type SeatRow = {
  readonly id: string;
  /** Member name: the agent's name or number as the switch has it. */
  readonly name: string;
  readonly extension: string;
  /** The device whose state counts ('PJSIP/1001', 'hint:1014@hints'). */
  readonly device: string;
  /** Sorted by queue; empty: signed out. */
  readonly memberships: readonly Membership[];
  readonly signedInAt: Instant | null;
  /** Address that the telephone registered from, as the switch has it; null: none, or not told. Absent in facts before it was. */
  readonly ip?: string | null;
};

/** Normalised state of the telephone; 'offline': signed out of every queue. */
export const SEAT_LINES = ['offline', 'unavailable', 'idle', 'ringing', 'in-call'] as const;
export type SeatLine = (typeof SEAT_LINES)[number];
/** Paused in no queue, in some of them, in all. */
export const SEAT_PAUSES = ['none', 'partly', 'all'] as const;
export type SeatPause = (typeof SEAT_PAUSES)[number];

/**
 * What a seat does now. Flat, because the gateway packs it. Only facts change it: whether wrap-up is over and how long
 * a state has lasted is computed by view.ts from (row, now).
 */
export type SeatLiveRow = {
  readonly line: SeatLine;
  /** Since when `line` holds. */
  readonly since: Instant;
  readonly pause: SeatPause;
  /** Reason of the pause ('' when none was given or not paused). */
  readonly reason: string;
  /** Since when `pause` and `reason` hold; null: since before we listened. */
  readonly pauseSince: Instant | null;
  /** After-call work lasts until then, when the line is idle and the seat not paused in all queues; null: none began. */
  readonly wrapUntil: Instant | null;
  /** The line is in a call that came through a queue. */
  readonly onQueueCall: boolean;
  /** Queue of that call, or of the call that rings. */
  readonly queue: string | null;
  /** The call that the seat is in or that rings at it. */
  readonly call: string | null;
  readonly holding: boolean;
  readonly heldSince: Instant | null;
};

export type SeatDayRow = {
  readonly day: CityDay;
  /** Rings offered to the seat (each attempt of a queue counts), those not taken, and how long it rang. */
  readonly rings: number;
  readonly missed: number;
  readonly ringMs: number;
  readonly answered: number;
  readonly byQueue: Readonly<Record<string, number>>;
  /** Seconds of queue calls, hold included, as the switch counts them. */
  readonly talkS: number;
  readonly completedByCaller: number;
  readonly completedByAgent: number;
  readonly transferred: number;
  readonly lost: number;
  readonly unknown: number;
  readonly holds: number;
  readonly holdMs: number;
  /** After-call time granted by the queues' wrap-up times. */
  readonly wrapMs: number;
  readonly outbound: number;
  readonly outboundS: number;
  /** Pauses and their ends, counted per queue, and the seconds between, as the switch's queue log has them. */
  readonly pauses: number;
  readonly resumes: number;
  readonly pausedS: number;
  readonly pauseReasons: Readonly<Record<string, number>>;
  readonly signIns: number;
  readonly signOuts: number;
};

export type QueueRow = {
  readonly id: string;
  readonly strategy: string;
  /** 0: no limit. */
  readonly maxWaiting: number;
  readonly serviceLevelS: number;
  readonly weight: number;
  /** After-call seconds that the queue grants; null: not known. */
  readonly wrapUpS: number | null;
};

/**
 * Today's counters of a queue. Counts belong to the city day in which the caller entered the queue (R1).
 * Waits and talks are whole seconds as the switch counts them, so that our figures equal its own log.
 */
export type QueueDayRow = {
  readonly day: CityDay;
  /** Callers waiting now: no counter of the day, it survives midnight. */
  readonly waiting: number;
  readonly maxWaiting: number;
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly timedOut: number;
  /** Left otherwise: by key, redirected, taken out, nobody there to answer. The record of the visit says which. */
  readonly left: number;
  /** The switch went down with them. */
  readonly lost: number;
  readonly talkingLost: number;
  /** Ended while nobody listened, or the switch did not tell how: shown as unknown, never as abandoned. */
  readonly unknown: number;
  readonly talkingUnknown: number;
  readonly answered15: number;
  readonly answered20: number;
  readonly abandoned15: number;
  readonly abandoned20: number;
  readonly waitAnsweredS: number;
  readonly waitAbandonedS: number;
  readonly waitOtherS: number;
  readonly longestAnsweredS: number;
  readonly longestAbandonedS: number;
  readonly longestOtherS: number;
  /** Waits by [0,20) [20,40) [40,60) [60,∞) seconds. */
  readonly answeredBuckets: readonly [number, number, number, number];
  readonly abandonedBuckets: readonly [number, number, number, number];
  readonly talkS: number;
  readonly completedByCaller: number;
  readonly completedByAgent: number;
  readonly blindTransferred: number;
  readonly attendedTransferred: number;
  readonly rings: number;
  readonly missed: number;
  readonly ringMs: number;
  readonly holds: number;
  readonly holdMs: number;
  readonly wrapMs: number;
};

export type VisitRow = {
  readonly id: string;
  readonly call: string;
  readonly queue: string;
  /** Caller's number; masked in `floor.masked`. */
  readonly caller: string;
  readonly joinedAt: Instant;
  /** True when `joinedAt` was computed from a list's whole seconds. */
  readonly approximate: boolean;
  readonly state: 'waiting' | 'talking';
  readonly answeredAt: Instant | null;
  readonly waitS: number | null;
  readonly seat: string | null;
};

export type CallDirection = 'in' | 'out' | 'internal';
export type CallRow = {
  readonly id: string;
  readonly direction: CallDirection;
  readonly caller: string;
  readonly called: string;
  readonly trunk: string | null;
  readonly startedAt: Instant;
  readonly stage: 'setup' | 'ivr' | 'queued' | 'talking' | 'after';
  /** The last place it came to: where it ends, if it ends now. */
  readonly reached: 'setup' | 'ivr' | 'queue' | 'seat' | 'blocked' | 'blacklisted' | 'voicemail';
  /** Last step of the voice menu. */
  readonly step: string | null;
  readonly queue: string | null;
  readonly seat: string | null;
};

export type FloorDayRow = {
  readonly day: CityDay;
  readonly inbound: number;
  readonly outbound: number;
  readonly internal: number;
  /** Inbound calls that ended in the voice menu by choice, were refused at a queue's door, or are on the blacklist. */
  readonly endedInIvr: number;
  readonly blocked: number;
  readonly blacklisted: number;
  readonly voicemail: number;
  readonly lost: number;
  readonly unknown: number;
  /** Callers waiting at once in all queues, at most. */
  readonly maxWaiting: number;
  readonly ratings: number;
  readonly ratingSum: number;
};

export type GapRow = {
  readonly id: string;
  readonly from: Instant;
  /** null: it goes on. */
  readonly to: Instant | null;
  readonly why: GapCause;
};
/** 'ingest': our own reader was down; 'link': the connection; 'switch': the switch itself; 'overflow': we could not keep up. */
export type GapCause = 'ingest' | 'link' | 'switch' | 'overflow';

export type LinkRow = { readonly state: 'live' | 'syncing' | 'away'; readonly since: Instant };
