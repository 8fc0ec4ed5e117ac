import type { Fact } from '../fact.ts';
import type { Tables } from '../tables.ts';
import { cityDay, DAY, startOfDay, type CityDay, type Instant } from '../time.ts';
import { bucketed, emptyFloorDay, emptyQueueDay, emptySeatDay, plusOne } from './counters.ts';
import type {
  CallDirection,
  CallRow,
  FloorDayRow,
  GapRow,
  LinkRow,
  Membership,
  QueueDayRow,
  QueueRow,
  SeatDayRow,
  SeatLiveRow,
  SeatRow,
  VisitRow,
} from './rows.ts';
import type { EndedIn, FloorFactBody } from './facts.ts';

/** The id of the one row of `floorDay`. */
export const TODAY = 'today';
/** Gaps kept as rows of their own; beyond, the two oldest become one that covers both. */
const GAPS_AT_MOST = 100;
/** 15 s is the connection goal, 20 s the service level (R6). */
export const CONNECT_S = 15;
export const SERVICE_LEVEL_S = 20;

/**
 * Folds the facts of the floor. Counters carry their city day, start anew with the first fact of a later day, and ignore
 * what belongs to an earlier one (that figure is in the stored rows). Bounded: what ended leaves.
 */
export function foldFloor(tables: Tables, fact: Fact, zone: string): void {
  switch (fact.kind) {
    case 'seat.described':
      return tables.put<SeatRow>('seat', fact.subject, { id: fact.subject, ...fact.body });
    case 'seat.removed':
      tables.delete('seatLive', fact.subject);
      return tables.delete('seat', fact.subject);
    case 'seat.changed':
      return tables.put<SeatLiveRow>('seatLive', fact.subject, fact.body);
    case 'seat.signedIn':
      return countSeat(tables, fact.subject, cityDay(fact.at, zone), (d) => ({ signIns: d.signIns + 1 }));
    case 'seat.signedOut':
      return countSeat(tables, fact.subject, cityDay(fact.at, zone), (d) => ({ signOuts: d.signOuts + 1 }));
    case 'seat.paused':
      return paused(tables, fact.subject, fact.at, fact.body, cityDay(fact.at, zone));
    case 'seat.resumed':
      return resumed(tables, fact.subject, fact.body, cityDay(fact.at, zone));
    case 'queue.described':
      tables.put<QueueRow>('queue', fact.subject, { id: fact.subject, ...fact.body });
      return countQueue(tables, fact.subject, cityDay(fact.at, zone), () => ({}));
    case 'queue.removed':
      return tables.delete('queue', fact.subject);
    case 'visit.joined':
    case 'visit.answered':
    case 'visit.left':
    case 'visit.ended':
      return foldVisit(tables, fact, fact.subject, fact.at, zone);
    case 'segment.ended':
      return segmentEnded(tables, fact.body, zone);
    case 'call.started':
    case 'call.routed':
    case 'call.stepped':
    case 'call.rated':
    case 'call.ended':
      return foldCall(tables, fact, fact.subject, fact.at, zone);
    case 'floor.linked': {
      const before = tables.get<LinkRow>('link', fact.subject);
      if (before?.state !== fact.body.state)
        tables.put<LinkRow>('link', fact.subject, { state: fact.body.state, since: fact.at });
      return;
    }
    case 'floor.gap':
      return gap(tables, { id: fact.subject, ...fact.body });
    case 'day.opened':
      return openDay(tables, fact.body.day, startOfDay(fact.body.day, zone));
    default:
      return;
  }
}

// ── counters ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function countQueue(
  tables: Tables,
  queue: string,
  day: CityDay,
  add: (d: QueueDayRow) => Partial<QueueDayRow>,
  always: (d: QueueDayRow) => Partial<QueueDayRow> = () => ({}),
): void {
  let d = tables.get<QueueDayRow>('queueDay', queue);
  if (!d || d.day < day) d = emptyQueueDay(day, d?.waiting ?? 0);
  tables.put<QueueDayRow>('queueDay', queue, { ...d, ...always(d), ...(d.day === day ? add(d) : {}) });
}

function countSeat(tables: Tables, seat: string, day: CityDay, add: (d: SeatDayRow) => Partial<SeatDayRow>): void {
  let d = tables.get<SeatDayRow>('seatDay', seat);
  if (d && d.day > day) return;
  if (!d || d.day < day) d = emptySeatDay(day);
  tables.put<SeatDayRow>('seatDay', seat, { ...d, ...add(d) });
}

