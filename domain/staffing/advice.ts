import {
  erlangAFigures,
  erlangCFigures,
  erlangs,
  seatsNeeded,
  seatsNeededA,
  withShrinkage,
  type Aim,
  type Load,
  type QueueFigures,
} from './erlang.ts';
import type { RunSeat } from './floor-run.ts';

/** Inputs of a staffing advice, all of them shown and each to be changed by hand. */
export interface StaffingInputs {
  /** Callers in half an hour. */
  readonly calls: number;
  /** Seconds that a call keeps its seat: ringing, talk, after-call work. */
  readonly handleS: number;
  /** Seconds of ringing that are part of the wait. */
  readonly ringS: number;
  /** Mean patience, s; null: not known, Erlang A is left out. */
  readonly patienceS: number | null;
  readonly goal: number;
  readonly withinS: number;
  readonly maxOccupancy: number;
  /** Share of the people planned who are in breaks, in training or ill, 0 ≤ s < 1. */
  readonly shrinkage: number;
}

/** Usual in call centres, until the house says otherwise. */
export const USUAL_AIM = { maxOccupancy: 0.85, shrinkage: 0.3 } as const;

export interface Advice {
  readonly erlangs: number;
  /** Seats at work by Erlang C and by Erlang A; null: more than the model can count, or patience is not known. */
  readonly needed: number | null;
  readonly neededA: number | null;
  /** People to plan for `needed`. */
  readonly people: number | null;
}

const loadOf = (i: StaffingInputs): Load => ({ arrivalsPerS: i.calls / 1800, handleS: i.handleS });
/** The caller hears it ring before he is answered: a seat must be free that much earlier. */
const aimOf = (i: StaffingInputs): Aim => ({
  goal: i.goal,
  withinS: Math.max(0, i.withinS - i.ringS),
  maxOccupancy: i.maxOccupancy,
});

export function adviceFor(i: StaffingInputs): Advice {
  const needed = seatsNeeded(loadOf(i), aimOf(i));
  return {
    erlangs: erlangs(loadOf(i)),
    needed,
    neededA: i.patienceS === null ? null : seatsNeededA(loadOf(i), i.patienceS, aimOf(i)),
    people: needed === null ? null : withShrinkage(needed, i.shrinkage),
  };
}

export interface Gives {
  readonly seats: number;
  readonly c: QueueFigures;
  readonly a: QueueFigures | null;
}

/** What a number of seats would give. @param seats whole, ≥ 0 */
export function gives(i: StaffingInputs, seats: number): Gives {
  const { withinS } = aimOf(i);
  return {
    seats,
    c: erlangCFigures(seats, loadOf(i), withinS),
    a: i.patienceS === null ? null : erlangAFigures(seats, loadOf(i), i.patienceS, withinS),
  };
}

/**
 * How many seats each queue has, when seats that serve several are divided among them so that all are loaded alike as far as
 * their skills allow. Erlang's formulas know one queue only; the parts add up to the seats.
 * @param loads erlangs of each queue
 */
export function divideSeats(seats: readonly RunSeat[], loads: readonly number[]): number[] {
  const weights = loads.map((l) => Math.max(l, 1e-6));
  let have = weights.map(() => 1);
  // each round gives more to where there is more to do for each seat there; it settles within some rounds
  for (let round = 0; round < 40; round++) {
    const next = weights.map(() => 0);
    for (const s of seats) {
      const pull = s.serves.map(({ queue }) => weights[queue]!);
      const all = pull.reduce((x, y) => x + y, 0);
      s.serves.forEach(({ queue }, k) => (next[queue]! += all > 0 ? pull[k]! / all : 0));
    }
    have = next;
    loads.forEach((l, q) => {
      const per = have[q]! > 0 ? Math.max(l, 1e-6) / have[q]! : 1;
      weights[q] = weights[q]! * Math.sqrt(per);
    });
    const sum = weights.reduce((x, y) => x + y, 0);
    weights.forEach((w, q) => (weights[q] = w / sum));
  }
  return have;
}
