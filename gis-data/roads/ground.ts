import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { CchKeeper } from '../cch/keeper.ts';
import { ManyToOne } from '../cch/many.ts';
import type { Metric } from '../cch/metric.ts';
import type { CchInput } from '../cch/prepared.ts';
import { Search, type Seed } from '../cch/query.ts';
import { OneToAll } from '../cch/reach.ts';
import { TurnSearch } from '../cch/turn-search.ts';
import { FAR, ruledTurns } from '../cch/turns.ts';
import { headOf, tailOf, type RoadGraph } from './graph.ts';

/** Arcs weighed in one go before others have their turn: a fraction of a millisecond. */
const SLICE = 4096;
/** A metric that nobody asked for so many rounds is not renewed any more: five minutes of the service's rounds. */
const FORGET_ROUNDS = 600;

/** Costs of a network for somebody: of each arc, closures included, and of each kind of turn (TURN). Whole units. */
export interface Pricing {
  readonly arc: (own: number) => number;
  readonly turn: Int32Array;
}
interface Laid {
  readonly metric: Metric;
  /** Cost of each arc that it was made of. */
  readonly arcs: Int32Array;
  readonly many: ManyToOne;
  /** State of the world that it was made of. */
  readonly version: number;
  /** It was made anew since it was last asked for many. */
  renewed: boolean;
}

/**
 * One view of the network: which arcs and turns there are, a hierarchy over it, and the metrics laid over that, by a key each. The ruled
 * view has what everybody may drive; the open one has every road in both directions and every turn, for who is exempt or on foot, and
 * metrics price what they may not. Both have the same order of roads.
 */
export class Ground {
  readonly input: CchInput;
  readonly kind: Uint8Array;
  /** The engine's own arc (2·edge + direction) of each arc. */
  readonly own: Int32Array;
  /** The arc of each own arc, without memory; -1: not in this view. */
  readonly of: Int32Array;
  /** Its copies beside, where a rule has any. */
  readonly copies: ReadonlyMap<number, readonly number[]>;
  readonly search: TurnSearch;
  readonly #measure: Int32Array;
  #keeper: CchKeeper | null = null;
  #asking: Search | null = null;
  /** Made when somebody first asks how far one gets. */
  #reaching: OneToAll | null = null;
  readonly #laid = new Map<string, Laid>();
  readonly #idle = new Map<string, number>();

  /** @param measure whole units of another measure of an own arc, summed along ways */
  constructor(g: RoadGraph, open: boolean, measure: (own: number) => number) {
    const first: number[] = [];
    const of = new Int32Array(2 * g.edgeCount).fill(-1);
    const legal = (own: number): boolean => !(own & 1 && g.edgeOneway[own >> 1]);
    for (let own = 0; own < of.length; own++) if (open || legal(own)) of[own] = first.push(own) - 1;
    const shape = {
      nodeCount: g.nodeCount,
      arcTail: Int32Array.from(first, (own) => tailOf(g, own)),
      arcHead: Int32Array.from(first, (own) => headOf(g, own)),
      reverseOf: Int32Array.from(first, (own) => of[own ^ 1]!),
    };
    const roads = Int32Array.from(first, (own) => own >> 1);
    const ruled = ruledTurns(shape, roads, g.turnRules, open, (a) => legal(first[a]!));
    const kx = Math.cos(((g.nodeLat[0] ?? 0) * Math.PI) / 180);
    this.own = ruled.base.map((a) => first[a]!);
    this.of = of;
    this.kind = ruled.kind;
    this.input = {
      graph: ruled.graph,
      roadOfArc: this.own.map((own) => own >> 1),
      network: {
        nodeCount: g.nodeCount,
        edgeA: g.edgeFrom,
        edgeB: g.edgeTo,
        x: g.nodeLng.map((lng) => lng * kx),
        y: g.nodeLat,
      },
    };
    const copies = new Map<number, number[]>();
    for (let a = first.length; a < this.own.length; a++) {
      const have = copies.get(this.own[a]!);
      if (have) have.push(a);
      else copies.set(this.own[a]!, [a]);
    }
    this.copies = copies;
    this.search = new TurnSearch(ruled.graph);
    this.#measure = this.own.map(measure);
  }

