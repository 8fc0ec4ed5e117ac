import { expect, test } from 'vitest';
import { DAY } from '../time.ts';
import type { Counted } from '../calls/count.ts';
import { PartGrid } from '../calls/grid.ts';
import { INDICATORS } from '../calls/indicators.ts';
import { REPORTS, reportNamed } from './catalogue.ts';
import { GRAINS } from './grain.ts';
import { columnsFor, compareFigures, statTable } from './table.ts';

const edges = [0, DAY, 2 * DAY];
const grid = (counted: readonly Counted[], intervals = 2): PartGrid => new PartGrid(intervals).addCounted(counted);

test('totals are computed from added parts: a rate over groups is no mean of their rates', () => {
  const t = statTable(
    grid([
      { interval: 0, group: ['a'], parts: { offered: 100, answered: 90, longest_wait_s: 40, waits: 100 } },
      { interval: 1, group: ['a'], parts: { offered: 100, answered: 90, longest_wait_s: 70, waits: 100 } },
      { interval: 0, group: ['b'], parts: { offered: 10, answered: 1, longest_wait_s: 5, waits: 10 } },
    ]),
    { columns: ['answerRate', 'longestWait', 'inbound'], by: ['queue'], edges },
  );
  expect(t.rows.map((r) => [r.interval, r.group])).toEqual([
    [0, ['a']],
    [0, ['b']],
    [1, ['a']],
  ]);
  expect(t.total.figures).toEqual([{ part: 181, whole: 210 }, { part: 70, whole: 1 }, 'unknown']);
  expect(t.groups[0]!.figures[0]).toEqual({ part: 180, whole: 200 });
  expect(t.intervals.map((r) => r.figures[0])).toEqual([
    { part: 91, whole: 110 },
    { part: 90, whole: 100 },
  ]);
});

test('without a breakdown every interval has its row, also an empty one', () => {
  const t = statTable(grid([]), { columns: ['offered', 'answerRate'], by: [], edges });
  expect(t.rows.map((r) => r.figures)).toEqual([
    [{ part: 0, whole: 1 }, 'empty'],
    [{ part: 0, whole: 1 }, 'empty'],
  ]);
});

test('the idle share of a line is known only where the number of its channels is', () => {
  const o = { columns: ['lineIdle'] as const, by: ['trunk'] as const, edges: [0, 1000] };
  const counted = [{ interval: 0, group: ['t'], parts: { line_ms: 500 } }];
  expect(statTable(grid(counted, 1), o).rows[0]!.figures).toEqual(['unknown']);
  const channelMs = (_: string | null, from: number, to: number): number => 2 * (to - from);
  expect(statTable(grid(counted, 1), { ...o, channelMs }).rows[0]!.figures).toEqual([{ part: 1500, whole: 2000 }]);
});

test('a count grew by a share, a rate by points, and nothing grew from nothing', () => {
  const n = (part: number, whole = 1) => ({ part, whole });
  expect(compareFigures(INDICATORS.offered, n(120), n(100))).toMatchObject({ difference: 20, growth: 120 / 100 - 1 });
  expect(compareFigures(INDICATORS.answerRate, n(9, 10), n(4, 5))).toMatchObject({ difference: 10, growth: null });
  expect(compareFigures(INDICATORS.offered, n(120), n(0))).toMatchObject({ difference: 120, growth: null });
  expect(compareFigures(INDICATORS.answerRate, n(9, 10), 'empty')).toMatchObject({ difference: null, growth: null });
});

test('the catalogue has R-01 to R-27 and R-39, and each column is known in at least one breakdown or says what is missing', () => {
  const ids = [...Array.from({ length: 27 }, (_, i) => i + 1), 39];
  expect(REPORTS.map((r) => r.id)).toEqual(ids.map((i) => `R-${String(i).padStart(2, '0')}`));
  for (const r of REPORTS) {
    if (r.kind !== 'figures') continue;
    expect(
      r.grains.every((g) => GRAINS.includes(g)),
      r.id,
    ).toBe(true);
    for (const key of r.columns) {
      const known = r.by.some((by) => columnsFor([key], by)[0]!.scoped !== null);
      expect(known || INDICATORS[key].missing !== undefined, `${r.id} ${key}`).toBe(true);
    }
  }
  expect(reportNamed('r-6')?.id).toBe('R-06');
  expect(reportNamed('R-28')).toBeUndefined();
});

test('every indicator of the catalogue from I-01 to I-33 is declared, with both names and a formula', () => {
  const ids = new Set(Object.values(INDICATORS).flatMap((i) => (i.id.startsWith('I-') ? [i.id] : [])));
  expect([...ids].sort()).toEqual(Array.from({ length: 33 }, (_, i) => `I-${String(i + 1).padStart(2, '0')}`));
  for (const i of Object.values(INDICATORS)) expect([i.zh, i.en, i.formula].every((t) => t.length > 0)).toBe(true);
});
