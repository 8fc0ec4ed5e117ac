import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainClusters } from '#tests/support/plain-layers.ts';
import { worldPixel, worldPlace } from '../geo.ts';
import { clusters, type Cluster } from './clusters.ts';

const point = fc.record({
  id: fc.uuid(),
  at: fc.tuple(fc.double({ min: 118.6, max: 119, noNaN: true }), fc.double({ min: 31.9, max: 32.2, noNaN: true })),
});

test('no point is lost or counted twice at any zoom', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(point, { selector: (p) => p.id, maxLength: 80 }),
      fc.integer({ min: 8, max: 18 }),
      (points, zoom) => {
        const made = clusters(points, zoom);
        expect(made.reduce((n, c) => n + c.count, 0)).toBe(points.length);
        expect(made.flatMap((c) => c.members).sort()).toEqual(points.map((p) => p.id).sort());
      },
    ),
  );
});

test('from zoom 15 on every point stands alone, where it is', () => {
  const points = [
    { id: 'a', at: [118.78, 32.05] as const },
    { id: 'b', at: [118.78001, 32.05] as const },
  ];
  const made = clusters(points, 15.4);
  expect(made.map((c) => c.count)).toEqual([1, 1]);
  expect(made[0]!.at[0]).toBeCloseTo(118.78, 6);
});

test('points that would lie on one another are one group, in whatever order they come', () => {
  const points = Array.from({ length: 50 }, (_, i) => ({
    id: `c${i}`,
    at: [118.78 + (i % 7) * 1e-4, 32.05 + (i % 5) * 1e-4] as const,
  }));
  const made = clusters(points, 11);
  expect(made).toHaveLength(1);
  expect(clusters([...points].reverse(), 11).map((c) => [c.id, c.count])).toEqual(made.map((c) => [c.id, c.count]));
});

test('groups are those that come of asking every head whether it is too near, at any zoom', () => {
  const points = Array.from({ length: 1200 }, (_, i) => ({
    id: `c${i}`,
    at: [118.6 + ((i * 7919) % 1201) / 3000, 31.9 + ((i * 104_729) % 1201) / 4000] as const,
  }));
  const told = (made: readonly Cluster[]) =>
    made.map((c) => [c.id, c.count, c.members, c.at.map((v) => v.toFixed(7)).join()]);
  for (const zoom of [8, 10, 11, 13, 14.6, 15]) {
    const made = clusters(points, zoom);
    expect(told(made)).toEqual(told(plainClusters(points, zoom)));
    expect(made.length > 1 && made.length <= points.length).toBe(true);
  }
});

test('pixels and places are each other’s inverse', () => {
  const [lng, lat] = worldPlace(worldPixel([118.7812, 32.0543], 14), 14);
  expect([lng.toFixed(9), lat.toFixed(9)]).toEqual(['118.781200000', '32.054300000']);
});
