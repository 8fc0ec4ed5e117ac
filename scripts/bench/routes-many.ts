import type { Random } from '#domain/random.ts';
import { plainCosts } from '#gis-data/cch/dijkstra.ts';
import { FAR } from '#gis-data/cch/turns.ts';
import type { CchEngine } from '#gis-data/roads/cch-engine.ts';
import type { Snap } from '#gis-data/roads/snap.ts';
import type { Valhalla } from '#scripts/city/valhalla.ts';
import { clock, scaled, summary, tookRow, type BenchResult } from './bench.ts';
import type { NodeTime, PgRouting } from './pgrouting.ts';

/** Questions about many places of the tiled city: the nearest teams, a matrix, what is reached in a quarter of an hour; beside every peer that has them. */

/** Who is asked, and where places come from. */
export interface Asking {
  readonly engine: CchEngine;
  readonly valhalla: Valhalla | null;
  readonly pgRouting: PgRouting | null;
  readonly pick: () => Snap;
  /** A junction, and the place that it is for an engine of roads; its road is open. */
  readonly pickNode: () => { readonly node: number; readonly snap: Snap };
  readonly scale: number;
}

const TEAMS = 200;
const NEAREST = 10;
const MATRIX = 30;
const REACH_S = 900;
/** How often the slow are asked. */
const FEW = 10;
const FEWER = 2;

export type Took = Record<'product' | 'plain' | 'valhalla' | 'pgRouting', number[]>;
export const nothing = (): Took => ({ product: [], plain: [], valhalla: [], pgRouting: [] });
const WAYS = {
  product: 'hierarchy (product)',
  plain: 'plain Dijkstra (peer)',
  valhalla: 'Valhalla (peer)',
  pgRouting: 'pgRouting (peer)',
} as const satisfies Record<keyof Took, string>;
/** One row for each that was asked. */
export const rowsOf = (what: string, took: Took): Record<string, string>[] =>
  (Object.keys(WAYS) as (keyof Took)[])
    .filter((who) => took[who].length > 0)
    .map((who) => tookRow(`tiled: ${what}`, WAYS[who], took[who]));
/** How many times as long somebody takes. */
export const times = (took: Pick<Took, 'product'>, theirs: readonly number[]): number =>
  summary(theirs).p50 / summary(took.product).p50;

/** Junctions whose place on the roads lies on an open one. */
export function junctions(engine: CchEngine, random: Random, seconds: Float64Array): Asking['pickNode'] {
  const { graph: g } = engine;
  return () => {
    for (;;) {
      const node = Math.floor(random() * g.nodeCount);
      const snap = engine.snap([g.nodeLng[node]!, g.nodeLat[node]!], AT_NODE_M);
      // ours leaves and enters a closed road where somebody stands on it or must get to
      if (snap && Number.isFinite(seconds[snap.edge])) return { node, snap };
    }
  };
}
/** Metres from a node at which a snapped place still is that node. */
const AT_NODE_M = 1;
/** pgRouting turns for nothing and begins at the node itself: its way must not take longer than ours. */
export const longer = (theirs: number, ours: number): boolean => theirs > ours * 1.001 + 1;

/** @throws when an answer is not that of a plain Dijkstra, or pgRouting's takes longer */
export async function manyOf(asking: Asking): Promise<BenchResult> {
  const near = await nearestOf(asking);
  const matrix = await matrixOf(asking);
  const roads = await roadsWithin(asking);
  const areas = await areasOf(asking);
  const atMost = (what: string, got: number, most: number) => ({
    goal: `tiled: ${what} p50 ≤ ${most} ms`,
    got: `${got.toFixed(2)} ms`,
    met: got <= most,
  });
  const atLeast = (what: string, took: Took, who: 'valhalla' | 'pgRouting', least: number) => {
    const got = times(took, took[who]);
    const name = who === 'valhalla' ? 'Valhalla' : 'pgRouting';
    return took[who].length > 0 ? [{ goal: `tiled: ${what} ≥ ${least} × ${name}`, got: `${got.toFixed(0)} ×`, met: got >= least }] : []; // prettier-ignore
  };
  const nearest = `nearest ${NEAREST} of ${TEAMS}`;
  return {
    rows: [
      ...rowsOf(nearest, near),
      ...rowsOf(`matrix ${MATRIX} × ${MATRIX}`, matrix),
      ...rowsOf('roads within 15 minutes', roads),
      ...rowsOf('15-minute area', areas),
    ],
    goals: [
      atMost(nearest, summary(near.product).p50, 3),
      ...atLeast(nearest, near, 'valhalla', 10),
      ...atLeast(nearest, near, 'pgRouting', 50),
      ...atLeast(`matrix ${MATRIX} × ${MATRIX}`, matrix, 'valhalla', 10),
      atMost('15-minute area', summary(areas.product).p50, 15),
    ],
  };
}

