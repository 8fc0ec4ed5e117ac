import { afterAll, expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { plainCosts } from '../cch/dijkstra.ts';
import { FAR } from '../cch/turns.ts';
import { inRing } from '../osm/rings.ts';
import { CchEngine } from './cch-engine.ts';
import { buildGraph, type EdgeInput } from './graph.ts';
import { Driven, ReachAreas, type ReachArea } from './isochrone.ts';
import { somewhere, town } from './testing.ts';

const engines: CchEngine[] = [];
afterAll(async () => void (await Promise.all(engines.map((e) => e.end()))));

const covers = (a: ReachArea, at: readonly [number, number]): boolean =>
  a.polygons.some(([outer, ...holes]) => inRing(at, outer!) && !holes.some((h) => inRing(at, h)));

test('the area agrees with asking point by point, and a longer limit covers the shorter one', async () => {
  const random = mulberry32(4);
  const { graph } = buildGraph(town(random, 26));
  const engine = new CchEngine(graph);
  engines.push(engine);
  for (let k = 0; k < 150; k++) engine.setSpeed(Math.floor(random() * graph.edgeCount), 5 + random() * 40);
  for (let k = 0; k < 40; k++) engine.setClosed(Math.floor(random() * graph.edgeCount), true, true);
  let wrong = 0;
  let asked = 0;
  for (let i = 0; i < 6; i++) {
    const from = engine.snap(somewhere(random), 3000)!;
    // the slow search first, then the hierarchy
    if (i === 3) await engine.prepare(null);
    const areas = engine.reachAreas(from, [120, 240]);
    expect(areas[0]!.areaKm2).toBeGreaterThan(0);
    expect(areas[1]!.areaKm2).toBeGreaterThan(areas[0]!.areaKm2);
    expect(covers(areas[0]!, from.at)).toBe(true);
    for (let k = 0; k < 250; k++) {
      const to = engine.snap(somewhere(random), 3000)!;
      const eta = engine.route(from, to, 'fastest')?.timeS ?? Infinity;
      for (const [n, limit] of [120, 240].entries()) {
        asked++;
        // a road that is driven to in time lies in the area; beyond, houses on foot lie in it for the time of that walk
        if (eta <= limit - 10 ? !covers(areas[n]!, to.at) : eta > limit + 75 && covers(areas[n]!, to.at)) wrong++;
        if (n === 1 && covers(areas[0]!, to.at)) expect(covers(areas[1]!, to.at)).toBe(true);
      }
    }
  }
  expect(wrong / asked).toBeLessThan(0.02);

  // several places at once reach what any of them reaches, and nothing else
  const places = Array.from({ length: 4 }, () => engine.snap(somewhere(random), 3000)!);
  const alone = places.map((p) => engine.reachAreas(p, [120])[0]!);
  const [together] = engine.reachAreasOfAny(places, [120]);
  let apart = 0;
  for (let k = 0; k < 500; k++) {
    const at = engine.snap(somewhere(random), 3000)!.at;
    if (covers(together!, at) !== alone.some((a) => covers(a, at))) apart++;
  }
  expect(apart).toBeLessThan(10);
  expect(together!.areaKm2).toBeGreaterThan(Math.max(...alone.map((a) => a.areaKm2)));
});

test('the roads that are reached in time, and when, are those of plain Dijkstra, with the hierarchy and without', async () => {
  const random = mulberry32(9);
  const { graph } = buildGraph(town(random, 20));
  const engine = new CchEngine(graph);
  engines.push(engine);
  for (let k = 0; k < 150; k++) engine.setSpeed(Math.floor(random() * graph.edgeCount), 5 + random() * 40);
  for (let k = 0; k < 40; k++) engine.setClosed(Math.floor(random() * graph.edgeCount), true, true);
  let reached = 0;
  for (let i = 0; i < 20; i++) {
    if (i === 10) await engine.prepare(null);
    const from = engine.snap(somewhere(random), 3000)!;
    const { count, arc, atS } = engine.reached([from], 200);
    const got = Array.from(arc.subarray(0, count), (a, k) => `${a} ${Math.round(atS[k]! * 1000)}`);
    const q = engine.question(from, from, 'fastest');
    const costs = plainCosts(q.graph, q.weights, q.sources, 'from', 200_000);
    const want = [...costs.entries()].filter(([a, cost]) => cost <= 200_000 && q.weights.arc[a]! < FAR).map(([a, cost]) => `${q.own[a]} ${cost}`); // prettier-ignore
    // first its own road, as if it had been entered earlier
    expect(got.slice(engine.directionsOf(from.edge).length).sort()).toEqual(want.sort());
    reached += want.length;
  }
  expect(reached).toBeGreaterThan(2000);
});

test('nothing driven is no area; a single street is the strip along it, as wide as one goes on foot', () => {
  const line: EdgeInput['line'] = [[118.8, 31.2], [118.81, 31.2]]; // prettier-ignore
  const street = { class: 'residential', name: null, nameEn: null, lengthM: 951, speedKmh: 57, oneway: false };
  const { graph } = buildGraph([{ id: 1, from: 1, to: 2, line, ...street }]);
  const driven = new Driven();
  const ground = new ReachAreas(graph);
  expect(ground.areas([line[0]!], driven, [60])).toEqual([{ limitS: 60, polygons: [], areaKm2: 0 }]);
  driven.add(0, 0, 60);
  const [a, half] = [600, 30].map((limitS) => ground.areas([line[0]!], driven, [limitS])[0]);
  // 950 m long, and two cells of 50 m to each side
  expect(a!.areaKm2).toBeGreaterThan(0.15);
  expect(a!.areaKm2).toBeLessThan(0.35);
  expect(covers(a!, [118.805, 31.2005])).toBe(true);
  expect(covers(a!, [118.805, 31.2025])).toBe(false);
  expect([covers(half!, [118.803, 31.2]), covers(half!, [118.808, 31.2])]).toEqual([true, false]);
});
