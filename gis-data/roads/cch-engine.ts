import type { LngLat } from '#store/gis.ts';
import type { ManyToOne } from '../cch/many.ts';
import type { Seed } from '../cch/query.ts';
import { FAR, type TurnGraph, type TurnWeights } from '../cch/turns.ts';
import { AStarEngine, type Eta, type Path, type RoadEngine, type RouteMode } from './engine.ts';
import type { RoadGraph } from './graph.ts';
import { Ground, type Pricing } from './ground.ts';
import { Driven, reachAreas, type ReachArea } from './isochrone.ts';
import {
  arcSeconds,
  DEFAULT_POLICY,
  isRuled,
  keyOf,
  ORDINARY,
  turnCosts,
  type How,
  type RoadPolicy,
} from './profile.ts';
import type { Snap, SnapHow } from './snap.ts';
import type { Drawn } from './touch.ts';

/** Costs of the hierarchy are whole milliseconds and millimetres. */
const UNITS = 1000;
const SHORTEST = 'shortest';
const whole = (units: number): number => Math.min(FAR, Math.round(units * UNITS));

/** One question about a way in whole units (milliseconds or millimetres). */
export interface Question {
  readonly graph: TurnGraph;
  readonly weights: TurnWeights;
  readonly sources: readonly Seed[];
  readonly targets: readonly Seed[];
  /** Staying on the road that both ends lie on; null: that cannot be. */
  readonly direct: number | null;
}
/** What makes a question another one than a car's. */
export interface Asked {
  readonly how?: How;
  /** Edges that are avoided as if they were closed. */
  readonly avoid?: ReadonlySet<number>;
  /** Of many times only so many quickest are told: the others are null. */
  readonly nearest?: number;
  /** What an edge costs more than it does: to look for other ways. */
  readonly factor?: ReadonlyMap<number, number>;
}
/** Costs and ways from the beginnings of arcs to one place. */
type Many = Pick<ManyToOne, 'cost' | 'from'>;
/** `arc`: the one that the way goes on with, after its own road was left by `left`; -1: it never leaves that road. */
interface First {
  readonly cost: number;
  readonly arc: number;
  readonly left: number;
}
type Source = Seed & { readonly left: number };

/**
 * The engine of a large city: ways come from a customizable contraction hierarchy in a tenth of a millisecond. It is made in a
 * thread of its own; after that each change of speeds and closures is laid over it there ({@link update}), and questions are answered
 * by the last whole state. What no hierarchy is made for (yet) is answered by a Dijkstra over the same turns: slower, and as exact.
 */
export class CchEngine implements RoadEngine {
  readonly #plain: AStarEngine;
  readonly #policy: RoadPolicy;
  readonly #ruled: Ground;
  /** Every road both ways and every turn; made when somebody first asks for it. */
  #open: Ground | null = null;
  #order: Int32Array | null = null;
  #version = 0;
  /** Lengths of the ruled view, which do not change. */
  #lengths: TurnWeights | null = null;
  #updating: Promise<void> | null = null;
  #customiseMs: number | null = null;
  #ended = false;
  #preparingOpen = false;
  #broken: Error | null = null;
  /** Of one question. */
  readonly #driven = new Driven();

  constructor(graph: RoadGraph, policy: RoadPolicy = DEFAULT_POLICY) {
    this.#plain = new AStarEngine(graph);
    this.#policy = policy;
    this.#ruled = this.#ground(false);
    // a car's two metrics are always kept
    this.#ruled.ask(SHORTEST);
    this.#ruled.ask(keyOf(ORDINARY));
  }

