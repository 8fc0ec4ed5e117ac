import type { LngLat } from '#domain/city/rows.ts';
import type { CchEngine } from '#gis-data/roads/cch-engine.ts';
import type { Path, RouteMode } from '#gis-data/roads/engine.ts';
import { pathLine } from '#gis-data/roads/describe.ts';
import { headOf, metresBetween, tailOf } from '#gis-data/roads/graph.ts';
import type { Snap } from '#gis-data/roads/snap.ts';
import type { Costing, Valhalla, ValhallaWay } from './valhalla.ts';

/**
 * Why an answer of ours is not Valhalla's. Its way is laid on our network, stretch by stretch, and priced with our weights: then it is
 * told whether the two disagree about the map (which roads, directions and turns there are) or about speeds.
 */
export type Kind =
  /** Within the tolerance. */
  | 'agree'
  /** Neither finds a way. */
  | 'none'
  /** It finds no way, and we do. */
  | 'only-ours'
  /** It begins or ends elsewhere, or on another side of a road. */
  | 'snapping'
  /** Its way takes a road that is not in our network, or not in that direction. */
  | 'access'
  /** It turns where we do not: a forbidden turn, or turning round. */
  | 'turn'
  /** Our way, shorter or quicker by our weights, takes a road or a turn that Valhalla does not let a car take. */
  | 'not-theirs'
  /** It may take our way too, but has other speeds, or avoids what we do not (service and private roads, turns that cost time). */
  | 'weights'
  /** By our own weights its way is better than ours: then ours is not the best one. */
  | 'contradiction';

export interface Comparison {
  readonly within: number;
  readonly asked: number;
  readonly kinds: Readonly<Partial<Record<Kind, number>>>;
  readonly contradictions: readonly string[];
  /** Milliseconds of each question. */
  readonly ourMs: readonly number[];
  readonly theirMs: readonly number[];
}

/** An answer may differ by so much and still be the same. */
const TOLERANCE = 0.02;
/** Below these a share says nothing: its lengths are whole metres. */
const LEAST: Record<RouteMode, number> = { shortest: 10, fastest: 3 };
const SNAP_M = 12;

/**
 * @param mode `shortest`: metres are compared; `fastest`: seconds
 * @param costing for whom Valhalla is asked
 */
export async function compare(
  engine: CchEngine,
  valhalla: Valhalla,
  pairs: readonly (readonly [Snap, Snap])[],
  mode: RouteMode,
  costing: Costing = 'auto',
): Promise<Comparison> {
  const onMap = new OnMap(engine);
  const kinds: Partial<Record<Kind, number>> = {};
  const contradictions: string[] = [];
  const [ourMs, theirMs]: [number[], number[]] = [[], []];
  for (const [i, [from, to]] of pairs.entries()) {
    let t = performance.now();
    const theirs = await valhalla.route(from.at, to.at, mode === 'shortest', costing);
    theirMs.push(performance.now() - t);
    t = performance.now();
    const ours = engine.route(from, to, mode);
    ourMs.push(performance.now() - t);
    const told = kindOf(onMap, ours, theirs, from, to, mode);
    const line = told === 'weights' ? pathLine(engine.graph, ours!) : null;
    const kind = line && !(await valhalla.mayDrive(line, costing)) ? 'not-theirs' : told;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (kind === 'contradiction')
      contradictions.push(
        `pair ${i}, ${mode}: ours ${ours ? figure(ours, mode).toFixed(1) : 'none'}, Valhalla's ${figure(theirs!, mode).toFixed(1)} is better by our weights`,
      );
  }
  const within = (kinds.agree ?? 0) + (kinds.none ?? 0);
  return { within, asked: pairs.length, kinds, contradictions, ourMs, theirMs };
}

const figure = (way: { lengthM: number; timeS: number }, mode: RouteMode): number =>
  mode === 'shortest' ? way.lengthM : way.timeS;

