import type { Sql } from '#store/db.ts';
import type { LngLat } from '#store/gis.ts';
import type { TurnRule } from '../cch/turns.ts';
import { readRoads, type RestrictionRow, type RoadEdgeRow } from '#store/road-graph.ts';

/**
 * The road network in typed arrays: about 60 bytes an edge and 16 a point of its line. Nodes and edges are indices here;
 * `edgeId` leads back to the database. An edge has two arcs, one for each direction: 2·e along its line, 2·e + 1 against it
 * (absent in `arcs` when the edge is one way).
 */
export interface RoadGraph {
  readonly city: string;
  readonly mapVersion: string;
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly nodeLng: Float64Array;
  readonly nodeLat: Float64Array;
  /** The database's number of each node. */
  readonly nodeId: Float64Array;
  readonly edgeId: Float64Array;
  readonly edgeFrom: Int32Array;
  readonly edgeTo: Int32Array;
  /** Metres along the road. */
  readonly edgeLengthM: Float64Array;
  /** Speed of a free road, km/h. */
  readonly edgeFreeKmh: Float32Array;
  readonly edgeOneway: Uint8Array;
  /** Limits of height (m), weight (t) and width (m); Infinity where none stands. */
  readonly edgeMaxHeightM: Float32Array;
  readonly edgeMaxWeightT: Float32Array;
  readonly edgeMaxWidthM: Float32Array;
  /** 1: only buses, or only vehicles on duty, may drive it. */
  readonly edgeReserved: Uint8Array;
  /** 1: somebody on foot may go along it. */
  readonly edgeWalkable: Uint8Array;
  readonly edgeClass: readonly string[];
  readonly edgeName: readonly (string | null)[];
  readonly edgeNameEn: readonly (string | null)[];
  /** Points of edge e: pointStart[e] … pointStart[e + 1]. */
  readonly pointStart: Int32Array;
  readonly pointLng: Float64Array;
  readonly pointLat: Float64Array;
  /** Arcs that leave node n: arcs[outStart[n] … outStart[n + 1]]. */
  readonly outStart: Int32Array;
  readonly outArcs: Int32Array;
  /** Arcs that arrive at node n. */
  readonly inStart: Int32Array;
  readonly inArcs: Int32Array;
  /** Forbidden turns, in indexes of edges and nodes. */
  readonly turnRules: readonly TurnRule[];
  /** Index of an edge by its id. */
  readonly indexOf: ReadonlyMap<number, number>;
}

export interface EdgeInput {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly class: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly lengthM: number;
  readonly speedKmh: number;
  readonly oneway: boolean;
  readonly maxHeightM?: number | null;
  readonly maxWeightT?: number | null;
  readonly maxWidthM?: number | null;
  /** Left out: it is not. */
  readonly reserved?: boolean;
  /** Left out: it is. */
  readonly walkable?: boolean;
  readonly line: readonly LngLat[];
}

/** The node where an arc ends. */
export const headOf = (g: RoadGraph, arc: number): number => (arc & 1 ? g.edgeFrom[arc >> 1]! : g.edgeTo[arc >> 1]!);
/** The node where an arc begins. */
export const tailOf = (g: RoadGraph, arc: number): number => (arc & 1 ? g.edgeTo[arc >> 1]! : g.edgeFrom[arc >> 1]!);

/** Points of an arc in the direction of travel. */
export function arcLine(g: RoadGraph, arc: number): LngLat[] {
  const e = arc >> 1;
  const out: LngLat[] = [];
  for (let i = g.pointStart[e]!; i < g.pointStart[e + 1]!; i++) out.push([g.pointLng[i]!, g.pointLat[i]!]);
  return arc & 1 ? out.reverse() : out;
}

