import type { Sql } from '#store/db.ts';
import type { LngLat } from '#store/gis.ts';
import { readWalking, type WalkingRows } from '#store/road-graph.ts';
import { CchEngine } from './cch-engine.ts';
import { buildGraph, lineOf, metresBetween, type EdgeInput, type RoadGraph } from './graph.ts';
import { sharedGraph } from './share.ts';
import type { Drawn } from './touch.ts';

/**
 * What is walked: the roads that walkers may use, cut where footways join them, and the footways. A network of its own, so that the one
 * of cars stays as small and as quick as it is; the same engine answers on it.
 */

const WALK_KMH = 4.8;
/** On stairs, up and down: half as fast along the plan. */
const STEPS_KMH = 2.4;
/** Ways that hang together for no more than this, and with nothing else, are left out: who set out there would get nowhere. Metres. */
const ISLAND_M = 1000;

/** A network of walkers, and which road each edge is a part of (-1: a footway). */
export interface WalkingGraph {
  readonly graph: RoadGraph;
  readonly roadOf: Int32Array;
}
/** A footway as {@link walkingGraph} takes it. */
export type Footway = Omit<WalkingRows['footways'][number], 'wkb'> & { readonly line: readonly LngLat[] };
export type WalkingInput = Omit<WalkingRows, 'footways'> & { readonly footways: readonly Footway[] };

/** The same roads and footways give the same network, edge by edge. Pure. */
export function walkingGraph(roads: RoadGraph, { footways, joints, barriers }: WalkingInput): WalkingGraph {
  const edges: EdgeInput[] = [];
  const roadOf: number[] = [];
  const shut = new Set(barriers);
  // who comes to a barrier from either side ends at a node of its own there; numbers of our own are below 0
  let own = 0;
  const node = (id: number): number => (shut.has(id) ? --own : id);
  const put = (edge: Omit<EdgeInput, 'from' | 'to'>, from: number, to: number, road: number): void => {
    edges.push({ ...edge, from: node(from), to: node(to) });
    roadOf.push(road);
  };
  const cuts = new Map<number, { point: number; node: number }[]>();
  for (const { edge, ...at } of joints) {
    const have = cuts.get(edge);
    if (have) have.push(at);
    else cuts.set(edge, [at]);
  }
  for (let e = 0; e < roads.edgeCount; e++) {
    if (roads.edgeWalkable[e] === 0) continue;
    const line = pointsOf(roads, e);
    const about = {
      class: roads.edgeClass[e]!,
      name: roads.edgeName[e]!,
      nameEn: roads.edgeNameEn[e]!,
      speedKmh: WALK_KMH,
      oneway: false,
    };
    const perM = roads.edgeLengthM[e]! / (lengthOf(line) || 1);
    let [point, from] = [0, roads.nodeId[roads.edgeFrom[e]!]!];
    const ends = [...(cuts.get(roads.edgeId[e]!) ?? []), { point: line.length - 1, node: roads.nodeId[roads.edgeTo[e]!]! }]; // prettier-ignore
    for (const end of ends) {
      const part = line.slice(point, end.point + 1);
      // the first part keeps the number of its road
      const id = point === 0 ? roads.edgeId[e]! : --own;
      put({ ...about, id, line: part, lengthM: lengthOf(part) * perM }, from, end.node, e);
      [point, from] = [end.point, end.node];
    }
  }
  for (const { from, to, kind, waitS, ...f } of footways) {
    const walkS = f.lengthM / ((kind === 'steps' ? STEPS_KMH : WALK_KMH) / 3.6);
    const speedKmh = f.lengthM > 0 ? (f.lengthM / (walkS + waitS)) * 3.6 : WALK_KMH;
    put({ ...f, class: kind, speedKmh }, from, to, -1);
  }
  const kept = mainland(edges);
  const { graph, leftOut } = buildGraph(
    edges.filter((_, i) => kept[i]),
    { city: roads.city, mapVersion: roads.mapVersion },
  );
  if (leftOut > 0) throw new RangeError(`${leftOut} ways for walkers have no line or an impossible length`);
  return { graph, roadOf: Int32Array.from(roadOf.filter((_, i) => kept[i])) };
}

