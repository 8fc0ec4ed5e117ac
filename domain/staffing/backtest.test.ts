import { expect, test } from 'vitest';
import { mulberry32, type Random } from '../random.ts';
import { erlangAFigures, erlangCFigures, seatsNeeded } from './erlang.ts';
import { forecastHour, levelToday, type ForecastFloor } from './forecast.ts';
import { exp, HALF, normal, RING_S, serve, simulateDay, USUAL, type Caller, type Day } from './testing.ts';

const T = 20;
const GOAL = 0.8;

const HANDLE_S = RING_S + 150 + 15;
const inTime = (c: Caller): boolean => c.answeredAt !== null && c.waitS! <= T;
const within = (d: Day, from: number, to: number): Caller[] => d.callers.filter((c) => c.at >= from && c.at < to);
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
const median = (xs: readonly number[]): number => {
  const s = [...xs].sort((a, b) => a - b);
  return s.length % 2 ? s[s.length >> 1]! : (s[s.length / 2 - 1]! + s[s.length / 2]!) / 2;
};

/** What would be seen at t of a day: no more than the product sees. */
function seenAt(d: Day, t: number, usual: readonly number[]): ForecastFloor {
  const hour = Math.floor(t / 3600) * 3600;
  const half = Math.floor(t / HALF);
  const waiting = d.callers.filter((c) => c.at <= t && c.leftAt > t);
  const decided = within(d, hour, t).filter((c) => c.leftAt <= t);
  const from = Math.max(0, t - 7200);
  const usualOf = (a: number, b: number): number =>
    usual.reduce((s, n, i) => s + (n / HALF) * Math.max(0, Math.min(b, (i + 1) * HALF) - Math.max(a, i * HALF)), 0);
  const { factor, spread } = levelToday(within(d, from, t).length, usualOf(from, t));
  const halves = Array.from({ length: hour / HALF + 2 - half }, (_, i) => half + i);
  const busy = d.callers.filter(
    (c) => c.answeredAt !== null && c.answeredAt - RING_S <= t && c.answeredAt + 165 > t,
  ).length;
  const seats = d.seats[half]!;
  return {
    queues: [
      {
        arrivalsPerS: halves.map((h) => (factor * usual[h]!) / HALF),
        handleS: HANDLE_S,
        patienceS: 99,
        ringS: RING_S,
        withinS: T,
        goal: GOAL,
        spread,
        decided: decided.length,
        inTime: decided.filter(inTime).length,
        waiting: waiting.map((c) => ({ ageS: t - c.at, thisHour: c.at >= hour })),
      },
    ],
    seats: Array.from({ length: seats }, (_, i) => ({
      serves: [{ queue: 0, penalty: 0 }],
      busyWith: waiting.length > 0 || i < busy ? 0 : null,
    })),
    outboundS: 90,
    segmentEndsS: halves.map((h) => (h + 1) * HALF - t),
  };
}

/** Planned for the usual load, now and then a seat more, mostly one or two fewer. Within an hour the seats stay, as the forecast says that it assumes. */
function roster(r: Random): (half: number) => number {
  const seats = Array.from({ length: USUAL.length / 2 }, (_, h) => {
    const load = { arrivalsPerS: (USUAL[2 * h]! + USUAL[2 * h + 1]!) / 2 / HALF, handleS: HANDLE_S };
    const planned = seatsNeeded(load, { goal: GOAL, withinS: T - RING_S, maxOccupancy: 0.95 })!;
    return planned - Math.round(Math.abs(normal(r)) * 1.2) + (r() < 0.3 ? 1 : 0);
  });
  return (half) => seats[Math.floor(half / 2)]!;
}

interface Scored {
  actual: number;
  ours: number;
  naive: number;
  covered: boolean;
  warned: boolean;
}

function score(minute: number): Scored[] {
  const r = mulberry32(20260302);
  const past = Array.from({ length: 8 }, () => simulateDay(r, roster(r)));
  const usual = USUAL.map((_, i) => median(past.map((d) => within(d, i * HALF, (i + 1) * HALF).length)));
  const out: Scored[] = [];
  for (let day = 0; day < 30; day++) {
    const d = simulateDay(r, roster(r));
    for (let h = 2; h < 12; h++) {
      const t = h * 3600 + minute * 60;
      const [f] = forecastHour(seenAt(d, t, usual), day * 100 + h);
      const all = within(d, h * 3600, (h + 1) * 3600);
      const soFar = within(d, h * 3600, t).filter((c) => c.leftAt <= t);
      if (!f || soFar.length === 0) continue;
      const actual = all.filter(inTime).length / all.length;
      out.push({
        actual,
        ours: f.serviceLevel,
        naive: soFar.filter(inTime).length / soFar.length,
        covered: actual >= f.low && actual <= f.high,
        warned: f.belowGoal >= 0.5,
      });
    }
  }
  return out;
}

const share = (xs: readonly boolean[]): number => xs.filter(Boolean).length / xs.length;
const errorOf = (xs: readonly Scored[], of: (s: Scored) => number): number =>
  mean(xs.map((s) => Math.abs(of(s) - s.actual)));
const pct = (x: number): string => `${(100 * x).toFixed(1)} %`;

