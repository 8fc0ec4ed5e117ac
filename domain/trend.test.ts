import { expect, test } from 'vitest';
import {
  addCalls,
  callFigures,
  compareCount,
  compareRate,
  dayAndWeekBefore,
  lastDays,
  NO_CALLS,
  shiftDay,
} from './trend.ts';
import { HOUR } from './time.ts';

const sums = { offered: 11, answered: 8, abandoned: 2, answered15: 5, waitAnsweredS: 120 };

test('within 15 s is of all who wanted a person, not of those who got one', () => {
  const f = callFigures(sums);
  expect(f.within15).toBeCloseTo(5 / 11);
  expect(f.abandonRate).toBeCloseTo(2 / 11);
  expect(f.asaS).toBe(15);
  expect(f.other).toBe(1);
});

test('with nothing offered a rate is unknown, neither 0 nor 100 %', () => {
  expect(callFigures(NO_CALLS)).toMatchObject({ within15: null, abandonRate: null, asaS: null, other: 0 });
});

test('rates of several days are computed from their sums', () => {
  const small = { offered: 1, answered: 1, abandoned: 0, answered15: 1, waitAnsweredS: 1 };
  expect(callFigures(addCalls([sums, small])).within15).toBeCloseTo(6 / 12);
});

test('a comparison with nothing is no growth', () => {
  expect(compareCount(5, 0).change).toBeNull();
  expect(compareCount(6, 5).change).toBeCloseTo(0.2);
  expect(compareRate(0.9, null).change).toBeNull();
  expect(compareRate(0.9, 0.92).change).toBeCloseTo(-0.02);
});

test('today is compared with the same weekday up to the same time of day, in the zone of the city', () => {
  const now = Date.parse('2026-03-02T01:30:00Z'); // 09:30 in Shanghai
  const { today, before, beforeDay } = dayAndWeekBefore(now, 'Asia/Shanghai');
  expect(new Date(today.from).toISOString()).toBe('2026-03-01T16:00:00.000Z');
  expect(new Date(before.from).toISOString()).toBe('2026-02-22T16:00:00.000Z');
  expect(before.to - before.from).toBe(9.5 * HOUR);
  expect(beforeDay.to - beforeDay.from).toBe(24 * HOUR);
});

test('a day of 23 hours is not compared with an hour of the next day', () => {
  // Berlin: 29 March 2026 has 23 hours; a week later at 23:30 there were 22:30 h then
  const now = Date.parse('2026-04-05T21:45:00Z');
  const { before, beforeDay } = dayAndWeekBefore(now, 'Europe/Berlin');
  expect(beforeDay.to - beforeDay.from).toBe(23 * HOUR);
  expect(before.to).toBeLessThanOrEqual(beforeDay.to);
});

test('days go on over the ends of months and years', () => {
  expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
  expect(shiftDay('2026-12-31', 1)).toBe('2027-01-01');
  expect(lastDays(Date.parse('2026-03-01T17:00:00Z'), 'Asia/Shanghai', 3)).toEqual([
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
  ]);
});
