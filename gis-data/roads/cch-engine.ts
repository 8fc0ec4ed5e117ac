import type { LngLat } from '#store/gis.ts';
import type { ManyToOne } from '../cch/many.ts';
import type { Seed } from '../cch/query.ts';
import { FAR, type TurnGraph, type TurnWeights } from '../cch/turns.ts';
import { AStarEngine, type Eta, type Path, type RoadEngine, type RouteMode } from './engine.ts';
import type { RoadGraph } from './graph.ts';
import { Ends, UNITS, whole, type Asked } from './ends.ts';
import { Ground } from './ground.ts';
import { Driven, ReachAreas, type ReachArea } from './isochrone.ts';
import { DEFAULT_POLICY, isRuled, keyOf, ORDINARY, type How, type RoadPolicy } from './profile.ts';
import { quickest } from './quickest.ts';
import type { EngineParts, LentState } from './share.ts';
import { alongM, type Snap, type SnapHow } from './snap.ts';
import type { Drawn } from './touch.ts';
import { viewOf, type View } from './view.ts';

const SHORTEST = 'shortest';

/** One question about a way in whole units (milliseconds or millimetres). */
export interface Question {
  readonly graph: TurnGraph;
  /** The arcs of the network (2·edge + direction) that the graph's arcs are; one of them may be several where turns over it are forbidden. */
  readonly own: Int32Array;
  readonly weights: TurnWeights;
  readonly sources: readonly Seed[];
  readonly targets: readonly Seed[];
  /** Staying on the road that both ends lie on; null: that cannot be. */
  readonly direct: number | null;
}
/** Costs and ways from the beginnings of arcs to one place. */
type Many = Pick<ManyToOne, 'cost' | 'from'>;
/** `arc`: the one that the way goes on with, after its own road was left by `left`; -1: it never leaves that road. */
interface First {
  readonly cost: number;
  readonly arc: number;
  readonly left: number;
}

/**
 * The engine of a large city: ways come from a customizable contraction hierarchy in a tenth of a millisecond. It is made in a
 * thread of its own; after that each change of speeds and closures is laid over it there ({@link update}), and questions are answered
 * by the last whole state. What no hierarchy is made for (yet) is answered by a Dijkstra over the same turns: slower, and as exact.
 */
export class CchEngine implements RoadEngine {
  readonly #plain: AStarEngine;
  readonly #policy: RoadPolicy;
  readonly #ends: Ends;
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
  /** Speeds and closures as other threads were told of them last. */
  #told: Pick<LentState, 'version' | 'speeds'> | null = null;
  /** Of one question. */
  readonly #driven = new Driven();
  /** Made when somebody first asks for an area. */
  #areas: ReachAreas | null = null;

  /** @param parts made by another engine of the same network, which lends the rest ({@link adopt}) */
  constructor(graph: RoadGraph, policy: RoadPolicy = DEFAULT_POLICY, parts?: EngineParts) {
    this.#plain = new AStarEngine(graph, parts?.snapIndex);
    this.#policy = policy;
    this.#ends = new Ends(this.#plain, policy);
    this.#ruled = this.#ground(parts?.ruled ?? viewOf(graph, false));
    // a car's two metrics are always kept
    this.#ruled.ask(SHORTEST);
    this.#ruled.ask(keyOf(ORDINARY));
  }

  #ground(view: View): Ground {
    return new Ground(view, (own) => whole(this.graph.edgeLengthM[own >> 1]!));
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
  /** Why the view of those who are exempt has no hierarchy; null: nothing went wrong. */
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
        const pricing = this.#ends.pricing(howOf(key), key === SHORTEST ? 'shortest' : 'fastest');
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

