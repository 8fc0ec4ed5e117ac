import { expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { AStarEngine, type RouteMode } from './engine.ts';
import { buildGraph, headOf, tailOf, type EdgeInput, type RoadGraph } from './graph.ts';
import { whyDifferent } from './describe.ts';
import type { Snap } from './snap.ts';
import { somewhere, town } from './testing.ts';

/** Plain Dijkstra over arcs, written without regard to speed: what the engine must equal. */
function oracle(g: RoadGraph, engine: AStarEngine, from: Snap, to: Snap, mode: RouteMode): number {
  const weight = (e: number): number => (mode === 'shortest' ? g.edgeLengthM[e]! : engine.edgeTimeS(e));
  const part = (e: number, m: number): number => (weight(e) * m) / g.edgeLengthM[e]!;
  const cost = new Map<number, number>();
  const open = new Map<number, number>();
  const offer = (n: number, c: number): void => {
    if (!cost.has(n) && c < (open.get(n) ?? Infinity)) open.set(n, c);
  };
  offer(g.edgeTo[from.edge]!, part(from.edge, g.edgeLengthM[from.edge]! - from.alongM));
  if (!g.edgeOneway[from.edge]) offer(g.edgeFrom[from.edge]!, part(from.edge, from.alongM));
  while (open.size > 0) {
    const [n, c] = [...open].reduce((a, b) => (b[1] < a[1] ? b : a));
    open.delete(n);
    cost.set(n, c);
    for (let arc = 0; arc < 2 * g.edgeCount; arc++) {
      if (tailOf(g, arc) !== n || (arc & 1 && g.edgeOneway[arc >> 1])) continue;
      if (mode === 'fastest' && engine.isClosed(arc)) continue;
      offer(headOf(g, arc), c + weight(arc >> 1));
    }
  }
  let best = Infinity;
  const enter = (n: number, m: number): void => {
    best = Math.min(best, (cost.get(n) ?? Infinity) + part(to.edge, m));
  };
  enter(g.edgeFrom[to.edge]!, to.alongM);
  if (!g.edgeOneway[to.edge]) enter(g.edgeTo[to.edge]!, g.edgeLengthM[to.edge]! - to.alongM);
  if (from.edge === to.edge && (to.alongM >= from.alongM || !g.edgeOneway[from.edge]))
    best = Math.min(best, part(from.edge, Math.abs(to.alongM - from.alongM)));
  return best;
}

test('every path costs what plain Dijkstra says, on seeded towns with live speeds, closures and one-way streets', () => {
  for (const seed of [1, 2, 3]) {
    const random = mulberry32(seed);
    const { graph } = buildGraph(town(random, 14));
    const engine = new AStarEngine(graph);
    for (let i = 0; i < 100; i++) {
      if (i % 10 === 0)
        for (let k = 0; k < 30; k++) {
          const e = Math.floor(random() * graph.edgeCount);
          engine.setSpeed(e, random() < 0.2 ? null : 2 + random() * 120);
          engine.setClosed(e, random() < 0.3, random() < 0.3);
        }
      const from = engine.snap(somewhere(random), 3000)!;
      const to = engine.snap(somewhere(random), 3000)!;
      for (const mode of ['shortest', 'fastest'] as const) {
        const path = engine.route(from, to, mode);
        const want = oracle(graph, engine, from, to, mode);
        const got = path === null ? Infinity : mode === 'shortest' ? path.lengthM : path.timeS;
        if (want === Infinity) expect(got, `seed ${seed}, pair ${i}, ${mode}`).toBe(Infinity);
        else expect(got, `seed ${seed}, pair ${i}, ${mode}`).toBeCloseTo(want, 5);
      }
    }
  }
});

test('a path is connected, and drives no one-way street the wrong way', () => {
  const random = mulberry32(11);
  const { graph: g } = buildGraph(town(random));
  const engine = new AStarEngine(g);
  for (let i = 0; i < 200; i++) {
    const path = engine.route(engine.snap(somewhere(random), 3000)!, engine.snap(somewhere(random), 3000)!, i % 2 ? 'fastest' : 'shortest');
    if (!path) continue;
    path.arcs.forEach((arc, k) => {
      if (k > 0) expect(tailOf(g, arc)).toBe(headOf(g, path.arcs[k - 1]!));
      if (g.edgeOneway[arc >> 1] && path.arcs.length > 1) expect(arc & 1, `edge ${g.edgeId[arc >> 1]} is one way`).toBe(0);
    });
  }
}); // prettier-ignore

test('the times to one goal are those of the paths to it', () => {
  const random = mulberry32(5);
  const { graph } = buildGraph(town(random));
  const engine = new AStarEngine(graph);
  for (let k = 0; k < 60; k++) engine.setClosed(Math.floor(random() * graph.edgeCount), true, random() < 0.5);
  const to = engine.snap(somewhere(random), 3000)!;
  const sources = Array.from({ length: 60 }, () => engine.snap(somewhere(random), 3000));
  engine.etas(sources, to).forEach((eta, i) => {
    const path = engine.route(sources[i]!, to, 'fastest');
    expect(eta === null).toBe(path === null);
    if (eta && path) {
      expect(eta.timeS).toBeCloseTo(path.timeS, 5);
      expect(eta.lengthM).toBeCloseTo(path.lengthM, 3);
    }
  });
});

test('the nearest road is the one that looking at every segment finds', () => {
  const random = mulberry32(21);
  const { graph: g } = buildGraph(town(random));
  const engine = new AStarEngine(g);
  const kx = Math.cos((31.219 * Math.PI) / 180);
  for (let i = 0; i < 300; i++) {
    const [lng, lat] = somewhere(random);
    let best = Infinity;
    for (let e = 0; e < g.edgeCount; e++)
      for (let p = g.pointStart[e]!; p + 1 < g.pointStart[e + 1]!; p++) {
        const [ax, ay] = [(g.pointLng[p]! - lng) * kx, g.pointLat[p]! - lat];
        const [dx, dy] = [(g.pointLng[p + 1]! - g.pointLng[p]!) * kx, g.pointLat[p + 1]! - g.pointLat[p]!];
        const t = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy)));
        best = Math.min(best, Math.hypot(ax + t * dx, ay + t * dy) * 111_195);
      }
    const snap = engine.snap([lng, lat], 5000)!;
    expect(snap.distanceM).toBeCloseTo(best, 1);
    expect(snap.alongM).toBeGreaterThanOrEqual(0);
    expect(snap.alongM).toBeLessThanOrEqual(g.edgeLengthM[snap.edge]! + 1e-9);
    expect(engine.snap([lng, lat], best - 0.5)).toBeNull();
  }
});

