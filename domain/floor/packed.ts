import type { RowForm } from '../packers.ts';
import { SEAT_LINES, SEAT_PAUSES, type QueueDayRow, type SeatDayRow, type SeatLiveRow, type VisitRow } from './rows.ts';

/** A form names every field of its row, so that a new field is a type error here and not a silent fall-back to JSON. */
type FormOf<R> = {
  readonly [K in keyof R as null extends R[K] ? `?${K & string}` : K]: R[K] extends boolean
    ? 'flag'
    : NonNullable<R[K]> extends number
      ? 'num'
      : NonNullable<R[K]> extends string
        ? 'text' | readonly string[]
        : 'json';
};

const seatLive: FormOf<SeatLiveRow> = {
  line: SEAT_LINES,
  since: 'num',
  pause: SEAT_PAUSES,
  reason: 'text',
  '?pauseSince': 'num',
  '?wrapUntil': 'num',
  onQueueCall: 'flag',
  '?queue': 'text',
  '?call': 'text',
  holding: 'flag',
  '?heldSince': 'num',
};

const seatDay: FormOf<SeatDayRow> = {
  day: 'text',
  rings: 'num',
  missed: 'num',
  ringMs: 'num',
  answered: 'num',
  byQueue: 'json',
  talkS: 'num',
  completedByCaller: 'num',
  completedByAgent: 'num',
  transferred: 'num',
  lost: 'num',
  unknown: 'num',
  holds: 'num',
  holdMs: 'num',
  wrapMs: 'num',
  outbound: 'num',
  outboundS: 'num',
  pauses: 'num',
  resumes: 'num',
  pausedS: 'num',
  pauseReasons: 'json',
  signIns: 'num',
  signOuts: 'num',
};

const queueDay: FormOf<QueueDayRow> = {
  day: 'text',
  waiting: 'num',
  maxWaiting: 'num',
  offered: 'num',
  answered: 'num',
  abandoned: 'num',
  timedOut: 'num',
  left: 'num',
  lost: 'num',
  talkingLost: 'num',
  unknown: 'num',
  talkingUnknown: 'num',
  answered15: 'num',
  answered20: 'num',
  abandoned15: 'num',
  abandoned20: 'num',
  waitAnsweredS: 'num',
  waitAbandonedS: 'num',
  waitOtherS: 'num',
  longestAnsweredS: 'num',
  longestAbandonedS: 'num',
  longestOtherS: 'num',
  answeredBuckets: 'json',
  abandonedBuckets: 'json',
  talkS: 'num',
  completedByCaller: 'num',
  completedByAgent: 'num',
  blindTransferred: 'num',
  attendedTransferred: 'num',
  rings: 'num',
  missed: 'num',
  ringMs: 'num',
  holds: 'num',
  holdMs: 'num',
  wrapMs: 'num',
};

const visit: FormOf<VisitRow> = {
  id: 'text',
  call: 'text',
  queue: 'text',
  caller: 'text',
  joinedAt: 'num',
  approximate: 'flag',
  state: ['waiting', 'talking'],
  '?answeredAt': 'num',
  '?waitS': 'num',
  '?seat': 'text',
};

export const FLOOR_PACKED: Readonly<Record<string, RowForm>> = { seatLive, seatDay, queueDay, visit };
