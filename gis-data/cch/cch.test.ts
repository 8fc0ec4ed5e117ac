import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainCosts, plainDijkstra } from './dijkstra.ts';
import { buildHierarchy } from './hierarchy.ts';
import { ManyToOne } from './many.ts';
import { customise, emptyMetric } from './metric.ts';
import { dissectionOrder } from './order.ts';
import { Search, type Seed } from './query.ts';
import { OneToAll } from './reach.ts';
import { FAR, noUTurns, turnCost, turnGraph, type TurnGraph, type TurnWeights } from './turns.ts';

/** A city block grid with some one-ways, missing roads, forbidden turns and closures, all from one source of chance. */
function city(width: number, height: number, random: () => number) {
  const a: number[] = [];
  const b: number[] = [];
  const at = (x: number, y: number): number => y * width + x;
  const join = (from: number, to: number): void => {
    a.push(from);
    b.push(to);
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (x + 1 < width && random() > 0.12) join(at(x, y), at(x + 1, y));
      if (y + 1 < height && random() > 0.12) join(at(x, y), at(x, y + 1));
      if (random() < 0.03) join(at(x, y), Math.floor(random() * width * height));
    }
  const tail: number[] = [];
  const head: number[] = [];
  const own: number[] = [];
  const reverse: number[] = [];
  a.forEach((from, e) => {
    const to = b[e]!;
    const i = tail.length;
    const oneway = random() < 0.2;
    tail.push(from);
    head.push(to);
    own.push(2 * e);
    reverse.push(oneway ? -1 : i + 1);
    if (!oneway) {
      tail.push(to);
      head.push(from);
      own.push(2 * e + 1);
      reverse.push(i);
    }
  });
  const shape = {
    nodeCount: width * height,
    arcTail: Int32Array.from(tail),
    arcHead: Int32Array.from(head),
    reverseOf: Int32Array.from(reverse),
  };
  const turnsRound = noUTurns(shape);
  const graph = turnGraph(
    shape.nodeCount,
    shape.arcTail,
    shape.arcHead,
    shape.reverseOf,
    (from, to) => turnsRound(from, to) && random() > 0.04,
  );
  const order = dissectionOrder({
    nodeCount: shape.nodeCount,
    edgeA: Int32Array.from(a),
    edgeB: Int32Array.from(b),
    x: Float64Array.from({ length: shape.nodeCount }, (_, v) => v % width),
    y: Float64Array.from({ length: shape.nodeCount }, (_, v) => Math.floor(v / width)),
  });
  return { graph, order, own: Int32Array.from(own) };
}
const weights = (graph: TurnGraph, random: () => number): TurnWeights => ({
  arc: Int32Array.from({ length: graph.arcCount }, () => (random() < 0.05 ? FAR : 1 + Math.floor(random() * 50_000))),
  turn: Int32Array.from({ length: graph.turnTo.length }, () => Math.floor(random() * 9000)),
});
/** mulberry32 */
function chance(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
function driven(graph: TurnGraph, w: TurnWeights, arcs: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < arcs.length; i++) {
    const t = [...graph.turnTo.subarray(graph.turnStart[arcs[i - 1]!]!, graph.turnStart[arcs[i - 1]! + 1]!)].indexOf(
      arcs[i]!,
    );
    if (t < 0) return NaN;
    sum += turnCost(graph, w, graph.turnStart[arcs[i - 1]!]! + t);
  }
  return sum;
}

test('on any city, under any weights and closures, the answer costs what plain Dijkstra finds and its way is one that may be driven', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (seed, width, height) => {
      const random = chance(seed);
      const { graph, order, own } = city(width, height, random);
      expect([...order].sort((x, y) => x - y)).toEqual(Array.from(order, (_, i) => i));
      if (graph.arcCount === 0) return;
      const h = buildHierarchy(graph, own, order);
      const m = emptyMetric(h);
      const search = new Search(h);
      const pick = (): Seed => ({ arc: Math.floor(random() * graph.arcCount), cost: Math.floor(random() * 20_000) });
      // one buffer for metric after metric: nothing of the one before may be left
      for (let metric = 0; metric < 3; metric++) {
        const w = weights(graph, random);
        customise(graph, h, w, m);
        for (let q = 0; q < 12; q++) {
          const sources = [pick(), ...(random() < 0.5 ? [pick()] : [])];
          const targets = [pick(), ...(random() < 0.5 ? [pick()] : [])];
          const found = search.find(m, sources, targets);
          expect(found?.cost).toBe(plainDijkstra(graph, w, sources, targets)?.cost);
          if (!found) continue;
          const [first, last] = [found.arcs[0]!, found.arcs.at(-1)!];
          const least = (seeds: readonly Seed[], arc: number) =>
            Math.min(...seeds.filter((s) => s.arc === arc).map((s) => s.cost));
          expect(least(sources, first) + driven(graph, w, found.arcs) + least(targets, last)).toBe(found.cost);
        }
      }
    }),
    { numRuns: 120, seed: 20_261_122 },
  );
});

