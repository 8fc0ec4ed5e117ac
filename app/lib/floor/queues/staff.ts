import {
  adviceFor,
  divideSeats,
  gives,
  USUAL_AIM,
  type Advice,
  type Gives,
  type StaffingInputs,
} from '#domain/staffing/advice.ts';
import { halfAt, handleTime, type FloorBasis, type QueueBasis } from '#domain/staffing/basis.ts';
import type { RunSeat } from '#domain/staffing/floor-run.ts';
import type { Arrivals, Outlook } from '#domain/staffing/outlook.ts';
import type { Instant } from '#domain/time.ts';

/** How many half-hours ahead, the running one first. */
export const HALVES_AHEAD = 6;

export interface StaffRow {
  readonly from: Instant;
  readonly to: Instant;
  readonly inputs: StaffingInputs;
  readonly advice: Advice;
  /** Seats on duty now, shared ones divided. */
  readonly have: number;
  /** What whole seats about `have` would give. */
  readonly now: Gives;
  readonly less: Gives | null;
  readonly more: Gives;
}

/** The inputs of one half-hour; null where the records do not tell how long a call lasts. */
export function inputsOf(q: QueueBasis, calls: number): StaffingInputs | null {
  if (!q.handle) return null;
  return {
    calls,
    handleS: handleTime(q.handle),
    ringS: q.handle.ringS,
    patienceS: q.patience?.meanS ?? null,
    goal: q.goal,
    withinS: q.withinS,
    ...USUAL_AIM,
  };
}

/** Advice for the running and the next half-hours of a queue. */
export function staffRows(
  q: QueueBasis,
  arrivals: Arrivals | null,
  have: number,
  edges: readonly Instant[],
  now: Instant,
): StaffRow[] {
  const first = halfAt(edges, now);
  if (first < 0 || !arrivals) return [];
  const seats = Math.round(have);
  return edges.slice(first, Math.min(first + HALVES_AHEAD, edges.length - 1)).flatMap((from, i) => {
    const inputs = inputsOf(q, arrivals.perHalf[first + i]!);
    if (!inputs) return [];
    return {
      from,
      to: edges[first + i + 1]!,
      inputs,
      advice: adviceFor(inputs),
      have,
      now: gives(inputs, seats),
      less: seats > 0 ? gives(inputs, seats - 1) : null,
      more: gives(inputs, seats + 1),
    };
  });
}

/** Seats of each queue by id, shared ones divided by the work that waits in the running half-hour. */
export function dividedSeats(
  basis: FloorBasis,
  outlook: Outlook,
  seatsOf: (queues: readonly string[]) => readonly RunSeat[],
): Map<string, { heads: number; shared: number }> {
  const ids = outlook.queues.map((o) => o.queue);
  const half = halfAt(basis.edges, outlook.at);
  const seats = seatsOf(ids);
  const loads = outlook.queues.map((o) => {
    const h = basis.queues[o.queue]?.handle;
    return ((o.arrivals?.perHalf[half] ?? 0) / 1800) * (h ? handleTime(h) : 0);
  });
  const shared = divideSeats(seats, loads);
  return new Map(outlook.queues.map((o, i) => [o.queue, { heads: o.seats, shared: shared[i]! }]));
}

/** Seats on duty beyond those needed, to a tenth, and how that is marked; null where more are needed than can be counted. */
export function difference(r: StaffRow): { readonly seats: number; readonly mark: 'good' | 'behind' | 'bad' } | null {
  if (r.advice.needed === null) return null;
  const seats = Math.round((r.have - r.advice.needed) * 10) / 10;
  // half a seat is within what dividing shared seats can tell
  return { seats, mark: seats < -0.5 ? 'bad' : seats < 0 ? 'behind' : 'good' };
}
