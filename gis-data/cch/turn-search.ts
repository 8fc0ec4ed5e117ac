import { Heap } from '../roads/heap.ts';
import type { Found, Seed } from './query.ts';
import { FAR, turnCost, type TurnGraph, type TurnWeights } from './turns.ts';

/**
 * Dijkstra over turns with nothing prepared, in arrays that serve every search: exact for any weights at once, and as slow as the city is
 * large. Answers what no metric was made for.
 */
export class TurnSearch {
  readonly #graph: TurnGraph;
  readonly #cost: Int32Array;
  readonly #came: Int32Array;
  readonly #along: Float64Array;
  readonly #seen: Uint32Array;
  readonly #heap = new Heap();
  #stamp = 0;
  /** Turns into each arc, made when they are first asked for. */
  #into: { start: Int32Array; turn: Int32Array } | null = null;

  constructor(graph: TurnGraph) {
    this.#graph = graph;
    const n = graph.arcCount;
    this.#cost = new Int32Array(n);
    this.#came = new Int32Array(n);
    this.#along = new Float64Array(n);
    this.#seen = new Uint32Array(n);
  }

  #open(arc: number, cost: number, came: number): boolean {
    if (cost >= FAR || (this.#seen[arc] === this.#stamp && this.#cost[arc]! <= cost)) return false;
    this.#seen[arc] = this.#stamp;
    this.#cost[arc] = cost;
    this.#came[arc] = came;
    this.#heap.push(cost, arc);
    return true;
  }

  #begin(): void {
    this.#stamp++;
    this.#heap.clear();
  }

  /** The next arc whose cost is final; -1: none is left. */
  #settle(): number {
    while (this.#heap.size > 0) {
      const cost = this.#heap.least;
      const arc = this.#heap.pop();
      if (cost === this.#cost[arc]!) return arc;
    }
    return -1;
  }

  /** The least way from any source to any target; null when there is none. */
  find(w: TurnWeights, sources: readonly Seed[], targets: readonly Seed[]): Found | null {
    const g = this.#graph;
    this.#begin();
    const goal = new Map<number, number>();
    for (const t of targets) goal.set(t.arc, Math.min(t.cost, goal.get(t.arc) ?? FAR));
    for (const s of sources) this.#open(s.arc, s.cost, -1);
    let best = FAR;
    let end = -1;
    for (let a = this.#settle(); a >= 0 && this.#cost[a]! < best; a = this.#settle()) {
      const cost = this.#cost[a]!;
      const rest = goal.get(a);
      if (rest !== undefined && cost + rest < best) [best, end] = [cost + rest, a];
      for (let t = g.turnStart[a]!; t < g.turnStart[a + 1]!; t++) this.#open(g.turnTo[t]!, cost + turnCost(g, w, t), a);
    }
    if (end < 0) return null;
    const arcs = [end];
    for (let a = this.#came[end]!; a >= 0; a = this.#came[a]!) arcs.push(a);
    return { cost: best, arcs: arcs.reverse() };
  }

  /**
   * The least ways from all arcs to the nearest target.
   * @param measure another measure of each arc, summed along the ways
   * @param limit ways that cost more are not looked for
   * @returns of an arc the cost from its beginning (FAR: no way), the measure of the arcs that are driven whole, and the target
   */
  to(
    w: TurnWeights,
    measure: Int32Array,
    targets: readonly Seed[],
    limit = FAR,
  ): (arc: number) => { cost: number; along: number; target: number } {
    const g = this.#graph;
    const { start, turn } = (this.#into ??= turnsInto(g));
    this.#begin();
    // `came` holds the target that a way leads to
    for (const t of targets) if (this.#open(t.arc, t.cost, t.arc)) this.#along[t.arc] = 0;
    for (let a = this.#settle(); a >= 0 && this.#cost[a]! <= limit; a = this.#settle())
      for (let i = start[a]!; i < start[a + 1]!; i++) {
        const from = g.turnFrom[turn[i]!]!;
        if (this.#open(from, this.#cost[a]! + turnCost(g, w, turn[i]!), this.#came[a]!))
          this.#along[from] = this.#along[a]! + measure[from]!;
      }
    return (arc) =>
      this.#seen[arc] === this.#stamp
        ? { cost: this.#cost[arc]!, along: this.#along[arc]!, target: this.#came[arc]! }
        : { cost: FAR, along: 0, target: -1 };
  }

  /**
   * Tells of each arc whose beginning is reached within a cost, nearest first, with the cost of being there. Closed arcs apart.
   * @param arcCost of an arc, asked only for those that are reached; FAR: closed
   * @param turnCostOf of a turn by itself; FAR: it may not be taken
   */
  within(
    arcCost: (arc: number) => number,
    turnCostOf: (turn: number) => number,
    seeds: readonly Seed[],
    limit: number,
    visit: (arc: number, cost: number) => void,
  ): void {
    const g = this.#graph;
    this.#begin();
    for (const s of seeds) this.#open(s.arc, s.cost, -1);
    for (let a = this.#settle(); a >= 0 && this.#cost[a]! <= limit; a = this.#settle()) {
      const price = arcCost(a);
      if (price >= FAR) continue;
      const cost = this.#cost[a]!;
      visit(a, cost);
      for (let t = g.turnStart[a]!; t < g.turnStart[a + 1]!; t++) {
        const on = cost + price + turnCostOf(t);
        if (on <= limit) this.#open(g.turnTo[t]!, on, a);
      }
    }
  }
}

/** Of the turns into each arc: where they begin in the list of all of them, and that list. */
export function turnsInto(g: TurnGraph): { start: Int32Array; turn: Int32Array } {
  const start = new Int32Array(g.arcCount + 1);
  for (const to of g.turnTo) start[to + 1]!++;
  for (let a = 0; a < g.arcCount; a++) start[a + 1]! += start[a]!;
  const at = start.slice(0, g.arcCount);
  const turn = new Int32Array(g.turnTo.length);
  g.turnTo.forEach((to, t) => (turn[at[to]!++] = t));
  return { start, turn };
}
