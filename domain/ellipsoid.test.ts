import { expect, test } from 'vitest';
import type { LngLat } from './city/rows.ts';
import { areaM2, crossesItself, legM } from './ellipsoid.ts';

/** ST_Area and ST_Perimeter of geography, PostGIS 3. */
const SHAPES: readonly { name: string; ring: readonly LngLat[]; areaM2: number; perimeterM: number }[] = [
  {
    name: 'a block of Tainan',
    ring: [[120.2, 22.99], [120.201, 22.99], [120.201, 22.991], [120.2, 22.991]],
    areaM2: 11_354.537,
    perimeterM: 426.5472,
  },
  {
    name: 'a city of the north, concave',
    ring: [[126.5, 45.7], [126.75, 45.72], [126.7, 45.85], [126.62, 45.76], [126.52, 45.83]],
    areaM2: 181_131_909.607,
    perimeterM: 71_866.8902,
  },
  {
    name: 'a triangle south of the equator',
    ring: [[-70.7, -33.5], [-70.5, -33.45], [-70.62, -33.3]],
    areaM2: 185_622_247.023,
    perimeterM: 62_833.7234,
  },
  {
    name: 'as large as a province',
    ring: [[112, 28], [114, 28], [114, 30], [112, 30]],
    areaM2: 43_197_984_776.394,
    perimeterM: 833_034.9466,
  },
]; // prettier-ignore
const around = (ring: readonly LngLat[]): number =>
  ring.reduce((m, p, i) => m + legM(p, ring[(i + 1) % ring.length]!), 0);

test.each(SHAPES)('area and perimeter of $name are those of PostGIS within 0.01 % and 0.002 %', (shape) => {
  expect(Math.abs(areaM2(shape.ring) / shape.areaM2 - 1)).toBeLessThan(1e-4);
  expect(Math.abs(around(shape.ring) / shape.perimeterM - 1)).toBeLessThan(2e-5);
});

test('an area is the same in either direction, closed or not, and none without a third corner', () => {
  const { ring } = SHAPES[1]!;
  expect(areaM2(ring.toReversed())).toBeCloseTo(areaM2(ring), 3);
  expect(areaM2([...ring, ring[0]!])).toBeCloseTo(areaM2(ring), 3);
  expect(areaM2(ring.slice(0, 2))).toBeCloseTo(0, 6);
});

test('a ring crosses itself when two of its sides do, not when they meet in a corner', () => {
  for (const { ring } of SHAPES) expect(crossesItself(ring)).toBe(false);
  const [a, b, c, d] = SHAPES[0]!.ring as [LngLat, LngLat, LngLat, LngLat];
  expect(crossesItself([a, c, b, d])).toBe(true);
  expect(crossesItself([a, b, c])).toBe(false);
});
