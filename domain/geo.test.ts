import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LngLat } from './city/rows.ts';
import { cutNear, metres, simplify, snap } from './geo.ts';

test('a degree of latitude is 111.2 km, and distance has no direction', () => {
  expect(metres([118, 32], [118, 33])).toBeCloseTo(111_195, -1);
  expect(metres([118, 32], [118.1, 32.2])).toBe(metres([118.1, 32.2], [118, 32]));
});

test('a point is snapped to its grid, and a line loses what lies near', () => {
  expect(snap([118.78123, 32.05472], 0.001)).toEqual([118.781, 32.055]);
  expect(
    cutNear(
      [
        [0, 0],
        [0, 0.001],
        [0, 0.01],
      ],
      [0, 0],
      250,
    ),
  ).toEqual([[0, 0.01]]);
});

const line = fc.array(
  fc.tuple(fc.double({ min: 118, max: 118.2, noNaN: true }), fc.double({ min: 32, max: 32.2, noNaN: true })),
  { minLength: 2, maxLength: 60 },
);

test('a simplified line keeps its ends and its order, and has no more points than asked for', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 2, max: 20 }), (points, max) => {
      const out = simplify(points as LngLat[], 5, max);
      expect(out[0]).toEqual(points[0]);
      expect(out.at(-1)).toEqual(points.at(-1));
      expect(out.length).toBeLessThanOrEqual(Math.max(2, max));
      let from = 0;
      for (const p of out) from = points.indexOf(p as [number, number], from);
      expect(from).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('points on a straight stretch are left out', () => {
  const straight: LngLat[] = Array.from({ length: 50 }, (_, i) => [118 + i * 0.001, 32]);
  expect(simplify(straight, 1)).toEqual([straight[0], straight[49]]);
});
