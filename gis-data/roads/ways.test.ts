import { afterAll, expect, test } from 'vitest';
import { mulberry32, type Random } from '#domain/random.ts';
import { plainDijkstra } from '../cch/dijkstra.ts';
import { FAR, type TurnRule } from '../cch/turns.ts';
import { alternatives, ALTERNATIVE, sharedM } from './alternatives.ts';
import { CchEngine } from './cch-engine.ts';
import type { Asked } from './ends.ts';
import { drivenM, pathLine } from './describe.ts';
import { buildGraph, headOf, metresBetween, tailOf, type RoadGraph } from './graph.ts';
import { linesOf, matchTrack } from './match.ts';
import { DEFAULT_POLICY, type How } from './profile.ts';
import type { Snap } from './snap.ts';
import { limitedTown, somewhere } from './testing.ts';

const engines: CchEngine[] = [];
afterAll(async () => void (await Promise.all(engines.map((e) => e.end()))));

const HOWS: readonly How[] = [
  { vehicle: 'car', emergency: false },
  { vehicle: 'heavy', emergency: false },
  { vehicle: 'car', emergency: true },
  { vehicle: 'heavy', emergency: true },
];
const told = (how: How): string => how.vehicle + (how.emergency ? ' in an emergency' : '');

/** Forbidden turns along short drives, some over a road between. */
function rules(random: Random, g: RoadGraph): TurnRule[] {
  return Array.from({ length: 40 }, () => {
    const way = [2 * Math.floor(random() * g.edgeCount)];
    const steps = random() < 0.5 ? 2 : 1;
    for (let i = 0; i < steps; i++) {
      const at = headOf(g, way.at(-1)!);
      const out = Array.from(g.outArcs.subarray(g.outStart[at], g.outStart[at + 1])).filter((a) => a >> 1 !== way.at(-1)! >> 1);
      if (out.length === 0) return null;
      way.push(out[Math.floor(random() * out.length)]!);
    }
    const [from, through, to] = [way[0]! >> 1, way.slice(1, -1).map((a) => a >> 1), way.at(-1)! >> 1];
    return { from, via: headOf(g, way[0]!), through, to, kind: random() < 0.8 ? 'no' : 'only' } as const;
  }).filter((r) => r !== null);
} // prettier-ignore

function cityOf(seed: number): { engine: CchEngine; random: Random } {
  const random = mulberry32(seed);
  const { graph } = buildGraph(limitedTown(random));
  const engine = new CchEngine({ ...graph, turnRules: rules(random, graph) });
  engines.push(engine);
  return { engine, random };
}
function disturb(engine: CchEngine, random: Random): void {
  for (let k = 0; k < 50; k++) {
    const e = Math.floor(random() * engine.graph.edgeCount);
    engine.setSpeed(e, random() < 0.3 ? null : 4 + random() * 80);
    engine.setClosed(e, random() < 0.3, random() < 0.3);
  }
}
/** Lays everything over that was asked for, and what had to be made first. */
async function settle(engine: CchEngine): Promise<void> {
  for (const how of HOWS) engine.question({ edge: 0, alongM: 0, at: [0, 0], distanceM: 0 }, { edge: 0, alongM: 0, at: [0, 0], distanceM: 0 }, 'fastest', { how }); // prettier-ignore
  await expect.poll(async () => (await engine.update(), HOWS.every((how) => engine.isReady(how))), { timeout: 20_000 }).toBe(true); // prettier-ignore
}
const against = (g: RoadGraph, arc: number): boolean => (arc & 1) === 1 && g.edgeOneway[arc >> 1] === 1;

