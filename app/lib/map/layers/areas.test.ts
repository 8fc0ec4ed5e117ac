import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CaseRow } from '#domain/cases/rows.ts';
import { plainHeat, plainHexagons, namedHeat, namedHexagons } from '#tests/support/plain-layers.ts';
import { worldPixel } from '../geo.ts';
import { casesOfDistrict, districtAreas, districtAt, heatGround, hexAreas } from './case-views.ts';
import { classLimits, classOf, MOST_CLASSES, roundUp } from './classes.ts';
import { districtCounts } from './districts.ts';
import { heat } from './heat.ts';
import { casesOfHex, HEX_PX, hexCounts, hexesIn, hexKey, hexMiddle, hexRing, hexWidthM } from './hexagons.ts';

type Rows = [string, CaseRow][];
const rowsAt = (places: readonly (readonly [number, number] | null)[], district: string | null = null): Rows =>
  places.map((at, i) => [`C${i}`, { at, district } as CaseRow]);
const place = fc.tuple(fc.double({ min: -179, max: 179, noNaN: true }), fc.double({ min: -80, max: 80, noNaN: true }));
const inCity = fc.tuple(
  fc.double({ min: 118.6, max: 118.9, noNaN: true }),
  fc.double({ min: 31.9, max: 32.2, noNaN: true }),
);

test('a place anywhere on earth is in the hexagon whose middle is nearest', () => {
  fc.assert(
    fc.property(place, fc.integer({ min: 0, max: 18 }), (at, z) => {
      const [x, y] = worldPixel(at, z);
      const [mx, my] = worldPixel(hexMiddle(hexKey(at, z), z), z);
      // the corner is the farthest that a place can be
      expect(Math.hypot(mx - x, my - y)).toBeLessThanOrEqual(HEX_PX * 1.000001);
      expect(namedHexagons(hexCounts(rowsAt([at]), z), z)).toEqual(plainHexagons(rowsAt([at]), z));
    }),
  );
});

test('hexagons and heat count every case with a place once, as plain versions do', () => {
  fc.assert(
    fc.property(fc.array(fc.option(inCity), { maxLength: 60 }), fc.integer({ min: 8, max: 18 }), (places, z) => {
      const rows = rowsAt(places);
      const counts = hexCounts(rows, z);
      expect(namedHexagons(counts, z)).toEqual(plainHexagons(rows, z));
      expect(namedHeat(heat(rows, z).points, z)).toEqual(plainHeat(rows, z).cells);
      const behind = [...counts].map(([key, n]) => [casesOfHex(rows, key, z).length, n]);
      expect(behind.every(([a, b]) => a === b)).toBe(true);
    }),
  );
});

test('a hexagon is six equal sides around its middle, and only those in a box are drawn', () => {
  const at = [118.78, 32.05] as const;
  const key = hexKey(at, 12);
  const ring = hexRing(key, 12).map((p) => worldPixel(p, 12));
  expect(ring[0]).toEqual(ring[6]);
  const sides = ring.slice(1).map(([x, y], i) => Math.hypot(x - ring[i]![0], y - ring[i]![1]));
  for (const side of sides) expect(side).toBeCloseTo(HEX_PX, 4);
  const counts = hexCounts(rowsAt([at, [119.4, 32.05]]), 12);
  expect(hexesIn(counts, 12, [118.7, 32, 118.9, 32.1])).toEqual([key]);
  // 40,075 km · cos 32° · 58.9 px / (512 · 2¹² px)
  expect(hexWidthM(12, 32)).toBeCloseTo(954.5, 0);
});

test('the hottest colour is a round number not below the densest square, and a box changes the points only', () => {
  const rows = rowsAt([...Array.from({ length: 90 }, () => [118.78, 32.05] as const), [118.9, 32.1], null]);
  const all = heat(rows, 12);
  expect(all.points.map((p) => p.count).sort()).toEqual([1, 90]);
  const part = heat(rows, 12, [118.7, 32, 118.8, 32.1]);
  expect(part.points.map((p) => p.count)).toEqual([90]);
  expect(part.topPerKm2).toBe(all.topPerKm2);
  expect([1, 2, 3, 5].map(String)).toContain(String(all.topPerKm2)[0]);
  expect(heat([], 12)).toEqual({ points: [], topPerKm2: 0 });
});