  #ground(open: boolean): Ground {
    return new Ground(this.graph, open, (own) => whole(this.graph.edgeLengthM[own >> 1]!));
  }

  get graph(): RoadGraph {
    return this.#plain.graph;
  }
  get policy(): RoadPolicy {
    return this.#policy;
  }
  /** Milliseconds of the last laying over; null: no hierarchy answers yet. */
  get customiseMs(): number | null {
    return this.#customiseMs;
  }
  /** Why the view of those who are exempt or on foot has no hierarchy; null: nothing went wrong. */
  get broken(): Error | null {
    return this.#broken;
  }

  /**
   * Makes the hierarchy. Until it is there the slow search answers.
   * @param order of an earlier start, if it was kept
   * @returns the order, to be kept, and the milliseconds that it took
   */
  async prepare(order: Int32Array | null): Promise<{ order: Int32Array; tookMs: number }> {
    const made = await this.#ruled.prepare(order);
    if (this.#ended) {
      await this.#ruled.end();
      throw new Error('the engine was ended');
    }
    this.#order = made.order;
    await this.update();
    return made;
  }

  /** Lays what was set since the last time over the hierarchy; a second call waits for the first. */
  async update(): Promise<void> {
    while (this.#updating) await this.#updating;
    this.#updating = this.#renew().finally(() => (this.#updating = null));
    await this.#updating;
  }

  async #renew(): Promise<void> {
    this.#ruled.ask(SHORTEST);
    this.#ruled.ask(keyOf(ORDINARY));
    const open = this.#open;
    if (open && !open.ready && !this.#preparingOpen && !this.#broken && this.#order)
      this.#prepareOpen(open, this.#order);
    for (const ground of [this.#ruled, open]) {
      if (!ground?.ready) continue;
      for (const key of ground.wanted()) {
        // lengths do not change
        const version = key === SHORTEST ? 0 : this.#version;
        if (ground.versionOf(key) === version) continue;
        const pricing = this.#pricing(howOf(key), key === SHORTEST ? 'shortest' : 'fastest');
        try {
          const tookMs = await ground.lay(key, version, pricing);
          if (key !== SHORTEST) this.#customiseMs = tookMs;
        } catch (e) {
          // a state that cannot be renewed must not answer on: the slow search does
          this.#customiseMs = null;
          await ground.end();
          throw e;
        }
      }
    }
  }

  /** Beside everything: nothing waits for it. */
  #prepareOpen(open: Ground, order: Int32Array): void {
    this.#preparingOpen = true;
    open
      .prepare(order)
      .then(() => (this.#ended ? open.end() : undefined))
      .catch((e: unknown) => (this.#broken = e as Error))
      .finally(() => (this.#preparingOpen = false));
  }

  /** Whether somebody's ways come from a hierarchy that holds what was set last. */
  isReady(how: How = ORDINARY): boolean {
    const ground = this.#groundOf(how);
    return ground.ready && ground.versionOf(keyOf(how)) === this.#version;
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#customiseMs = null;
    await Promise.all([this.#ruled.end(), this.#open?.end()]);
  }

  /** @param how.for whose road it must be */
  snap(at: LngLat, withinM: number, how: SnapHow & { readonly for?: How } = {}): Snap | null {
    const who = how.for;
    const usable = (e: number): boolean => !who || [2 * e, 2 * e + 1].some((own) => this.#seconds(own, who) < Infinity);
    return this.#plain.snap(at, withinM, { usable, ...how });
  }
  /** Places on all roads near a position, nearest first. */
  placesNear(at: LngLat, withinM: number, most: number, headingDeg?: number): Snap[] {
    return this.#plain.snapper.all(at, withinM, most, headingDeg);
  }
  /** Edges that touch what was drawn. */
  touched(drawn: readonly Drawn[]): Set<number> {
    return new Set(drawn.flatMap((d) => [...this.#plain.snapper.touched(d)]));
  }
  setSpeed(edge: number, kmh: number | null): void {
    const before = this.#plain.edgeSpeedKmh(edge);
    this.#plain.setSpeed(edge, kmh);
    if (this.#plain.edgeSpeedKmh(edge) !== before) this.#version++;
  }
  setClosed(edge: number, forward: boolean, backward: boolean): void {
    const before = [this.isClosed(2 * edge), this.isClosed(2 * edge + 1)];
    this.#plain.setClosed(edge, forward, backward);
    if (before[0] !== forward || before[1] !== backward) this.#version++;
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

  /** Seconds of an arc for somebody, closed or not; Infinity where they may not be. */
  #seconds(own: number, how: How): number {
    return arcSeconds(this.graph, this.#policy, how, own, this.#plain.edgeTimeS(own >> 1));
  }

  #pricing(how: How, mode: RouteMode, { avoid, factor }: Asked = {}): Pricing {
    const arc = (own: number): number => {
      const s = this.#seconds(own, how);
      if (s === Infinity) return FAR;
      if (mode === 'shortest') return whole(this.graph.edgeLengthM[own >> 1]!);
      if (this.isClosed(own) || avoid?.has(own >> 1)) return FAR;
      return whole(s * (factor?.get(own >> 1) ?? 1));
    };
    const turn = turnCosts(this.#policy, how);
    return { arc, turn: mode === 'shortest' ? turn.map((ms) => (ms < FAR ? 0 : FAR)) : turn };
  }

  #groundOf(how: How): Ground {
    return isRuled(how) ? this.#ruled : (this.#open ??= this.#ground(true));
  }

  /** @param sources snapped for the same `how` */
  etas(sources: readonly (Snap | null)[], to: Snap, asked: Asked = {}): (Eta | null)[] {
    const { how = ORDINARY, avoid, nearest } = asked;
    const ground = this.#groundOf(how);
    const targets = this.#targets(ground, to, 'fastest', how);
    const many = this.#manyTo(ground, targets, how, avoid);
    const first = sources.map((s) => s && this.#first(ground, many, s, to, how));
    const told = nearest === undefined ? null : this.#quickest(first, nearest);
    return first.map((f, i) => (f && (told?.has(i) ?? true) ? this.#etaOf(ground, many, sources[i]!, to, f) : null));
  }

  #manyTo(ground: Ground, targets: readonly Seed[], how: How, avoid?: ReadonlySet<number>): Many {
    const asked = avoid ? null : ground.ask(keyOf(how));
    if (asked) {
      const many = asked.many();
      many.to(asked.metric, targets, asked.renewed());
      return many;
    }
    const weights = ground.weights(this.#pricing(how, 'fastest', avoid ? { avoid } : {}));
    const slow = ground.search.to(weights, ground.measure, targets);
    return { cost: (arc) => slow(arc).cost, from: slow };
  }

  /** Indexes of the least costs; of equal ones the first. */
  #quickest(first: readonly (First | null)[], most: number): Set<number> {
    const order = first.flatMap((f, i) => (f ? [{ i, cost: f.cost }] : []));
    order.sort((a, b) => a.cost - b.cost || a.i - b.i);
    return new Set(order.slice(0, most).map((x) => x.i));
  }

  /** Seconds and metres from each of many places to each of many: rows are sources. */
  matrix(sources: readonly (Snap | null)[], targets: readonly (Snap | null)[], asked: Asked = {}): (Eta | null)[][] {
    const columns = targets.map((to) => (to ? this.etas(sources, to, asked) : null));
    return sources.map((_, i) => columns.map((c) => c?.[i] ?? null));
  }

  /**
   * Metres of the shortest drives, closures apart, from each of some places to one nearby: for map matching.
   * @param withinM longer ones are not looked for
   * @param backM so far back on one road counts as standing
   * @returns null where there is none; `against`: it arrives against the way that the place faces
   */
  drives(
    sources: readonly Snap[],
    to: Snap,
    withinM: number,
    backM: number,
  ): ({ lengthM: number; against: boolean } | null)[] {
    const ground = this.#ruled;
    const targets = this.#targets(ground, to, 'shortest', ORDINARY);
    const weights = (this.#lengths ??= ground.weights(this.#pricing(ORDINARY, 'shortest')));
    const near = ground.search.to(weights, ground.measure, targets, whole(withinM));
    return sources.map((from) => {
      const alongM = to.alongM - from.alongM;
      const facing = (own: number): boolean => to.facing !== undefined && (own & 1) !== to.facing;
      if (from.edge === to.edge && Math.abs(alongM) <= backM) return { lengthM: Math.abs(alongM), against: false };
      const direct = this.#onOneEdge(from, to, 'shortest', ORDINARY);
      let [cost, last] = direct ? [direct.cost, direct.arc] : [FAR, -1];
      this.#leave(ground, from, 'shortest', ORDINARY, (arc, part) => {
        const reach = near(arc);
        if (part + reach.cost < cost) [cost, last] = [part + reach.cost, ground.own[reach.target]!];
      });
      return last < 0 || cost > whole(withinM) ? null : { lengthM: cost / UNITS, against: facing(last) };
    });
  }

  /** How the quickest way from a place begins, and what it costs; null: there is none. */
  #first(ground: Ground, many: Many, from: Snap, to: Snap, how: How): First | null {
    let cost = this.#onOneEdge(from, to, 'fastest', how)?.cost ?? FAR;
    let [arc, left] = [-1, -1];
    this.#leave(ground, from, 'fastest', how, (next, part, own) => {
      const sum = part + many.cost(next);
      if (sum < cost) [cost, arc, left] = [sum, next, own];
    });
    return cost < FAR ? { cost, arc, left } : null;
  }

  #etaOf(ground: Ground, many: Many, from: Snap, to: Snap, { cost, arc, left }: First): Eta {
    const timeS = cost / UNITS;
    if (arc < 0) return { timeS, lengthM: Math.abs(to.alongM - from.alongM) };
    const { along, target } = many.from(arc)!;
    return { timeS, lengthM: this.#restM(left, from) + along / UNITS + this.#intoM(ground.own[target]!, to) };
  }

  /**
   * Areas that are reached from a place within the limits, with the speeds and closures of now.
   * @param limitsS seconds, ascending
   */
  reachAreas(from: Snap, limitsS: readonly number[], { how = ORDINARY, avoid }: Asked = {}): ReachArea[] {
    const longest = (limitsS.at(-1) ?? 0) * UNITS;
    const ground = this.#groundOf(how);
    const driven = this.#driven;
    driven.clear();
    // from where it is, along its own road in both directions: as if it had entered the road earlier
    for (const own of this.#leaving(ground, from, how))
      driven.add(own, -this.#part(own, this.#intoM(own, from), 'fastest', how) / UNITS, this.#seconds(own, how));
    const seeds = this.#sources(ground, from, 'fastest', how);
    const drive = (a: number, cost: number, takes: number): void =>
      driven.add(ground.own[a]!, cost / UNITS, takes / UNITS);
    if (avoid || !ground.within(keyOf(how), seeds, longest, drive)) {
      const { arc, turn } = this.#pricing(how, 'fastest', avoid ? { avoid } : {});
      const price = (a: number): number => arc(ground.own[a]!);
      ground.search.within(
        price,
        (t) => turn[ground.kind[t]!]!,
        seeds,
        longest,
        (a, cost) => drive(a, cost, price(a)),
      );
    }
    return reachAreas(this.graph, from.at, driven, limitsS);
  }

  /** Metres of an arc from its beginning to a place on it, and from there to its end. */
  #intoM(arc: number, at: Snap): number {
    return arc & 1 ? this.graph.edgeLengthM[arc >> 1]! - at.alongM : at.alongM;
  }
  #restM(arc: number, at: Snap): number {
    return this.#intoM(arc ^ 1, at);
  }

  route(from: Snap, to: Snap, mode: RouteMode, asked: Asked = {}): Path | null {
    const how = asked.how ?? ORDINARY;
    const ground = this.#groundOf(how);
    const sources = this.#sources(ground, from, mode, how);
    const targets = this.#targets(ground, to, mode, how);
    const key = mode === 'shortest' ? (keyOf(how) === keyOf(ORDINARY) ? SHORTEST : null) : keyOf(how);
    const fast = key === null || asked.avoid || asked.factor ? null : ground.ask(key);
    const found = fast
      ? fast.search.find(fast.metric, sources, targets)
      : ground.search.find(ground.weights(this.#pricing(how, mode, asked)), sources, targets);
    const direct = this.#onOneEdge(from, to, mode, how);
    if (direct && (!found || direct.cost <= found.cost)) return this.#path([direct.arc], from, to, how);
    if (!found) return null;
    // a source stands at the beginning of the second arc: the first is the one that it was left from
    const second = sources.filter((s) => s.arc === found.arcs[0]!);
    const first = second.reduce((best, s) => (s.cost < best.cost ? s : best)).left;
    return this.#path([first, ...found.arcs.map((a) => ground.own[a]!)], from, to, how);
  }

  /** A question as the hierarchy is asked it, with what everything costs now: for checks that answer it another way. Whole units. */
  question(from: Snap, to: Snap, mode: RouteMode, asked: Asked = {}): Question {
    const how = asked.how ?? ORDINARY;
    const ground = this.#groundOf(how);
    if (mode === 'fastest') ground.ask(keyOf(how));
    return {
      graph: ground.input.graph,
      weights: ground.weights(this.#pricing(how, mode, asked)),
      sources: this.#sources(ground, from, mode, how),
      targets: this.#targets(ground, to, mode, how),
      direct: this.#onOneEdge(from, to, mode, how)?.cost ?? null,
    };
  }

  /** The ways into a place's road, and what it costs from there to the place. */
  entries(to: Snap, mode: RouteMode, how = ORDINARY): readonly Seed[] {
    return this.#targets(this.#groundOf(how), to, mode, how);
  }

  /** Whether these arcs follow one another by turns that may be taken. */
  mayDrive(arcs: readonly number[], how = ORDINARY): boolean {
    return this.#turnsAlong(arcs, how) !== null && arcs.every((own) => this.#seconds(own, how) < Infinity);
  }

  /** The kinds of the turns between arcs; null when one may not be taken. */
  #turnsAlong(arcs: readonly number[], how: How): number[] | null {
    const ground = this.#groundOf(how);
    const { turnStart, turnTo } = ground.input.graph;
    const price = turnCosts(this.#policy, how);
    const kinds: number[] = [];
    let state = ground.of[arcs[0]!]!;
    for (const own of arcs.slice(1)) {
      if (state < 0) return null;
      let next = -1;
      for (let t = turnStart[state]!; t < turnStart[state + 1]!; t++)
        if (ground.own[turnTo[t]!] === own && price[ground.kind[t]!]! < FAR) {
          next = turnTo[t]!;
          kinds.push(ground.kind[t]!);
        }
      state = next;
    }
    return state < 0 ? null : kinds;
  }

  /** What a path costs in whole units of the hierarchy, its ends counted whether closed or not; FAR when it may not be driven. */
  costOf({ arcs, from, to }: Path, mode: RouteMode, how = ORDINARY): number {
    if (arcs.length === 1) {
      const [arc] = arcs as [number];
      return this.#part(arc, this.#intoM(arc, to) - this.#intoM(arc, from), mode, how);
    }
    const kinds = this.#turnsAlong(arcs, how);
    if (!kinds) return FAR;
    const { arc: price, turn } = this.#pricing(how, mode);
    return arcs.reduce((sum, arc, i) => {
      if (i === 0) return this.#part(arc, this.#restM(arc, from), mode, how);
      const on = sum + turn[kinds[i - 1]!]!;
      return on + (i === arcs.length - 1 ? this.#part(arc, this.#intoM(arc, to), mode, how) : price(arc));
    }, 0);
  }

  /** Cost of some metres of an arc in a mode, closed or not: only what lies between the ends must be open. */
  #part(arc: number, metres: number, mode: RouteMode, how: How): number {
    const long = this.graph.edgeLengthM[arc >> 1]!;
    const cost = mode === 'shortest' ? long : this.#seconds(arc, how);
    return long === 0 ? 0 : Math.round((cost * UNITS * metres) / long);
  }

  /** The directions in which somebody may leave a place along its road. */
  #leaving(ground: Ground, from: Snap, how: How): number[] {
    const ways = [2 * from.edge, 2 * from.edge + 1].filter(
      (own) => ground.of[own]! >= 0 && this.#seconds(own, how) < Infinity,
    );
    // a vehicle leaves as it stands; on foot one turns round
    const facing = how.vehicle === 'foot' ? [] : ways.filter((own) => (own & 1) === from.facing);
    return facing.length > 0 ? facing : ways;
  }

  /** Every turn out of a place's road, with the cost of being at its end. */
  #leave(
    ground: Ground,
    from: Snap,
    mode: RouteMode,
    how: How,
    visit: (arc: number, cost: number, left: number) => void,
  ): void {
    const { turnStart, turnTo } = ground.input.graph;
    const price = this.#pricing(how, mode).turn;
    for (const left of this.#leaving(ground, from, how)) {
      const a = ground.of[left]!;
      const part = this.#part(left, this.#restM(left, from), mode, how);
      for (let t = turnStart[a]!; t < turnStart[a + 1]!; t++) {
        const ms = price[ground.kind[t]!]!;
        if (ms < FAR) visit(turnTo[t]!, part + ms, left);
      }
    }
  }

  /** Both ways out of a road, at the beginning of every arc that follows; `left`: by which of its own arcs. */
  #sources(ground: Ground, from: Snap, mode: RouteMode, how: How): Source[] {
    const out: Source[] = [];
    this.#leave(ground, from, mode, how, (arc, cost, left) => out.push({ arc, cost, left }));
    return out;
  }

  /** Both ways into a road. */
  #targets(ground: Ground, to: Snap, mode: RouteMode, how: How): Seed[] {
    return [2 * to.edge, 2 * to.edge + 1].flatMap((own) => {
      if (ground.of[own]! < 0 || this.#seconds(own, how) === Infinity) return [];
      const cost = this.#part(own, this.#intoM(own, to), mode, how);
      return [ground.of[own]!, ...(ground.copies.get(own) ?? [])].map((arc) => ({ arc, cost }));
    });
  }

  /** From one place of a road to another, along it. */
  #onOneEdge(from: Snap, to: Snap, mode: RouteMode, how: How): { arc: number; cost: number } | null {
    if (from.edge !== to.edge) return null;
    const arc = 2 * from.edge + (to.alongM < from.alongM ? 1 : 0);
    if (!this.#leaving(this.#groundOf(how), from, how).includes(arc)) return null;
    return { arc, cost: this.#part(arc, Math.abs(to.alongM - from.alongM), mode, how) };
  }

  #path(arcs: readonly number[], from: Snap, to: Snap, how: How): Path {
    const g = this.graph;
    let lengthM = 0;
    let timeS = 0;
    arcs.forEach((arc, i) => {
      const long = g.edgeLengthM[arc >> 1]!;
      const driven = (i === arcs.length - 1 ? this.#intoM(arc, to) : long) - (i === 0 ? this.#intoM(arc, from) : 0);
      lengthM += driven;
      timeS += long === 0 ? 0 : (this.#seconds(arc, how) * driven) / long;
    });
    return { arcs, from, to, lengthM, timeS };
  }
}

/** Whom a metric's key speaks of: the other way round of keyOf. */
function howOf(key: string): How {
  if (key === SHORTEST) return ORDINARY;
  return { vehicle: key.replace('!', '') as How['vehicle'], emergency: key.endsWith('!') };
}
