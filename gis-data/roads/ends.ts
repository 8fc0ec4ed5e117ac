import { FAR } from '../cch/turns.ts';
import type { Seed } from '../cch/query.ts';
import type { AStarEngine, Path, RouteMode } from './engine.ts';
import type { RoadGraph } from './graph.ts';
import type { Ground, Pricing } from './ground.ts';
import { arcSeconds, turnCosts, type How, type RoadPolicy } from './profile.ts';
import type { Snap } from './snap.ts';

/** Costs of the hierarchy are whole milliseconds and millimetres. */
export const UNITS = 1000;
export const whole = (units: number): number => Math.min(FAR, Math.round(units * UNITS));

/** What makes a question another one than a car's. */
export interface Asked {
  readonly how?: How;
  /** Edges that are avoided as if they were closed. */
  readonly avoid?: ReadonlySet<number>;
  /** The direction of its edge in which the goal is reached (0 along it, 1 against it); left out: either. */
  readonly arriving?: 0 | 1 | undefined;
  /** Of many times only so many quickest are told: the others are null. */
  readonly nearest?: number;
  /** What an edge costs more than it does: to look for other ways. */
  readonly factor?: ReadonlyMap<number, number>;
}
type Source = Seed & { readonly left: number };

/** What arcs and turns cost somebody with the speeds and closures of now, and how a way leaves the place where it begins and enters its goal. */
export class Ends {
  readonly #plain: AStarEngine;
  readonly #policy: RoadPolicy;

  constructor(plain: AStarEngine, policy: RoadPolicy) {
    this.#plain = plain;
    this.#policy = policy;
  }

