import { mulberry32 } from '#domain/random.ts';
import { Walking, type WalkingGraph } from '#gis-data/roads/walking.ts';
import { compare, type Comparison } from './compare.ts';
import { checkNearest, checkRoutes, disturb, places, type Verdict } from './exactness.ts';
import type { Valhalla } from './valhalla.ts';

/** The engine of walkers, held against a plain Dijkstra and against Valhalla's pedestrians as that of roads is. */
export interface WalkersVerdict {
  readonly edges: number;
  readonly km: number;
  readonly footKm: number;
  /** Ways with everything open, and with a tenth of it closed. */
  readonly routes: Verdict & { readonly found: number };
  readonly nearest: Verdict;
  /** Lengths beside Valhalla's; null: it was not asked. */
  readonly lengths: Comparison | null;
}

/** @param counts pairs of places; teams and incidents of the nearest */
export async function checkWalkers(
  graph: WalkingGraph,
  counts: { readonly pairs: number; readonly teams: number; readonly incidents: number },
  seed: number,
  closedShare: number,
  valhalla: Valhalla | null,
): Promise<WalkersVerdict> {
  const { engine, roadOf } = new Walking(graph);
  const random = mulberry32(seed);
  try {
    await engine.prepare(null);
    const pick = places(engine, random);
    const pairs = Array.from({ length: counts.pairs }, () => [pick(), pick()] as const);
    const free = checkRoutes(engine, pairs);
    const lengths = valhalla ? await compare(engine, valhalla, null, pairs, 'shortest', 'pedestrian') : null;
    disturb(engine, random, closedShare);
    await engine.update();
    const busy = checkRoutes(engine, pairs);
    const many = (n: number) => Array.from({ length: n }, pick);
    const nearest = checkNearest(engine, many(counts.teams), many(counts.incidents));
    let [km, footKm] = [0, 0];
    engine.graph.edgeLengthM.forEach((m, e) => {
      km += m / 1000;
      if (roadOf[e]! < 0) footKm += m / 1000;
    });
    return {
      edges: engine.graph.edgeCount,
      km,
      footKm,
      routes: {
        asked: free.asked + busy.asked,
        found: free.found + busy.found,
        wrong: [...free.wrong, ...busy.wrong],
        took: busy.took,
      },
      nearest,
      lengths,
    };
  } finally {
    await engine.end();
  }
}
