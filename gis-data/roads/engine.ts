import { headOf, tailOf, type RoadGraph } from './graph.ts';
import type { LngLat } from '#store/gis.ts';
import { inShared } from '../cch/prepared.ts';
import { Heap } from './heap.ts';
import { Snapper, type Snap, type SnapHow, type SnapIndex } from './snap.ts';

/** What a path is the least of: metres along the road whatever is closed, or seconds with the speeds and closures of now. */
export type RouteMode = 'shortest' | 'fastest';

export interface Path {
  /** Arcs in order (2·edge + direction); the first and the last may be driven in part. */
  readonly arcs: readonly number[];
  readonly from: Snap;
  readonly to: Snap;
  readonly lengthM: number;
  /** Seconds with the speeds of now; closures cost no time here. */
  readonly timeS: number;
}

export interface Eta {
  readonly timeS: number;
  readonly lengthM: number;
}

/** Speeds and closures are set from outside and hold from the next question on. Indices are those of `graph`. */
export interface RoadEngine {
  readonly graph: RoadGraph;
  snap(at: LngLat, withinM: number, how?: SnapHow): Snap | null;
  /** The best path, exactly; null when there is none. */
  route(from: Snap, to: Snap, mode: RouteMode): Path | null;
  /** Seconds and metres of the fastest path from each source to one target; null where there is none. */
  etas(sources: readonly (Snap | null)[], to: Snap): (Eta | null)[];
  /** Measured speed of an edge, km/h, both directions; null: the free speed. */
  setSpeed(edge: number, kmh: number | null): void;
  /** Directions in which an edge is closed. */
  setClosed(edge: number, forward: boolean, backward: boolean): void;
  isClosed(arc: number): boolean;
  /** Seconds over a whole edge with the speed of now, or of a free road. */
  edgeTimeS(edge: number, free?: boolean): number;
  edgeSpeedKmh(edge: number): number;
}

/** Of each edge the speed in km/h, the seconds over it, and the directions in which it is closed (bit 0 forward, bit 1 backward). */
export interface SpeedState {
  readonly kmh: Float32Array;
  readonly timeS: Float64Array;
  readonly closed: Uint8Array;
}

const SLOWEST_KMH = 2;
const FASTEST_KMH = 160;
const EARTH = (Math.PI / 180) * 6_371_008.8;

/**
 * A* over nodes with a straight-line bound. Exact: the bound is scaled so that no edge of this network is shorter than it
 * says. A contraction hierarchy may take its place behind the same interface.
 * The ends of a path may lie on closed edges, because what a team drives to is often the reason of the closure.
 */
export class AStarEngine implements RoadEngine {
  readonly graph: RoadGraph;
  readonly #snapper: Snapper;
  readonly #kmh: Float32Array;
  readonly #timeS: Float64Array;
  /** Bit 0 forward, bit 1 backward. */
  readonly #closed: Uint8Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** Least metres of road per metre of straight line. */
  #boundM = 1;
  /** Upper limit of all speeds now, metres per second. */
  #topMps = 1;
  #topStale = true;

  // of one search; `#stamp` says which search an entry belongs to
  readonly #cost: Float64Array;
  readonly #other: Float64Array;
  readonly #came: Int32Array;
  readonly #seen: Uint32Array;
  readonly #settled: Uint32Array;
  readonly #heap = new Heap();
  #stamp = 0;

  /** @param snapIndex of the same network, made by another engine */
  constructor(graph: RoadGraph, snapIndex?: SnapIndex) {
    this.graph = graph;
    this.#snapper = new Snapper(graph, snapIndex);
    this.#kmh = graph.edgeFreeKmh.slice();
    this.#timeS = new Float64Array(graph.edgeCount);
    this.#closed = new Uint8Array(graph.edgeCount);
    const n = graph.nodeCount;
    this.#cost = new Float64Array(n);
    this.#other = new Float64Array(n);
    this.#came = new Int32Array(n);
    this.#seen = new Uint32Array(n);
    this.#settled = new Uint32Array(n);
    let farLat = 0;
    for (const lat of graph.nodeLat) farLat = Math.max(farLat, Math.abs(lat));
    const kx = Math.cos((farLat * Math.PI) / 180) * EARTH;
    this.#x = graph.nodeLng.map((lng) => lng * kx);
    this.#y = graph.nodeLat.map((lat) => lat * EARTH);
    for (let e = 0; e < graph.edgeCount; e++) {
      this.#timeS[e] = this.#seconds(e, graph.edgeFreeKmh[e]!);
      const straight = this.#straightM(graph.edgeFrom[e]!, graph.edgeTo[e]!);
      if (straight > 0) this.#boundM = Math.min(this.#boundM, graph.edgeLengthM[e]! / straight);
    }
    // a hair less, so that rounding cannot make the bound too large
    this.#boundM *= 1 - 1e-9;
  }

