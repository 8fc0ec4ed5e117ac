import { afterAll, expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { CchEngine } from './cch-engine.ts';
import { AStarEngine, type Path, type RouteMode } from './engine.ts';
import { buildGraph, headOf, tailOf, type EdgeInput } from './graph.ts';
import type { Snap } from './snap.ts';
import { somewhere, town } from './testing.ts';

const engines: CchEngine[] = [];
afterAll(async () => void (await Promise.all(engines.map((e) => e.end()))));

const cost = (path: Path | null, mode: RouteMode): number | null =>
  path && (mode === 'shortest' ? path.lengthM : path.timeS);
/** A whole millisecond or millimetre for each arc is what rounding may cost. */
const NEAR = 0.0011;

test('its ways cost what A* finds, whatever speeds and closures hold, and before it is ready A* itself answers', async () => {
  for (const seed of [1, 2, 3]) {
    const random = mulberry32(seed);
    const { graph } = buildGraph(town(random, 14));
    const plain = new AStarEngine(graph);
    const engine = new CchEngine(graph);
    engines.push(engine);
    for (let round = 0; round < 6; round++) {
      if (round === 1) {
        const { order } = await engine.prepare(null);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 2 * graph.edgeCount }, (_, i) => i));
      }
      for (let k = 0; k < 40; k++) {
        const e = Math.floor(random() * graph.edgeCount);
        const kmh = random() < 0.2 ? null : 2 + random() * 120;
        const [forward, backward] = [random() < 0.3, random() < 0.3];
        for (const x of [plain, engine]) {
          x.setSpeed(e, kmh);
          x.setClosed(e, forward, backward);
        }
      }
      await engine.update();
      for (let i = 0; i < 60; i++) {
        const from = plain.snap(somewhere(random), 3000)!;
        const to =
          i % 9 === 0
            ? { ...from, alongM: graph.edgeLengthM[from.edge]! * random() }
            : plain.snap(somewhere(random), 3000)!;
        for (const mode of ['shortest', 'fastest'] as const) {
          const want = plain.route(from, to, mode);
          const got = engine.route(from, to, mode);
          const where = `seed ${seed}, round ${round}, pair ${i}, ${mode}`;
          expect(got === null, where).toBe(want === null);
          if (!got || !want) continue;
          expect(Math.abs(cost(got, mode)! - cost(want, mode)!), where).toBeLessThan(
            NEAR * (want.arcs.length + got.arcs.length),
          );
          got.arcs.forEach((arc, k) => {
            if (k > 0) expect(tailOf(graph, arc), where).toBe(headOf(graph, got.arcs[k - 1]!));
            if (graph.edgeOneway[arc >> 1]) expect(arc & 1, where).toBe(0);
            if (mode === 'fastest' && k > 0 && k < got.arcs.length - 1) expect(engine.isClosed(arc), where).toBe(false);
          });
          expect([got.arcs[0]! >> 1, got.arcs.at(-1)! >> 1], where).toEqual([from.edge, to.edge]);
        }
      }
    }
  }
});

