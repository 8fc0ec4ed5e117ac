import type { LngLat } from '#store/gis.ts';
import { CchKeeper } from '../cch/keeper.ts';
import type { Metric } from '../cch/metric.ts';
import type { CchInput } from '../cch/prepared.ts';
import { Search, type Seed } from '../cch/query.ts';
import { Reach } from '../cch/reach.ts';
import { ManyToOne } from '../cch/many.ts';
import { byRules, FAR, turnGraph, type TurnGraph, type TurnWeights } from '../cch/turns.ts';
import { AStarEngine, type Eta, type Path, type RoadEngine, type RouteMode } from './engine.ts';
import { arcLine, headOf, tailOf, type RoadGraph } from './graph.ts';
import { reachAreas, type DrivenLine, type ReachArea } from './isochrone.ts';
import type { Snap } from './snap.ts';

/** Costs of the hierarchy are whole milliseconds and millimetres. */
const UNITS = 1000;

/** Arcs of the hierarchy are those that may be driven; the engine's own arcs (2·edge + direction) leave gaps at one-ways. */
interface Numbering {
  readonly own: Int32Array;
  readonly of: Int32Array;
}

/** @returns the network as the hierarchy wants it: without forbidden turns, and nobody turns round but where a road ends */
export function cchInput(g: RoadGraph): { input: CchInput; numbering: Numbering } {
  const own: number[] = [];
  const of = new Int32Array(2 * g.edgeCount).fill(-1);
  for (let arc = 0; arc < 2 * g.edgeCount; arc++) if (!(arc & 1 && g.edgeOneway[arc >> 1])) of[arc] = own.push(arc) - 1;
  const shape = {
    nodeCount: g.nodeCount,
    arcTail: Int32Array.from(own, (arc) => tailOf(g, arc)),
    arcHead: Int32Array.from(own, (arc) => headOf(g, arc)),
    reverseOf: Int32Array.from(own, (arc) => of[arc ^ 1]!),
  };
  const roadOfArc = Int32Array.from(own, (arc) => arc >> 1);
  const allowed = byRules(shape, roadOfArc, g.turnRules);
  const graph = turnGraph(shape.nodeCount, shape.arcTail, shape.arcHead, shape.reverseOf, allowed);
  const kx = Math.cos(((g.nodeLat[0] ?? 0) * Math.PI) / 180);
  const network = {
    nodeCount: g.nodeCount,
    edgeA: g.edgeFrom,
    edgeB: g.edgeTo,
    x: g.nodeLng.map((lng) => lng * kx),
    y: g.nodeLat,
  };
  return {
    input: { graph, roadOfArc, network },
    numbering: { own: Int32Array.from(own), of },
  };
}

/** One question about a way in whole units (milliseconds or millimetres). */
export interface Question {
  readonly graph: TurnGraph;
  readonly weights: TurnWeights;
  readonly sources: readonly Seed[];
  readonly targets: readonly Seed[];
  /** Staying on the road that both ends lie on; null: that cannot be. */
  readonly direct: number | null;
}

/**
 * The engine of a large city: ways come from a customizable contraction hierarchy in a tenth of a millisecond. It is made in a
 * thread of its own while A* answers; after that each change of speeds and closures is laid over it there ({@link update}), and
 * questions are answered by the last whole state.
 */
export class CchEngine implements RoadEngine {
  readonly #plain: AStarEngine;
  readonly #turn: TurnGraph;
  readonly #input: CchInput;
  readonly #numbering: Numbering;
  #keeper: CchKeeper | null = null;
  #search: Search | null = null;
  #many: ManyToOne | null = null;
  /** The metric was made anew since it was last asked. */
  #renewed = false;
  readonly #metrics: Partial<Record<RouteMode, Metric>> = {};
  readonly #reach: Reach;
  readonly #arcCost: Int32Array;
  #changed = true;
  #updating: Promise<void> | null = null;
  #customiseMs: number | null = null;
  #ended = false;

  constructor(graph: RoadGraph) {
    this.#plain = new AStarEngine(graph);
    const { input, numbering } = cchInput(graph);
    this.#input = input;
    this.#turn = input.graph;
    this.#numbering = numbering;
    this.#reach = new Reach(input.graph);
    this.#arcCost = new Int32Array(input.graph.arcCount);
  }