  #seconds(edge: number, kmh: number): number {
    return this.graph.edgeLengthM[edge]! / (kmh / 3.6);
  }
  #straightM(a: number, b: number): number {
    return Math.hypot(this.#x[a]! - this.#x[b]!, this.#y[a]! - this.#y[b]!);
  }

  snap(at: LngLat, withinM: number, how?: SnapHow): Snap | null {
    return this.#snapper.nearest(at, withinM, how);
  }
  get snapper(): Snapper {
    return this.#snapper;
  }

  setSpeed(edge: number, kmh: number | null): void {
    const v = kmh === null ? this.graph.edgeFreeKmh[edge]! : Math.max(SLOWEST_KMH, Math.min(FASTEST_KMH, kmh));
    if (this.#kmh[edge] === v) return;
    this.#kmh[edge] = v;
    this.#timeS[edge] = this.#seconds(edge, v);
    this.#topStale = true;
  }
  setClosed(edge: number, forward: boolean, backward: boolean): void {
    this.#closed[edge] = (forward ? 1 : 0) | (backward ? 2 : 0);
  }
  isClosed(arc: number): boolean {
    return (this.#closed[arc >> 1]! & (arc & 1 ? 2 : 1)) !== 0;
  }
  /** Speeds and closures of now, to be set again with {@link takeState} by another engine of the same network. */
  state(): SpeedState {
    return inShared({ kmh: this.#kmh, timeS: this.#timeS, closed: this.#closed });
  }
  takeState({ kmh, timeS, closed }: SpeedState): void {
    this.#kmh.set(kmh);
    this.#timeS.set(timeS);
    this.#closed.set(closed);
    this.#topStale = true;
  }
  edgeTimeS(edge: number, free = false): number {
    return free ? this.#seconds(edge, this.graph.edgeFreeKmh[edge]!) : this.#timeS[edge]!;
  }
  edgeSpeedKmh(edge: number): number {
    return this.#kmh[edge]!;
  }

  /** What the rest of a search may cost at least, per metre of straight line. */
  #perMetre(mode: RouteMode): number {
    if (mode === 'shortest') return this.#boundM;
    if (this.#topStale) {
      let top = 1;
      for (const v of this.#kmh) if (v > top) top = v;
      // a Float32 speed may round down; the bound must not exceed the truth
      this.#topMps = (top * (1 + 1e-6)) / 3.6;
      this.#topStale = false;
    }
    return this.#boundM / this.#topMps;
  }

  route(from: Snap, to: Snap, mode: RouteMode): Path | null {
    const g = this.graph;
    const weight = mode === 'shortest' ? g.edgeLengthM : this.#timeS;
    const perMetre = this.#perMetre(mode);
    const share = (edge: number, metres: number): number =>
      g.edgeLengthM[edge]! === 0 ? 0 : (weight[edge]! * metres) / g.edgeLengthM[edge]!;
    const stamp = ++this.#stamp;
    this.#heap.clear();

    // the two ways out of the target's edge, seen from the nodes where one enters it
    const intoEdge = to.edge;
    const enterForward = share(intoEdge, to.alongM);
    const enterBackward = g.edgeOneway[intoEdge] ? Infinity : share(intoEdge, g.edgeLengthM[intoEdge]! - to.alongM);
    const [nodeF, nodeB] = [g.edgeFrom[intoEdge]!, g.edgeTo[intoEdge]!];
    const bound = (n: number): number =>
      Math.min(
        this.#straightM(n, nodeF) * perMetre + enterForward,
        this.#straightM(n, nodeB) * perMetre + enterBackward,
      );

    let best = this.#onOneEdge(from, to, share);
    let bestLast = best < Infinity ? -2 : -1;
    const open = (node: number, cost: number, came: number): void => {
      if (this.#seen[node] === stamp && this.#cost[node]! <= cost) return;
      this.#seen[node] = stamp;
      this.#cost[node] = cost;
      this.#came[node] = came;
      this.#heap.push(cost + bound(node), node);
    };
    const e = from.edge;
    // ~arc: the search began with this arc, on a part of it
    open(g.edgeTo[e]!, share(e, g.edgeLengthM[e]! - from.alongM), ~(2 * e));
    if (!g.edgeOneway[e]) open(g.edgeFrom[e]!, share(e, from.alongM), ~(2 * e + 1));

    while (this.#heap.least < best) {
      const n = this.#heap.pop();
      if (this.#settled[n] === stamp) continue;
      this.#settled[n] = stamp;
      const cost = this.#cost[n]!;
      if (n === nodeF && cost + enterForward < best) [best, bestLast] = [cost + enterForward, 2 * intoEdge];
      if (n === nodeB && cost + enterBackward < best) [best, bestLast] = [cost + enterBackward, 2 * intoEdge + 1];
      for (let i = g.outStart[n]!; i < g.outStart[n + 1]!; i++) {
        const arc = g.outArcs[i]!;
        if (mode === 'fastest' && this.isClosed(arc)) continue;
        open(headOf(g, arc), cost + weight[arc >> 1]!, arc);
      }
    }
    return bestLast === -1 ? null : this.#path(from, to, bestLast);
  }

  /** Cost of staying on the edge that both ends lie on; Infinity when that is not allowed. */
  #onOneEdge(from: Snap, to: Snap, share: (edge: number, metres: number) => number): number {
    if (from.edge !== to.edge) return Infinity;
    if (to.alongM < from.alongM && this.graph.edgeOneway[from.edge]) return Infinity;
    return share(from.edge, Math.abs(to.alongM - from.alongM));
  }

  /** @param last the arc by which the target's edge is entered, or -2 when the path never leaves the edge */
  #path(from: Snap, to: Snap, last: number): Path {
    const g = this.graph;
    if (last === -2) {
      const lengthM = Math.abs(to.alongM - from.alongM);
      const whole = g.edgeLengthM[from.edge]!;
      const arc = 2 * from.edge + (to.alongM < from.alongM ? 1 : 0);
      return { arcs: [arc], from, to, lengthM, timeS: whole === 0 ? 0 : (this.#timeS[from.edge]! * lengthM) / whole };
    }
    const arcs = [last];
    for (let node = tailOf(g, last); ;) {
      const came = this.#came[node]!;
      arcs.push(came < 0 ? ~came : came);
      if (came < 0) break;
      node = tailOf(g, came);
    }
    arcs.reverse();
    let lengthM = 0;
    let timeS = 0;
    arcs.forEach((arc, i) => {
      const part = this.#driven(arc, i === 0 ? from : null, i === arcs.length - 1 ? to : null);
      lengthM += part * g.edgeLengthM[arc >> 1]!;
      timeS += part * this.#timeS[arc >> 1]!;
    });
    return { arcs, from, to, lengthM, timeS };
  }

  etas(sources: readonly (Snap | null)[], to: Snap): (Eta | null)[] {
    const wanted = new Set<number>();
    for (const s of sources) if (s) wanted.add(this.graph.edgeFrom[s.edge]!).add(this.graph.edgeTo[s.edge]!);
    this.#reverse(to, wanted);
    return sources.map((s) => (s ? this.#etaOf(s, to) : null));
  }

  /** Seconds (#cost) and metres (#other) from every node to the target, until the wanted nodes are settled. */
  #reverse(to: Snap, wanted: Set<number>): void {
    const g = this.graph;
    const stamp = ++this.#stamp;
    this.#heap.clear();
    const open = (node: number, timeS: number, lengthM: number): void => {
      if (this.#seen[node] === stamp && this.#cost[node]! <= timeS) return;
      this.#seen[node] = stamp;
      this.#cost[node] = timeS;
      this.#other[node] = lengthM;
      this.#heap.push(timeS, node);
    };
    const e = to.edge;
    const rest = g.edgeLengthM[e]! - to.alongM;
    open(g.edgeFrom[e]!, this.#partS(e, to.alongM), to.alongM);
    if (!g.edgeOneway[e]) open(g.edgeTo[e]!, this.#partS(e, rest), rest);
    let missing = wanted.size;
    while (missing > 0 && this.#heap.size > 0) {
      const n = this.#heap.pop();
      if (this.#settled[n] === stamp) continue;
      this.#settled[n] = stamp;
      if (wanted.has(n)) missing--;
      for (let i = g.inStart[n]!; i < g.inStart[n + 1]!; i++) {
        const arc = g.inArcs[i]!;
        if (this.isClosed(arc)) continue;
        open(tailOf(g, arc), this.#cost[n]! + this.#timeS[arc >> 1]!, this.#other[n]! + g.edgeLengthM[arc >> 1]!);
      }
    }
  }

  #etaOf(s: Snap, to: Snap): Eta | null {
    const g = this.graph;
    const e = s.edge;
    let best: Eta | null = null;
    const offer = (timeS: number, lengthM: number): void => {
      if (!best || timeS < best.timeS) best = { timeS, lengthM };
    };
    const via = (node: number, metres: number): void => {
      if (this.#settled[node] === this.#stamp)
        offer(this.#partS(e, metres) + this.#cost[node]!, metres + this.#other[node]!);
    };
    via(g.edgeTo[e]!, g.edgeLengthM[e]! - s.alongM);
    if (!g.edgeOneway[e]) via(g.edgeFrom[e]!, s.alongM);
    const direct = this.#onOneEdge(s, to, (edge, metres) => this.#partS(edge, metres));
    if (direct < Infinity) offer(direct, Math.abs(to.alongM - s.alongM));
    return best;
  }

  #partS(edge: number, metres: number): number {
    const whole = this.graph.edgeLengthM[edge]!;
    return whole === 0 ? 0 : (this.#timeS[edge]! * metres) / whole;
  }

  /** Share of an arc that a path drives. */
  #driven(arc: number, from: Snap | null, to: Snap | null): number {
    const whole = this.graph.edgeLengthM[arc >> 1]!;
    if (whole === 0) return 1;
    const start = from ? (arc & 1 ? whole - from.alongM : from.alongM) : 0;
    const end = to ? (arc & 1 ? whole - to.alongM : to.alongM) : whole;
    return (end - start) / whole;
  }
}
