import type { LngLat } from '#domain/city/rows.ts';
import type { Random } from '#domain/random.ts';
import { plainCosts, plainDijkstra } from '#gis-data/cch/dijkstra.ts';
import { FAR } from '#gis-data/cch/turns.ts';
import { inRing } from '#gis-data/osm/rings.ts';
import type { CchEngine } from '#gis-data/roads/cch-engine.ts';
import type { Path, RouteMode } from '#gis-data/roads/engine.ts';
import { metresBetween } from '#gis-data/roads/graph.ts';
import type { ReachArea } from '#gis-data/roads/isochrone.ts';
import type { Snap } from '#gis-data/roads/snap.ts';

/** The engine held against a plain Dijkstra on the same weights, in whole milliseconds and millimetres: equal, or wrong. */

export interface Verdict {
  readonly asked: number;
  readonly wrong: readonly string[];
  /** Milliseconds of each question to the engine. */
  readonly took: readonly number[];
}

/** A place on the roads: each metre of road is as likely as any other. */
export function places(engine: CchEngine, random: Random): () => Snap {
  const g = engine.graph;
  const upTo = new Float64Array(g.edgeCount);
  let sum = 0;
  for (let e = 0; e < g.edgeCount; e++) upTo[e] = sum += g.edgeLengthM[e]!;
  return () => {
    const m = random() * sum;
    let [lo, hi] = [0, g.edgeCount - 1];
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (upTo[mid]! <= m) lo = mid + 1;
      else hi = mid;
    }
    const alongM = g.edgeLengthM[lo]! - (upTo[lo]! - m);
    return { edge: lo, alongM, at: alongEdge(engine, lo, alongM), distanceM: 0 };
  };
}

function alongEdge({ graph: g }: CchEngine, edge: number, alongM: number): LngLat {
  const [first, end] = [g.pointStart[edge]!, g.pointStart[edge + 1]!];
  const at = (i: number): LngLat => [g.pointLng[i]!, g.pointLat[i]!];
  let whole = 0;
  for (let i = first + 1; i < end; i++) whole += metresBetween(at(i - 1), at(i));
  let rest = g.edgeLengthM[edge]! === 0 ? 0 : (whole * alongM) / g.edgeLengthM[edge]!;
  for (let i = first + 1; i < end; i++) {
    const [a, b] = [at(i - 1), at(i)];
    const step = metresBetween(a, b);
    if (rest <= step && step > 0) return [a[0] + ((b[0] - a[0]) * rest) / step, a[1] + ((b[1] - a[1]) * rest) / step];
    rest -= step;
  }
  return at(end - 1);
}

/** Half of the roads with a measured speed, and a share of them closed. */
export function disturb(engine: CchEngine, random: Random, closedShare: number): void {
  for (let e = 0; e < engine.graph.edgeCount; e++) {
    engine.setSpeed(e, random() < 0.5 ? 4 + random() * 90 : null);
    const closed = random() < closedShare;
    engine.setClosed(e, closed, closed);
  }
}

const MODES: readonly RouteMode[] = ['shortest', 'fastest'];

/** Ways between pairs, both modes: their cost, that they hang together, and that they pass nothing closed. */
export function checkRoutes(engine: CchEngine, pairs: readonly (readonly [Snap, Snap])[]): Verdict & { found: number } {
  const wrong: string[] = [];
  const took: number[] = [];
  let found = 0;
  pairs.forEach(([from, to], i) => {
    for (const mode of MODES) {
      const began = performance.now();
      const path = engine.route(from, to, mode);
      took.push(performance.now() - began);
      const q = engine.question(from, to, mode);
      const plain = plainDijkstra(q.graph, q.weights, q.sources, q.targets)?.cost ?? FAR;
      const want = Math.min(plain, q.direct ?? FAR);
      const got = path ? engine.costOf(path, mode) : FAR;
      if (path) found++;
      if (got !== want) wrong.push(`pair ${i}, ${mode}: ${told(got)}, plain Dijkstra ${told(want)}`);
      else if (path && mode === 'fastest' && passesClosed(engine, path))
        wrong.push(`pair ${i}: the way passes a closed road`);
    }
  });
  return { asked: pairs.length * MODES.length, wrong, took, found };
}
const told = (cost: number): string => (cost >= FAR ? 'no way' : String(cost));
const passesClosed = (engine: CchEngine, { arcs }: Path): boolean =>
  arcs.slice(1, -1).some((arc) => engine.isClosed(arc));

