import { mulberry32 } from '../random.ts';
import { floorRuns, type RunFloor, type RunQueue, type RunResult } from './floor-run.ts';

/** Callers of a prior opinion that today is like every other day: so many count as much as what was seen today. */
const PRIOR_CALLS = 20;
/** How far half-hours of one weekday lie apart even where very many call: weather, news, an outage. */
const RESTLESS = 0.06;

export interface Level {
  /** Callers today relative to the usual. */
  readonly factor: number;
  /** Relative standard deviation of the factor. */
  readonly spread: number;
}

/**
 * How busy today is, from the last stretch of it: callers that came, and callers that usually come in it.
 * A gamma-Poisson estimate: with few callers it stays near 1.
 */
export function levelToday(came: number, usual: number): Level {
  const factor = (came + PRIOR_CALLS) / (usual + PRIOR_CALLS);
  return { factor, spread: Math.hypot(1 / Math.sqrt(came + PRIOR_CALLS), RESTLESS) };
}

export interface ForecastQueue extends RunQueue {
  /** Share of the calls to be answered in time, 0–1. */
  readonly goal: number;
  readonly spread: number;
}
export interface ForecastFloor extends RunFloor {
  readonly queues: readonly ForecastQueue[];
}

/** What the hour will have come to at its end, if the seats stay as they are. */
export interface HourForecast {
  /** Mean of the service level over all courses, 0–1. */
  readonly serviceLevel: number;
  /** Eight in ten courses end between these. */
  readonly low: number;
  readonly high: number;
  /** Share of the courses that end under the goal. */
  readonly belowGoal: number;
  /** Seconds from now at which the level falls under the goal and stays there: median of the courses that do; null: fewer than half do. */
  readonly fallsInS: number | null;
  /** Callers of the whole hour, mean. */
  readonly offered: number;
}

/** Why no forecast is made. */
export type NoForecast = 'few-calls' | 'no-handle-time' | 'no-usual' | 'unheard' | 'no-seats';

/** With fewer callers in an hour one more or less decides everything. */
export const CALLS_AT_LEAST = 8;

/** Courses that are run: fewer where a course has many events, so that a forecast costs about the same everywhere. */
const RUNS = { most: 200, least: 40, events: 160_000 } as const;

/**
 * Runs the rest of the hour many times from the state of now; one entry for each queue, null where too few call.
 * The same seed and state give the same answer.
 */
export function forecastHour(floor: ForecastFloor, seed: number): (HourForecast | null)[] {
  const random = mulberry32(seed);
  const runs = runsFor(floor);
  const run = floorRuns(floor);
  const results: RunResult[][] = floor.queues.map(() => []);
  for (let r = 0; r < runs; r++) {
    const levels = floor.queues.map((q) => Math.max(0, 1 + q.spread * normal(random)));
    run(levels, random).forEach((x, q) => results[q]!.push(x));
  }
  return floor.queues.map((q, i) => summary(q, results[i]!));
}

function runsFor(floor: ForecastFloor): number {
  let callers = 0;
  for (const q of floor.queues) {
    let from = 0;
    floor.segmentEndsS.forEach((to, i) => {
      callers += q.arrivalsPerS[i]! * (to - from);
      from = to;
    });
  }
  // each caller comes and goes
  return Math.round(Math.min(RUNS.most, Math.max(RUNS.least, RUNS.events / (2 * callers + 1))));
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function summary(q: ForecastQueue, all: readonly RunResult[]): HourForecast | null {
  const runs = all.filter((r) => r.offered > 0);
  const offered = all.reduce((s, r) => s + r.offered, 0) / all.length;
  if (offered < CALLS_AT_LEAST || runs.length === 0) return null;
  const levels = runs.map((r) => r.inTime / r.offered).sort((a, b) => a - b);
  const at = (share: number): number => levels[Math.round(share * (levels.length - 1))]!;
  const fallen = runs.filter((r) => r.inTime / r.offered < q.goal);
  const falls = fallen.map((r) => fallsAt(r.course, q.goal)).sort((a, b) => a - b);
  const belowGoal = fallen.length / runs.length;
  return {
    serviceLevel: levels.reduce((a, b) => a + b, 0) / levels.length,
    low: at(0.1),
    high: at(0.9),
    belowGoal,
    fallsInS: belowGoal >= 0.5 ? falls[Math.floor(falls.length / 2)]! : null,
    offered,
  };
}

/** Seconds after which a course is under the goal for good; 0: it is now. */
function fallsAt(course: readonly (number | null)[], goal: number): number {
  let i = course.length;
  while (i > 0 && (course[i - 1] ?? 1) < goal) i--;
  return i * 60;
}