function kindOf(
  onMap: OnMap,
  ours: Path | null,
  theirs: ValhallaWay | null,
  from: Snap,
  to: Snap,
  mode: RouteMode,
): Kind {
  if (!theirs) return ours ? 'only-ours' : 'none';
  const [a, b] = [ours ? figure(ours, mode) : Infinity, figure(theirs, mode)];
  if (Math.abs(a - b) <= Math.max(LEAST[mode], TOLERANCE * b)) return 'agree';
  const laid = onMap.lay(theirs.line, from, to);
  if (typeof laid === 'string') return laid;
  if (!ours) return 'contradiction';
  return onMap.cost(laid, from, to, mode) < onMap.cost(ours.arcs, from, to, mode) ? 'contradiction' : 'weights';
}

/** Lays a line of Valhalla on our network: both come from the same nodes of OpenStreetMap. */
class OnMap {
  readonly #engine: CchEngine;
  readonly #nodeAt = new Map<string, number>();

  constructor(engine: CchEngine) {
    this.#engine = engine;
    const g = engine.graph;
    for (let v = 0; v < g.nodeCount; v++) this.#nodeAt.set(key(g.nodeLng[v]! * 1e5, g.nodeLat[v]! * 1e5), v);
  }

  cost(arcs: readonly number[], from: Snap, to: Snap, mode: RouteMode): number {
    return this.#engine.costOf({ arcs, from, to, lengthM: 0, timeS: 0 }, mode);
  }

  /** @returns its arcs of ours, the first and last included, or why that cannot be */
  lay(line: readonly LngLat[], from: Snap, to: Snap): number[] | 'snapping' | 'access' | 'turn' {
    if (metresBetween(line[0]!, from.at) > SNAP_M || metresBetween(line.at(-1)!, to.at) > SNAP_M) return 'snapping';
    const nodes = line.map((p) => this.#node(p));
    const first = nodes.findIndex((v) => v >= 0);
    const last = nodes.findLastIndex((v) => v >= 0);
    if (first < 0) return 'snapping';
    const begin = this.#arcOf(from.edge, (arc) => headOf(this.#engine.graph, arc) === nodes[first]);
    const end = this.#arcOf(to.edge, (arc) => tailOf(this.#engine.graph, arc) === nodes[last]);
    if (begin === null || end === null) return 'snapping';
    const arcs = [begin];
    for (let i = first; i < last;) {
      let j = i + 1;
      while (nodes[j]! < 0) j++;
      const arc = this.#arcAlong(nodes[i]!, nodes[j]!, line.slice(i, j + 1));
      if (arc === null) return 'access';
      arcs.push(arc);
      i = j;
    }
    arcs.push(end);
    return this.#engine.mayDrive(arcs) ? arcs : 'turn';
  }

  #node([lng, lat]: LngLat): number {
    // either side may have cut a digit off
    for (const dx of [0, -1, 1])
      for (const dy of [0, -1, 1]) {
        const v = this.#nodeAt.get(key(lng * 1e5 + dx, lat * 1e5 + dy));
        if (v === undefined) continue;
        const g = this.#engine.graph;
        if (metresBetween([g.nodeLng[v]!, g.nodeLat[v]!], [lng, lat]) < 0.5) return v;
      }
    return -1;
  }

  #arcOf(edge: number, holds: (arc: number) => boolean): number | null {
    const g = this.#engine.graph;
    return [2 * edge, 2 * edge + 1].find((arc) => !(arc & 1 && g.edgeOneway[edge]) && holds(arc)) ?? null;
  }

  /** Of the arcs between two nodes the one as long as the line. */
  #arcAlong(from: number, to: number, line: readonly LngLat[]): number | null {
    const g = this.#engine.graph;
    let long = 0;
    for (let i = 1; i < line.length; i++) long += metresBetween(line[i - 1]!, line[i]!);
    let best: number | null = null;
    let bestOff = Math.max(3, long * 0.02);
    for (let i = g.outStart[from]!; i < g.outStart[from + 1]!; i++) {
      const arc = g.outArcs[i]!;
      const off = Math.abs(g.edgeLengthM[arc >> 1]! - long);
      if (headOf(g, arc) === to && off < bestOff) [best, bestOff] = [arc, off];
    }
    return best;
  }
}
const key = (x: number, y: number): string => `${Math.round(x)} ${Math.round(y)}`;