function figures(xs: readonly Scored[]) {
  const bad = xs.filter((s) => s.actual < GOAL);
  const good = xs.filter((s) => s.actual >= GOAL);
  return {
    hours: xs.length,
    breaches: bad.length,
    error: errorOf(xs, (s) => s.ours),
    naiveError: errorOf(xs, (s) => s.naive),
    bias: mean(xs.map((s) => s.ours - s.actual)),
    covered: share(xs.map((s) => s.covered)),
    hits: share(bad.map((s) => s.warned)),
    falseAlarms: share(good.map((s) => s.warned)),
    naiveHits: share(bad.map((s) => s.naive < GOAL)),
    naiveFalse: share(good.map((s) => s.naive < GOAL)),
    right: share(xs.map((s) => s.warned === s.actual < GOAL)),
    naiveRight: share(xs.map((s) => s.naive < GOAL === s.actual < GOAL)),
  };
}

/** Figures of docs/staffing.md: printed so that they can be written there. */
test(
  'the hour’s end is foretold better than by the service level so far, and the interval holds what it says',
  { timeout: 120_000 },
  () => {
    for (const minute of [15, 30, 45]) {
      const f = figures(score(minute));
      console.log(
        `at minute ${minute}: ${f.hours} hours, ${f.breaches} under the goal | mean error ${pct(f.error)} (so far: ${pct(f.naiveError)}), bias ${pct(f.bias)} | ` +
          `8-in-10 interval held ${pct(f.covered)} | warned of ${pct(f.hits)} (so far: ${pct(f.naiveHits)}), ` +
          `false alarms ${pct(f.falseAlarms)} (so far: ${pct(f.naiveFalse)}), right ${pct(f.right)} (so far: ${pct(f.naiveRight)})`,
      );
      expect(f.error).toBeLessThan(f.naiveError * 0.9);
      expect(Math.abs(f.bias)).toBeLessThan(0.02);
      expect(f.covered).toBeGreaterThan(0.7);
      expect(f.covered).toBeLessThan(0.9);
      // when three quarters are over, what is so far says nearly all
      expect(f.right).toBeGreaterThan(f.naiveRight - (minute === 45 ? 0.01 : 0));
      expect(f.falseAlarms).toBeLessThan(f.naiveFalse);
    }
  },
);

test('the seats needed in the next half-hour are foretold to one seat in four of five half-hours of days not seen before', () => {
  const r = mulberry32(7);
  const aim = { goal: GOAL, withinS: T - RING_S, maxOccupancy: 0.9 };
  const needed = (perS: number): number => seatsNeeded({ arrivalsPerS: perS, handleS: HANDLE_S }, aim)!;
  const past = Array.from({ length: 8 }, () => simulateDay(r, roster(r)));
  const usual = USUAL.map((_, i) => median(past.map((d) => within(d, i * HALF, (i + 1) * HALF).length)));
  const off: number[] = [];
  for (let day = 0; day < 30; day++) {
    const d = simulateDay(r, roster(r));
    for (let half = 4; half < USUAL.length; half++) {
      const t = half * HALF;
      const came = within(d, t - 4 * HALF, t).length;
      const { factor } = levelToday(
        came,
        usual.slice(half - 4, half).reduce((a, b) => a + b, 0),
      );
      off.push(needed((factor * usual[half]!) / HALF) - needed(d.rates[half]!));
    }
  }
  const hit = (by: number): number => share(off.map((x) => Math.abs(x) <= by));
  console.log(
    `seats needed half an hour ahead: exact ${pct(hit(0))}, within one ${pct(hit(1))}, within two ${pct(hit(2))} of ${off.length} half-hours`,
  );
  expect(hit(1)).toBeGreaterThan(0.8);
});

test('Erlang C and Erlang A are what a queue simulated call by call comes to', () => {
  const r = mulberry32(99);
  for (const [seats, perS, handleS, patienceS] of [
    [14, 200 / 3600, 180, Infinity],
    [9, 0.046, 150, Infinity],
    [8, 0.05, 150, 95],
    [8, 0.07, 150, 60],
    [25, 0.15, 170, 90],
  ] as const) {
    const callers: Caller[] = [];
    for (let t = exp(r, 1 / perS); callers.length < 150_000; t += exp(r, 1 / perS))
      callers.push({ at: t, waitS: null, answeredAt: null, leftAt: Infinity });
    const halves = Math.ceil(callers.at(-1)!.at / HALF);
    serve(
      r,
      callers,
      Array.from({ length: halves }, () => seats),
      {
        handle: (x) => exp(x, handleS),
        patience: (x) => (patienceS === Infinity ? Infinity : exp(x, patienceS)),
        ringS: 0,
      },
    );
    const load = { arrivalsPerS: perS, handleS };
    const f = patienceS === Infinity ? erlangCFigures(seats, load, T) : erlangAFigures(seats, load, patienceS, T);
    const seen = callers.slice(1000);
    const level = share(seen.map(inTime));
    const waited = mean(seen.map((c) => c.waitS ?? 0));
    const gone = share(seen.map((c) => c.answeredAt === null));
    console.log(
      `${seats} seats, ${(perS * handleS).toFixed(1)} erlangs, patience ${patienceS} s: SL ${pct(f.serviceLevel)} (simulated ${pct(level)}), ` +
        `wait ${f.averageWaitS!.toFixed(1)} s (${waited.toFixed(1)}), give up ${pct(f.abandonRate ?? 0)} (${pct(gone)})`,
    );
    expect(Math.abs(f.serviceLevel - level)).toBeLessThan(0.015);
    expect(Math.abs(f.averageWaitS! - waited)).toBeLessThan(0.12 * waited + 0.2);
    expect(Math.abs((f.abandonRate ?? 0) - gone)).toBeLessThan(0.01);
  }
});