/** Which edges are no island: true for those of the greatest piece, and of each that is long enough. */
function mainland(edges: readonly EdgeInput[]): boolean[] {
  const above = new Map<number, number>();
  const top = (node: number): number => {
    let at = node;
    for (let up = above.get(at); up !== undefined && up !== at; up = above.get(at)) {
      // every second step is saved for the next time
      above.set(at, above.get(up) ?? up);
      at = up;
    }
    return at;
  };
  for (const { from, to } of edges) above.set(top(from), top(to));
  const long = new Map<number, number>();
  for (const { from, lengthM } of edges) long.set(top(from), (long.get(top(from)) ?? 0) + lengthM);
  let longest = 0;
  for (const m of long.values()) if (m > longest) longest = m;
  return edges.map(({ from }) => long.get(top(from))! >= Math.min(longest, ISLAND_M));
}

const pointsOf = (g: RoadGraph, e: number): LngLat[] =>
  Array.from({ length: g.pointStart[e + 1]! - g.pointStart[e]! }, (_, i) => [
    g.pointLng[g.pointStart[e]! + i]!,
    g.pointLat[g.pointStart[e]! + i]!,
  ]);
function lengthOf(line: readonly LngLat[]): number {
  let m = 0;
  for (let i = 1; i < line.length; i++) m += metresBetween(line[i - 1]!, line[i]!);
  return m;
}

/** Reads what is walked on exactly these roads; null when another map has taken their place. */
export async function loadWalkingGraph(sql: Sql, roads: RoadGraph): Promise<WalkingGraph | null> {
  const rows = await readWalking(sql, roads.city, roads.mapVersion);
  if (!rows) return null;
  const footways = rows.footways.map(({ wkb, ...f }) => ({ ...f, line: lineOf(wkb) }));
  return walkingGraph(roads, { ...rows, footways });
}

/**
 * The engine of walkers, in step with the closures of the roads. Speeds of cars mean nothing to it. Its hierarchy is made when somebody
 * first asks; until it is there the search without one answers.
 */
export class Walking {
  readonly engine: CchEngine;
  /** The road that each edge is a part of; -1: a footway. */
  readonly roadOf: Int32Array;
  /** Edges of walkers along each road. */
  readonly #along = new Map<number, number[]>();
  #closed = new Set<number>();
  /** What was drawn last, and the edges that it touches. */
  #drawn: readonly Drawn[] = [];
  #touched: ReadonlySet<number> = new Set();

  constructor({ graph, roadOf }: WalkingGraph) {
    this.engine = new CchEngine(sharedGraph(graph));
    this.roadOf = roadOf;
    roadOf.forEach((road, w) => {
      if (road < 0) return;
      const have = this.#along.get(road);
      if (have) have.push(w);
      else this.#along.set(road, [w]);
    });
  }

  /**
   * Sets what is closed now, and no more.
   * @param roads closed ones: those that signals close hold for walkers too
   * @param drawn closed by hand, footways too; another array says that something else is drawn
   */
  follow(roads: Iterable<number>, isClosed: (arc: number) => boolean, drawn: readonly Drawn[]): void {
    const { engine } = this;
    if (drawn !== this.#drawn) [this.#drawn, this.#touched] = [drawn, engine.touched(drawn)];
    const closed = new Set(this.#touched);
    for (const edge of closed) engine.setClosed(edge, true, true);
    for (const road of roads)
      for (const edge of this.#along.get(road) ?? []) {
        if (closed.has(edge)) continue;
        engine.setClosed(edge, isClosed(2 * road), isClosed(2 * road + 1));
        closed.add(edge);
      }
    for (const edge of this.#closed) if (!closed.has(edge)) engine.setClosed(edge, false, false);
    this.#closed = closed;
  }
}