function countFloor(tables: Tables, day: CityDay, add: (d: FloorDayRow) => Partial<FloorDayRow>): void {
  let d = tables.get<FloorDayRow>('floorDay', TODAY);
  if (d && d.day > day) return;
  if (!d || d.day < day) d = emptyFloorDay(day, waitingNow(tables));
  tables.put<FloorDayRow>('floorDay', TODAY, { ...d, ...add(d) });
}

function waitingNow(tables: Tables): number {
  let n = 0;
  for (const d of tables.all<QueueDayRow>('queueDay').values()) n += d.waiting;
  return n;
}

// ── seats ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

function withMembership(tables: Tables, seat: string, queue: string, change: (m: Membership) => Membership): void {
  const row = tables.get<SeatRow>('seat', seat);
  if (!row) return;
  tables.put<SeatRow>('seat', seat, {
    ...row,
    memberships: row.memberships.map((m) => (m.queue === queue ? change(m) : m)),
  });
}

function paused(tables: Tables, seat: string, at: Instant, b: { queue: string; reason: string }, day: CityDay): void {
  countSeat(tables, seat, day, (d) => ({
    pauses: d.pauses + 1,
    pauseReasons: plusOne(d.pauseReasons, b.reason),
  }));
  // pausing again changes the reason, not the beginning
  withMembership(tables, seat, b.queue, (m) => ({ ...m, paused: true, reason: b.reason, pausedAt: m.pausedAt ?? at }));
}

function resumed(tables: Tables, seat: string, b: { queue: string; pausedS: number | null }, day: CityDay): void {
  countSeat(tables, seat, day, (d) => ({ resumes: d.resumes + 1, pausedS: d.pausedS + (b.pausedS ?? 0) }));
  withMembership(tables, seat, b.queue, (x) => ({ ...x, paused: false, reason: '', pausedAt: null }));
}

type SegmentBody = Extract<FloorFactBody, { kind: 'segment.ended' }>['body'];

function segmentEnded(tables: Tables, s: SegmentBody, zone: string): void {
  // a call from colleague to colleague rings too, but no queue offered it
  const rang = s.ringAt !== null && s.visit !== null ? 1 : 0;
  const missed = s.outcome === 'missed' ? 1 : 0;
  const wrapMs = s.wrapUntil === null ? 0 : Math.max(0, s.wrapUntil - s.endedAt);
  const own = s.visit === null && s.direction === 'out' && s.answeredAt !== null;
  countSeat(tables, s.seat, cityDay(s.endedAt, zone), (d) => ({
    rings: d.rings + rang,
    missed: d.missed + missed,
    ringMs: d.ringMs + s.ringMs,
    holds: d.holds + s.holds,
    holdMs: d.holdMs + s.holdMs,
    wrapMs: d.wrapMs + wrapMs,
    outbound: d.outbound + (own ? 1 : 0),
    outboundS: d.outboundS + (own ? Math.round((s.endedAt - s.answeredAt!) / 1000) : 0),
  }));
  if (s.queue === null || s.joinedAt === null) return;
  countQueue(tables, s.queue, cityDay(s.joinedAt, zone), (d) => ({
    rings: d.rings + rang,
    missed: d.missed + missed,
    ringMs: d.ringMs + s.ringMs,
    holds: d.holds + s.holds,
    holdMs: d.holdMs + s.holdMs,
    wrapMs: d.wrapMs + wrapMs,
  }));
}

// ── visits ────────────────────────────────────────────────────────────────────────────────────────────────────────────

type VisitFact = Extract<FloorFactBody, { kind: `visit.${string}` }>;