/** Milliseconds from a place to where the costs to the beginnings of all arcs are known from; FAR: no way. */
function leastTo(engine: CchEngine, costs: Int32Array, from: Snap, to: Snap): number {
  const q = engine.question(from, to, 'fastest');
  return Math.min(
    FAR,
    q.sources.reduce((least, s) => Math.min(least, s.cost + costs[s.arc]!), q.direct ?? FAR),
  );
}
const msOf = (eta: { timeS: number } | null): number => (eta ? Math.round(eta.timeS * 1000) : FAR);

async function nearestOf({ engine, valhalla, pgRouting, pick, pickNode, scale }: Asking): Promise<Took> {
  const took = nothing();
  const teams = Array.from({ length: TEAMS }, pick);
  for (let i = 0; i < 20; i++) engine.etas(teams, pick(), { nearest: NEAREST });
  for (let i = 0; i < scaled(60, scale, 10); i++) {
    const to = pick();
    const etas = await clock(took.product, () => engine.etas(teams, to, { nearest: NEAREST }));
    if (i >= FEW) continue;
    const q = engine.question(to, to, 'fastest');
    const costs = await clock(took.plain, () => plainCosts(q.graph, q.weights, q.targets, 'to'));
    const want = teams.map((team) => leastTo(engine, costs, team, to)).sort((a, b) => a - b);
    const got = etas.map(msOf).sort((a, b) => a - b);
    if (got.slice(0, NEAREST).join() !== want.slice(0, NEAREST).join()) throw new Error(`nearest of place ${i}`);
    if (valhalla) await clock(took.valhalla, () => valhalla.matrix(teams.map((t) => t.at), [to.at])); // prettier-ignore
  }
  if (!pgRouting) return took;
  const at = Array.from({ length: TEAMS }, pickNode);
  for (let i = 0; i < FEW; i++) {
    const to = pickNode();
    const theirs = await clock(took.pgRouting, () => pgRouting.nearest(at.map((t) => t.node), to.node, NEAREST)); // prettier-ignore
    const ours = engine.etas(at.map((t) => t.snap), to.snap, { nearest: NEAREST }).flatMap((e) => e?.timeS ?? []).sort((a, b) => a - b); // prettier-ignore
    ours.forEach((s, k) => {
      const t: NodeTime | undefined = theirs[k];
      if (!t || longer(t.s, s)) throw new Error(`pgRouting, nearest ${k}: ${t?.s} s, ours ${s} s`);
    });
  }
  return took;
}