  get #graph(): RoadGraph {
    return this.#plain.graph;
  }

  /** Seconds of an arc for somebody, closed or not; Infinity where they may not be. */
  seconds(own: number, how: How): number {
    return arcSeconds(this.#graph, this.#policy, how, own, this.#plain.edgeTimeS(own >> 1));
  }

  pricing(how: How, mode: RouteMode, { avoid, factor }: Asked = {}): Pricing {
    const arc = (own: number): number => {
      const s = this.seconds(own, how);
      if (s === Infinity) return FAR;
      if (mode === 'shortest') return whole(this.#graph.edgeLengthM[own >> 1]!);
      if (this.#plain.isClosed(own) || avoid?.has(own >> 1)) return FAR;
      return whole(s * (factor?.get(own >> 1) ?? 1));
    };
    const turn = turnCosts(this.#policy, how);
    return { arc, turn: mode === 'shortest' ? turn.map((ms) => (ms < FAR ? 0 : FAR)) : turn };
  }

  /** Metres of an arc from its beginning to a place on it, and from there to its end. */
  intoM(arc: number, at: Snap): number {
    return arc & 1 ? this.#graph.edgeLengthM[arc >> 1]! - at.alongM : at.alongM;
  }
  restM(arc: number, at: Snap): number {
    return this.intoM(arc ^ 1, at);
  }

  /** The kinds of the turns between arcs; null when one may not be taken. */
  turnsAlong(ground: Ground, arcs: readonly number[], how: How): number[] | null {
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
  costOf(ground: Ground, { arcs, from, to }: Path, mode: RouteMode, how: How): number {
    if (arcs.length === 1) {
      const [arc] = arcs as [number];
      return this.part(arc, this.intoM(arc, to) - this.intoM(arc, from), mode, how);
    }
    const kinds = this.turnsAlong(ground, arcs, how);
    if (!kinds) return FAR;
    const { arc: price, turn } = this.pricing(how, mode);
    return arcs.reduce((sum, arc, i) => {
      if (i === 0) return this.part(arc, this.restM(arc, from), mode, how);
      const on = sum + turn[kinds[i - 1]!]!;
      return on + (i === arcs.length - 1 ? this.part(arc, this.intoM(arc, to), mode, how) : price(arc));
    }, 0);
  }

  /** Cost of some metres of an arc in a mode, closed or not: only what lies between the ends must be open. */
  part(arc: number, metres: number, mode: RouteMode, how: How): number {
    const long = this.#graph.edgeLengthM[arc >> 1]!;
    const cost = mode === 'shortest' ? long : this.seconds(arc, how);
    return long === 0 ? 0 : Math.round((cost * UNITS * metres) / long);
  }

  /** The arcs of an edge that somebody may drive. */
  driven(ground: Ground, edge: number, how: How): number[] {
    return [2 * edge, 2 * edge + 1].filter((own) => ground.of[own]! >= 0 && this.seconds(own, how) < Infinity);
  }

  /** The directions in which somebody may leave a place along its road. */
  leaving(ground: Ground, from: Snap, how: How): number[] {
    const ways = this.driven(ground, from.edge, how);
    // as it stands, where that is known
    const facing = ways.filter((own) => (own & 1) === from.facing);
    return facing.length > 0 ? facing : ways;
  }

  /** Every turn out of a place's road, with the cost of being at its end. */
  leave(
    ground: Ground,
    from: Snap,
    mode: RouteMode,
    how: How,
    visit: (arc: number, cost: number, left: number) => void,
  ): void {
    const { turnStart, turnTo } = ground.input.graph;
    const price = this.pricing(how, mode).turn;
    for (const left of this.leaving(ground, from, how)) {
      const a = ground.of[left]!;
      const part = this.part(left, this.restM(left, from), mode, how);
      for (let t = turnStart[a]!; t < turnStart[a + 1]!; t++) {
        const ms = price[ground.kind[t]!]!;
        if (ms < FAR) visit(turnTo[t]!, part + ms, left);
      }
    }
  }

  /** Both ways out of a road, at the beginning of every arc that follows; `left`: by which of its own arcs. */
  sources(ground: Ground, from: Snap, mode: RouteMode, how: How): Source[] {
    const out: Source[] = [];
    this.leave(ground, from, mode, how, (arc, cost, left) => out.push({ arc, cost, left }));
    return out;
  }

  /** Both ways into a road, or one of them. */
  targets(ground: Ground, to: Snap, mode: RouteMode, how: How, arriving?: 0 | 1): Seed[] {
    return [2 * to.edge, 2 * to.edge + 1].flatMap((own) => {
      if (arriving !== undefined && (own & 1) !== arriving) return [];
      if (ground.of[own]! < 0 || this.seconds(own, how) === Infinity) return [];
      const cost = this.part(own, this.intoM(own, to), mode, how);
      return [ground.of[own]!, ...(ground.copies.get(own) ?? [])].map((arc) => ({ arc, cost }));
    });
  }

  /** From one place of a road to another, along it. */
  onOneEdge(
    ground: Ground,
    from: Snap,
    to: Snap,
    mode: RouteMode,
    how: How,
    arriving?: 0 | 1,
  ): { arc: number; cost: number } | null {
    if (from.edge !== to.edge) return null;
    // it has not moved: as it stands
    const backward = to.alongM < from.alongM || (to.alongM === from.alongM && from.facing === 1);
    const arc = 2 * from.edge + (backward ? 1 : 0);
    if (arriving !== undefined && (arc & 1) !== arriving) return null;
    if (!this.leaving(ground, from, how).includes(arc)) return null;
    return { arc, cost: this.part(arc, Math.abs(to.alongM - from.alongM), mode, how) };
  }

  path(arcs: readonly number[], from: Snap, to: Snap, how: How): Path {
    const g = this.#graph;
    let lengthM = 0;
    let timeS = 0;
    arcs.forEach((arc, i) => {
      const long = g.edgeLengthM[arc >> 1]!;
      const driven = (i === arcs.length - 1 ? this.intoM(arc, to) : long) - (i === 0 ? this.intoM(arc, from) : 0);
      lengthM += driven;
      timeS += long === 0 ? 0 : (this.seconds(arc, how) * driven) / long;
    });
    return { arcs, from, to, lengthM, timeS };
  }
}
