import { linkBetween, type Hierarchy } from './hierarchy.ts';
import { FAR, turnCost, type TurnGraph, type TurnWeights } from './turns.ts';

/**
 * One metric laid over a hierarchy: for each link the least cost up and down it over all ways through lower ranks. Buffers are used
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
  const n = h.upTo.length;
  return { up: new Int32Array(n), down: new Int32Array(n), upVia: new Int32Array(n), downVia: new Int32Array(n) };
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

/** From the lowest rank up: whatever passes through v is laid on the link between its two higher neighbours. */
function relaxTriangles({ size, upStart, upTo }: Hierarchy, { up, down, upVia, downVia }: Metric): void {
  for (let v = 0; v < size; v++) {
    const end = upStart[v + 1]!;
    for (let i = upStart[v]!; i < end - 1; i++) {
      const toV = down[i]!;
      const fromV = up[i]!;
      if (toV === FAR && fromV === FAR) continue;
      // all higher neighbours of v are neighbours of one another, so that each is found on the way
      let k = upStart[upTo[i]!]!;
      for (let j = i + 1; j < end; j++) {
        const w = upTo[j]!;
        while (upTo[k]! < w) k++;
        const there = toV + up[j]!;
        if (there < up[k]!) {
          up[k] = there;
          upVia[k] = v;
        }
        const back = down[j]! + fromV;
        if (back < down[k]!) {
          down[k] = back;
          downVia[k] = v;
        }
      }
    }
  }
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
    const link = a < b ? linkBetween(h, a, b) : linkBetween(h, b, a);
    const via = a < b ? m.upVia[link]! : m.downVia[link]!;
    if (via < 0) out.push(b);
    else todo.push(via, b, a, via);
  }
}
