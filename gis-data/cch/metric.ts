import { linkBetween, type Hierarchy } from './hierarchy.ts';
import { FAR, turnCost, type TurnGraph, type TurnWeights } from './turns.ts';

/**
 * One metric laid over a hierarchy: for each link the least cost over all ways through lower ranks. Buffers are used
 * again: a metric is made anew into the one that nobody reads, and then takes its place.
 */
export interface Metric {
  readonly up: Int32Array;
  readonly down: Int32Array;
  /** The rank between, where the least way is no turn of the network but two links; -1: it is a turn. */
  readonly upVia: Int32Array;
  readonly downVia: Int32Array;
}

export function emptyMetric(h: Hierarchy): Metric {
  const numbers = (n: number): Int32Array => new Int32Array(n);
  const [up, down] = [h.upTo.length, h.downFrom.length];
  return { up: numbers(up), down: numbers(down), upVia: numbers(up), downVia: numbers(down) };
}

/** Fills `into` with the metric of these weights. Takes the same time whatever the weights. */
export function customise(graph: TurnGraph, h: Hierarchy, w: TurnWeights, into: Metric): void {
  const { up, down, upVia, downVia } = into;
  up.fill(FAR);
  down.fill(FAR);
  upVia.fill(-1);
  downVia.fill(-1);
  for (let t = 0; t < graph.turnTo.length; t++) {
    const link = h.linkOfTurn[t]!;
    if (link < 0) continue;
    const cost = turnCost(graph, w, t);
    const side = h.turnGoesDown[t] === 1 ? down : up;
    if (cost < side[link]!) side[link] = cost;
  }
  relaxTriangles(h, into);
}

/** From the lowest rank up: from whoever leads down to v to whom v leads up to, on the link between those two. */
function relaxTriangles(
  { size, upStart, upTo, downStart, downFrom }: Hierarchy,
  { up, down, upVia, downVia }: Metric,
): void {
  for (let v = 0; v < size; v++) {
    const [upBegin, upEnd] = [upStart[v]!, upStart[v + 1]!];
    const [downBegin, downEnd] = [downStart[v]!, downStart[v + 1]!];
    // there is such a link, so that each is found on the way
    for (let i = downBegin, first = upBegin; i < downEnd; i++) {
      const u = downFrom[i]!;
      while (first < upEnd && upTo[first]! <= u) first++;
      const toV = down[i]!;
      if (toV === FAR) continue;
      for (let j = first, k = upStart[u]!; j < upEnd; j++, k++) {
        const w = upTo[j]!;
        while (upTo[k]! < w) k++;
        const there = toV + up[j]!;
        if (there < up[k]!) {
          up[k] = there;
          upVia[k] = v;
        }
      }
    }
    for (let j = upBegin, first = downBegin; j < upEnd; j++) {
      const w = upTo[j]!;
      while (first < downEnd && downFrom[first]! <= w) first++;
      const fromV = up[j]!;
      if (fromV === FAR) continue;
      for (let i = first, k = downStart[w]!; i < downEnd; i++, k++) {
        const u = downFrom[i]!;
        while (downFrom[k]! < u) k++;
        const there = down[i]! + fromV;
        if (there < down[k]!) {
          down[k] = there;
          downVia[k] = v;
        }
      }
    }
  }
}

/** The rank between two linked ones on the least way from the one to the other; -1: it is a turn. */
export function viaOf(h: Hierarchy, m: Metric, from: number, to: number): number {
  return from < to
    ? m.upVia[linkBetween(h.upStart, h.upTo, from, to)]!
    : m.downVia[linkBetween(h.downStart, h.downFrom, to, from)]!;
}

/**
 * The arcs that the least way between two linked ranks passes: appended to `out` as ranks, without the first.
 * @param from either end of a link
 */
export function unpack(h: Hierarchy, m: Metric, from: number, to: number, out: number[]): void {
  const todo: number[] = [from, to];
  while (todo.length > 0) {
    const b = todo.pop()!;
    const a = todo.pop()!;
    const via = viaOf(h, m, a, b);
    if (via < 0) out.push(b);
    else todo.push(via, b, a, via);
  }
}
