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
  /** Of which search a rank lies above a seed. */
  readonly #above: Uint32Array;
  #stamp = 0;

  constructor(h: Hierarchy) {
    this.#h = h;
    this.#cost = new Int32Array(h.size);
    this.#above = new Uint32Array(h.size);
  }

  /**
   * Tells of each arc whose beginning is reached within a cost (less than FAR), with the cost of being there, in no order.
   * @param m is read at once, not kept
   */
  within(m: Metric, seeds: readonly Seed[], limit: number, visit: (arc: number, cost: number) => void): void {
    const { size, downStart, downFrom, arcAt, gates } = this.#h;
    const { down } = m;
    const cost = this.#climb(m, seeds);
    const [above, stamp] = [this.#above, this.#stamp];
    for (let v = size - 1; v >= 0; v--) {
      const gate = gates.at[v]!;
      // what lies below is entered past the gate alone, or was begun in
      if (gate >= 0 && above[v] !== stamp && this.#beyond(gate, limit)) {
        v -= gates.below[gate]! - 1;
        continue;
      }
      let c = cost[v]!;
      for (let i = downStart[v]!, end = downStart[v + 1]!; i < end; i++) {
        const sum = cost[downFrom[i]!]! + down[i]!;
        if (sum < c) c = sum;
      }
      cost[v] = c;
      if (c <= limit) visit(arcAt[v]!, c);
    }
  }

  /** Whether no rank of a gate is reached within the limit. */
  #beyond(gate: number, limit: number): boolean {
    const { start, to } = this.#h.gates;
    for (let i = start[gate]!, end = start[gate + 1]!; i < end; i++) if (this.#cost[to[i]!]! <= limit) return false;
    return true;
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
