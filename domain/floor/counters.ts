import type { CityDay } from '../time.ts';
import type { FloorDayRow, QueueDayRow, SeatDayRow } from './rows.ts';

/** Upper edges of the wait buckets [0,20) [20,40) [40,60) [60,∞), seconds (I-14). */
export const WAIT_EDGES_S = [20, 40, 60] as const;
export type Buckets = readonly [number, number, number, number];

export const emptyQueueDay = (day: CityDay, waiting = 0): QueueDayRow => ({
  day,
  waiting,
  maxWaiting: waiting,
  offered: 0,
  answered: 0,
  abandoned: 0,
  timedOut: 0,
  left: 0,
  lost: 0,
  talkingLost: 0,
  unknown: 0,
  talkingUnknown: 0,
  answered15: 0,
  answered20: 0,
  abandoned15: 0,
  abandoned20: 0,
  waitAnsweredS: 0,
  waitAbandonedS: 0,
  waitOtherS: 0,
  longestAnsweredS: 0,
  longestAbandonedS: 0,
  longestOtherS: 0,
  answeredBuckets: [0, 0, 0, 0],
  abandonedBuckets: [0, 0, 0, 0],
  talkS: 0,
  completedByCaller: 0,
  completedByAgent: 0,
  blindTransferred: 0,
  attendedTransferred: 0,
  rings: 0,
  missed: 0,
  ringMs: 0,
  holds: 0,
  holdMs: 0,
  wrapMs: 0,
});

export const emptySeatDay = (day: CityDay): SeatDayRow => ({
  day,
  rings: 0,
  missed: 0,
  ringMs: 0,
  answered: 0,
  byQueue: {},
  talkS: 0,
  completedByCaller: 0,
  completedByAgent: 0,
  transferred: 0,
  lost: 0,
  unknown: 0,
  holds: 0,
  holdMs: 0,
  wrapMs: 0,
  outbound: 0,
  outboundS: 0,
  pauses: 0,
  resumes: 0,
  pausedS: 0,
  pauseReasons: {},
  signIns: 0,
  signOuts: 0,
});

export const emptyFloorDay = (day: CityDay, waiting = 0): FloorDayRow => ({
  day,
  inbound: 0,
  outbound: 0,
  internal: 0,
  endedInIvr: 0,
  blocked: 0,
  blacklisted: 0,
  voicemail: 0,
  lost: 0,
  unknown: 0,
  maxWaiting: waiting,
  ratings: 0,
  ratingSum: 0,
});

/** Adds one wait to its bucket; the buckets are half-open (R7). */
export function bucketed(buckets: Buckets, waitS: number): Buckets {
  const i = WAIT_EDGES_S.findIndex((edge) => waitS < edge);
  const at = i < 0 ? WAIT_EDGES_S.length : i;
  return buckets.map((n, k) => (k === at ? n + 1 : n)) as unknown as Buckets;
}

/** Distinct keys of a counter by free text (pause reasons): more than this many are counted together. */
const KEYS_AT_MOST = 40;
export const OTHER_KEY = '(other)';

export function plusOne(counts: Readonly<Record<string, number>>, key: string): Record<string, number> {
  const known = Object.hasOwn(counts, key);
  const k = known || Object.keys(counts).length < KEYS_AT_MOST ? key : OTHER_KEY;
  // null prototype would not survive JSON; an own property set by definition also holds '__proto__'
  const out = { ...counts };
  Object.defineProperty(out, k, {
    value: (Object.hasOwn(counts, k) ? counts[k]! : 0) + 1,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return out;
}
