import { Heap } from '../roads/heap.ts';
import type { Seed } from './query.ts';
import { FAR, type TurnGraph } from './turns.ts';

/** Everything that can be reached from a place within a cost: Dijkstra over turns that stops there. Its arrays serve every search. */
export class Reach {
  readonly #graph: TurnGraph;
  readonly #cost: Int32Array;
  readonly #seen: Uint32Array;
  readonly #heap = new Heap();
  #stamp = 0;

  constructor(graph: TurnGraph) {
    this.#graph = graph;
    this.#cost = new Int32Array(graph.arcCount);
    this.#seen = new Uint32Array(graph.arcCount);
  }

  /**
   * @param arcCost cost of each arc; FAR: closed
   * @param visit told of each arc whose beginning is reached, nearest first, with the cost of being there
   */
  run(arcCost: Int32Array, seeds: readonly Seed[], limit: number, visit: (arc: number, cost: number) => void): void {
    const { turnStart, turnTo } = this.#graph;
    const stamp = ++this.#stamp;
    this.#heap.clear();
    const open = (arc: number, cost: number): void => {
      if (cost > limit || (this.#seen[arc] === stamp && this.#cost[arc]! <= cost)) return;
      this.#seen[arc] = stamp;
      this.#cost[arc] = cost;
      this.#heap.push(cost, arc);
    };
    for (const s of seeds) open(s.arc, s.cost);
    while (this.#heap.size > 0) {
      const cost = this.#heap.least;
      const arc = this.#heap.pop();
      if (cost > this.#cost[arc]!) continue;
      if (arcCost[arc]! >= FAR) continue;
      visit(arc, cost);
      const on = cost + arcCost[arc]!;
      for (let t = turnStart[arc]!; t < turnStart[arc + 1]!; t++) open(turnTo[t]!, on);
    }
  }
}
