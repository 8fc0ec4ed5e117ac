import { linkBetween, type Hierarchy } from './hierarchy.ts';
import type { Metric } from './metric.ts';
import type { Seed } from './query.ts';
import { FAR } from './turns.ts';

/** The least way from the beginning of an arc to the targets. */
export interface Reach {
  readonly cost: number;
  /** Sum of another measure of the arcs along that way, each from its beginning; the targets' own part is not in it. */
  readonly along: number;
  /** The target that it ends at. */
  readonly target: number;
}

/**
 * From very many places to one, exactly: the hierarchy is climbed once from the targets, and then from each place as far as nobody
 * has been before (Strasser and Zeitz 2021). What a second place shares with the first costs nothing more.
 */
export class ManyToOne {
  readonly #h: Hierarchy;
  /** Another measure of each arc (metres, say), summed along the ways found. */
  readonly #measure: Int32Array;
  readonly #cost: Int32Array;
  /** Where the least way goes on: a rank above, or one below towards the target; itself at a target. */
  readonly #next: Int32Array;
  readonly #seen: Uint32Array;
  readonly #reached: Uint32Array;
  #stamp = 0;
  readonly #path: number[] = [];
  /** The measure along each link, as far as it was asked for; of one metric. */
  readonly #along: { readonly up: Int32Array; readonly down: Int32Array };
  #of: Metric | null = null;

  constructor(h: Hierarchy, measure: Int32Array) {
    this.#h = h;
    this.#measure = measure;
    this.#cost = new Int32Array(h.size);
    this.#next = new Int32Array(h.size);
    this.#seen = new Uint32Array(h.size);
    this.#reached = new Uint32Array(h.size);
    this.#along = { up: new Int32Array(h.upTo.length), down: new Int32Array(h.upTo.length) };
  }

  /**
   * Sets the targets; {@link from} then answers for them.
   * @param renewed the metric's numbers were made anew since the last call, even if it is the same object
   */
  to(m: Metric, targets: readonly Seed[], renewed = false): void {
    const { upStart, upTo, parent, rankOf } = this.#h;
    if (m !== this.#of || renewed) {
      this.#along.up.fill(-1);
      this.#along.down.fill(-1);
      this.#of = m;
    }
    const stamp = ++this.#stamp;
    const cost = this.#cost;
    const open = (rank: number): void => {
      if (this.#reached[rank] === stamp) return;
      this.#reached[rank] = stamp;
      cost[rank] = FAR;
      this.#next[rank] = -1;
    };
    const heads = new Set<number>();
    for (const t of targets) {
      const rank = rankOf[t.arc]!;
      open(rank);
      heads.add(rank);
      if (t.cost < cost[rank]!) {
        cost[rank] = t.cost;
        this.#next[rank] = rank;
      }
    }
    while (heads.size > 0) {
      const v = Math.min(...heads);
      heads.delete(v);
      for (let i = upStart[v]!; i < upStart[v + 1]!; i++) {
        const w = upTo[i]!;
        open(w);
        const sum = cost[v]! + m.down[i]!;
        if (sum < cost[w]!) {
          cost[w] = sum;
          this.#next[w] = v;
        }
      }
      if (parent[v]! >= 0) heads.add(parent[v]!);
    }
  }

  /** What the least way from the beginning of an arc costs; FAR or more where there is none. */
  cost(arc: number): number {
    const rank = this.#h.rankOf[arc]!;
    this.#settle(rank);
    return this.#cost[rank]!;
  }

  /** The least way from the beginning of an arc, which takes longer to tell than its cost; null when there is none. */
  from(arc: number): Reach | null {
    const cost = this.cost(arc);
    return cost >= FAR ? null : { cost, ...this.#follow(this.#h.rankOf[arc]!) };
  }

  /** Makes sure of the cost of a rank: from the first of its parents that is known, down to it. */
  #settle(rank: number): void {
    const { upStart, upTo, parent } = this.#h;
    const stamp = this.#stamp;
    const { up } = this.#of!;
    const path = this.#path;
    path.length = 0;
    for (let v = rank; v >= 0 && this.#seen[v] !== stamp; v = parent[v]!) path.push(v);
    for (let k = path.length - 1; k >= 0; k--) {
      const v = path[k]!;
      this.#seen[v] = stamp;
      if (this.#reached[v] !== stamp) {
        this.#reached[v] = stamp;
        this.#cost[v] = FAR;
        this.#next[v] = -1;
      }
      for (let i = upStart[v]!; i < upStart[v + 1]!; i++) {
        const w = upTo[i]!;
        const sum = up[i]! + this.#cost[w]!;
        if (sum < this.#cost[v]!) {
          this.#cost[v] = sum;
          this.#next[v] = w;
        }
      }
    }
  }

  #follow(rank: number): { along: number; target: number } {
    let along = 0;
    let v = rank;
    for (let w = this.#next[v]!; w !== v; w = this.#next[v]!) {
      along += this.#linkAlong(v, w);
      v = w;
    }
    return { along, target: this.#h.arcAt[v]! };
  }

  /** The measure along the least way between two linked ranks; kept for the next question. */
  #linkAlong(from: number, to: number): number {
    const upward = from < to;
    const link = upward ? linkBetween(this.#h, from, to) : linkBetween(this.#h, to, from);
    const kept = upward ? this.#along.up : this.#along.down;
    if (kept[link]! >= 0) return kept[link]!;
    const via = (upward ? this.#of!.upVia : this.#of!.downVia)[link]!;
    const sum = via < 0 ? this.#measure[this.#h.arcAt[from]!]! : this.#linkAlong(from, via) + this.#linkAlong(via, to);
    kept[link] = sum;
    return sum;
  }
}
