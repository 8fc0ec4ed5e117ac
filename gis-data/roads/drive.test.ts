import { expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { nextTrip, planTrip, tripAt } from './drive.ts';
import { AStarEngine } from './engine.ts';
import { buildGraph, metresBetween, type EdgeInput } from './graph.ts';

const side = 12;
const at = (i: number): [number, number] => [118.8 + (i % side) * 0.004, 31.2 + Math.floor(i / side) * 0.004];
const edges: EdgeInput[] = [];
for (let i = 0; i < side * side; i++)
  for (const j of [(i % side) + 1 < side ? i + 1 : -1, i + side < side * side ? i + side : -1])
    if (j >= 0)
      edges.push({
        id: edges.length + 1, from: i, to: j, class: 'secondary', name: null, nameEn: null, lengthM: metresBetween(at(i), at(j)),
        speedKmh: 45, oneway: false, line: [at(i), at(j)],
      }); // prettier-ignore
const engine = new AStarEngine(buildGraph(edges).graph);

test('a trip begins at its start, ends at its goal, and never jumps or speeds on the way', () => {
  const from = engine.snap([118.801, 31.2], 500)!;
  const to = engine.snap([118.841, 31.241], 500)!;
  const trip = planTrip(engine, engine.route(from, to, 'fastest')!);
  expect(tripAt(trip, 0)).toMatchObject({ at: from.at, speedKmh: 0, done: false });
  expect(tripAt(trip, trip.durationS + 1)).toMatchObject({ speedKmh: 0, done: true });
  expect(metresBetween(tripAt(trip, trip.durationS).at, to.at)).toBeLessThan(0.5);
  let before = from.at;
  for (let t = 1; t <= trip.durationS; t++) {
    const here = tripAt(trip, t);
    expect(metresBetween(before, here.at), `second ${t}`).toBeLessThanOrEqual(45 / 3.6 + 0.2);
    expect(here.headingDeg).toBeGreaterThanOrEqual(0);
    expect(here.headingDeg).toBeLessThan(360);
    before = here.at;
  }
  expect(trip.durationS).toBeGreaterThan(trip.lengthM / (45 / 3.6));
});

test('the same seed drives the same trips, another one others', () => {
  const drive = (seed: number): unknown => {
    const random = mulberry32(seed);
    let here: readonly [number, number] = [118.82, 31.22];
    return Array.from({ length: 5 }, () => {
      const trip = nextTrip(engine, random, here)!;
      here = trip.line.at(-1)!;
      return [here, trip.durationS];
    });
  };
  expect(drive(4)).toEqual(drive(4));
  expect(drive(4)).not.toEqual(drive(5));
});