/** Metres between two positions, haversine; within 0.5 % of the ellipsoid. */
export function metresBetween(a: LngLat, b: LngLat): number {
  const rad = Math.PI / 180;
  const s1 = Math.sin(((b[1] - a[1]) * rad) / 2);
  const s2 = Math.sin(((b[0] - a[0]) * rad) / 2);
  const h = s1 * s1 + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * s2 * s2;
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Builds a graph; edges without length, without two points, or with an impossible speed are left out and counted. */
export function buildGraph(
  edges: readonly EdgeInput[],
  about: { city: string; mapVersion: string } = { city: '', mapVersion: '' },
  restrictions: readonly (Omit<RestrictionRow, 'through'> & Partial<RestrictionRow>)[] = [],
): { graph: RoadGraph; leftOut: number } {
  const good = edges.filter(
    (e) => e.line.length >= 2 && e.lengthM >= 0 && Number.isFinite(e.lengthM) && e.speedKmh > 0 && e.speedKmh < 400,
  );
  const n = good.length;
  const nodes = new Map<number, number>();
  const nodeAt: LngLat[] = [];
  const nodeOf = (id: number, at: LngLat): number => {
    let i = nodes.get(id);
    if (i === undefined) {
      nodes.set(id, (i = nodeAt.length));
      nodeAt.push(at);
    }
    return i;
  };
  const points = good.reduce((sum, e) => sum + e.line.length, 0);
  const g = {
    ...about,
    nodeCount: 0,
    edgeCount: n,
    nodeLng: new Float64Array(0),
    nodeLat: new Float64Array(0),
    nodeId: new Float64Array(0),
    edgeId: new Float64Array(n),
    edgeFrom: new Int32Array(n),
    edgeTo: new Int32Array(n),
    edgeLengthM: new Float64Array(n),
    edgeFreeKmh: new Float32Array(n),
    edgeOneway: new Uint8Array(n),
    edgeMaxHeightM: Float32Array.from(good, (e) => e.maxHeightM ?? Infinity),
    edgeMaxWeightT: Float32Array.from(good, (e) => e.maxWeightT ?? Infinity),
    edgeMaxWidthM: Float32Array.from(good, (e) => e.maxWidthM ?? Infinity),
    edgeReserved: Uint8Array.from(good, (e) => (e.reserved === true ? 1 : 0)),
    edgeWalkable: Uint8Array.from(good, (e) => (e.walkable === false ? 0 : 1)),
    edgeClass: good.map((e) => e.class),
    edgeName: good.map((e) => e.name),
    edgeNameEn: good.map((e) => e.nameEn),
    pointStart: new Int32Array(n + 1),
    pointLng: new Float64Array(points),
    pointLat: new Float64Array(points),
    indexOf: new Map(good.map((e, i) => [e.id, i])),
  };
  let at = 0;
  good.forEach((e, i) => {
    g.edgeId[i] = e.id;
    g.edgeFrom[i] = nodeOf(e.from, e.line[0]!);
    g.edgeTo[i] = nodeOf(e.to, e.line.at(-1)!);
    g.edgeLengthM[i] = e.lengthM;
    g.edgeFreeKmh[i] = e.speedKmh;
    g.edgeOneway[i] = e.oneway ? 1 : 0;
    g.pointStart[i] = at;
    for (const p of e.line) {
      g.pointLng[at] = p[0];
      g.pointLat[at++] = p[1];
    }
  });
  g.pointStart[n] = at;
  g.nodeCount = nodeAt.length;
  g.nodeLng = Float64Array.from(nodeAt, (p) => p[0]);
  g.nodeLat = Float64Array.from(nodeAt, (p) => p[1]);
  g.nodeId = Float64Array.from(nodes.keys());
  const turnRules = restrictions.flatMap(({ from, via, through, to, kind }): TurnRule[] => {
    const [fromEdge, viaNode, toEdge] = [g.indexOf.get(from), nodes.get(via), g.indexOf.get(to)];
    const between = (through ?? []).flatMap((id) => g.indexOf.get(id) ?? []);
    if (fromEdge === undefined || viaNode === undefined || toEdge === undefined) return [];
    // one that has lost a road of it would speak of another way
    return between.length < (through ?? []).length
      ? []
      : [{ from: fromEdge, via: viaNode, through: between, to: toEdge, kind }];
  });
  const [outStart, outArcs] = adjacency(g, (arc) => (arc & 1 ? g.edgeTo[arc >> 1]! : g.edgeFrom[arc >> 1]!));
  const [inStart, inArcs] = adjacency(g, (arc) => (arc & 1 ? g.edgeFrom[arc >> 1]! : g.edgeTo[arc >> 1]!));
  return { graph: { ...g, turnRules, outStart, outArcs, inStart, inArcs }, leftOut: edges.length - n };
}

function adjacency(
  g: { nodeCount: number; edgeCount: number; edgeOneway: Uint8Array },
  nodeOf: (arc: number) => number,
): [Int32Array, Int32Array] {
  const start = new Int32Array(g.nodeCount + 1);
  for (let arc = 0; arc < 2 * g.edgeCount; arc++) if (!(arc & 1 && g.edgeOneway[arc >> 1])) start[nodeOf(arc) + 1]!++;
  for (let i = 0; i < g.nodeCount; i++) start[i + 1]! += start[i]!;
  const fill = start.slice();
  const arcs = new Int32Array(start[g.nodeCount]!);
  for (let arc = 0; arc < 2 * g.edgeCount; arc++)
    if (!(arc & 1 && g.edgeOneway[arc >> 1])) arcs[fill[nodeOf(arc)]!++] = arc;
  return [start, arcs];
}

/** Points of a little-endian WKB line string in hexadecimal. */
export function lineOf(wkb: string): LngLat[] {
  const b = Buffer.from(wkb, 'hex');
  const n = b.readUInt32LE(5);
  const out: LngLat[] = [];
  for (let i = 0; i < n; i++) out.push([b.readDoubleLE(9 + i * 16), b.readDoubleLE(17 + i * 16)]);
  return out;
}

/** Reads the network of the active city. @throws when no city is active or the database is away */
export async function loadGraph(sql: Sql): Promise<{ graph: RoadGraph; leftOut: number; tookMs: number }> {
  const began = performance.now();
  const edges: EdgeInput[] = [];
  const names = new Map<string, string>();
  // one string for a name, however many edges carry it
  const shared = (s: string | null): string | null => {
    if (s === null) return null;
    const have = names.get(s);
    if (have === undefined) names.set(s, s);
    return have ?? s;
  };
  const take = (rows: RoadEdgeRow[]): void => {
    for (const { wkb, ...e } of rows)
      edges.push({ ...e, class: shared(e.class)!, name: shared(e.name), nameEn: shared(e.nameEn), line: lineOf(wkb) });
  };
  const { city, restrictions } = await readRoads(sql, take);
  return {
    ...buildGraph(edges, { city: city.id, mapVersion: city.mapVersion }, restrictions),
    tookMs: Math.round(performance.now() - began),
  };
}
