import { expect, test } from 'vitest';
import { caseCurveOption } from './case-curve.ts';
import { PLAIN_LOOK } from './look.ts';

const data = {
  hours: ['08:00', '09:00', '10:00'],
  counts: [5, 9, 2],
  compare: [4, null, 6],
  names: { counts: 'a', compare: 'b' },
  text: 1.25,
};

test('the running hour is not part of the solid line: an hour that has not ended is no fall', () => {
  const series = caseCurveOption(data, PLAIN_LOOK).series as { name: string; data: unknown[] }[];
  expect(series.find((s) => s.name === 'a')!.data).toEqual([5, 9, null]);
  expect(series.find((s) => s.name === 'running')!.data).toEqual([null, 9, 2]);
});

test('what is not known to compare with is left out and not drawn as zero', () => {
  const series = caseCurveOption(data, PLAIN_LOOK).series as { name: string; data: unknown[] }[];
  expect(series.find((s) => s.name === 'b')!.data).toEqual([4, null, 6]);
});

test('the curve does not move by itself and has no tooltip, which nobody could call up on a wall', () => {
  const option = caseCurveOption(data, PLAIN_LOOK);
  expect(option.animation).toBe(false);
  expect(option.tooltip).toEqual({ show: false });
});
