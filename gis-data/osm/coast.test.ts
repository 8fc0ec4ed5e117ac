import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LngLat } from '#domain/city/rows.ts';
import { seaOf, type Box } from './coast.ts';
import { inRing, signedArea, type Polygon } from './rings.ts';

/** A city of one degree; what lies 0.3° around it is drawn too. */
const CITY: Box = [0, 0, 1, 1];

/** The sea of coasts given as lines; equal points are one node. */
function sea(...coasts: LngLat[][]): Polygon[] | null {
  const numbers = new Map<string, number>();
  const points: LngLat[] = [];
  const ways = coasts.map((c) =>
    c.map((p) => {
      const key = p.join();
      if (!numbers.has(key)) numbers.set(key, points.push(p) - 1);
      return numbers.get(key)!;
    }),
  );
  return seaOf(ways, (n) => points[n] ?? null, CITY);
}
const wet = (polygons: Polygon[] | null, p: LngLat): boolean =>
  polygons!.some(([outer, ...holes]) => inRing(p, outer!) && !holes.some((h) => inRing(p, h)));
const size = (polygons: Polygon[]): number =>
  polygons.reduce((sum, rings) => sum + rings.reduce((a, r, i) => a + (Math.abs(signedArea(r)) / 2) * (i ? -1 : 1), 0), 0); // prettier-ignore

test('water lies to the right of a coast, whichever way it runs', () => {
  const northward: LngLat[] = [[0.5, -2], [0.5, 0.5], [0.5, 3]]; // prettier-ignore
  expect([wet(sea(northward), [0.9, 0.5]), wet(sea(northward), [0.1, 0.5])]).toEqual([true, false]);
  const southward = northward.toReversed();
  expect([wet(sea(southward), [0.9, 0.5]), wet(sea(southward), [0.1, 0.5])]).toEqual([false, true]);
});

test('ways that follow each other are one coast, in any order', () => {
  const made = sea([[0.5, 0.2], [0.5, 3]], [[0.4, -2], [0.6, 0.1]], [[0.6, 0.1], [0.5, 0.2]]); // prettier-ignore
  expect([made!.length, wet(made, [0.9, 0.5]), wet(made, [0.1, 0.5])]).toEqual([1, true, false]);
});

test('a strait between two coasts is one sea; islands in it stay dry, and one cut by the frame too', () => {
  const made = sea(
    [[0.3, -2], [0.3, 3]],
    [[0.7, 3], [0.7, -2]],
    [[0.45, 0.4], [0.55, 0.4], [0.55, 0.5], [0.45, 0.5], [0.45, 0.4]],
    // half of it beyond the frame
    [[0.45, 1.2], [0.55, 1.2], [0.55, 1.5], [0.45, 1.5], [0.45, 1.2]],
  ); // prettier-ignore
  const at = (x: number, y: number): boolean => wet(made, [x, y]);
  expect([at(0.35, 0.5), at(0.65, 0.5), at(0.1, 0.5), at(0.9, 0.5), at(0.5, 0.45), at(0.5, 1.25)]).toEqual(
    [true, true, false, false, false, false],
  ); // prettier-ignore
  expect(size(made!)).toBeCloseTo(0.4 * 1.6 - 0.1 * 0.1 - 0.1 * 0.1, 6);
});

test('an island alone stands in the sea; a ring the other way round is a bay within land', () => {
  const ring: LngLat[] = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6], [0.4, 0.4]]; // prettier-ignore
  expect([wet(sea(ring), [0.5, 0.5]), wet(sea(ring), [0.1, 0.1])]).toEqual([false, true]);
  const bay = sea(ring.toReversed());
  expect([wet(bay, [0.5, 0.5]), wet(bay, [0.1, 0.1])]).toEqual([true, false]);
});

test('a coast that breaks off beside the city is drawn as far as it goes, and one that breaks off within it not at all', () => {
  const near = sea([[0.5, -0.06], [0.5, 1.06]]); // prettier-ignore
  expect(wet(near, [0.9, 0.5])).toBe(true);
  expect(wet(near, [1.2, 0.5])).toBe(false);
  expect(sea([[0.5, -2], [0.5, 0.5]])).toBeNull(); // prettier-ignore
  expect(sea()).toEqual([]);
});

test('any coast across the city parts it into land and water of the right sides, which together are the whole frame', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.05, max: 0.95, noNaN: true }), { minLength: 2, maxLength: 30 }), (xs) => {
      const ys = xs.map((_, i) => 0.02 + (0.96 * i) / (xs.length - 1));
      const coast: LngLat[] = [[xs[0]!, -2], ...xs.map((x, i): LngLat => [x, ys[i]!]), [xs.at(-1)!, 3]];
      const east = sea(coast)!;
      const west = sea(coast.toReversed())!;
      expect(size(east) + size(west)).toBeCloseTo(1.6 * 1.6, 6);
      xs.forEach((x, i) => {
        expect([wet(east, [x + 0.01, ys[i]!]), wet(west, [x - 0.01, ys[i]!])]).toEqual([
          !wet(west, [x + 0.01, ys[i]!]),
          !wet(east, [x - 0.01, ys[i]!]),
        ]);
      });
    }),
  );
});
