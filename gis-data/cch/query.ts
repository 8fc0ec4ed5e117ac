import type { Hierarchy } from './hierarchy.ts';
import { unpack, type Metric } from './metric.ts';
import { FAR } from './turns.ts';

/** Where a search begins or ends: an arc, and what it costs to be at its beginning (source), or to go on from there (target). */
export interface Seed {
  readonly arc: number;
  readonly cost: number;
}
export interface Found {
  readonly cost: number;
  /** Arcs in the order in which they are driven, the first and last included. */
  readonly arcs: readonly number[];
}

/** One direction of a search: costs along the parents of its seeds, and where each came from. */
class Climb {
  readonly cost: Int32Array;
  readonly #h: Hierarchy;
  readonly #start: Int32Array;
  readonly #to: Int32Array;
  readonly #came: Int32Array;
  /** Ranks that were reached, ascending. */
  readonly #walked: Int32Array;
  #count = 0;

  /** @param start @param to the links of a direction: up from the sources, or backwards those down to the targets */
  constructor(h: Hierarchy, start: Int32Array, to: Int32Array) {
    this.#h = h;
    this.#start = start;
    this.#to = to;
    this.cost = new Int32Array(h.size).fill(FAR);
    this.#came = new Int32Array(h.size).fill(-1);
    this.#walked = new Int32Array(h.size);
  }

  /** @param visit called for each rank in ascending order, after its cost is final */
  run(side: Int32Array, seeds: readonly Seed[], visit?: (rank: number) => void): void {
    const { cost } = this;
    const [h, start, on] = [this.#h, this.#start, this.#to];
    const heads: number[] = [];
    for (const s of seeds) {
      const rank = h.rankOf[s.arc]!;
      if (s.cost < cost[rank]!) {
        if (cost[rank] === FAR) heads.push(rank);
        cost[rank] = s.cost;
        this.#came[rank] = -1;
      }
    }
    // seeds may lie on the way of one another: each rank is walked once
    while (heads.length > 0) {
      let at = 0;
      for (let i = 1; i < heads.length; i++) if (heads[i]! < heads[at]!) at = i;
      const v = heads[at]!;
      for (let i = heads.length - 1; i >= 0; i--)
        if (heads[i] === v) {
          heads[i] = heads[heads.length - 1]!;
          heads.pop();
        }
      this.#walked[this.#count++] = v;
      const c = cost[v]!;
      if (c < FAR)
        for (let i = start[v]!, end = start[v + 1]!; i < end; i++) {
          const to = on[i]!;
          const sum = c + side[i]!;
          if (sum < cost[to]!) {
            cost[to] = sum;
            this.#came[to] = v;
          }
        }
      visit?.(v);
      const p = h.parent[v]!;
      if (p >= 0) heads.push(p);
    }
  }

  /** Ranks from a seed to `rank`. */
  way(rank: number): number[] {
    const ranks = [rank];
    for (let v = this.#came[rank]!; v >= 0; v = this.#came[v]!) ranks.push(v);
    return ranks.reverse();
  }

  clear(): void {
    for (let i = 0; i < this.#count; i++) {
      this.cost[this.#walked[i]!] = FAR;
      this.#came[this.#walked[i]!] = -1;
    }
    this.#count = 0;
  }
}

/** Searches over one hierarchy. Its arrays serve every search, so that what a question costs does not depend on how many were asked. */
export class Search {
  readonly #h: Hierarchy;
  readonly #forward: Climb;
  readonly #backward: Climb;

  constructor(h: Hierarchy) {
    this.#h = h;
    this.#forward = new Climb(h, h.upStart, h.upTo);
    this.#backward = new Climb(h, h.downStart, h.downFrom);
  }

  /**
   * The least way from any source to any target. Equal costs are decided by rank, so that the same question has the same answer.
   * @returns null when there is none
   */
  find(m: Metric, sources: readonly Seed[], targets: readonly Seed[]): Found | null {
    const [forward, backward] = [this.#forward, this.#backward];
    try {
      forward.run(m.up, sources);
      let best = FAR;
      let meet = -1;
      backward.run(m.down, targets, (v) => {
        const sum = forward.cost[v]! + backward.cost[v]!;
        if (sum < best) {
          best = sum;
          meet = v;
        }
      });
      return meet < 0 ? null : { cost: best, arcs: this.#arcs(m, forward.way(meet), backward.way(meet).reverse()) };
    } finally {
      forward.clear();
      backward.clear();
    }
  }

  #arcs(m: Metric, there: readonly number[], on: readonly number[]): number[] {
    const ranks = [there[0]!];
    for (let i = 1; i < there.length; i++) unpack(this.#h, m, there[i - 1]!, there[i]!, ranks);
    for (let i = 1; i < on.length; i++) unpack(this.#h, m, on[i - 1]!, on[i]!, ranks);
    return ranks.map((r) => this.#h.arcAt[r]!);
  }
}