  get measure(): Int32Array {
    return this.#measure;
  }
  get ready(): boolean {
    return this.#keeper !== null;
  }

  /** Makes the hierarchy in a thread of its own. @param order kept, or null: it is computed */
  async prepare(order: Int32Array | null): Promise<{ order: Int32Array; tookMs: number }> {
    const keeper = await CchKeeper.make(this.input, order);
    this.#asking = new Search(keeper.hierarchy);
    this.#keeper = keeper;
    return { order: keeper.order, tookMs: keeper.prepareMs };
  }

  /** What answers for a key: its last whole metric. It is noted that somebody asked. */
  ask(key: string): { search: Search; metric: Metric; many: () => ManyToOne; renewed: () => boolean } | null {
    this.#idle.set(key, 0);
    const laid = this.#laid.get(key);
    const search = this.#asking;
    if (!laid || !search) return null;
    const renewed = (): boolean => {
      const was = laid.renewed;
      laid.renewed = false;
      return was;
    };
    return { search, metric: laid.metric, many: () => laid.many, renewed };
  }

  /**
   * Every arc whose beginning is reached from the seeds within so many units by a key's last whole metric, and that is open, with the cost
   * of being there and of driving it; in no order.
   * @returns false: there is no such metric
   */
  within(
    key: string,
    seeds: readonly Seed[],
    limit: number,
    visit: (arc: number, cost: number, takes: number) => void,
  ): boolean {
    const keeper = this.#keeper;
    this.#idle.set(key, 0);
    const laid = this.#laid.get(key);
    if (!laid || !keeper) return false;
    this.#reaching ??= new OneToAll(keeper.hierarchy);
    const { arcs } = laid;
    this.#reaching.within(laid.metric, seeds, limit, (a, cost) => {
      if (arcs[a]! < FAR) visit(a, cost, arcs[a]!);
    });
    return true;
  }

  /** Keys that somebody asked for lately; those that nobody did are forgotten. Call it once a round. */
  wanted(): string[] {
    for (const [key, rounds] of this.#idle) {
      if (rounds < FORGET_ROUNDS) this.#idle.set(key, rounds + 1);
      else {
        this.#idle.delete(key);
        this.#laid.delete(key);
      }
    }
    return [...this.#idle.keys()];
  }

  versionOf(key: string): number {
    return this.#laid.get(key)?.version ?? -1;
  }

  /** Makes a key's metric anew; until it is whole the last one answers. @returns milliseconds of the thread */
  async lay(key: string, version: number, pricing: Pricing): Promise<number> {
    const keeper = this.#keeper;
    if (!keeper) throw new Error('there is no hierarchy yet');
    const old = this.#laid.get(key);
    let arcs = new Int32Array(0);
    const { metric, tookMs } = await keeper.metric(async (arc, turn) => {
      await this.#weigh(pricing, arc, turn);
      arcs = arc.slice();
    });
    const many = old?.many ?? new ManyToOne(keeper.hierarchy, this.#measure);
    this.#laid.set(key, { metric, arcs, many, version, renewed: true });
    // questions are answered within one turn of the loop: nobody reads the old one now
    if (old) keeper.reuse(old.metric);
    return tookMs;
  }

  /** In slices, so that questions have their turn between them. */
  async #weigh(pricing: Pricing, arc: Int32Array, turn: Int32Array): Promise<void> {
    for (let a = 0; a < this.own.length; a++) {
      arc[a] = pricing.arc(this.own[a]!);
      if (a % SLICE === SLICE - 1) await turnOfLoop();
    }
    for (let t = 0; t < turn.length; t++) turn[t] = pricing.turn[this.kind[t]!]!;
  }

  /** The same weights at once, for a search without a hierarchy. */
  weights(pricing: Pricing): { arc: Int32Array; turn: Int32Array } {
    const price = pricing.turn;
    return { arc: this.own.map(pricing.arc), turn: Int32Array.from(this.kind, (k) => price[k]!) };
  }

  async end(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = this.#asking = this.#reaching = null;
    this.#laid.clear();
    await keeper?.end();
  }
}
