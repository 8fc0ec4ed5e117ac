import { expect, test } from 'vitest';
import type { Quantities } from '../calls/figure.ts';
import { PartGrid } from '../calls/grid.ts';
import { INDICATORS } from '../calls/indicators.ts';
import { DAY, HOUR } from '../time.ts';
import { statTable } from './table.ts';
import {
  checkIndex,
  INDEX_FIGURES,
  indexFor,
  indicesUsed,
  PROPOSED_INDEX,
  workIndex,
  type IndexEntry,
  type IndexVersion,
} from './work-index.ts';

const satisfaction: IndexEntry = { key: 'satisfaction', weight: 3, zeroAt: 60, fullAt: 100 };
const wrap: IndexEntry = { key: 'averageWrap', weight: 1, zeroAt: 120, fullAt: 20 };
const version = (...entries: IndexEntry[]): IndexVersion => ({ from: 0, entries });
const made = (q: Quantities, ...entries: IndexEntry[]) => workIndex(version(...entries), ['seat'])(q);

test('a figure is worth points by where it lies on its scale, and no fewer than 0 and no more than 100', () => {
  const points = (satisfied: number) => made({ satisfied, rated: 100 }, satisfaction).parts[0]!.points;
  expect([40, 60, 70, 80, 100].map(points)).toEqual([0, 0, 25, 50, 100]);
});

test('where less is better the scale runs down', () => {
  const points = (s: number) => made({ wrap_ms: s * 1000, talked: 1 }, wrap).parts[0]!.points;
  expect([10, 20, 45, 70, 120, 300].map(points)).toEqual([100, 100, 75, 50, 0, 0]);
});

test('the index is the mean by weight of the points', () => {
  const q = { satisfied: 80, rated: 100, wrap_ms: 45_000, talked: 1 };
  // (3 × 50 + 1 × 75) / 4 = 56.25
  expect(made(q, satisfaction, wrap).index).toEqual({ part: 563, whole: 10 });
  // only the share of a weight counts
  const tenfold = [satisfaction, wrap].map((e) => ({ ...e, weight: e.weight * 10 }));
  expect(made(q, ...tenfold).index).toEqual({ part: 563, whole: 10 });
});

test('what has no figure is left out of points and weights and told; with none there is no index', () => {
  const { index, parts } = made({ wrap_ms: 45_000, talked: 1 }, satisfaction, wrap);
  expect(index).toEqual({ part: 750, whole: 10 });
  expect(parts.map((p) => [p.figure === 'empty', p.points])).toEqual([
    [true, null],
    [false, 75],
  ]);
  expect(made({}, satisfaction, wrap).index).toBe('empty');
  // ratings are not known by trunk
  expect(workIndex(version(satisfaction), ['trunk'])({ satisfied: 1, rated: 1 })).toMatchObject({
    index: 'empty',
    parts: [{ figure: 'unknown' }],
  });
});

test('it is rounded once, half up, of figures that are not rounded', () => {
  const whole: IndexEntry = { ...satisfaction, weight: 1, zeroAt: 0 };
  const of = (satisfied: number, rated: number) => made({ satisfied, rated }, whole).index;
  // 12.45 and 12.449… of 100, a third
  expect([of(249, 2000), of(24_899, 200_000), of(1, 3)]).toEqual([
    { part: 125, whole: 10 },
    { part: 124, whole: 10 },
    { part: 333, whole: 10 },
  ]);
  // points are shown rounded, 0.05 as 0.1, and counted as they are
  const both = made({ satisfied: 1, rated: 2000, connected: 1, dialled: 2000 }, whole, {
    key: 'outboundRate',
    weight: 1,
    zeroAt: 0,
    fullAt: 100,
  });
  expect([both.parts.map((p) => p.points), both.index]).toEqual([[0.1, 0.1], { part: 1, whole: 10 }]);
});

test('a total is the index of the total’s figures and not the mean of its rows', () => {
  const t = statTable(
    new PartGrid(2).addCounted([
      { interval: 0, group: ['1001'], parts: { satisfied: 90, rated: 90 } },
      { interval: 0, group: ['1002'], parts: { satisfied: 6, rated: 10 } },
      { interval: 1, group: ['1002'], parts: { satisfied: 10, rated: 10 } },
    ]),
    { columns: ['workIndex'], by: ['seat'], edges: [0, DAY, 2 * DAY], index: [version(satisfaction)] },
  );
  const shown = (rows: readonly { figures: readonly unknown[] }[]) => rows.map((r) => r.figures[0]);
  expect(shown(t.rows)).toEqual([100, 0, 100].map((n) => ({ part: n * 10, whole: 10 })));
  // 96 of 100, 16 of 20, 106 of 110
  expect(shown([t.intervals[0]!, t.groups[1]!, t.total])).toEqual([900, 500, 909].map((part) => ({ part, whole: 10 })));
  expect(Array.from(t.series(0, null)!.part)).toEqual([900, 1000]);
  expect(t.index(t.total)!.parts[0]).toMatchObject({ figure: { part: 106, whole: 110 }, points: 90.9 });
});

test('a stretch counts by the version in force in its last instant', () => {
  const [a, b] = [version(satisfaction), { from: DAY, entries: [wrap] }];
  const at = (end: number) => indexFor([a, b], end);
  expect([at(0), at(1), at(DAY), at(DAY + 1)]).toEqual([PROPOSED_INDEX, a, a, b]);
  expect(indicesUsed([a, b], [0, HOUR, DAY, 2 * DAY, 3 * DAY])).toEqual([a, b]);
});

test.each([
  ['index-entries', []],
  ['index-entries', INDEX_FIGURES.slice(0, 9).map((key) => ({ ...satisfaction, key }))],
  ['index-figure', [{ ...satisfaction, key: 'inCalls' as const }]],
  ['index-figure', [{ ...satisfaction, key: 'workIndex' as const }]],
  ['index-figure', [{ ...satisfaction, key: 'constructor' as never }]],
  ['index-twice', [satisfaction, { ...satisfaction, weight: 9 }]],
  ['index-weight', [{ ...satisfaction, weight: 0 }]],
  ['index-weight', [{ ...satisfaction, weight: 1.5 }]],
  ['index-scale', [{ ...satisfaction, zeroAt: 100 }]],
  ['index-scale', [{ ...satisfaction, fullAt: 101 }]],
  ['index-scale', [{ ...wrap, zeroAt: NaN }]],
  ['index-scale', [{ ...wrap, fullAt: 20.001 }]],
] as const)('what an index cannot be made of is refused as %s', (code, entries) => {
  expect(checkIndex({ from: 0, entries })).toMatchObject({ ok: false, code });
});

test('the proposal can be set, and an index is made of rates and averages alone', () => {
  expect(checkIndex({ ...PROPOSED_INDEX, from: 0 })).toMatchObject({ ok: true });
  expect(checkIndex(PROPOSED_INDEX)).toMatchObject({ ok: false, code: 'version-from' });
  expect(INDEX_FIGURES.length).toBeGreaterThan(12);
  for (const key of INDEX_FIGURES) expect('over' in INDICATORS[key], key).toBe(true);
  // an answer of the queue is one of the seat there: a team would count otherwise than the whole
  expect(INDEX_FIGURES).not.toContain('answerRate');
});