const WARM_UP = 20;
/** Times of all teams to each place, and which is the nearest: against one search backwards over the whole city. */
export function checkNearest(engine: CchEngine, teams: readonly Snap[], incidents: readonly Snap[]): Verdict {
  const wrong: string[] = [];
  const took: number[] = [];
  // the first questions of a process teach the compiler; the engine itself runs for weeks
  for (const to of incidents.slice(0, WARM_UP)) engine.etas(teams, to);
  const seeds = teams.map((t) => engine.question(t, t, 'fastest').sources);
  incidents.forEach((to, i) => {
    const began = performance.now();
    const etas = engine.etas(teams, to);
    took.push(performance.now() - began);
    const q = engine.question(to, to, 'fastest');
    const costs = plainCosts(q.graph, q.weights, q.targets, 'to');
    const want = teams.map((team, k) => {
      const direct = team.edge === to.edge ? (engine.question(team, to, 'fastest').direct ?? FAR) : FAR;
      return seeds[k]!.reduce((least, s) => Math.min(least, s.cost + costs[s.arc]!), direct);
    });
    const got = etas.map((e) => (e ? Math.round(e.timeS * 1000) : FAR));
    const other = want.findIndex((w, k) => Math.min(w, FAR) !== got[k]);
    if (other >= 0)
      wrong.push(`incident ${i}, team ${other}: ${told(got[other]!)}, plain Dijkstra ${told(want[other]!)}`);
    else if (nearestOf(got) !== nearestOf(want)) wrong.push(`incident ${i}: another team is the nearest`);
  });
  return { asked: incidents.length, wrong, took };
}
const nearestOf = (costs: readonly number[]): number => costs.reduce((best, c, i) => (c < costs[best]! ? i : best), 0);

/** Metres on foot from the road, and how fast: what the areas are made with. */
const WALK_M = 100;
const WALK_MPS = 1.4;
/** Places of the network by which a point is asked stand this near to one another. */
const STEP_M = 20;

const covers = (a: ReachArea, at: LngLat): boolean =>
  a.polygons.some(([outer, ...holes]) => inRing(at, outer!) && !holes.some((h) => inRing(at, h)));

/**
 * Areas against asking point by point: each point is reached from the road places around it, by the time of a plain Dijkstra and then on
 * foot.
 * @returns of all points that either holds reached, the share that only one of them does, for each limit
 */
export function checkReach(
  engine: CchEngine,
  centres: readonly Snap[],
  limitsS: readonly number[],
  random: Random,
  points: number,
): { shares: number[]; took: number[] } {
  const took: number[] = [];
  const either = limitsS.map(() => 0);
  const one = limitsS.map(() => 0);
  const road = roadPlaces(engine);
  for (const from of centres) {
    const began = performance.now();
    const areas = engine.reachAreas(from, limitsS);
    took.push(performance.now() - began);
    const atS = timesOf(engine, from, road.places);
    for (const [n, limit] of limitsS.entries()) {
      // around what is reached and a little beyond: anywhere else both say no
      const around = road.places.filter((_, i) => atS[i]! <= 1.2 * limit);
      for (let k = 0; k < points && around.length > 0; k++) {
        const near = around[Math.floor(random() * around.length)]!.at;
        const [dx, dy] = [(random() - 0.5) * 3 * WALK_M, (random() - 0.5) * 3 * WALK_M];
        const at: LngLat = [near[0] + dx / (111_195 * Math.cos((near[1] * Math.PI) / 180)), near[1] + dy / 111_195];
        let best = Infinity;
        for (const i of road.near(at)) {
          const d = metresBetween(at, road.places[i]!.at);
          if (d <= WALK_M) best = Math.min(best, atS[i]! + d / WALK_MPS);
        }
        const [byPoint, byArea] = [best <= limit, covers(areas[n]!, at)];
        if (byPoint || byArea) either[n]!++;
        if (byPoint !== byArea) one[n]!++;
      }
    }
  }
  return { shares: one.map((x, n) => (either[n] ? x / either[n] : 0)), took };
}

/** Seconds from a place to others, by one plain Dijkstra. */
function timesOf(engine: CchEngine, from: Snap, places: readonly Snap[]): Float64Array {
  const q = engine.question(from, from, 'fastest');
  const costs = plainCosts(q.graph, q.weights, q.sources, 'from');
  return Float64Array.from(places, (p) => {
    if (engine.isClosed(2 * p.edge) && p.edge !== from.edge) return Infinity;
    const direct = p.edge === from.edge ? (engine.question(from, p, 'fastest').direct ?? FAR) : FAR;
    const least = engine.entries(p, 'fastest').reduce((c, t) => Math.min(c, costs[t.arc]! + t.cost), direct);
    return least >= FAR ? Infinity : least / 1000;
  });
}

function roadPlaces(engine: CchEngine): { places: Snap[]; near: (at: LngLat) => number[] } {
  const g = engine.graph;
  const places: Snap[] = [];
  const cells = new Map<string, number[]>();
  const cell = (x: number, y: number): string => `${x} ${y}`;
  const size = WALK_M / 111_195;
  const kx = Math.cos(((g.nodeLat[0] ?? 0) * Math.PI) / 180);
  const of = ([lng, lat]: LngLat): [number, number] => [Math.floor((lng * kx) / size), Math.floor(lat / size)];
  for (let edge = 0; edge < g.edgeCount; edge++) {
    const steps = Math.max(1, Math.ceil(g.edgeLengthM[edge]! / STEP_M));
    for (let i = 0; i <= steps; i++) {
      const alongM = (g.edgeLengthM[edge]! * i) / steps;
      const at = alongEdge(engine, edge, alongM);
      const key = cell(...of(at));
      const index = places.push({ edge, alongM, at, distanceM: 0 }) - 1;
      const have = cells.get(key);
      if (have) have.push(index);
      else cells.set(key, [index]);
    }
  }
  const near = (at: LngLat): number[] => {
    const [x, y] = of(at);
    return [-1, 0, 1].flatMap((dx) => [-1, 0, 1].flatMap((dy) => cells.get(cell(x + dx, y + dy)) ?? []));
  };
  return { places, near };
}
