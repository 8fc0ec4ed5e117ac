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
  /** What the way from any rank below costs at least: all of them pass the gates above it. Of ranks that are seen. */
  readonly #least: Int32Array;
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
    this.#least = new Int32Array(h.size);
    this.#along = { up: new Int32Array(h.upTo.length), down: new Int32Array(h.downFrom.length) };
  }

  /**
   * Sets the targets; {@link from} then answers for them.
   * @param renewed the metric's numbers were made anew since the last call, even if it is the same object
   */
  to(m: Metric, targets: readonly Seed[], renewed = false): void {
    const { downStart, downFrom, parent, rankOf } = this.#h;
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
    for (const t of targets) {
      const rank = rankOf[t.arc]!;
      open(rank);
      if (t.cost < cost[rank]!) {
        cost[rank] = t.cost;
        this.#next[rank] = rank;
      }
    }
    // a way keeps to the parents of its target: they are walked for each target, and what a later one betters it takes on itself
    for (const t of targets)
      for (let v = rankOf[t.arc]!; v >= 0; v = parent[v]!) {
        open(v);
        for (let i = downStart[v]!; i < downStart[v + 1]!; i++) {
          const w = downFrom[i]!;
          open(w);
          const sum = cost[v]! + m.down[i]!;
          if (sum < cost[w]!) {
            cost[w] = sum;
            this.#next[w] = v;
          }
        }
      }
  }

  /**
   * What the least way from the beginning of an arc costs; FAR or more where there is none.
   * @param limit of costs above it only that much is told: more than it
   */
  cost(arc: number, limit = FAR): number {
    const rank = this.#h.rankOf[arc]!;
    return this.#settle(rank, limit) ? this.#cost[rank]! : FAR;
  }

  /** The least way from the beginning of an arc, which takes longer to tell than its cost; null when there is none. */
  from(arc: number): Reach | null {
    const cost = this.cost(arc);
    return cost >= FAR ? null : { cost, ...this.#follow(this.#h.rankOf[arc]!) };
  }

  /**
   * Makes sure of the cost of a rank: from the first of its parents that is known, down to it.
   * @returns false: it is more than the limit, and was not looked for
   */
  #settle(rank: number, limit: number): boolean {
    const { upStart, upTo, parent, gates } = this.#h;
    const [stamp, cost, least, seen, reached] = [this.#stamp, this.#cost, this.#least, this.#seen, this.#reached];
    const { up } = this.#of!;
    const path = this.#path;
    path.length = 0;
    let v = rank;
    for (; v >= 0 && seen[v] !== stamp; v = parent[v]!) path.push(v);
    let bound = v < 0 ? 0 : least[v]!;
    for (let k = path.length - 1; k >= 0; k--) {
      if (bound > limit) return false;
      v = path[k]!;
      seen[v] = stamp;
      // above a target: from below it one need not pass the higher ones
      const above = reached[v] === stamp;
      let c = above ? cost[v]! : FAR;
      let next = above ? this.#next[v]! : -1;
      const end = upStart[v + 1]!;
      for (let i = upStart[v]!; i < end; i++) {
        const w = upTo[i]!;
        const sum = up[i]! + cost[w]!;
        if (sum < c) {
          c = sum;
          next = w;
        }
      }
      reached[v] = stamp;
      cost[v] = c;
      this.#next[v] = next;
      if (above) bound = 0;
      else if (gates.at[v]! >= 0 && limit < FAR) {
        let nearest = FAR;
        for (let i = gates.start[gates.at[v]!]!; i < gates.start[gates.at[v]! + 1]!; i++)
          if (cost[gates.to[i]!]! < nearest) nearest = cost[gates.to[i]!]!;
        if (nearest > bound) bound = nearest;
      }
      least[v] = bound;
    }
    return true;
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
    const { upStart, upTo, downStart, downFrom } = this.#h;
    const link = upward ? linkBetween(upStart, upTo, from, to) : linkBetween(downStart, downFrom, to, from);
    const kept = upward ? this.#along.up : this.#along.down;
    if (kept[link]! >= 0) return kept[link]!;
    const via = (upward ? this.#of!.upVia : this.#of!.downVia)[link]!;
    const sum = via < 0 ? this.#measure[this.#h.arcAt[from]!]! : this.#linkAlong(from, via) + this.#linkAlong(via, to);
    kept[link] = sum;
    return sum;
  }
}
