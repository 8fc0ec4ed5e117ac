import { FAR, turnCost, type TurnGraph, type TurnWeights } from './turns.ts';
import type { Found, Seed } from './query.ts';
import { turnsInto } from './turn-search.ts';

/** The plainest heap there is. */
class Open {
  readonly #open: [cost: number, arc: number][] = [];
  get size(): number {
    return this.#open.length;
  }
  push(c: number, arc: number): void {
    const open = this.#open;
    let i = open.push([c, arc]) - 1;
    for (let p = (i - 1) >> 1; i > 0 && open[p]![0] > open[i]![0]; i = p, p = (i - 1) >> 1)
      [open[i], open[p]] = [open[p]!, open[i]!];
  }
  pop(): [cost: number, arc: number] {
    const open = this.#open;
    const top = open[0]!;
    const last = open.pop()!;
    if (open.length > 0) {
      open[0] = last;
      for (let i = 0; ;) {
        let least = i;
        for (const child of [2 * i + 1, 2 * i + 2])
          if (child < open.length && open[child]![0] < open[least]![0]) least = child;
        if (least === i) break;
        [open[i], open[least]] = [open[least]!, open[i]!];
        i = least;
      }
    }
    return top;
  }
}

/**
 * Plain Dijkstra over turns, with nothing prepared: what every faster way of asking is held against, and so as plain as it can be.
 * @returns the least cost from any source to any target, and its arcs; null when there is no way
 */
export function plainDijkstra(
  graph: TurnGraph,
  w: TurnWeights,
  sources: readonly Seed[],
  targets: readonly Seed[],
): Found | null {
  const cost = new Int32Array(graph.arcCount).fill(FAR);
  const came = new Int32Array(graph.arcCount).fill(-1);
  const goal = new Map<number, number>();
  for (const t of targets) goal.set(t.arc, Math.min(t.cost, goal.get(t.arc) ?? FAR));
  const open = new Open();
  for (const s of sources)
    if (s.cost < cost[s.arc]!) {
      cost[s.arc] = s.cost;
      open.push(s.cost, s.arc);
    }
  let best = FAR;
  let end = -1;
  while (open.size > 0) {
    const [c, a] = open.pop();
    if (c >= best) break;
    if (c > cost[a]!) continue;
    const rest = goal.get(a);
    if (rest !== undefined && c + rest < best) {
      best = c + rest;
      end = a;
    }
    for (let t = graph.turnStart[a]!; t < graph.turnStart[a + 1]!; t++) {
      const to = graph.turnTo[t]!;
      const sum = c + turnCost(graph, w, t);
      if (sum < cost[to]!) {
        cost[to] = sum;
        came[to] = a;
        open.push(sum, to);
      }
    }
  }
  if (end < 0) return null;
  const arcs = [end];
  for (let a = came[end]!; a >= 0; a = came[a]!) arcs.push(a);
  return { cost: best, arcs: arcs.reverse() };
}

/** Turns into the arcs of a graph, made when they are first asked for. */
const intoArcs = new WeakMap<TurnGraph, ReturnType<typeof turnsInto>>();

/**
 * The same for all arcs at once: the least cost to the beginning of every arc from the nearest source (`from`), or from there to the
 * nearest target (`to`); FAR where there is no way.
 * @param limit costs beyond it need not be the least, or may be FAR
 */
export function plainCosts(
  graph: TurnGraph,
  w: TurnWeights,
  seeds: readonly Seed[],
  way: 'from' | 'to',
  limit = FAR,
): Int32Array {
  const next = way === 'from' ? graph.turnTo : graph.turnFrom;
  const into = way === 'to' ? (intoArcs.get(graph) ?? turnsInto(graph)) : null;
  if (into) intoArcs.set(graph, into);
  const start = into?.start ?? graph.turnStart;
  const cost = new Int32Array(graph.arcCount).fill(FAR);
  const open = new Open();
  const offer = (c: number, a: number): void => {
    if (c >= cost[a]!) return;
    cost[a] = c;
    open.push(c, a);
  };
  for (const s of seeds) offer(s.cost, s.arc);
  while (open.size > 0) {
    const [c, a] = open.pop();
    if (c > limit) break;
    if (c > cost[a]!) continue;
    for (let i = start[a]!; i < start[a + 1]!; i++) {
      const t = into ? into.turn[i]! : i;
      offer(c + turnCost(graph, w, t), next[t]!);
    }
  }
  return cost;
}