async function matrixOf({ engine, valhalla, pgRouting, pick, pickNode }: Asking): Promise<Took> {
  const took = nothing();
  for (let i = 0; i < FEW; i++) {
    const [from, to] = [Array.from({ length: MATRIX }, pick), Array.from({ length: MATRIX }, pick)];
    const matrix = await clock(took.product, () => engine.matrix(from, to));
    if (i >= FEWER) continue;
    const { graph, weights } = engine.question(from[0]!, to[0]!, 'fastest');
    const targets = to.map((t) => engine.entries(t, 'fastest'));
    const columns = await clock(took.plain, () => targets.map((t) => plainCosts(graph, weights, t, 'to')));
    from.forEach((a, r) =>
      to.forEach((b, c) => {
        const want = leastTo(engine, columns[c]!, a, b);
        if (msOf(matrix[r]![c]!) !== want) throw new Error(`matrix ${i}, cell ${r} ${c}: not ${want} ms`);
      }),
    );
    if (valhalla) await clock(took.valhalla, () => valhalla.matrix(from.map((t) => t.at), to.map((t) => t.at))); // prettier-ignore
  }
  for (let i = 0; pgRouting && i < FEWER; i++) {
    const [from, to] = [Array.from({ length: MATRIX }, pickNode), Array.from({ length: MATRIX }, pickNode)];
    const theirs = await clock(took.pgRouting, () => pgRouting.matrix(from.map((t) => t.node), to.map((t) => t.node))); // prettier-ignore
    const ours = engine.matrix(from.map((t) => t.snap), to.map((t) => t.snap)); // prettier-ignore
    for (const [r, a] of from.entries())
      for (const [c, b] of to.entries()) {
        // of a node to itself it says nothing
        const t = a.node === b.node ? 0 : (theirs.get(`${a.node} ${b.node}`) ?? Infinity);
        const eta = ours[r]![c]!;
        if (eta && longer(t, eta.timeS)) throw new Error(`pgRouting, cell ${r} ${c}: ${t} s, ours ${eta.timeS} s`);
      }
  }
  return took;
}

/** The roads alone, without an area around them: all that a peer without polygons has. */
async function roadsWithin({ engine, pgRouting, pick, pickNode, scale }: Asking): Promise<Took> {
  const took = nothing();
  for (let i = 0; i < scaled(20, scale, 5); i++) {
    const from = pick();
    const driven = await clock(took.product, () => engine.reached([from], REACH_S));
    // first its own road, as if it had been entered earlier
    const own = engine.directionsOf(from.edge).length;
    const got = new Map(Array.from({ length: driven.count - own }, (_, k) => [driven.arc[own + k]!, Math.round(driven.atS[own + k]! * 1000)])); // prettier-ignore
    const q = engine.question(from, from, 'fastest');
    const costs = await clock(took.plain, () => plainCosts(q.graph, q.weights, q.sources, 'from', REACH_S * 1000));
    let want = 0;
    costs.forEach((cost, a) => {
      if (cost > REACH_S * 1000 || q.weights.arc[a]! >= FAR) return;
      want++;
      if (got.get(q.own[a]!) !== cost) throw new Error(`area ${i}: road ${q.own[a]! >> 1} is reached after ${cost} ms`);
    });
    if (want !== got.size) throw new Error(`area ${i}: ${got.size} roads, plain Dijkstra ${want}`);
  }
  for (let i = 0; pgRouting && i < FEW; i++) {
    const from = pickNode();
    const nodes = await clock(took.pgRouting, () => pgRouting.reach(from.node, REACH_S));
    const theirs = new Map(nodes.map((n) => [n.node, n.s]));
    const { count, arc, atS } = engine.reached([from.snap], REACH_S - 2);
    const { edgeFrom, edgeTo } = engine.graph;
    for (let k = 0; k < count; k++) {
      const node = (arc[k]! & 1 ? edgeTo : edgeFrom)[arc[k]! >> 1]!;
      const s = theirs.get(node) ?? Infinity;
      if (atS[k]! >= 0 && longer(s, atS[k]!)) throw new Error(`pgRouting, node ${node}: ${s} s, ours ${atS[k]} s`);
    }
  }
  return took;
}

async function areasOf({ engine, valhalla, pick, scale }: Asking): Promise<Took> {
  const took = nothing();
  const centres = Array.from({ length: scaled(20, scale, 5) }, pick);
  for (const from of centres.slice(0, 4)) engine.reachAreas(from, [REACH_S]);
  for (const from of centres) await clock(took.product, () => engine.reachAreas(from, [REACH_S]));
  for (const from of valhalla ? centres : []) await clock(took.valhalla, () => valhalla!.reach(from.at, REACH_S / 60));
  return took;
}
