import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_LAT, NEAR_M, QUICK_ERROR, quickMetres } from '#domain/ellipsoid.ts';
import { mulberry32 } from '#domain/random.ts';
import type { LngLat } from '#store/gis.ts';
import { ellipsoidM } from './ellipsoid.ts';
import { SpotIndex, STRIPS_PER_DEG, type Spot } from './spots.ts';

const indexOf = (spots: readonly Spot[]): SpotIndex => {
  const index = new SpotIndex();
  const strip = (s: Spot): number => Math.floor(s.lat * STRIPS_PER_DEG);
  for (const s of [...spots].sort((a, b) => strip(a) - strip(b) || a.lng - b.lng)) index.add(s);
  return index;
};
const scattered = (n: number, [lng, lat]: LngLat, seed: number): Spot[] => {
  const random = mulberry32(seed);
  return Array.from({ length: n }, (_, i) => ({
    id: i + 1,
    lng: lng + (random() - 0.5) * 0.06,
    lat: lat + (random() - 0.5) * 0.06,
    at: i,
  }));
};
const sorted = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);

test('the quick distance is off by no more than it says, at every latitude of a city', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -MOST_LAT, max: MOST_LAT, noNaN: true }),
      fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
      fc.double({ min: 1, max: NEAR_M, noNaN: true }),
      (lat, angle, far) => {
        const to: LngLat = [
          10 + (far / (111_320 * Math.cos((lat * Math.PI) / 180))) * Math.cos(angle),
          lat + (far / 111_000) * Math.sin(angle),
        ];
        const truth = ellipsoidM([10, lat], to);
        expect(Math.abs(quickMetres([10, lat])(...to) - truth)).toBeLessThan(truth * QUICK_ERROR + 0.001);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a circle holds exactly the points within it, those on its rim too', () => {
  for (const [seed, centre] of [
    [1, [118.8, 31.2]],
    [2, [-46.6, -23.5]],
    [3, [25, 65]],
  ] as const) {
    const spots = scattered(4000, centre, seed);
    const index = indexOf(spots);
    const rim = ellipsoidM(centre, [spots[0]!.lng, spots[0]!.lat]);
    for (const radiusM of [0, 300, 1000, rim]) {
      const truth = spots.filter((s) => ellipsoidM(centre, [s.lng, s.lat]) <= radiusM).map((s) => s.id);
      expect(sorted(index.within(centre, radiusM).ids), `seed ${seed}, ${radiusM} m`).toEqual(truth);
    }
    expect(index.within(centre, rim).ids).toContain(1);
  }
});

test('an area holds what lies in its outer ring and in none of its holes; nothing older than asked for', () => {
  const centre: LngLat = [118.8, 31.2];
  const spots = scattered(3000, centre, 5);
  const index = indexOf(spots);
  const square = (d: number): LngLat[] => [
    [centre[0] - d, centre[1] - d],
    [centre[0] + d, centre[1] - d],
    [centre[0] + d, centre[1] + d],
    [centre[0] - d, centre[1] + d],
    [centre[0] - d, centre[1] - d],
  ];
  const far = (s: Spot): number => Math.max(Math.abs(s.lng - centre[0]), Math.abs(s.lat - centre[1]));
  const found = index.inside([[square(0.02), square(0.01)]], centre, 1500);
  expect(sorted(found.ids)).toEqual(
    spots.filter((s) => s.at >= 1500 && far(s) < 0.02 && far(s) > 0.01).map((s) => s.id),
  );
  expect(found.ids.length).toBeGreaterThan(100);
});

test('what moved is found where it is now, what is gone is not found, what is new is', () => {
  const index = indexOf(scattered(500, [118.8, 31.2], 7));
  const here: LngLat = [119.5, 31.5];
  index.change(1, { id: 1, lng: here[0], lat: here[1], at: 0 });
  index.change(2, null);
  index.change(900, { id: 900, lng: here[0], lat: here[1], at: 0 });
  expect(sorted(index.within(here, 100).ids)).toEqual([1, 900]);
  const rest = index.within([118.8, 31.2], 8000).ids;
  expect(rest).toHaveLength(498);
  expect(rest).not.toContain(2);
});

test('points out of order and circles beyond reason are refused', () => {
  const index = indexOf(scattered(10, [118.8, 31.2], 7));
  expect(() => index.add({ id: 99, lng: 118.8, lat: 31, at: 0 })).toThrow('out of the order');
  expect(() => index.within([118.8, 31.2], 50_000)).toThrow(RangeError);
  expect(() => index.within([118.8, 80], 500)).toThrow(RangeError);
});
