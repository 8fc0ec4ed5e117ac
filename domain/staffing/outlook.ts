import type { LinkRow, SeatLiveRow, SeatRow, VisitRow } from '../floor/rows.ts';
import { seatState, type PauseReasons } from '../floor/view.ts';
import type { ReadTables } from '../tables.ts';
import { HOUR, MINUTE, type Instant } from '../time.ts';
import { halfAt, handleTime, overHalves, type FloorBasis, type QueueBasis } from './basis.ts';
import type { RunSeat } from './floor-run.ts';
import {
  CALLS_AT_LEAST,
  forecastHour,
  levelToday,
  type ForecastFloor,
  type ForecastQueue,
  type HourForecast,
  type NoForecast,
} from './forecast.ts';

/** The stretch of today that says how busy today is. */
const LEVEL_FROM_MS = 2 * HOUR;
/** Where a queue has too few calls of its own: what most hotlines have, so that it can run beside the others. It gets no forecast. */
const FALLBACK = { handleS: 180, ringS: 4 };
/** Where too few gave up to tell: about what hotlines find. Said beside the forecast. */
export const PATIENCE_UNKNOWN_S = 90;

/** Expected callers: the usual of the weekday at today's level, or, without weeks to learn from, as in the last hour. */
export interface Arrivals {
  readonly of: 'usual' | 'last-hour';
  /** Earlier weeks behind the usual; 0 without. */
  readonly weeks: number;
  readonly factor: number;
  readonly spread: number;
  /** Callers in each half-hour of the city day. */
  readonly perHalf: readonly number[];
}

/** What is expected to come to a queue; null: neither weeks nor today tell. @param waiting callers who wait in it now */
export function arrivalsOf(q: QueueBasis, edges: readonly Instant[], now: Instant, waiting: number): Arrivals | null {
  const offered = q.today.map((d) => d.offered);
  const came = (from: Instant): number => waiting + whole(edges, offered, from, now);
  const halves = edges.length - 1;
  if (q.usual) {
    const from = edges[Math.max(0, halfAt(edges, now - LEVEL_FROM_MS))]!;
    const { factor, spread } = levelToday(came(from), overHalves(edges, q.usual.offered, from, now));
    return { of: 'usual', weeks: q.usual.weeks, factor, spread, perHalf: q.usual.offered.map((n) => n * factor) };
  }
  const from = edges[Math.max(0, halfAt(edges, now - HOUR))]!;
  const n = came(from);
  if (n < CALLS_AT_LEAST) return null;
  const perHalf = (n * 30 * MINUTE) / (now - from);
  return {
    of: 'last-hour',
    weeks: 0,
    factor: 1,
    spread: levelToday(n, n).spread,
    perHalf: Array(halves).fill(perHalf),
  };
}

/** Callers of the half-hours from an edge on; the running one has only what came yet. */
const whole = (edges: readonly Instant[], counts: readonly number[], from: Instant, to: Instant): number =>
  counts.reduce((sum, n, i) => (edges[i]! >= from && edges[i]! < to ? sum + n : sum), 0);

export interface QueueOutlook {
  readonly queue: string;
  readonly forecast: HourForecast | null;
  /** Why there is none; null: there is one. */
  readonly without: NoForecast | null;
  /** Inputs, to be shown beside it. */
  readonly arrivals: Arrivals | null;
  /** Of the hour so far: decided callers, in time, and those who wait. */
  readonly decided: number;
  readonly inTime: number;
  readonly waiting: number;
  /** Callers still expected in this hour. */
  readonly expected: number;
  /** Seats on duty that serve the queue: free or in a call, not on a break. */
  readonly seats: number;
}

export interface Outlook {
  readonly at: Instant;
  /** Start of the hour that is foretold. */
  readonly hour: Instant;
  readonly queues: readonly QueueOutlook[];
}