test('whoever drives: the way costs what plain Dijkstra finds under the same rules, and passes nothing closed, forbidden or too low', async () => {
  for (const seed of [1, 2]) {
    const { engine, random } = cityOf(seed);
    const g = engine.graph;
    for (let round = 0; round < 3; round++) {
      if (round === 1) await engine.prepare(null);
      disturb(engine, random);
      for (const how of HOWS) engine.route(engine.snap(somewhere(random), 3000)!, engine.snap(somewhere(random), 3000)!, 'fastest', { how }); // prettier-ignore
      if (round > 0) await settle(engine);
      for (let i = 0; i < 25; i++)
        for (const how of HOWS) {
          const [from, to] = [engine.snap(somewhere(random), 3000, { for: how }), engine.snap(somewhere(random), 3000, { for: how })]; // prettier-ignore
          for (const mode of ['fastest', 'shortest'] as const) {
            const path = engine.route(from!, to!, mode, { how });
            const q = engine.question(from!, to!, mode, { how });
            const want = Math.min(plainDijkstra(q.graph, q.weights, q.sources, q.targets)?.cost ?? FAR, q.direct ?? FAR);
            const where = `seed ${seed}, round ${round}, pair ${i}, ${told(how)}, ${mode}`;
            expect(path ? engine.costOf(path, mode, how) : FAR, where).toBe(want);
            if (!path) continue;
            expect(engine.mayDrive(path.arcs, how), where).toBe(true);
            path.arcs.forEach((arc, k) => {
              if (k > 0) expect(tailOf(g, arc), where).toBe(headOf(g, path.arcs[k - 1]!));
              if (mode === 'fastest' && k > 0 && k < path.arcs.length - 1) expect(engine.isClosed(arc), where).toBe(false);
              if (!how.emergency) expect([against(g, arc), g.edgeReserved[arc >> 1]], where).toEqual([false, 0]);
              if (against(g, arc)) expect(g.edgeClass[arc >> 1], where).not.toBe('expressway');
              if (how.vehicle !== 'heavy') return;
              expect(g.edgeMaxHeightM[arc >> 1], where).toBeGreaterThanOrEqual(DEFAULT_POLICY.heavy.heightM);
              expect(g.edgeMaxWeightT[arc >> 1], where).toBeGreaterThanOrEqual(DEFAULT_POLICY.heavy.weightT);
              expect(g.edgeMaxWidthM[arc >> 1], where).toBeGreaterThanOrEqual(2.54);
            });
          }
        }
    }
  }
}, 60_000); // prettier-ignore

test('an exemption only ever helps, and without it in the policy an emergency drive is an ordinary one', async () => {
  const { engine, random } = cityOf(5);
  // what the map keeps for those on duty is no exemption of the house
  engine.graph.edgeReserved.fill(0);
  const strict = new CchEngine(engine.graph, { ...DEFAULT_POLICY, exempt: [] });
  engines.push(strict);
  await engine.prepare(null);
  let helped = 0;
  for (let i = 0; i < 60; i++) {
    const [from, to] = [engine.snap(somewhere(random), 3000)!, engine.snap(somewhere(random), 3000)!];
    const ordinary = engine.route(from, to, 'fastest')?.timeS ?? Infinity;
    const how = { vehicle: 'car', emergency: true } as const;
    const cost = (e: CchEngine): number => {
      const path = e.route(from, to, 'fastest', { how });
      return path ? e.costOf(path, 'fastest', how) / 1000 : Infinity;
    };
    expect(cost(engine)).toBeLessThanOrEqual(ordinary + 0.1);
    if (cost(engine) < ordinary - 1) helped++;
    if (ordinary < Infinity) expect(cost(strict)).toBeCloseTo(ordinary, 1);
    else expect(cost(strict)).toBeGreaterThan(1e5);
  }
  expect(helped).toBeGreaterThan(5);
});