/** Two ways from A to B: a short slow one through the middle, a long fast one around. */
function twoWays(): AStarEngine {
  const e = (id: number, from: number, to: number, lengthM: number, speedKmh: number, line: [number, number][], name: string): EdgeInput => ({
    id, from, to, class: speedKmh > 50 ? 'expressway' : 'residential', name, nameEn: null, lengthM, speedKmh, oneway: false, line,
  });
  const [a, m, b, n]: [number, number][] = [[118.8, 31.2], [118.81, 31.2], [118.82, 31.2], [118.81, 31.21]] as never;
  const [start, end]: [number, number][] = [[118.799, 31.2], [118.821, 31.2]] as never;
  return new AStarEngine(
    buildGraph([
      e(1, 1, 2, 960, 40, [a!, m!], '中街'),
      e(2, 2, 3, 960, 40, [m!, b!], '中街'),
      e(3, 1, 4, 1500, 60, [a!, n!], '环路'),
      e(4, 4, 3, 1500, 60, [n!, b!], '环路'),
      e(5, 0, 1, 100, 40, [start!, a!], '西街'),
      e(6, 3, 5, 100, 40, [b!, end!], '东街'),
    ]).graph,
  );
} // prettier-ignore

test('a slow street sends the fastest path around, and the reason says which street and how much', () => {
  const engine = twoWays();
  const from = engine.snap([118.7995, 31.2], 100)!;
  const to = engine.snap([118.8205, 31.2], 100)!;
  const ids = (mode: RouteMode): number[] => engine.route(from, to, mode)!.arcs.map((arc) => engine.graph.edgeId[arc >> 1]!);
  expect(ids('fastest')).toEqual([5, 1, 2, 6]);
  expect(whyDifferent(engine, engine.route(from, to, 'shortest')!, engine.route(from, to, 'fastest')!)).toEqual([{ code: 'same' }]);
  engine.setSpeed(engine.graph.indexOf.get(2)!, 8);
  expect(ids('fastest')).toEqual([5, 3, 4, 6]);
  expect(ids('shortest')).toEqual([5, 1, 2, 6]);
  const why = whyDifferent(engine, engine.route(from, to, 'shortest')!, engine.route(from, to, 'fastest')!);
  expect(why[0]).toMatchObject({ code: 'slow', road: '中街', lossS: Math.round(960 / (8 / 3.6) - 960 / (40 / 3.6)) });
  expect(why.at(-1)).toMatchObject({ code: 'class', road: '环路' });
  engine.setSpeed(engine.graph.indexOf.get(2)!, null);
  expect(ids('fastest')).toEqual([5, 1, 2, 6]);
}); // prettier-ignore

test('the fastest path goes around a closed street, in the closed direction only; the shortest does not mind', () => {
  const engine = twoWays();
  const west = engine.snap([118.7995, 31.2], 100)!;
  const east = engine.snap([118.8205, 31.2], 100)!;
  engine.setClosed(engine.graph.indexOf.get(1)!, true, false);
  const path = engine.route(west, east, 'fastest')!;
  expect(path.arcs.some((arc) => engine.isClosed(arc))).toBe(false);
  const shortest = engine.route(west, east, 'shortest')!;
  expect(shortest.lengthM).toBeCloseTo(960 * 2 + 100, 0);
  expect(whyDifferent(engine, shortest, path)[0]).toEqual({ code: 'closed', road: '中街', count: 1 });
  expect(engine.route(east, west, 'fastest')!.lengthM).toBeCloseTo(960 * 2 + 100, 0);
  engine.setClosed(engine.graph.indexOf.get(3)!, true, true);
  expect(engine.route(west, east, 'fastest')).toBeNull();
  // what one drives to may itself be closed
  const there = engine.snap([118.805, 31.2], 100)!;
  expect(engine.route(west, there, 'fastest')).not.toBeNull();
});

test('edges that cannot be driven are left out of the graph and counted', () => {
  const good = { id: 1, from: 1, to: 2, class: 'lane', name: null, nameEn: null, lengthM: 5, speedKmh: 10, oneway: false, line: [[1, 1], [1, 1.1]] } as EdgeInput;
  const { graph, leftOut } = buildGraph([good, { ...good, id: 2, speedKmh: 0 }, { ...good, id: 3, lengthM: Number.NaN }, { ...good, id: 4, line: [[1, 1]] }]);
  expect([graph.edgeCount, leftOut]).toEqual([1, 3]);
}); // prettier-ignore

test('a graph without edges answers that nothing is near', () => {
  expect(new AStarEngine(buildGraph([]).graph).snap([118.8, 31.2], 1e6)).toBeNull();
});
