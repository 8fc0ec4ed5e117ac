import { expect, test } from 'vitest';
import { retryDelay } from './retry.ts';

const total = (failures: number, random: number): number => {
  let ms = 0;
  for (let i = 0; i < failures; i++) ms += retryDelay(i, false, random);
  return ms;
};

test('a switch that comes back is asked within a second, however long it was away', () => {
  for (const failures of [0, 5, 20, 21, 22, 23, 50, 1000, 100_000])
    for (const random of [0, 0.5, 1]) {
      expect(retryDelay(failures, false, random)).toBeLessThanOrEqual(1000);
      expect(retryDelay(failures, false, random)).toBeGreaterThanOrEqual(50);
    }
});

test('a switch that stays away is not asked more than thirty times in the first five seconds, then at most 80 times a minute', () => {
  expect(total(30, 0)).toBeGreaterThan(5000);
  expect(total(110, 0) - total(30, 0)).toBeGreaterThanOrEqual(60_000);
});

test('an account that was refused is tried again after a quarter of a minute, not sooner', () => {
  expect(retryDelay(0, true, 0)).toBe(15_000);
});