test('no way passes an area that is avoided, and it is the best of those that do not', async () => {
  const { engine, random } = cityOf(7);
  await engine.prepare(null);
  let changed = 0;
  for (let i = 0; i < 200; i++) {
    const [x, y] = somewhere(random);
    const points: [number, number][] = [[x, y], [x + 0.006, y], [x + 0.003, y + 0.007]]; // prettier-ignore
    const avoid = engine.touched([{ kind: 'area', points }]);
    const asked: Asked = { avoid };
    const [from, to] = [engine.snap(somewhere(random), 3000)!, engine.snap(somewhere(random), 3000)!];
    const path = engine.route(from, to, 'fastest', asked);
    const q = engine.question(from, to, 'fastest', asked);
    const want = Math.min(plainDijkstra(q.graph, q.weights, q.sources, q.targets)?.cost ?? FAR, q.direct ?? FAR);
    expect(path ? engine.costOf(path, 'fastest') : FAR).toBe(want);
    for (const arc of path?.arcs.slice(1, -1) ?? []) {
      expect(avoid.has(arc >> 1)).toBe(false);
      // told from the line itself too: no corner of it lies in the triangle
      for (const [lng, lat] of lineOfEdge(engine.graph, arc >> 1)) {
        const [u, w] = [(lng - x) / 0.006, (lat - y) / 0.007];
        expect(w > 0.001 && u > w / 2 + 0.001 && u < 1 - w / 2 - 0.001).toBe(false);
      }
    }
    if ((path?.timeS ?? 0) > (engine.route(from, to, 'fastest')?.timeS ?? 0) + 1) changed++;
  }
  expect(changed).toBeGreaterThan(5);
});
const lineOfEdge = (g: RoadGraph, e: number): [number, number][] =>
  Array.from({ length: g.pointStart[e + 1]! - g.pointStart[e]! }, (_, i) => [
    g.pointLng[g.pointStart[e]! + i]!,
    g.pointLat[g.pointStart[e]! + i]!,
  ]);

test('a stop on the way never shortens it, where one arrives and goes on along the same directed road', async () => {
  const { engine, random } = cityOf(11);
  await engine.prepare(null);
  const g = engine.graph;
  const oneways = Array.from({ length: g.edgeCount }, (_, e) => e).filter((e) => g.edgeOneway[e] === 1);
  let asked = 0;
  for (let i = 0; i < 300; i++) {
    const [a, c] = [engine.snap(somewhere(random), 3000)!, engine.snap(somewhere(random), 3000)!];
    const edge = oneways[Math.floor(random() * oneways.length)]!;
    const b: Snap = { edge, alongM: random() * g.edgeLengthM[edge]!, at: [0, 0], distanceM: 0 };
    const [ab, bc, ac] = [engine.route(a, b, 'fastest'), engine.route(b, c, 'fastest'), engine.route(a, c, 'fastest')];
    // where it is driven through and not only stopped at it must be open, and the turn into it is watched by a rule of two roads
    if (!ab || !bc || engine.isClosed(2 * edge) || !engine.mayDrive([...ab.arcs, ...bc.arcs.slice(1)])) continue;
    asked++;
    expect(ac).not.toBeNull();
    expect(engine.costOf(ac!, 'fastest')).toBeLessThanOrEqual(
      engine.costOf(ab, 'fastest') + engine.costOf(bc, 'fastest') + 1,
    );
  }
  expect(asked).toBeGreaterThan(50);
});

test('alternatives keep to their rules: not much slower, mostly on other roads, none twice', async () => {
  const { engine, random } = cityOf(13);
  await engine.prepare(null);
  let found = 0;
  for (let i = 0; i < 30; i++) {
    const [from, to] = [engine.snap(somewhere(random), 3000)!, engine.snap(somewhere(random), 3000)!];
    const best = engine.route(from, to, 'fastest');
    if (!best) continue;
    const others = alternatives(engine, best, from, to, 2);
    expect(others.length).toBeLessThanOrEqual(2);
    const all = [best, ...others];
    others.forEach((path, k) => {
      found++;
      expect(path.timeS).toBeGreaterThanOrEqual(best.timeS - 0.1);
      expect(path.timeS).toBeLessThanOrEqual(ALTERNATIVE.stretch * best.timeS);
      expect(engine.mayDrive(path.arcs)).toBe(true);
      expect(sharedM(engine, path, best)).toBeLessThanOrEqual(ALTERNATIVE.shared * path.lengthM);
      expect(all.filter((p) => p.arcs.join() === path.arcs.join())).toHaveLength(1);
      if (k > 0) expect(path.timeS).toBeGreaterThanOrEqual(others[k - 1]!.timeS);
    });
  }
  expect(found).toBeGreaterThan(10);
});