  /** What another engine of the same network is made with. All of it is in shared memory. */
  get parts(): EngineParts {
    return { ruled: this.#ruled.view, snapIndex: this.#plain.snapper.index };
  }
  /** Whether the view that somebody's ways are in is there, or the next question must make it first. */
  hasView(how: How): boolean {
    return isRuled(how) || this.#open !== null;
  }
  /** Takes the view of those who are exempt, made elsewhere. */
  takeOpen(view: View): void {
    this.#open ??= this.#ground(view);
  }
  /** Whether both ways of somebody are a matter of fractions of a millisecond, or times of many (`etas`) are one climb. */
  isQuick(how: How, etas = false): boolean {
    const { vehicle, emergency } = ORDINARY;
    if (!etas && (how.vehicle !== vehicle || how.emergency !== emergency)) return false;
    return this.hasView(how) && this.#groundOf(how).versionOf(keyOf(how)) >= 0;
  }

  /**
   * What another engine answers somebody's questions with as this one would answer them now; it rests until it is given back. It is
   * noted that somebody asked.
   */
  lend(how: How): { state: LentState; giveBack: () => void } {
    const ground = this.#groundOf(how);
    const { giveBack, ...lent } = ground.lend(ground === this.#ruled ? [SHORTEST, keyOf(how)] : [keyOf(how)]);
    if (this.#told?.version !== this.#version) this.#told = { version: this.#version, speeds: this.#plain.state() };
    return { state: { ...this.#told, open: ground === this.#ruled ? null : ground.view, lent }, giveBack };
  }
  /** Takes over what another engine lent. */
  adopt({ version, speeds, open, lent }: LentState): void {
    if (version !== this.#version) this.#plain.takeState(speeds);
    this.#version = version;
    if (open) this.takeOpen(open);
    (open ? this.#open! : this.#ruled).adopt(lent);
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#customiseMs = null;
    await Promise.all([this.#ruled.end(), this.#open?.end()]);
  }

  /** @param how.for whose road it must be */
  snap(at: LngLat, withinM: number, how: SnapHow & { readonly for?: How } = {}): Snap | null {
    const who = how.for;
    const usable = (e: number): boolean =>
      !who || [2 * e, 2 * e + 1].some((own) => this.#ends.seconds(own, who) < Infinity);
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

  #groundOf(how: How): Ground {
    return isRuled(how) ? this.#ruled : (this.#open ??= this.#ground(viewOf(this.graph, true)));
  }

  /** @param sources snapped for the same `how` */
  etas(sources: readonly (Snap | null)[], to: Snap, asked: Asked = {}): (Eta | null)[] {
    const { how = ORDINARY, avoid, nearest } = asked;
    const ground = this.#groundOf(how);
    const targets = this.#ends.targets(ground, to, 'fastest', how);
    const many = this.#manyTo(ground, targets, how, avoid);
    const ask = (s: Snap, limit = FAR): First | null => this.#first(ground, many, s, to, how, limit);
    const first = nearest === undefined ? sources.map((s) => s && ask(s)) : quickest(sources, to, nearest, ask);
    return first.map((f, i) => (f ? this.#etaOf(ground, many, sources[i]!, to, f) : null));
  }

  #manyTo(ground: Ground, targets: readonly Seed[], how: How, avoid?: ReadonlySet<number>): Many {
    const asked = avoid ? null : ground.ask(keyOf(how));
    if (asked) {
      const many = asked.many();
      many.to(asked.metric, targets, asked.renewed());
      return many;
    }
    const weights = ground.weights(this.#ends.pricing(how, 'fastest', avoid ? { avoid } : {}));
    const slow = ground.search.to(weights, ground.measure, targets);
    return { cost: (arc) => slow(arc).cost, from: slow };
  }

  /** Seconds and metres from each of many places to each of many: rows are sources. */
  matrix(sources: readonly (Snap | null)[], targets: readonly (Snap | null)[], asked: Asked = {}): (Eta | null)[][] {
    const columns = targets.map((to) => (to ? this.etas(sources, to, asked) : null));
    return sources.map((_, i) => columns.map((c) => c?.[i] ?? null));
  }

  /** The directions in which a car may drive along an edge: 0 along its line, 1 against it. */
  directionsOf(edge: number): (0 | 1)[] {
    return this.#ends.driven(this.#ruled, edge, ORDINARY).map((own) => (own & 1) as 0 | 1);
  }

  /**
   * Metres of the shortest drives, closures apart, from each of some places to each of others nearby, for map matching. Each place is left and
   * reached in the direction that it faces.
   * @param withinM longer ones are not looked for
   * @param backM so far back along one road is no drive around the block: told as less than 0
   * @returns rows by target; Infinity where there is none
   */
  drives(sources: readonly Snap[], targets: readonly Snap[], withinM: number, backM: number): number[][] {
    const ground = this.#ruled;
    const weights = (this.#lengths ??= ground.weights(this.#ends.pricing(ORDINARY, 'shortest')));
    const limit = whole(withinM);
    const left = sources.map((from) => this.#ends.sources(ground, from, 'shortest', ORDINARY));
    return targets.map((to) => {
      const into = this.#ends.targets(ground, to, 'shortest', ORDINARY, to.facing);
      const near = ground.search.to(weights, ground.measure, into, limit);
      return sources.map((from, i) => {
        const onM = alongM(from, to);
        if (onM >= -backM && onM <= withinM) return onM;
        const cost = left[i]!.reduce((least, s) => Math.min(least, s.cost + near(s.arc).cost), FAR);
        return cost <= limit ? cost / UNITS : Infinity;
      });
    });
  }

  /** How the quickest way from a place begins, and what it costs; null: there is none, or none within the limit. */
  #first(ground: Ground, many: Many, from: Snap, to: Snap, how: How, limit = FAR): First | null {
    let cost = this.#ends.onOneEdge(ground, from, to, 'fastest', how)?.cost ?? FAR;
    let [arc, left] = [-1, -1];
    this.#ends.leave(ground, from, 'fastest', how, (next, part, own) => {
      const sum = part + many.cost(next, limit - part);
      if (sum < cost) [cost, arc, left] = [sum, next, own];
    });
    return cost < FAR && cost <= limit ? { cost, arc, left } : null;
  }

  #etaOf(ground: Ground, many: Many, from: Snap, to: Snap, { cost, arc, left }: First): Eta {
    const timeS = cost / UNITS;
    if (arc < 0) return { timeS, lengthM: Math.abs(to.alongM - from.alongM) };
    const { along, target } = many.from(arc)!;
    return { timeS, lengthM: this.#ends.restM(left, from) + along / UNITS + this.#ends.intoM(ground.own[target]!, to) };
  }

  /** {@link reachAreasOfAny} of one place. */
  reachAreas(from: Snap, limitsS: readonly number[], asked: Asked = {}): ReachArea[] {
    return this.reachAreasOfAny([from], limitsS, asked);
  }

  /**
   * Areas that are reached from any of some places within the limits, with the speeds and closures of now: one search, whatever their number.
   * @param limitsS seconds, ascending
   */
  reachAreasOfAny(places: readonly Snap[], limitsS: readonly number[], asked: Asked = {}): ReachArea[] {
    const driven = this.reached(places, limitsS.at(-1) ?? 0, asked);
    const at = places.map((from) => from.at);
    return (this.#areas ??= new ReachAreas(this.graph)).areas(at, driven, limitsS);
  }

  /**
   * Roads that are reached from any of some places within so many seconds, in no order; those of the places themselves first.
   * @returns is written anew by the next question
   */
  reached(places: readonly Snap[], limitS: number, { how = ORDINARY, avoid }: Asked = {}): Driven {
    const longest = limitS * UNITS;
    const ground = this.#groundOf(how);
    const driven = this.#driven;
    driven.clear();
    // from where it is, along its own road in both directions: as if it had entered the road earlier
    for (const from of places)
      for (const own of this.#ends.leaving(ground, from, how))
        driven.add(
          own,
          -this.#ends.part(own, this.#ends.intoM(own, from), 'fastest', how) / UNITS,
          this.#ends.seconds(own, how),
        );
    const seeds = places.flatMap((from) => this.#ends.sources(ground, from, 'fastest', how));
    const drive = (a: number, cost: number, takes: number): void =>
      driven.add(ground.own[a]!, cost / UNITS, takes / UNITS);
    if (avoid || !ground.within(keyOf(how), seeds, longest, drive)) {
      const { arc, turn } = this.#ends.pricing(how, 'fastest', avoid ? { avoid } : {});
      const price = (a: number): number => arc(ground.own[a]!);
      ground.search.within(
        price,
        (t) => turn[ground.kind[t]!]!,
        seeds,
        longest,
        (a, cost) => drive(a, cost, price(a)),
      );
    }
    return driven;
  }

  route(from: Snap, to: Snap, mode: RouteMode, asked: Asked = {}): Path | null {
    const how = asked.how ?? ORDINARY;
    const ground = this.#groundOf(how);
    const sources = this.#ends.sources(ground, from, mode, how);
    const targets = this.#ends.targets(ground, to, mode, how, asked.arriving);
    const key = mode === 'shortest' ? (keyOf(how) === keyOf(ORDINARY) ? SHORTEST : null) : keyOf(how);
    const fast = key === null || asked.avoid || asked.factor ? null : ground.ask(key);
    const found = fast
      ? fast.search.find(fast.metric, sources, targets)
      : ground.search.find(ground.weights(this.#ends.pricing(how, mode, asked)), sources, targets);
    const direct = this.#ends.onOneEdge(ground, from, to, mode, how, asked.arriving);
    if (direct && (!found || direct.cost <= found.cost)) return this.#ends.path([direct.arc], from, to, how);
    if (!found) return null;
    // a source stands at the beginning of the second arc: the first is the one that it was left from
    const second = sources.filter((s) => s.arc === found.arcs[0]!);
    const first = second.reduce((best, s) => (s.cost < best.cost ? s : best)).left;
    return this.#ends.path([first, ...found.arcs.map((a) => ground.own[a]!)], from, to, how);
  }

  /** A question as the hierarchy is asked it, with what everything costs now: for checks that answer it another way. Whole units. */
  question(from: Snap, to: Snap, mode: RouteMode, asked: Asked = {}): Question {
    const how = asked.how ?? ORDINARY;
    const ground = this.#groundOf(how);
    if (mode === 'fastest') ground.ask(keyOf(how));
    return {
      graph: ground.input.graph,
      own: ground.own,
      weights: ground.weights(this.#ends.pricing(how, mode, asked)),
      sources: this.#ends.sources(ground, from, mode, how),
      targets: this.#ends.targets(ground, to, mode, how),
      direct: this.#ends.onOneEdge(ground, from, to, mode, how)?.cost ?? null,
    };
  }

  /** The ways into a place's road, and what it costs from there to the place. */
  entries(to: Snap, mode: RouteMode, how = ORDINARY): readonly Seed[] {
    return this.#ends.targets(this.#groundOf(how), to, mode, how);
  }

  /** Whether these arcs follow one another by turns that may be taken. */
  mayDrive(arcs: readonly number[], how = ORDINARY): boolean {
    return (
      this.#ends.turnsAlong(this.#groundOf(how), arcs, how) !== null &&
      arcs.every((own) => this.#ends.seconds(own, how) < Infinity)
    );
  }

  /** What a path costs in whole units of the hierarchy, its ends counted whether closed or not; FAR when it may not be driven. */
  costOf(path: Path, mode: RouteMode, how = ORDINARY): number {
    return this.#ends.costOf(this.#groundOf(how), path, mode, how);
  }
}

/** Whom a metric's key speaks of: the other way round of keyOf. */
function howOf(key: string): How {
  if (key === SHORTEST) return ORDINARY;
  return { vehicle: key.replace('!', '') as How['vehicle'], emergency: key.endsWith('!') };
}
