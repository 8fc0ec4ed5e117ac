import type { Hierarchy } from './hierarchy.ts';
import type { Metric } from './metric.ts';
import type { Seed } from './query.ts';
import { FAR } from './turns.ts';

/**
 * From one place to everywhere (Delling, Goldberg, Nowatzyk, Werneck 2011): up the parents of the seeds, and then once over all ranks
 * from the highest down. No queue; takes the same time however far one gets. Its array serves every search.
 */
export class OneToAll {
  readonly #h: Hierarchy;
  readonly #cost: Int32Array;
  /** Ranks that lie below each, itself counted, where they are those just before it; else 1. */
  readonly #below: Int32Array;
  /** Of which search a rank lies above a seed. */
  readonly #above: Uint32Array;
  #stamp = 0;

  constructor(h: Hierarchy) {
    this.#h = h;
    this.#cost = new Int32Array(h.size);
    this.#above = new Uint32Array(h.size);
    this.#below = below(h);
  }

  /**
   * Tells of each arc whose beginning is reached within a cost (less than FAR), with the cost of being there, in no order.
   * @param m is read at once, not kept
   */
  within(m: Metric, seeds: readonly Seed[], limit: number, visit: (arc: number, cost: number) => void): void {
    const { size, upStart, upTo, arcAt } = this.#h;
    const { down } = m;
    const cost = this.#climb(m, seeds);
    const [above, stamp, below] = [this.#above, this.#stamp, this.#below];
    for (let v = size - 1; v >= 0; v--) {
      let c = cost[v]!;
      let nearest = FAR;
      for (let i = upStart[v]!, end = upStart[v + 1]!; i < end; i++) {
        const there = cost[upTo[i]!]!;
        if (there < nearest) nearest = there;
        const sum = there + down[i]!;
        if (sum < c) c = sum;
      }
      cost[v] = c;
      if (c <= limit) visit(arcAt[v]!, c);
      // what lies below is entered through the higher neighbours of v alone, or was begun in
      else if (nearest > limit && above[v] !== stamp) v -= below[v]! - 1;
    }
  }

  /** Costs of the ranks above the seeds, by ways that only go up; FAR elsewhere. */
  #climb({ up }: Metric, seeds: readonly Seed[]): Int32Array {
    const { upStart, upTo, parent, rankOf } = this.#h;
    const stamp = ++this.#stamp;
    const cost = this.#cost.fill(FAR);
    for (const s of seeds) if (s.cost < cost[rankOf[s.arc]!]!) cost[rankOf[s.arc]!] = s.cost;
    // such a way keeps to the parents of its seed: they are walked for each seed, and what a later one betters it takes on itself
    for (const s of seeds)
      for (let v = rankOf[s.arc]!; v >= 0; v = parent[v]!) {
        this.#above[v] = stamp;
        const c = cost[v]!;
        for (let i = upStart[v]!; i < upStart[v + 1]!; i++) {
          const sum = c + up[i]!;
          if (sum < cost[upTo[i]!]!) cost[upTo[i]!] = sum;
        }
      }
    return cost;
  }
}

function below({ size, parent }: Hierarchy): Int32Array {
  const count = new Int32Array(size).fill(1);
  const lowest = Int32Array.from(count, (_, v) => v);
  // children come before their parents
  for (let v = 0; v < size; v++) {
    const p = parent[v]!;
    if (p < 0) continue;
    count[p]! += count[v]!;
    if (lowest[v]! < lowest[p]!) lowest[p] = lowest[v]!;
  }
  for (let v = 0; v < size; v++) if (v - lowest[v]! + 1 !== count[v]!) count[v] = 1;
  return count;
}
