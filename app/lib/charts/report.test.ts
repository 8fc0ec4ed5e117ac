import { expect, test } from 'vitest';
import { PLAIN_LOOK } from './look.ts';
import { pieOption, seriesOption } from './report.ts';

const text = (n: number): string => `${n} 次`;
const series = (before: boolean, values: (number | null)[]) => ({ name: 'a', before, values });

test('a figure and its earlier period have one colour, told apart by dashes', () => {
  const of = (kind: 'bar' | 'line') =>
    seriesOption(
      {
        kind,
        labels: ['1', '2'],
        series: [series(false, [1, null]), series(true, [2, 3])],
        goal: null,
        text,
        whole: true,
      },
      PLAIN_LOOK,
    ).series as {
      type: string;
      data: unknown;
      itemStyle: { color: string; opacity?: number };
      lineStyle?: { type: string };
    }[];
  const lines = of('line');
  expect(lines.map((s) => s.itemStyle.color)).toEqual(['#1', '#1']);
  expect(lines.map((s) => s.lineStyle!.type)).toEqual(['solid', 'dashed']);
  // what is not there is no zero
  expect(lines[0]!.data).toEqual([1, null]);
  expect(of('bar').map((s) => s.itemStyle.opacity)).toEqual([1, 0.45]);
});

test('a goal is drawn across once', () => {
  const option = seriesOption(
    {
      kind: 'line',
      labels: ['1'],
      series: [series(false, [80]), { ...series(false, [70]), name: 'b' }],
      goal: { value: 90, name: 'goal' },
      text,
      whole: false,
    },
    PLAIN_LOOK,
  );
  expect((option.series as { markLine?: unknown }[]).map((s) => s.markLine !== undefined)).toEqual([true, false]);
});

test('slices beyond the colours carry stripes', () => {
  const parts = Array.from({ length: 8 }, (_, i) => ({ name: String(i), value: 8 - i }));
  const [pie] = pieOption({ parts, text }, PLAIN_LOOK).series as { data: { itemStyle: { decal?: unknown } }[] }[];
  expect(pie!.data.map((d) => d.itemStyle.decal !== undefined)).toEqual([...Array(6).fill(false), true, true]);
});