test('the times of many teams to one place are those of their ways, and the nearest are the quickest of them, under changing speeds and closures', async () => {
  const random = mulberry32(31);
  const { graph } = buildGraph(town(random, 16));
  const engine = new CchEngine(graph);
  engines.push(engine);
  await engine.prepare(null);
  for (let round = 0; round < 8; round++) {
    for (let k = 0; k < 60; k++) {
      const e = Math.floor(random() * graph.edgeCount);
      engine.setSpeed(e, 3 + random() * 90);
      engine.setClosed(e, random() < 0.3, random() < 0.3);
    }
    await engine.update();
    for (let i = 0; i < 4; i++) {
      const to = engine.snap(somewhere(random), 3000)!;
      const sources = Array.from({ length: 50 }, (_, k) =>
        k === 0 ? { ...to, alongM: to.alongM / 2 } : engine.snap(somewhere(random), 3000),
      );
      const all = engine.etas(sources, to);
      // of equal ones the first: sorting keeps their order
      const byTime = all.flatMap((eta, k) => (eta ? [k] : [])).sort((a, b) => all[a]!.timeS - all[b]!.timeS);
      for (const nearest of [0, 1, 7, 60]) {
        const few = new Set(byTime.slice(0, nearest));
        expect(engine.etas(sources, to, { nearest })).toEqual(all.map((eta, k) => (few.has(k) ? eta : null)));
      }
      all.forEach((eta, k) => {
        const path = engine.route(sources[k]!, to, 'fastest');
        const where = `round ${round}, goal ${i}, team ${k}`;
        expect(eta === null, where).toBe(path === null);
        if (!eta || !path) return;
        expect(Math.abs(eta.timeS - path.timeS), where).toBeLessThan(NEAR * (path.arcs.length + 1));
        expect(Math.abs(eta.lengthM - path.lengthM), where).toBeLessThan(NEAR * (path.arcs.length + 1));
      });
    }
  }
});

test('a forbidden turn is driven around, and an only-turn leaves no other', async () => {
  const at: [number, number][] = [[0, 0], [1, 0], [2, 0], [1, 1], [2, 1]]; // prettier-ignore
  const edge = (id: number, from: number, to: number): EdgeInput => ({
    id, from, to, class: 'residential', name: null, nameEn: null, lengthM: 100, speedKmh: 36, oneway: false, line: [at[from]!, at[to]!],
  }); // prettier-ignore
  const edges = [edge(1, 0, 1), edge(2, 1, 2), edge(3, 1, 3), edge(4, 3, 4), edge(5, 4, 2)];
  const ways = async (restrictions: Parameters<typeof buildGraph>[2]) => {
    const engine = new CchEngine(buildGraph(edges, { city: '', mapVersion: '' }, restrictions).graph);
    engines.push(engine);
    await engine.prepare(null);
    const place = (id: number): Snap => ({ edge: engine.graph.indexOf.get(id)!, alongM: 50, at: at[0]!, distanceM: 0 });
    const path = engine.route(place(1), place(2), 'fastest');
    expect(engine.etas([place(1)], place(2))[0]?.timeS).toBe(path?.timeS);
    return path?.arcs.map((arc) => engine.graph.edgeId[arc >> 1]);
  };
  expect(await ways([])).toEqual([1, 2]);
  expect(await ways([{ from: 1, via: 1, to: 2, kind: 'no' }])).toEqual([1, 3, 4, 5, 2]);
  expect(await ways([{ from: 1, via: 1, to: 3, kind: 'only' }])).toEqual([1, 3, 4, 5, 2]);
  expect(await ways([{ from: 9, via: 1, to: 3, kind: 'only' }])).toEqual([1, 2]);
});

test('an order that was kept gives the same ways, and questions asked while a change is laid over see the state before or after', async () => {
  const random = mulberry32(9);
  const { graph } = buildGraph(town(random));
  const [first, again] = [new CchEngine(graph), new CchEngine(graph)];
  engines.push(first, again);
  const { order } = await first.prepare(null);
  await again.prepare(order);
  const pairs = Array.from(
    { length: 30 },
    () => [first.snap(somewhere(random), 3000)!, first.snap(somewhere(random), 3000)!] as const,
  );
  const ask = (e: CchEngine) => pairs.map(([from, to]) => e.route(from, to, 'fastest')?.arcs ?? null);
  const before = ask(first);
  expect(ask(again)).toEqual(before);
  for (let e = 0; e < graph.edgeCount; e += 3) first.setClosed(e, true, true);
  const laying = first.update();
  expect(ask(first)).toEqual(before);
  await laying;
  const after = ask(first);
  expect(after).not.toEqual(before);
  for (let e = 0; e < graph.edgeCount; e += 3) first.setClosed(e, false, false);
  await Promise.all([first.update(), first.update()]);
  expect(ask(first)).toEqual(before);
});