test('a matrix holds the times of all pairs', async () => {
  const { engine, random } = cityOf(17);
  await engine.prepare(null);
  const places = (): (Snap | null)[] => [
    null,
    ...Array.from({ length: 6 }, () => engine.snap(somewhere(random), 3000)),
  ];
  const [from, to] = [places(), places()];
  const matrix = engine.matrix(from, to);
  expect(matrix.map((row) => row.length)).toEqual(from.map(() => to.length));
  matrix.forEach((row, i) =>
    row.forEach((eta, j) => {
      const [a, b] = [from[i], to[j]];
      const path = a && b ? engine.route(a, b, 'fastest') : null;
      expect(eta === null).toBe(path === null);
      if (eta && path) expect(eta.timeS).toBeCloseTo(path.timeS, 1);
    }),
  );
});

test('a noisy track is laid on the roads that were driven', async () => {
  const { engine, random } = cityOf(19);
  await engine.prepare(null);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let [droveM, missedM] = [0, 0];
  for (let i = 0; i < 12; i++) {
    const [from, to] = [engine.snap(somewhere(random), 3000)!, engine.snap(somewhere(random), 3000)!];
    const path = engine.route(from, to, 'shortest');
    if (!path || path.lengthM < 800) continue;
    const track = every(pathLine(engine.graph, path), 40).map(([lng, lat]) => ({
      at: [lng + (gauss() * 7) / 95_000, lat + (gauss() * 7) / 111_195] as [number, number],
    }));
    const { points, stretches } = matchTrack(engine, track, 7);
    expect(points).toHaveLength(track.length);
    expect(linesOf(engine, stretches).length).toBeLessThanOrEqual(2);
    const matched = new Set(stretches.flat().flatMap((p) => p.arcs.map((arc) => arc >> 1)));
    path.arcs.forEach((arc, k) => {
      droveM += drivenM(engine.graph, path, k);
      if (!matched.has(arc >> 1)) missedM += drivenM(engine.graph, path, k);
    });
  }
  expect(droveM).toBeGreaterThan(8000);
  expect(missedM / droveM).toBeLessThan(0.03);
});
function every(line: readonly (readonly [number, number])[], metres: number): [number, number][] {
  const out: [number, number][] = [[...line[0]!]];
  let rest = metres;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const long = metresBetween([...a], [...b]);
    for (let at = rest; at <= long; at += metres) out.push([a[0] + ((b[0] - a[0]) * at) / long, a[1] + ((b[1] - a[1]) * at) / long]); // prettier-ignore
    rest = (((rest - long) % metres) + metres) % metres || metres;
  }
  return out;
}

test('a heading chooses the carriageway and the direction in which one sets out', () => {
  const line = (y: number, west: boolean): [number, number][] =>
    west ? [[0.01, y], [0, y]] : [[0, y], [0.01, y]]; // prettier-ignore
  const edge = (id: number, from: number, to: number, y: number, west: boolean, oneway: boolean) => ({
    id, from, to, class: 'primary', name: null, nameEn: null, lengthM: 1113, speedKmh: 36, oneway, line: line(y, west),
  }); // prettier-ignore
  // two carriageways 20 m apart, and a street beside
  const { graph } = buildGraph([edge(1, 0, 1, 0, false, true), edge(2, 2, 3, 0.000_18, true, true), edge(3, 4, 5, 0.01, false, false)]); // prettier-ignore
  const engine = new CchEngine(graph);
  engines.push(engine);
  const at = (lat: number, headingDeg?: number) => engine.snap([0.005, lat], 500, headingDeg === undefined ? {} : { headingDeg }); // prettier-ignore
  expect(graph.edgeId[at(0.000_05)!.edge]).toBe(1);
  expect(graph.edgeId[at(0.000_05, 90)!.edge]).toBe(1);
  expect(graph.edgeId[at(0.000_05, 268)!.edge]).toBe(2);
  expect([at(0.01, 88)!.facing, at(0.01, 272)!.facing, at(0.01, 5)!.facing, at(0.01)!.facing]).toEqual([0, 1, undefined, undefined]); // prettier-ignore
  // standing towards the east one cannot drive to a place behind, on a street that leads nowhere
  const behind = { ...at(0.01)!, alongM: 100 };
  expect(engine.route(at(0.01, 272)!, behind, 'fastest')?.lengthM).toBeGreaterThan(400);
  expect(engine.route(at(0.01, 88)!, behind, 'fastest')?.lengthM).toBeGreaterThan(1000);
});