  get graph(): RoadGraph {
    return this.#plain.graph;
  }
  /** Milliseconds of the last laying over; null: A* answers still. */
  get customiseMs(): number | null {
    return this.#customiseMs;
  }

  /**
   * Makes the hierarchy. Until it is there A* answers.
   * @param order of an earlier start, if it was kept
   * @returns the order, to be kept, and the milliseconds that it took
   */
  async prepare(order: Int32Array | null): Promise<{ order: Int32Array; tookMs: number }> {
    const keeper = await CchKeeper.make(this.#input, order);
    if (this.#ended) {
      await keeper.end();
      throw new Error('the engine was ended');
    }
    const g = this.graph;
    const { metric } = await keeper.metric((into) => this.#weigh(into, (arc) => g.edgeLengthM[arc >> 1]!));
    this.#metrics.shortest = metric;
    this.#keeper = keeper;
    this.#search = new Search(keeper.hierarchy);
    const millimetres = new Int32Array(this.#numbering.own.length);
    this.#weigh(millimetres, (arc) => g.edgeLengthM[arc >> 1]!);
    this.#many = new ManyToOne(keeper.hierarchy, millimetres);
    await this.update();
    return { order: keeper.order, tookMs: keeper.prepareMs };
  }

  /** Lays what was set since the last time over the hierarchy; a second call waits for the first. */
  async update(): Promise<void> {
    while (this.#updating) await this.#updating;
    const keeper = this.#keeper;
    if (!keeper || !this.#changed) return;
    this.#changed = false;
    this.#updating = this.#lay(keeper).finally(() => (this.#updating = null));
    try {
      await this.#updating;
    } catch (e) {
      // a state that cannot be renewed must not answer on: A* does
      this.#drop();
      throw e;
    }
  }

  async #lay(keeper: CchKeeper): Promise<void> {
    const { metric, tookMs } = await keeper.metric((into) => this.#weigh(into, (arc) => this.#timeOpen(arc)));
    const old = this.#metrics.fastest;
    this.#metrics.fastest = metric;
    this.#renewed = true;
    this.#customiseMs = tookMs;
    // questions are answered within one turn of the loop: nobody reads the old one now
    if (old) keeper.reuse(old);
  }

  /** Seconds or metres of each arc, as whole numbers. */
  #weigh(into: Int32Array, cost: (arc: number) => number): void {
    const { own } = this.#numbering;
    for (let a = 0; a < own.length; a++) into[a] = Math.min(FAR, Math.round(cost(own[a]!) * UNITS));
  }

  #drop(): void {
    this.#keeper = this.#search = this.#many = this.#customiseMs = null;
    delete this.#metrics.shortest;
    delete this.#metrics.fastest;
  }

  async end(): Promise<void> {
    this.#ended = true;
    const keeper = this.#keeper;
    this.#drop();
    await keeper?.end();
  }

  snap(at: LngLat, withinM: number): Snap | null {
    return this.#plain.snap(at, withinM);
  }
  setSpeed(edge: number, kmh: number | null): void {
    const before = this.#plain.edgeSpeedKmh(edge);
    this.#plain.setSpeed(edge, kmh);
    if (this.#plain.edgeSpeedKmh(edge) !== before) this.#changed = true;
  }
  setClosed(edge: number, forward: boolean, backward: boolean): void {
    const before = [this.isClosed(2 * edge), this.isClosed(2 * edge + 1)];
    this.#plain.setClosed(edge, forward, backward);
    if (before[0] !== forward || before[1] !== backward) this.#changed = true;
  }
  isClosed(arc: number): boolean {
    return this.#plain.isClosed(arc);
  }
  edgeTimeS(edge: number, free = false): number {
    return this.#plain.edgeTimeS(edge, free);
  }
  edgeSpeedKmh(edge: number): number {
    return this.#plain.edgeSpeedKmh(edge);
  }
  etas(sources: readonly (Snap | null)[], to: Snap): (Eta | null)[] {
    const metric = this.#metrics.fastest;
    const many = this.#many;
    if (!many || !metric) return this.#plain.etas(sources, to);
    many.to(metric, this.#targets(to, 'fastest'), this.#renewed);
    this.#renewed = false;
    return sources.map((s) => (s ? this.#etaOf(many, s, to) : null));
  }

  #etaOf(many: ManyToOne, from: Snap, to: Snap): Eta | null {
    const t = this.#turn;
    const direct = this.#onOneEdge(from, to, 'fastest');
    let cost = direct?.cost ?? FAR;
    let [first, left] = [-1, -1];
    for (const own of [2 * from.edge, 2 * from.edge + 1]) {
      const a = this.#numbering.of[own]!;
      if (a < 0) continue;
      const part = this.#part(own, this.#restM(own, from), 'fastest');
      for (let i = t.turnStart[a]!; i < t.turnStart[a + 1]!; i++) {
        const sum = part + many.cost(t.turnTo[i]!);
        if (sum < cost) [cost, first, left] = [sum, t.turnTo[i]!, own];
      }
    }
    if (first < 0) return direct && { timeS: direct.cost / UNITS, lengthM: Math.abs(to.alongM - from.alongM) };
    const { along, target } = many.from(first)!;
    return {
      timeS: cost / UNITS,
      lengthM: this.#restM(left, from) + along / UNITS + this.#intoM(this.#numbering.own[target]!, to),
    };
  }

  /**
   * Areas that are reached from a place within the limits, with the speeds and closures of now.
   * @param limitsS seconds, ascending
   */
  reachAreas(from: Snap, limitsS: readonly number[]): ReachArea[] {
    const longest = (limitsS.at(-1) ?? 0) * UNITS;
    const g = this.graph;
    this.#weigh(this.#arcCost, (arc) => this.#timeOpen(arc));
    const driven: DrivenLine[] = [{ line: [from.at], atS: 0, takesS: 0 }];
    const drive = (arc: number, cost: number): void => {
      driven.push({ line: arcLine(g, arc), atS: cost / UNITS, takesS: this.#plain.edgeTimeS(arc >> 1) });
    };
    // from where it is, along its own road in both directions: as if it had entered the road earlier
    for (const arc of [2 * from.edge, 2 * from.edge + 1])
      if (this.#numbering.of[arc]! >= 0) drive(arc, -this.#part(arc, this.#intoM(arc, from), 'fastest'));
    this.#reach.run(this.#arcCost, this.#sources(from, 'fastest'), longest, (a, cost) =>
      drive(this.#numbering.own[a]!, cost),
    );
    return reachAreas(driven, limitsS);
  }

  #timeOpen(arc: number): number {
    return this.#plain.isClosed(arc) ? Infinity : this.#plain.edgeTimeS(arc >> 1);
  }

  /** Metres of an arc from its beginning to a place on it, and from there to its end. */
  #intoM(arc: number, at: Snap): number {
    return arc & 1 ? this.graph.edgeLengthM[arc >> 1]! - at.alongM : at.alongM;
  }
  #restM(arc: number, at: Snap): number {
    return this.#intoM(arc ^ 1, at);
  }

  route(from: Snap, to: Snap, mode: RouteMode): Path | null {
    const metric = this.#metrics[mode];
    if (!this.#search || !metric) return this.#plain.route(from, to, mode);
    const sources = this.#sources(from, mode);
    const found = this.#search.find(metric, sources, this.#targets(to, mode));
    const direct = this.#onOneEdge(from, to, mode);
    if (direct && (!found || direct.cost <= found.cost)) return this.#path([direct.arc], from, to);
    if (!found) return null;
    // a source stands at the beginning of the second arc: the first is the one that it was left from
    const second = found.arcs[0]!;
    const first = sources.find((s) => s.arc === second && s.cost === this.#least(sources, second))!.left;
    return this.#path([first, ...found.arcs.map((a) => this.#numbering.own[a]!)], from, to);
  }

  /** A question as the hierarchy is asked it, with what everything costs now: for checks that answer it another way. Whole units. */
  question(from: Snap, to: Snap, mode: RouteMode): Question {
    const arc = new Int32Array(this.#numbering.own.length);
    const cost =
      mode === 'shortest' ? (a: number) => this.graph.edgeLengthM[a >> 1]! : (a: number) => this.#timeOpen(a);
    this.#weigh(arc, cost);
    return {
      graph: this.#turn,
      weights: { arc, turn: new Int32Array(this.#turn.turnTo.length) },
      sources: this.#sources(from, mode),
      targets: this.#targets(to, mode),
      direct: this.#onOneEdge(from, to, mode)?.cost ?? null,
    };
  }

  /** The ways into a place's road, and what it costs from there to the place. */
  entries(to: Snap, mode: RouteMode): readonly Seed[] {
    return this.#targets(to, mode);
  }

  /** Whether these arcs follow one another by turns that may be taken. */
  mayDrive(arcs: readonly number[]): boolean {
    const t = this.#turn;
    const own = arcs.map((arc) => this.#numbering.of[arc]!);
    return own.every(
      (a, i) =>
        a >= 0 && (i === 0 || t.turnTo.subarray(t.turnStart[own[i - 1]!], t.turnStart[own[i - 1]! + 1]).includes(a)),
    );
  }

  /** What a path costs in whole units of the hierarchy, its ends counted whether closed or not. */
  costOf({ arcs, from, to }: Path, mode: RouteMode): number {
    if (arcs.length === 1) return this.#part(arcs[0]!, this.#intoM(arcs[0]!, to) - this.#intoM(arcs[0]!, from), mode);
    const g = this.graph;
    return arcs.reduce((sum, arc, i) => {
      if (i === 0) return this.#part(arc, this.#restM(arc, from), mode);
      if (i === arcs.length - 1) return sum + this.#part(arc, this.#intoM(arc, to), mode);
      const whole = mode === 'shortest' ? g.edgeLengthM[arc >> 1]! : this.#timeOpen(arc);
      return sum + Math.min(FAR, Math.round(whole * UNITS));
    }, 0);
  }

  #least(seeds: readonly Seed[], arc: number): number {
    return Math.min(...seeds.filter((s) => s.arc === arc).map((s) => s.cost));
  }

  /** Cost of some metres of an arc in a mode, closed or not: only what lies between the ends must be open. */
  #part(arc: number, metres: number, mode: RouteMode): number {
    const whole = this.graph.edgeLengthM[arc >> 1]!;
    const cost = mode === 'shortest' ? whole : this.#plain.edgeTimeS(arc >> 1);
    return whole === 0 ? 0 : Math.round((cost * UNITS * metres) / whole);
  }

  /** Both ways out of a road, at the beginning of every arc that follows; `left`: by which of its own arcs. */
  #sources(from: Snap, mode: RouteMode): (Seed & { left: number })[] {
    const t = this.#turn;
    return [2 * from.edge, 2 * from.edge + 1].flatMap((left) => {
      const a = this.#numbering.of[left]!;
      if (a < 0) return [];
      const cost = this.#part(left, this.#restM(left, from), mode);
      return Array.from(t.turnTo.subarray(t.turnStart[a], t.turnStart[a + 1]), (arc) => ({ arc, cost, left }));
    });
  }

  /** Both ways into a road. */
  #targets(to: Snap, mode: RouteMode): Seed[] {
    return [2 * to.edge, 2 * to.edge + 1].flatMap((own) => {
      const arc = this.#numbering.of[own]!;
      return arc < 0 ? [] : [{ arc, cost: this.#part(own, this.#intoM(own, to), mode) }];
    });
  }

  /** From one place of a road to another, along it. */
  #onOneEdge(from: Snap, to: Snap, mode: RouteMode): { arc: number; cost: number } | null {
    if (from.edge !== to.edge) return null;
    const arc = 2 * from.edge + (to.alongM < from.alongM ? 1 : 0);
    if (this.#numbering.of[arc]! < 0) return null;
    return { arc, cost: this.#part(arc, Math.abs(to.alongM - from.alongM), mode) };
  }

  #path(arcs: readonly number[], from: Snap, to: Snap): Path {
    const g = this.graph;
    let lengthM = 0;
    let timeS = 0;
    arcs.forEach((arc, i) => {
      const whole = g.edgeLengthM[arc >> 1]!;
      const driven = (i === arcs.length - 1 ? this.#intoM(arc, to) : whole) - (i === 0 ? this.#intoM(arc, from) : 0);
      lengthM += driven;
      timeS += whole === 0 ? 0 : (this.#plain.edgeTimeS(arc >> 1) * driven) / whole;
    });
    return { arcs, from, to, lengthM, timeS };
  }
}