/** The hour's end for every queue, from the floor as it stands and what the records say. The same inputs give the same answer. */
export function hourOutlook(
  floor: ReadTables,
  basis: FloorBasis,
  o: { now: Instant; reasons: PauseReasons; seed: number },
): Outlook | null {
  const { edges } = basis;
  const half = halfAt(edges, o.now);
  if (half < 0) return null;
  const hour = edges[half - (half % 2)]!;
  const ends = edges.slice(half + 1, half - (half % 2) + 3);
  const ids = Object.keys(basis.queues).sort();
  const waiting = Map.groupBy(
    [...floor.all<VisitRow>('visit').values()]
      .filter((v) => v.state === 'waiting')
      .sort((a, b) => a.joinedAt - b.joinedAt),
    (v) => v.queue,
  );
  const seats = seatsOnDuty(floor, ids, o.now, o.reasons);
  const inputs = ids.map((id) => {
    const q = basis.queues[id]!;
    const here = waiting.get(id) ?? [];
    const arrivals = arrivalsOf(q, edges, o.now, here.length);
    const halves = q.today.filter((_, i) => edges[i]! >= hour);
    const perS = ends.map((_, i) => (arrivals?.perHalf[half + i] ?? 0) / 1800);
    const run: ForecastQueue = {
      arrivalsPerS: perS,
      handleS: q.handle ? handleTime(q.handle) : FALLBACK.handleS,
      patienceS: q.patience?.meanS ?? PATIENCE_UNKNOWN_S,
      ringS: q.handle?.ringS ?? FALLBACK.ringS,
      withinS: q.withinS,
      goal: q.goal,
      spread: arrivals?.spread ?? 0,
      decided: halves.reduce((s, d) => s + d.offered, 0),
      inTime: halves.reduce((s, d) => s + d.inTime, 0),
      waiting: here.map((v) => ({ ageS: Math.max(0, (o.now - v.joinedAt) / 1000), thisHour: v.joinedAt >= hour })),
    };
    return { id, q, arrivals, run };
  });
  const run: ForecastFloor = {
    queues: inputs.map((i) => i.run),
    seats,
    outboundS: basis.outboundS,
    segmentEndsS: ends.map((e) => (e - o.now) / 1000),
  };
  const heard = floor.get<LinkRow>('link', 'asterisk')?.state === 'live';
  const forecasts = heard ? forecastHour(run, o.seed) : ids.map(() => null);
  return {
    at: o.now,
    hour,
    queues: inputs.map(({ id, q, arrivals, run: r }, i): QueueOutlook => {
      const serving = seats.filter((s) => s.serves.some((x) => x.queue === i)).length;
      const without = whyNot(heard, q, arrivals, serving, forecasts[i]!);
      return {
        queue: id,
        forecast: without === null ? forecasts[i]! : null,
        without,
        arrivals,
        decided: r.decided,
        inTime: r.inTime,
        waiting: r.waiting.length,
        expected: r.arrivalsPerS.reduce(
          (s, perS, k) => s + perS * (run.segmentEndsS[k]! - (run.segmentEndsS[k - 1] ?? 0)),
          0,
        ),
        seats: serving,
      };
    }),
  };
}

function whyNot(
  heard: boolean,
  q: QueueBasis,
  arrivals: Arrivals | null,
  seats: number,
  forecast: HourForecast | null,
): NoForecast | null {
  if (!heard) return 'unheard';
  if (!arrivals) return 'no-usual';
  if (!q.handle) return 'no-handle-time';
  if (seats === 0) return 'no-seats';
  return forecast ? null : 'few-calls';
}

/** Seats that take calls: not away, not on a break, not busy. After-call work is about over and counts as free. */
export function seatsOnDuty(
  floor: ReadTables,
  queues: readonly string[],
  now: Instant,
  reasons: PauseReasons,
): RunSeat[] {
  const place = new Map(queues.map((id, i) => [id, i]));
  const out: RunSeat[] = [];
  for (const [id, seat] of floor.all<SeatRow>('seat')) {
    const live = floor.get<SeatLiveRow>('seatLive', id);
    if (!live) continue;
    const state = seatState(live, now, reasons);
    if (state === 'offline' || state === 'break' || state === 'busy' || state === 'other') continue;
    const serves = seat.memberships.flatMap((m) => {
      const queue = place.get(m.queue);
      return queue === undefined || m.paused ? [] : [{ queue, penalty: m.penalty }];
    });
    const of = live.queue === null ? undefined : place.get(live.queue);
    const busyWith =
      state === 'outbound' ? 'outbound' : state === 'talking' || state === 'ringing' ? (of ?? 'outbound') : null;
    out.push({ serves, busyWith });
  }
  return out;
}