function foldVisit(tables: Tables, fact: VisitFact, id: string, at: Instant, zone: string): void {
  const { queue, joinedAt } = fact.body;
  const day = cityDay(joinedAt, zone);
  switch (fact.kind) {
    case 'visit.joined': {
      const { caller, approximate, call } = fact.body;
      if (tables.get('visit', id)) return;
      tables.put<VisitRow>('visit', id, {
        id,
        call,
        queue,
        caller,
        joinedAt,
        approximate,
        state: 'waiting',
        answeredAt: null,
        waitS: null,
        seat: null,
      });
      countQueue(
        tables,
        queue,
        day,
        (d) => ({ offered: d.offered + 1 }),
        (d) => ({ waiting: d.waiting + 1, maxWaiting: Math.max(d.maxWaiting, d.waiting + 1) }),
      );
      const waiting = waitingNow(tables);
      countFloor(tables, day, (d) => ({ maxWaiting: Math.max(d.maxWaiting, waiting) }));
      return withCall(tables, call, { stage: 'queued', reached: 'queue', queue, seat: null });
    }
    case 'visit.answered': {
      const { waitS, seat, call } = fact.body;
      const visit = tables.get<VisitRow>('visit', id);
      if (visit) tables.put<VisitRow>('visit', id, { ...visit, state: 'talking', answeredAt: at, waitS, seat });
      countQueue(tables, queue, day, (d) => answered(d, waitS), stillWaiting(visit));
      countSeat(tables, seat, cityDay(at, zone), (d) => ({
        answered: d.answered + 1,
        byQueue: plusOne(d.byQueue, queue),
      }));
      return withCall(tables, call, { stage: 'talking', reached: 'seat', queue, seat });
    }
    case 'visit.left': {
      const { waitS, outcome, call } = fact.body;
      const visit = tables.get<VisitRow>('visit', id);
      tables.delete('visit', id);
      countQueue(tables, queue, day, (d) => leftUnanswered(d, outcome, waitS), stillWaiting(visit));
      return withCall(tables, call, { stage: 'after', queue: null });
    }
    case 'visit.ended': {
      const { end, talkS, seat, call } = fact.body;
      tables.delete('visit', id);
      countQueue(tables, queue, day, (d) => ({ talkS: d.talkS + (talkS ?? 0), ...queueEnd(d, end) }));
      countSeat(tables, seat, cityDay(at, zone), (d) => ({ talkS: d.talkS + (talkS ?? 0), ...seatEnd(d, end) }));
      return withCall(tables, call, { stage: 'after', queue: null, seat: null });
    }
  }
}

const stillWaiting = (visit: VisitRow | undefined) => (d: QueueDayRow) => ({
  waiting: visit?.state === 'waiting' ? Math.max(0, d.waiting - 1) : d.waiting,
});

function answered(d: QueueDayRow, waitS: number): Partial<QueueDayRow> {
  return {
    answered: d.answered + 1,
    answered15: d.answered15 + (waitS <= CONNECT_S ? 1 : 0),
    answered20: d.answered20 + (waitS <= SERVICE_LEVEL_S ? 1 : 0),
    waitAnsweredS: d.waitAnsweredS + waitS,
    longestAnsweredS: Math.max(d.longestAnsweredS, waitS),
    answeredBuckets: bucketed(d.answeredBuckets, waitS),
  };
}

type Left = Extract<FloorFactBody, { kind: 'visit.left' }>['body']['outcome'];

function leftUnanswered(d: QueueDayRow, outcome: Left, waitS: number): Partial<QueueDayRow> {
  if (outcome === 'abandoned')
    return {
      abandoned: d.abandoned + 1,
      abandoned15: d.abandoned15 + (waitS <= CONNECT_S ? 1 : 0),
      abandoned20: d.abandoned20 + (waitS <= SERVICE_LEVEL_S ? 1 : 0),
      waitAbandonedS: d.waitAbandonedS + waitS,
      longestAbandonedS: Math.max(d.longestAbandonedS, waitS),
      abandonedBuckets: bucketed(d.abandonedBuckets, waitS),
    };
  // how long somebody waited whose end nobody saw is not known
  if (outcome === 'unknown') return { unknown: d.unknown + 1 };
  const field = (
    { timeout: 'timedOut', 'leave-empty': 'left', withdrawn: 'left', left: 'left', lost: 'lost' } as const
  )[outcome];
  return {
    [field]: d[field] + 1,
    waitOtherS: d.waitOtherS + waitS,
    longestOtherS: Math.max(d.longestOtherS, waitS),
  };
}

type TalkEnd = Extract<FloorFactBody, { kind: 'visit.ended' }>['body']['end'];

function queueEnd(d: QueueDayRow, end: TalkEnd): Partial<QueueDayRow> {
  const field = (
    {
      caller: 'completedByCaller',
      agent: 'completedByAgent',
      'blind-transfer': 'blindTransferred',
      'attended-transfer': 'attendedTransferred',
      lost: 'talkingLost',
      unknown: 'talkingUnknown',
    } as const
  )[end];
  return { [field]: d[field] + 1 };
}

function seatEnd(d: SeatDayRow, end: TalkEnd): Partial<SeatDayRow> {
  const field = (
    {
      caller: 'completedByCaller',
      agent: 'completedByAgent',
      'blind-transfer': 'transferred',
      'attended-transfer': 'transferred',
      lost: 'lost',
      unknown: 'unknown',
    } as const
  )[end];
  return { [field]: d[field] + 1 };
}

// ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

type CallFact = Extract<FloorFactBody, { kind: `call.${string}` }>;
const ENDED_IN: Partial<Record<EndedIn, 'endedInIvr' | 'blocked' | 'blacklisted' | 'voicemail'>> = {
  ivr: 'endedInIvr',
  blocked: 'blocked',
  blacklisted: 'blacklisted',
  voicemail: 'voicemail',
};
const BY_DIRECTION = { in: 'inbound', out: 'outbound', internal: 'internal' } as const;

