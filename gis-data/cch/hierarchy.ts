import type { TurnGraph } from './turns.ts';

/**
 * What the network becomes when its arcs are taken out one after the other, from rank 0 up, and the neighbours of each are joined:
 * the frame of a customizable contraction hierarchy (Dibbelt, Strasser, Wagner 2016). Holds for every metric; weights are laid over
 * it by {@link customise}. Everything is told in ranks.
 */
export interface Hierarchy {
  /** Number of ranks: arcs of the road network. */
  readonly size: number;
  readonly rankOf: Int32Array;
  readonly arcAt: Int32Array;
  /** Links of rank v to higher ranks, ascending: from upStart[v] to upStart[v + 1]. */
  readonly upStart: Int32Array;
  readonly upTo: Int32Array;
  /** The lowest of them: every search goes up along parents and nowhere else. -1 at a root. */
  readonly parent: Int32Array;
  /** The link of each turn, and whether the turn goes down it (1) or up (0). Turns of an arc into itself have link -1. */
  readonly linkOfTurn: Int32Array;
  readonly turnGoesDown: Uint8Array;
}

/**
 * @param roadOfArc the road that each arc is a direction of
 * @param order all roads, the first to be taken out first (order.ts)
 */
export function buildHierarchy(graph: TurnGraph, roadOfArc: Int32Array, order: Int32Array): Hierarchy {
  const n = graph.arcCount;
  const { rankOf, arcAt } = ranks(roadOfArc, order);
  const original = upperNeighbours(graph, rankOf);
  const upStart = new Int32Array(n + 1);
  const parent = new Int32Array(n).fill(-1);
  // children of a rank as a chain
  const firstChild = new Int32Array(n).fill(-1);
  const nextChild = new Int32Array(n).fill(-1);
  const seen = new Int32Array(n).fill(-1);
  let upTo = new Int32Array(original.to.length * 4 + 16);
  let filled = 0;
  for (let v = 0; v < n; v++) {
    const begin = filled;
    const add = (w: number): void => {
      if (w <= v || seen[w] === v) return;
      seen[w] = v;
      if (filled === upTo.length) {
        const larger = new Int32Array(upTo.length * 2);
        larger.set(upTo);
        upTo = larger;
      }
      upTo[filled++] = w;
    };
    for (let i = original.start[v]!; i < original.start[v + 1]!; i++) add(original.to[i]!);
    for (let c = firstChild[v]!; c >= 0; c = nextChild[c]!)
      for (let i = upStart[c]!; i < upStart[c + 1]!; i++) add(upTo[i]!);
    upTo.subarray(begin, filled).sort();
    upStart[v + 1] = filled;
    if (filled > begin) {
      const p = upTo[begin]!;
      parent[v] = p;
      nextChild[v] = firstChild[p]!;
      firstChild[p] = v;
    }
  }
  const frame = { size: n, rankOf, arcAt, upStart, upTo: upTo.slice(0, filled), parent };
  return { ...frame, ...linksOfTurns(graph, frame) };
}

function ranks(roadOfArc: Int32Array, order: Int32Array): { rankOf: Int32Array; arcAt: Int32Array } {
  const place = new Int32Array(order.length);
  order.forEach((road, i) => (place[road] = i));
  const arcAt = Int32Array.from(roadOfArc, (_, a) => a).sort(
    (a, b) => place[roadOfArc[a]!]! - place[roadOfArc[b]!]! || a - b,
  );
  const rankOf = new Int32Array(roadOfArc.length);
  arcAt.forEach((arc, rank) => (rankOf[arc] = rank));
  return { rankOf, arcAt };
}

/** For each rank the higher ranks that a turn joins it with, in either direction; some may stand twice. */
function upperNeighbours(graph: TurnGraph, rankOf: Int32Array): { start: Int32Array; to: Int32Array } {
  const { turnFrom, turnTo, arcCount } = graph;
  const start = new Int32Array(arcCount + 1);
  const low = (t: number): number => Math.min(rankOf[turnFrom[t]!]!, rankOf[turnTo[t]!]!);
  for (let t = 0; t < turnTo.length; t++) start[low(t) + 1]!++;
  for (let v = 0; v < arcCount; v++) start[v + 1]! += start[v]!;
  const at = start.slice(0, arcCount);
  const to = new Int32Array(turnTo.length);
  for (let t = 0; t < turnTo.length; t++) to[at[low(t)]!++] = Math.max(rankOf[turnFrom[t]!]!, rankOf[turnTo[t]!]!);
  return { start, to };
}

/** The link from v to the higher w, or -1. */
export function linkBetween(h: Pick<Hierarchy, 'upStart' | 'upTo'>, v: number, w: number): number {
  let lo = h.upStart[v]!;
  let hi = h.upStart[v + 1]! - 1;
  while (lo <= hi) {
    const mid = (lo + hi) >> 1;
    const at = h.upTo[mid]!;
    if (at === w) return mid;
    if (at < w) lo = mid + 1;
    else hi = mid - 1;
  }
  return -1;
}

function linksOfTurns(
  graph: TurnGraph,
  h: Pick<Hierarchy, 'rankOf' | 'upStart' | 'upTo'>,
): Pick<Hierarchy, 'linkOfTurn' | 'turnGoesDown'> {
  const count = graph.turnTo.length;
  const linkOfTurn = new Int32Array(count);
  const turnGoesDown = new Uint8Array(count);
  for (let t = 0; t < count; t++) {
    const from = h.rankOf[graph.turnFrom[t]!]!;
    const to = h.rankOf[graph.turnTo[t]!]!;
    linkOfTurn[t] = from === to ? -1 : linkBetween(h, Math.min(from, to), Math.max(from, to));
    turnGoesDown[t] = from > to ? 1 : 0;
  }
  return { linkOfTurn, turnGoesDown };
}