test('classes begin at the least value, ascend by round numbers, and none is empty above the largest', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 50 }), (values) => {
      const limits = classLimits(values, { whole: true });
      const there = values.filter((v) => v > 0);
      expect(limits.length > 0).toBe(there.length > 0);
      expect(limits.length).toBeLessThanOrEqual(MOST_CLASSES);
      expect(limits).toEqual([...new Set(limits)].sort((a, b) => a - b));
      for (const v of there) expect(classOf(v, limits)).toBeGreaterThanOrEqual(0);
      if (limits.length > 0) expect(limits.at(-1)).toBeLessThanOrEqual(Math.max(...there));
    }),
  );
  expect(classLimits([1, 1, 2, 3, 4, 8, 9, 30, 31, 100], { whole: true })).toEqual([1, 2, 5, 10, 50]);
  expect([roundUp(0.31), roundUp(7), roundUp(1000)]).toEqual([0.5, 10, 1000]);
});

test('a district counts the cases that name it, with a place or without', () => {
  const rows = [...rowsAt([[118, 32], null], '云山区'), ...rowsAt([[118, 32]], null)];
  expect([...districtCounts(rows)]).toEqual([['云山区', 2]]);
});

const square = (west: number): [number, number][] => [[west, 32], [west + 0.1, 32], [west + 0.1, 32.1], [west, 32.1], [west, 32]]; // prettier-ignore
const shape = (name: string, west: number, people: number | null) =>
  ({ name, nameEn: null, label: [west + 0.05, 32.05], polygons: [[square(west)]], people }) as const;
const say = { number: String, rate: (n: number) => `${n}/10k` };

test('districts are coloured by cases per 10,000 residents, and by cases where residents of one are not known', () => {
  const counts = new Map([
    ['a', 30],
    ['b', 30],
  ]);
  const texts = (made: ReturnType<typeof districtAreas>) =>
    made.ground.features.flatMap((f) => f.properties.text || []);
  const known = districtAreas([shape('a', 118, 10_000), shape('b', 119, 100_000), shape('c', 120, 5)], counts, say);
  expect([known.rates, texts(known)]).toEqual([true, ['30\n30/10k', '30\n3/10k']]);
  expect(known.ground.features.map((f) => f.properties.class)).toEqual([1, 1, 0, 0]);
  const unknown = districtAreas([shape('a', 118, 10_000), shape('b', 119, null)], counts, say);
  expect([unknown.rates, texts(unknown)]).toEqual([false, ['30', '30']]);
});

test('a place is in the district whose ring surrounds it, and that district’s cases are those that name it', () => {
  const shapes = [shape('a', 118, null), shape('b', 119, null)];
  expect(districtAt(shapes, [119.05, 32.05])?.name).toBe('b');
  expect(districtAt(shapes, [118.5, 32.05])).toBeNull();
  expect(casesOfDistrict(rowsAt([null, [1, 2]], 'b'), 'b')).toEqual(['C0', 'C1']);
});

test('each hexagon on the map says its count, and heat weighs as much as there are cases', () => {
  const rows = rowsAt([[118.78, 32.05], [118.78, 32.05], [118.9, 32.05]]); // prettier-ignore
  const made = hexAreas(hexCounts(rows, 12), 12, [118, 31, 120, 33], String);
  expect(made.ground.features.map((f) => f.properties.text)).toEqual(['', '2', '', '1']);
  const weights = heatGround(heat(rows, 12)).features.map((f) => f.properties.weight as number);
  expect(weights[0]! / weights[1]!).toBeCloseTo(2, 3);
});