function withCall(tables: Tables, id: string, change: Partial<CallRow>): void {
  const row = tables.get<CallRow>('call', id);
  if (row) tables.put<CallRow>('call', id, { ...row, ...change });
}

function countDirection(tables: Tables, day: CityDay, direction: CallDirection, by: 1 | -1): void {
  const field = BY_DIRECTION[direction];
  countFloor(tables, day, (d) => ({ [field]: d[field] + by }));
}

function foldCall(tables: Tables, fact: CallFact, id: string, at: Instant, zone: string): void {
  switch (fact.kind) {
    case 'call.started': {
      if (tables.get('call', id)) return;
      const row: CallRow = {
        id,
        ...fact.body,
        startedAt: at,
        stage: 'setup',
        reached: 'setup',
        step: null,
        queue: null,
        seat: null,
      };
      tables.put<CallRow>('call', id, row);
      return countDirection(tables, cityDay(at, zone), fact.body.direction, 1);
    }
    case 'call.routed': {
      const row = tables.get<CallRow>('call', id);
      if (!row) return;
      tables.put<CallRow>('call', id, { ...row, ...fact.body });
      if (row.direction === fact.body.direction) return;
      const day = cityDay(row.startedAt, zone);
      countDirection(tables, day, row.direction, -1);
      return countDirection(tables, day, fact.body.direction, 1);
    }
    case 'call.stepped':
      return withCall(tables, id, { step: fact.body.step, stage: 'ivr', reached: fact.body.reached });
    case 'call.rated':
      return countFloor(tables, cityDay(at, zone), (d) => ({
        ratings: d.ratings + 1,
        ratingSum: d.ratingSum + fact.body.score,
      }));
    case 'call.ended': {
      tables.delete('call', id);
      const { direction, endedIn, outcome, startedAt } = fact.body;
      const field = ENDED_IN[endedIn];
      return countFloor(tables, cityDay(startedAt, zone), (d) => ({
        ...(direction === 'in' && outcome === 'ended' && field ? { [field]: d[field] + 1 } : {}),
        ...(outcome === 'lost' || outcome === 'unknown' ? { [outcome]: d[outcome] + 1 } : {}),
      }));
    }
    case 'call.moved':
      return;
  }
}

// ── gaps and days ─────────────────────────────────────────────────────────────────────────────────────────────────────

function gap(tables: Tables, row: GapRow): void {
  tables.put<GapRow>('gap', row.id, row);
  const rows = [...tables.all<GapRow>('gap').values()];
  if (rows.length <= GAPS_AT_MOST) return;
  const [a, b] = rows.filter((g) => g.to !== null).sort((x, y) => x.from - y.from || (x.id < y.id ? -1 : 1));
  if (!a || !b) return;
  tables.delete('gap', b.id);
  tables.put<GapRow>('gap', a.id, { ...a, to: Math.max(a.to!, b.to!) });
}

function openDay(tables: Tables, day: CityDay, start: Instant): void {
  for (const [id, d] of [...tables.all<QueueDayRow>('queueDay')])
    if (d.day < day) {
      if (!tables.get('queue', id) && d.waiting === 0) tables.delete('queueDay', id);
      else tables.put<QueueDayRow>('queueDay', id, emptyQueueDay(day, d.waiting));
    }
  const today = tables.get<FloorDayRow>('floorDay', TODAY);
  if (!today || today.day < day) tables.put<FloorDayRow>('floorDay', TODAY, emptyFloorDay(day, waitingNow(tables)));
  for (const [id, seat] of [...tables.all<SeatRow>('seat')])
    if (seat.memberships.length === 0) {
      tables.delete('seatLive', id);
      tables.delete('seat', id);
    }
  for (const [id, d] of [...tables.all<SeatDayRow>('seatDay')]) if (d.day < day) tables.delete('seatDay', id);
  for (const [id, g] of [...tables.all<GapRow>('gap')]) if (g.to !== null && g.to < start) tables.delete('gap', id);
  // what nobody ended for a day has been forgotten by its source
  for (const [id, c] of [...tables.all<CallRow>('call')]) if (c.startedAt < start - DAY) tables.delete('call', id);
  for (const [id, v] of [...tables.all<VisitRow>('visit')])
    if (v.joinedAt < start - DAY) {
      tables.delete('visit', id);
      if (v.state === 'waiting') countQueue(tables, v.queue, day, () => ({}), stillWaiting(v));
    }
}
