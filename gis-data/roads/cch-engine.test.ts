import { afterAll, expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { CchEngine } from './cch-engine.ts';
import { AStarEngine, type Path, type RouteMode } from './engine.ts';
import { buildGraph, headOf, tailOf } from './graph.ts';
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
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: graph.edgeCount }, (_, i) => i));
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
