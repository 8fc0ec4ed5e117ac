import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Hierarchy } from '../cch/hierarchy.ts';
import { CchKeeper } from '../cch/keeper.ts';
import { ManyToOne } from '../cch/many.ts';
import type { Metric } from '../cch/metric.ts';
import { sharedNumbers, type CchInput } from '../cch/prepared.ts';
import { Search, type Seed } from '../cch/query.ts';
import { OneToAll } from '../cch/reach.ts';
import { TurnSearch } from '../cch/turn-search.ts';
import { FAR } from '../cch/turns.ts';
import { copiesOf, type View } from './view.ts';

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
  /** State of the world that it was made of. */
  readonly version: number;
  /** Its number: never given twice. */
  readonly made: number;
  /** Threads that read it. */
  readers: number;
  /** It was made anew since it was last asked for many. */
  renewed: boolean;
}
/** A metric as another thread is told of it. */
export type LentMetric = Pick<Laid, 'metric' | 'arcs' | 'made'> & { readonly key: string };
/** What another thread answers with: numbers in shared memory that rest until they are given back. */
export interface Lent {
  readonly hierarchy: Hierarchy | null;
  readonly metrics: readonly LentMetric[];
}

/**
 * A view of the network with what was made of it: a hierarchy, and the metrics laid over that, by a key each. The open view's metrics
 * price what somebody may not. Both views have the same order of roads.
 */
export class Ground {
  readonly view: View;
  /** The copies of an own arc beside its first, where a rule has any. */
  readonly copies: ReadonlyMap<number, readonly number[]>;
  readonly search: TurnSearch;
  readonly #measure: Int32Array;
  #keeper: CchKeeper | null = null;
  #hierarchy: Hierarchy | null = null;
  #asking: Search | null = null;
  /** Made when somebody first asks how far one gets. */
  #reaching: OneToAll | null = null;
  readonly #laid = new Map<string, Laid>();
  /** Made when somebody first asks for many by that key. */
  readonly #many = new Map<string, ManyToOne>();
  readonly #idle = new Map<string, number>();
  #made = 0;

  /** @param measure whole units of another measure of an own arc, summed along ways */
  constructor(view: View, measure: (own: number) => number) {
    this.view = view;
    this.copies = copiesOf(view);
    this.search = new TurnSearch(view.input.graph);
    this.#measure = view.own.map(measure);
  }

  get input(): CchInput {
    return this.view.input;
  }
  get kind(): Uint8Array {
    return this.view.kind;
  }
  get own(): Int32Array {
    return this.view.own;
  }
  get of(): Int32Array {
    return this.view.of;
  }
  get measure(): Int32Array {
    return this.#measure;
  }
  get ready(): boolean {
    return this.#hierarchy !== null;
  }

  /** Makes the hierarchy in a thread of its own. @param order kept, or null: it is computed */
  async prepare(order: Int32Array | null): Promise<{ order: Int32Array; tookMs: number }> {
    const keeper = await CchKeeper.make(this.input, order);
    this.#keeper = keeper;
    this.#stand(keeper.hierarchy);
    return { order: keeper.order, tookMs: keeper.prepareMs };
  }

  #stand(hierarchy: Hierarchy): void {
    this.#hierarchy = hierarchy;
    this.#asking = new Search(hierarchy);
    this.#reaching = null;
    this.#many.clear();
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
    return { search, metric: laid.metric, many: () => this.#manyOf(key), renewed };
  }

  #manyOf(key: string): ManyToOne {
    const have = this.#many.get(key) ?? new ManyToOne(this.#hierarchy!, this.#measure);
    this.#many.set(key, have);
    return have;
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
    const hierarchy = this.#hierarchy;
    this.#idle.set(key, 0);
    const laid = this.#laid.get(key);
    if (!laid || !hierarchy) return false;
    this.#reaching ??= new OneToAll(hierarchy);
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
        this.#many.delete(key);
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
    const arcs = sharedNumbers(this.own.length);
    const { metric, tookMs } = await keeper.metric(async (arc, turn) => {
      await this.#weigh(pricing, arc, turn);
      arcs.set(arc);
    });
    this.#laid.set(key, { metric, arcs, version, made: ++this.#made, readers: 0, renewed: true });
    // questions of this thread are answered within one turn of the loop: of them nobody reads the old one now
    if (old?.readers === 0) keeper.reuse(old.metric);
    return tookMs;
  }

  /**
   * Lends a key's last whole metric, and others', to another thread: until it is given back nothing is made into their memory.
   * It is noted that somebody asked.
   */
  lend(keys: readonly string[]): Lent & { giveBack: () => void } {
    const out = keys.flatMap((key) => {
      this.#idle.set(key, 0);
      const laid = this.#laid.get(key);
      return laid ? { key, laid } : [];
    });
    for (const { laid } of out) laid.readers++;
    return {
      hierarchy: this.#hierarchy,
      metrics: out.map(({ key, laid: { metric, arcs, made } }) => ({ key, metric, arcs, made })),
      giveBack: () => {
        for (const { key, laid } of out) {
          laid.readers--;
          // another one took its place meanwhile
          if (laid.readers === 0 && this.#laid.get(key) !== laid) this.#keeper?.reuse(laid.metric);
        }
      },
    };
  }

  /** Answers from now on with what another thread lent, and with nothing that was lent before. */
  adopt({ hierarchy, metrics }: Lent): void {
    if (hierarchy && !this.#hierarchy) this.#stand(hierarchy);
    const before = new Map(this.#laid);
    this.#laid.clear();
    for (const { key, metric, arcs, made } of metrics) {
      const have = before.get(key);
      // the same numbers: what was summed along them still holds
      this.#laid.set(
        key,
        have?.made === made ? have : { metric, arcs, version: made, made, readers: 0, renewed: true },
      );
    }
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
    this.#keeper = this.#hierarchy = this.#asking = this.#reaching = null;
    this.#laid.clear();
    this.#many.clear();
    await keeper?.end();
  }
}
