import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../time.ts';
import { breaks, grown, recent, trailLength, TRAIL_MS, TRAIL_POINTS, trailOf, type TrailPoint } from './trail.ts';

const NOW = Date.parse('2026-11-22T01:00:00Z');
/** About 10 m of latitude. */
const STEP = 10 / 111_195;

/** Positions each second of the trail's time, the last at NOW. */
const eachSecond = (place: (i: number) => readonly [number, number], seconds = TRAIL_MS / SECOND): TrailPoint[] =>
  Array.from({ length: seconds + 1 }, (_, i) => [...place(i), NOW - (seconds - i) * SECOND] as const);

test('a straight way keeps the ends of each minute, so that its points are never a silence apart', () => {
  const trail = trailOf(eachSecond((i) => [118, 32 + i * STEP]));
  expect(trail.length).toBeLessThanOrEqual(2 * 31);
  expect(trail.at(-1)).toEqual([118, 32 + 1800 * STEP, NOW]);
  expect(trail.some((p, i) => i > 0 && breaks(trail[i - 1]!, p))).toBe(false);
  expect(trailLength(trail)).toBeCloseTo(18_000, -2);
});

test('the wildest way, ten positions a second, has no more than 500 points and none older than 30 minutes', () => {
  const wild = Array.from({ length: 24_000 }, (_, i): TrailPoint => [
    118 + (i % 2) * 0.01,
    32 + (i % 7) * 0.01,
    NOW - (23_999 - i) * 100,
  ]);
  const trail = trailOf(wild);
  expect(trail.length).toBeLessThanOrEqual(TRAIL_POINTS);
  expect(trail[0]![2]).toBeGreaterThanOrEqual(NOW - TRAIL_MS);
});

test('a corner stays where it was', () => {
  const corner = eachSecond((i) => (i < 25 ? [118, 32 + i * STEP] : [118 + (i - 25) * STEP, 32 + 25 * STEP]), 50);
  expect(trailOf(corner).some(([lng, lat]) => lng === 118 && lat === 32 + 25 * STEP)).toBe(true);
});

test('a silence of more than two minutes breaks the line, and what was driven in it is not counted', () => {
  const before = eachSecond((i) => [118, 32 + i * STEP], 600).map(([x, y, t]): TrailPoint => [x, y, t - 6 * MINUTE]);
  const after = eachSecond((i) => [118, 33 + i * STEP], 200);
  const trail = trailOf([...before, ...after]);
  expect(trail.filter((p, i) => i > 0 && breaks(trail[i - 1]!, p))).toEqual([after[0]]);
  expect(trailLength(trail)).toBeCloseTo(8000, -2);
  expect(breaks([118, 32, NOW - 2 * MINUTE], [118, 32, NOW])).toBe(false);
});

test('a vehicle that stands goes nowhere, whatever its receiver trembles', () => {
  expect(trailLength(trailOf(eachSecond((i) => [118 + (i % 3) * 0.00004, 32])))).toBe(0);
  expect(trailLength([])).toBe(0);
});

test('a trail that grows by what is heard is the one that would be read, and stays as short', () => {
  const way = eachSecond((i) => [118 + Math.sin(i / 40) * 0.004, 32 + i * STEP], 3000);
  let trail: readonly TrailPoint[] = [];
  for (const p of way) {
    trail = grown(trail, p);
    expect(trail.length).toBeLessThanOrEqual(TRAIL_POINTS);
  }
  expect(trailOf(trail)).toEqual(trailOf(way));
  expect(trail[0]![2]).toBeGreaterThanOrEqual(NOW - TRAIL_MS);
});

test('a position that is not newer than the last one changes nothing', () => {
  const trail: TrailPoint[] = [[118, 32, NOW]];
  expect(grown(trail, [119, 33, NOW])).toBe(trail);
  expect(grown(trail, [119, 33, NOW - 1])).toBe(trail);
});

test('of a vehicle that fell silent the trail grows old until nothing is left', () => {
  const trail = trailOf(eachSecond((i) => [118, 32 + i * STEP]));
  expect(recent(trail, NOW + 10 * MINUTE)[0]![2]).toBeGreaterThanOrEqual(NOW - 20 * MINUTE);
  expect(recent(trail, NOW + TRAIL_MS + 1)).toEqual([]);
});
