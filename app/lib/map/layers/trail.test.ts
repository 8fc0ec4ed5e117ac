import { expect, test } from 'vitest';
import type { TrailPoint } from '#domain/city/trail.ts';
import { MINUTE } from '#domain/time.ts';
import { trailLines } from './trail.ts';

const NOW = Date.parse('2026-11-22T01:00:00Z');
const point = (minutesAgo: number): TrailPoint => [118 + minutesAgo / 100, 32, NOW - minutesAgo * MINUTE];

test('lines join end to end and grow older backwards, from 0 to 1', () => {
  const { features } = trailLines([point(30), point(29), point(28), point(0.5), point(0)], NOW);
  const lines = features.map((f) => f.geometry.coordinates);
  expect(lines).toEqual([
    [point(30), point(29)].map(([x, y]) => [x, y]),
    [point(29), point(28)].map(([x, y]) => [x, y]),
    [point(0.5), point(0)].map(([x, y]) => [x, y]),
  ]);
  expect(features.map((f) => f.properties.age)).toEqual([29 / 30, 28 / 30, 0]);
});

test('one position makes no line, what is too old none, and a clock that is ahead is now', () => {
  expect(trailLines([point(0)], NOW).features).toEqual([]);
  expect(trailLines([point(40), point(39)], NOW).features).toEqual([]);
  expect(trailLines([point(0), point(-0.5)], NOW).features.map((f) => f.properties.age)).toEqual([0]);
});
