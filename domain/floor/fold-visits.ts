import type { Tables } from '../tables.ts';
import { cityDay, type Instant } from '../time.ts';
import { bucketed, plusOne } from './counters.ts';
import { countFloor, countQueue, countSeat, stillWaiting, waitingNow } from './counting.ts';
import type { FloorFactBody } from './facts.ts';
import { withCall } from './fold-calls.ts';
import type { QueueDayRow, SeatDayRow, VisitRow } from './rows.ts';

/** 15 s is the connection goal, 20 s the service level (R6). */
const CONNECT_S = 15;
const SERVICE_LEVEL_S = 20;

type VisitFact = Extract<FloorFactBody, { kind: `visit.${string}` }>;

/** A caller's way through a queue, and the day's figures of the queue and the seat. */
export function foldVisit(tables: Tables, fact: VisitFact, id: string, at: Instant, zone: string): void {
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
