import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inRing } from '../osm/rings.ts';
import { contourOfNought, ringArea, type Ring } from './contour.ts';

const pointsOf = (ring: Ring): [number, number][] =>
  Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i]!, ring[2 * i + 1]!]);

test('whatever the numbers: the middle of a cell lies within just one shape where it is less than nought, and else in none', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 14 }),
      fc.integer({ min: 3, max: 14 }),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 196, maxLength: 196 }),
      (width, height, chance) => {
        const values = Float32Array.from({ length: width * height }, (_, c) => {
          const [x, y] = [c % width, Math.floor(c / width)];
          const v = chance[c]! === 0 ? 0.5 : chance[c]!;
          return x === 0 || y === 0 || x === width - 1 || y === height - 1 ? Math.abs(v) : v;
        });
        const shapes = contourOfNought(values, width, height);
        for (const { outer, holes } of shapes) {
          expect([...outer.subarray(0, 2)]).toEqual([...outer.subarray(-2)]);
          expect(ringArea(outer)).toBeGreaterThan(0);
          for (const hole of holes) expect(ringArea(hole)).toBeLessThan(0);
        }
        values.forEach((v, c) => {
          const at: [number, number] = [(c % width) + 0.5, Math.floor(c / width) + 0.5];
          const within = shapes.filter(
            ({ outer, holes }) => inRing(at, pointsOf(outer)) && !holes.some((h) => inRing(at, pointsOf(h))),
          );
          expect(within.length).toBe(v < -1e-9 ? 1 : v > 1e-9 ? 0 : within.length);
        });
      },
    ),
    { numRuns: 150, seed: 20_261_122 },
  );
});

test('the contour lies where nought is between two cells', () => {
  const [shape, ...others] = contourOfNought(Float32Array.from([1, 1, 1, 1, -3, 3, 1, 1, 1]), 3, 3);
  expect(others).toEqual([]);
  expect(shape!.holes).toEqual([]);
  // a quarter of the way to 1 is left, a half to 3
  expect(new Set(pointsOf(shape!.outer).map((p) => p.join()))).toEqual(
    new Set(['2,1.5', '1.5,0.75', '0.75,1.5', '1.5,2.25']),
  );
});