test('how far one gets is what plain Dijkstra finds, for every arc and every limit, and again and again in the same arrays', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      (seed, width, height) => {
        const random = chance(seed);
        const { graph, order, own } = city(width, height, random);
        if (graph.arcCount === 0) return;
        const h = buildHierarchy(graph, own, order);
        const m = emptyMetric(h);
        const reach = new OneToAll(h);
        for (let metric = 0; metric < 2; metric++) {
          const w = weights(graph, random);
          customise(graph, h, w, m);
          for (let q = 0; q < 6; q++) {
            const pick = (): Seed => ({
              arc: Math.floor(random() * graph.arcCount),
              cost: Math.floor(random() * 20_000),
            });
            const seeds = Array.from({ length: 1 + Math.floor(random() * 4) }, pick);
            const limit = Math.floor(random() * 200_000);
            const found = new Map<number, number>();
            reach.within(m, seeds, limit, (arc, cost) => void found.set(arc, cost));
            const want = new Map(
              [...plainCosts(graph, w, seeds, 'from').entries()].filter(([, cost]) => cost <= limit),
            );
            expect(found.size).toBe(want.size);
            for (const [arc, cost] of want) expect(found.get(arc)).toBe(cost);
          }
        }
      },
    ),
    { numRuns: 100, seed: 20_261_122 },
  );
});

test('from every arc to some places is what plain Dijkstra finds, whatever was asked before in the same arrays, and beyond a limit only that', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, side) => {
      const random = chance(seed);
      const { graph, order, own } = city(side, side, random);
      if (graph.arcCount === 0) return;
      const h = buildHierarchy(graph, own, order);
      const m = emptyMetric(h);
      const many = new ManyToOne(h, new Int32Array(graph.arcCount).fill(1));
      for (let metric = 0; metric < 2; metric++) {
        const w = weights(graph, random);
        customise(graph, h, w, m);
        for (let q = 0; q < 5; q++) {
          const pick = (): Seed => ({
            arc: Math.floor(random() * graph.arcCount),
            cost: Math.floor(random() * 20_000),
          });
          const targets = Array.from({ length: 1 + Math.floor(random() * 3) }, pick);
          const want = plainCosts(graph, w, targets, 'to');
          const limit = Math.floor(random() * 200_000);
          many.to(m, targets, q === 0);
          for (const arc of [...want.keys()].filter(() => random() < 0.3)) {
            const within = many.cost(arc, limit);
            if (want[arc]! <= limit) expect(within).toBe(want[arc]);
            else expect(within).toBeGreaterThan(limit);
          }
          want.forEach((cost, arc) => {
            const reach = many.from(arc);
            expect(reach?.cost ?? FAR).toBe(cost);
            // a way ends at a target, and each of its arcs counts once
            if (reach) expect(targets.some((t) => t.arc === reach.target)).toBe(true);
            if (reach) expect(reach.along).toBeLessThan(graph.arcCount);
          });
        }
      }
    }),
    { numRuns: 60, seed: 20_261_122 },
  );
});

test('a cut goes through the bridge, and its roads are the last to be taken out', () => {
  const random = chance(5);
  // two grids of 6 × 6, joined by one road
  const net = (() => {
    const edgeA: number[] = [];
    const edgeB: number[] = [];
    const join = (from: number, to: number): void => {
      edgeA.push(from);
      edgeB.push(to);
    };
    const x: number[] = [];
    const y: number[] = [];
    for (let part = 0; part < 2; part++)
      for (let i = 0; i < 36; i++) {
        x.push(part * 20 + (i % 6) + random() * 0.1);
        y.push(Math.floor(i / 6) + random() * 0.1);
        if (i % 6 < 5) join(part * 36 + i, part * 36 + i + 1);
        if (i < 30) join(part * 36 + i, part * 36 + i + 6);
      }
    join(17, 36 + 12);
    return {
      nodeCount: 72,
      edgeA: Int32Array.from(edgeA),
      edgeB: Int32Array.from(edgeB),
      x: Float64Array.from(x),
      y: Float64Array.from(y),
    };
  })();
  const order = dissectionOrder(net);
  expect([order.at(-2)! >> 1, order.at(-1)! >> 1]).toEqual([net.edgeA.length - 1, net.edgeA.length - 1]);
});
