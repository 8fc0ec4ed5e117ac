import type { Fact } from '../fact.ts';
import type { Tables } from '../tables.ts';
import { cityDay, startOfDay, type CityDay, type Instant } from '../time.ts';
import { plusOne } from './counters.ts';
import { countQueue, countSeat } from './counting.ts';
import type { FloorFactBody } from './facts.ts';
import { foldCall } from './fold-calls.ts';
import { gap, openDay } from './fold-days.ts';
import { foldVisit } from './fold-visits.ts';
import type { LinkRow, Membership, QueueRow, SeatLiveRow, SeatRow } from './rows.ts';

export { TODAY } from './counting.ts';

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

// ── seats ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

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
