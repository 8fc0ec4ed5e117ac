import { describe, expect, test } from 'vitest';
import {
  erlangAFigures,
  erlangB,
  erlangC,
  erlangCFigures,
  seatsNeeded,
  seatsNeededA,
  withShrinkage,
} from './erlang.ts';

/** Erlang C by its definition, in whole numbers: a = num/den erlangs; every power and factorial is exact. 12 digits of the quotient. */
function exactC(seats: number, num: bigint, den: bigint): number {
  // a^k/k! over one denominator: num^k · den^(c−k) · c!/k!, so that every term is whole
  let falling = 1n;
  const terms: bigint[] = [];
  for (let k = seats; k >= 0; k--) {
    terms[k] = num ** BigInt(k) * den ** BigInt(seats - k) * falling;
    falling *= BigInt(k);
  }
  const c = BigInt(seats);
  // the last term is weighted with c/(c−a)
  const below = terms.slice(0, seats).reduce((x, y) => x + y, 0n) * (c * den - num);
  const top = terms[seats]! * c * den;
  return Number((top * 10n ** 15n) / (top + below)) / 1e15;
}

describe('Erlang C', () => {
  test('equals its definition in exact whole numbers, from one seat to three hundred', () => {
    const cases: [number, bigint, bigint][] = [
      [1, 1n, 2n],
      [2, 1n, 1n],
      [3, 5n, 2n],
      [10, 8n, 1n],
      [14, 10n, 1n],
      [20, 99n, 5n],
      [60, 111n, 2n],
      [100, 90n, 1n],
      [300, 290n, 1n],
    ];
    for (const [c, num, den] of cases)
      expect(erlangC(c, Number(num) / Number(den)), `${c} seats`).toBeCloseTo(exactC(c, num, den), 12);
  });

  // one seat: ρ; two seats at one erlang: 1/3; and the example that introductions to Erlang C print (100 calls in half an hour of
  // 180 s each are 10 erlangs): with 14 seats 17.4 % wait, 88.8 % are answered within 20 s, after 7.8 s on average, busy for 71.4 %
  test('gives the values that textbooks print', () => {
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 14);
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 14);
    const f = erlangCFigures(14, { arrivalsPerS: 200 / 3600, handleS: 180 }, 20);
    expect(erlangC(14, 10)).toBeCloseTo(0.174, 3);
    expect(f.serviceLevel).toBeCloseTo(0.888, 3);
    expect(f.averageWaitS).toBeCloseTo(7.8, 1);
    expect(f.occupancy).toBeCloseTo(0.714, 3);
  });

  test('stays a probability up to 2,000 seats, where factorials are far beyond any number', () => {
    for (const a of [1, 500, 1500, 1950, 1999.9]) {
      const p = erlangC(2000, a);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThan(1);
    }
    // by the recurrence from above in logarithms: an independent way for the large case
    expect(erlangB(2000, 1950)).toBeCloseTo(logB(2000, 1950), 10);
  });

  test('seats that cannot keep up answer nobody in time, and no average of their wait is told', () => {
    expect(erlangCFigures(10, { arrivalsPerS: 0.1, handleS: 100 }, 20)).toMatchObject({
      serviceLevel: 0,
      averageWaitS: null,
      occupancy: 1,
    });
  });

  test('a seat more never gives a lower service level', () => {
    const load = { arrivalsPerS: 0.08, handleS: 230 };
    for (let c = 1; c < 60; c++)
      expect(erlangCFigures(c + 1, load, 20).serviceLevel).toBeGreaterThanOrEqual(
        erlangCFigures(c, load, 20).serviceLevel,
      );
  });
});

/** Erlang B as 1 / Σ c!/(c−k)! / a^k, summed in logarithms. */
function logB(c: number, a: number): number {
  let log = 0;
  const logs = [0];
  for (let k = 1; k <= c; k++) logs.push((log += Math.log((c - k + 1) / a)));
  const most = Math.max(...logs);
  return Math.exp(-(most + Math.log(logs.reduce((s, x) => s + Math.exp(x - most), 0))));
}

/**
 * Erlang A by another way than the sum over states: density of the wait (Baccelli and Hebuterne), integrated by Simpson's rule.
 */
function integratedA(c: number, lambda: number, handleS: number, patienceS: number, withinS: number) {
  const theta = 1 / patienceS;
  const log = (x: number): number => (lambda * -Math.expm1(-theta * x)) / theta - (c / handleS) * x;
  const simpson = (to: number, f: (x: number) => number): number => {
    const n = 40_000;
    let s = f(0) + f(to);
    for (let i = 1; i < n; i++) s += f((to * i) / n) * (i % 2 ? 4 : 2);
    return (s * to) / n / 3;
  };
  // until the density is nothing
  let far = withinS;
  while (log(far) > -45) far *= 1.2;
  const idle = 1 / erlangB(c - 1, lambda * handleS);
  const all = idle + lambda * simpson(far, (x) => Math.exp(log(x)));
  const answered = (to: number): number => (idle + lambda * simpson(to, (x) => Math.exp(log(x) - theta * x))) / all;
  return { serviceLevel: answered(withinS), abandonRate: 1 - answered(far) };
}

