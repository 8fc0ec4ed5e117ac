import { ratio } from './floor/indicators.ts';
import { cityDay, DAY, startOfDay, type CityDay, type Instant } from './time.ts';

/** Figures of the leader's page: sums come from the store, formulas are here, so that they are tested without a database. */

/** Queue visits that are over, by the instant at which the caller entered the queue (R1). */
export interface CallSums {
  /** A + B + left otherwise + end not seen. */
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  /** Of the answered: within 15 s, inclusive (R6, R7). */
  readonly answered15: number;
  readonly waitAnsweredS: number;
}

export interface CallFigures extends CallSums {
  /** Left otherwise, or their end was not seen: neither answered nor abandoned. */
  readonly other: number;
  /** I-08: A_15 / O. */
  readonly within15: number | null;
  /** I-05: B / O. */
  readonly abandonRate: number | null;
  /** I-10, seconds. */
  readonly asaS: number | null;
}

export const NO_CALLS: CallSums = { offered: 0, answered: 0, abandoned: 0, answered15: 0, waitAnsweredS: 0 };

export function callFigures(s: CallSums): CallFigures {
  return {
    ...s,
    other: s.offered - s.answered - s.abandoned,
    within15: ratio(s.answered15, s.offered),
    abandonRate: ratio(s.abandoned, s.offered),
    asaS: ratio(s.waitAnsweredS, s.answered),
  };
}

/** Sums of groups are added and rates computed again: a mean of rates is no rate (R5). */
export function addCalls(sums: Iterable<CallSums>): CallSums {
  let out = NO_CALLS;
  for (const s of sums)
    out = {
      offered: out.offered + s.offered,
      answered: out.answered + s.answered,
      abandoned: out.abandoned + s.abandoned,
      answered15: out.answered15 + s.answered15,
      waitAnsweredS: out.waitAnsweredS + s.waitAnsweredS,
    };
  return out;
}

/** Cases by the instant at which they were accepted; those that the source withdrew are not counted. */
export interface CaseSums {
  readonly accepted: number;
  /** Of these closed, refused or merged by now. */
  readonly done: number;
  readonly urgent: number;
}
export const NO_CASES: CaseSums = { accepted: 0, done: 0, urgent: 0 };

export interface Comparison {
  readonly now: number | null;
  readonly before: number | null;
  /** Difference: of counts as a share of `before`, of rates in points. Null when either is unknown or `before` is 0. */
  readonly change: number | null;
}

/** A count beside the same period before: `change` is the share by which it grew. */
export function compareCount(now: number, before: number): Comparison {
  return { now, before, change: before === 0 ? null : (now - before) / before };
}

/** A rate beside the same period before: `change` is the difference, 0.01 = one point. */
export function compareRate(now: number | null, before: number | null): Comparison {
  return { now, before, change: now === null || before === null ? null : now - before };
}

/** The day so far and the same stretch of the same weekday last week. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}
export function dayAndWeekBefore(now: Instant, zone: string): { today: Stretch; before: Stretch; beforeDay: Stretch } {
  const from = startOfDay(cityDay(now, zone), zone);
  const beforeDay = shiftDay(cityDay(now, zone), -7);
  const beforeFrom = startOfDay(beforeDay, zone);
  const beforeEnd = startOfDay(shiftDay(beforeDay, 1), zone);
  return {
    today: { from, to: now },
    // a day with a change of clocks is shorter or longer: never reach into the next one
    before: { from: beforeFrom, to: Math.min(beforeFrom + (now - from), beforeEnd) },
    beforeDay: { from: beforeFrom, to: beforeEnd },
  };
}

/** The city day `days` later (or earlier, when negative). */
export function shiftDay(day: CityDay, days: number): CityDay {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The last `count` city days up to the day of `now`, oldest first. */
export function lastDays(now: Instant, zone: string, count: number): CityDay[] {
  const today = cityDay(now, zone);
  return Array.from({ length: count }, (_, i) => shiftDay(today, i - count + 1));
}
