import { expect, test } from 'vitest';
import { daysOption, ratesOption } from './days.ts';
import { hoursOption } from './hours.ts';
import { PLAIN_LOOK } from './look.ts';

const number = String;

test('hours that have not begun are left out and not drawn as zero', () => {
  const option = hoursOption(
    { today: [3, 0, null], before: [1, 2, 3], names: { today: 'a', before: 'b' }, number },
    PLAIN_LOOK,
  );
  expect((option.series as { data: unknown }[])[0]!.data).toEqual([3, 0, null]);
});

test('parts of a day are stacked on one another, and all but the first carry a pattern', () => {
  const parts = [
    { name: 'answered', values: [5] },
    { name: 'abandoned', values: [1] },
  ];
  const series = daysOption({ days: ['1'], parts, number }, PLAIN_LOOK).series as {
    stack: string;
    itemStyle: { decal?: unknown };
  }[];
  expect(new Set(series.map((s) => s.stack))).toEqual(new Set(['day']));
  expect(series.map((s) => s.itemStyle.decal !== undefined)).toEqual([false, true]);
});

test('the axis of rates starts below the lowest rate and the goal, and ends at 100 %', () => {
  const option = ratesOption(
    {
      days: ['1', '2'],
      lines: [{ name: 'r', values: [null, 0.87] }],
      goal: { value: 0.9, name: 'goal' },
      percent: number,
    },
    PLAIN_LOOK,
  );
  expect(option.yAxis).toMatchObject({ max: 1 });
  expect((option.yAxis as { min: number }).min).toBeCloseTo(0.85);
});

test('no chart moves by itself: a wall full of animations costs more than it tells', () => {
  for (const o of [
    hoursOption({ today: [], before: [], names: { today: '', before: '' }, number }, PLAIN_LOOK),
    daysOption({ days: [], parts: [], number }, PLAIN_LOOK),
    ratesOption({ days: [], lines: [], goal: null, percent: number }, PLAIN_LOOK),
  ])
    expect(o.animation).toBe(false);
});