describe('Erlang A', () => {
  test('equals the integral of the density of the wait, under light load, heavy load and overload', () => {
    for (const [c, lambda, handleS, patienceS, withinS] of [
      [5, 0.02, 180, 95, 20],
      [12, 0.07, 170, 60, 20],
      [12, 0.1, 170, 300, 15],
      [40, 0.25, 200, 95, 30],
      [200, 1.2, 180, 120, 20],
    ] as const) {
      const ours = erlangAFigures(c, { arrivalsPerS: lambda, handleS }, patienceS, withinS);
      const other = integratedA(c, lambda, handleS, patienceS, withinS);
      expect(ours.serviceLevel, `${c} seats`).toBeCloseTo(other.serviceLevel, 6);
      expect(ours.abandonRate!, `${c} seats`).toBeCloseTo(other.abandonRate, 6);
    }
  });

  test('is Erlang C where callers have endless patience', () => {
    const load = { arrivalsPerS: 200 / 3600, handleS: 180 };
    const patient = erlangAFigures(14, load, 1e9, 20);
    const c = erlangCFigures(14, load, 20);
    expect(patient.serviceLevel).toBeCloseTo(c.serviceLevel, 6);
    expect(patient.averageWaitS!).toBeCloseTo(c.averageWaitS!, 3);
    expect(patient.abandonRate!).toBeCloseTo(0, 6);
  });

  test('who gives up is counted once: abandon rate = mean wait / patience', () => {
    const f = erlangAFigures(30, { arrivalsPerS: 0.2, handleS: 180 }, 90, 20);
    expect(f.abandonRate!).toBeCloseTo(f.averageWaitS! / 90, 10);
  });

  test('stays finite for 2,000 seats under twice the load they carry', () => {
    const f = erlangAFigures(2000, { arrivalsPerS: 22, handleS: 180 }, 100_000, 20);
    expect(f.serviceLevel).toBeGreaterThanOrEqual(0);
    expect(f.abandonRate!).toBeCloseTo(1 - 2000 / 3960, 3);
  });

  test('without a seat everybody gives up', () => {
    expect(erlangAFigures(0, { arrivalsPerS: 0.1, handleS: 100 }, 60, 20)).toMatchObject({
      serviceLevel: 0,
      abandonRate: 1,
    });
  });
});

describe('seats needed', () => {
  const aim = { goal: 0.8, withinS: 20, maxOccupancy: 0.85 };

  test('is the least number that meets the aim, and one fewer does not', () => {
    for (const calls of [1, 10, 45, 100, 400, 3000]) {
      const load = { arrivalsPerS: calls / 1800, handleS: 230 };
      const c = seatsNeeded(load, { ...aim, maxOccupancy: 1 })!;
      expect(erlangCFigures(c, load, 20).serviceLevel).toBeGreaterThanOrEqual(0.8);
      expect(erlangCFigures(c - 1, load, 20).serviceLevel).toBeLessThan(0.8);
    }
  });

  test('large groups are bound by how busy seats may be, not by the wait', () => {
    const load = { arrivalsPerS: 2, handleS: 200 };
    expect(seatsNeeded(load, aim)).toBe(Math.ceil(400 / 0.85));
    expect(seatsNeeded(load, { ...aim, maxOccupancy: 1 })!).toBeLessThan(Math.ceil(400 / 0.85));
  });

  test('callers who give up leave room for the others: Erlang A needs no more seats than Erlang C', () => {
    for (const calls of [20, 60, 150, 600]) {
      const load = { arrivalsPerS: calls / 1800, handleS: 230 };
      const a = seatsNeededA(load, 90, aim)!;
      expect(a).toBeLessThanOrEqual(seatsNeeded(load, aim)!);
      expect(
        erlangAFigures(a - 1, load, 90, 20).serviceLevel < 0.8 || erlangAFigures(a - 1, load, 90, 20).occupancy > 0.85,
      ).toBe(true);
    }
  });

  test('says so when 2,000 seats are not enough, and that nobody is needed when nobody calls', () => {
    expect(seatsNeeded({ arrivalsPerS: 20, handleS: 200 }, aim)).toBeNull();
    expect(seatsNeededA({ arrivalsPerS: 40, handleS: 200 }, 90, aim)).toBeNull();
    expect(seatsNeeded({ arrivalsPerS: 0, handleS: 200 }, aim)).toBe(0);
  });

  test('shrinkage adds people, not seats', () => {
    expect(withShrinkage(14, 0.3)).toBe(20);
    expect(withShrinkage(7, 0.3)).toBe(10);
    expect(withShrinkage(9, 0)).toBe(9);
  });
});
