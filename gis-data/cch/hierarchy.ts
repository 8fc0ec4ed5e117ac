import type { TurnGraph } from './turns.ts';

/**
 * What the network becomes when its arcs are taken out one after the other, from rank 0 up, and whoever led to each is joined with
 * whom it led to: the frame of a customizable contraction hierarchy (Dibbelt, Strasser, Wagner 2016). A link has one direction: that
 * of two ranks only one leads to the other is the rule between turns (Buchhold and others 2020), and what no weights can make a way of is not
 * there. Holds for every metric; weights are laid over it by {@link customise}. Everything is told in ranks.
 */
export interface Hierarchy {
  /** Number of ranks: arcs of the road network. */
  readonly size: number;
  readonly rankOf: Int32Array;
  readonly arcAt: Int32Array;
  /** Links from rank v up to higher ranks, ascending: from upStart[v] to upStart[v + 1]. */
  readonly upStart: Int32Array;
  readonly upTo: Int32Array;
  /** Links down to rank v from higher ranks, ascending. */
  readonly downStart: Int32Array;
  readonly downFrom: Int32Array;
  /** All that a rank has links with, and its parent's parents: every search goes up along parents and nowhere else. -1 at a root. */
  readonly parent: Int32Array;
  /** The link of each turn, and whether it is one down (1) or up (0). Turns of an arc into itself have link -1. */
  readonly linkOfTurn: Int32Array;
  readonly turnGoesDown: Uint8Array;
  readonly gates: Gates;
}

/**
 * Where many ranks hang below one, what leads out of them or into them passes a few higher ones. They are told for the tops of branches
 * of some size.
 */
export interface Gates {
  /** Number of the gate at a rank; -1: there is none. */
  readonly at: Int32Array;
  /** The higher ranks of gate n: from start[n] to start[n + 1]. */
  readonly start: Int32Array;
  readonly to: Int32Array;
  /** How many ranks lie below each gate, its own counted: those just before it. */
  readonly below: Int32Array;
}

/** A gate is worth its while above so many ranks. */
const GATE_RANKS = 48;

/** Links of ranks in both directions at once, and the tree that they make. */
interface Joined {
  readonly start: Int32Array;
  readonly to: Int32Array;
  readonly parent: Int32Array;
}

/**
 * @param own of each arc the direction of a road that it is: 2·road, or 2·road + 1
 * @param order all such directions, the first to be taken out first (order.ts)
 */
export function buildHierarchy(graph: TurnGraph, own: Int32Array, order: Int32Array): Hierarchy {
  const { rankOf, arcAt } = ranks(own, order);
  const joined = join(graph.arcCount, upperNeighbours(graph, rankOf));
  const { link, goesDown } = linksOfTurns(graph, rankOf, joined);
  const possible = possibleWays(graph.arcCount, joined, link, goesDown);
  const up = oneWay(joined, possible.up);
  const down = oneWay(joined, possible.down);
  return {
    size: graph.arcCount,
    rankOf,
    arcAt,
    upStart: up.start,
    upTo: up.to,
    downStart: down.start,
    downFrom: down.to,
    parent: joined.parent,
    linkOfTurn: link.map((l, t) => (l < 0 ? -1 : (goesDown[t] === 1 ? down : up).place[l]!)),
    turnGoesDown: goesDown,
    gates: gatesOf(joined),
  };
}

/** The neighbours of each rank that is taken out are joined, whatever their directions. */
function join(n: number, original: { start: Int32Array; to: Int32Array }): Joined {
  const start = new Int32Array(n + 1);
  const parent = new Int32Array(n).fill(-1);
  // children of a rank as a chain
  const firstChild = new Int32Array(n).fill(-1);
  const nextChild = new Int32Array(n).fill(-1);
  const seen = new Int32Array(n).fill(-1);
  let to = new Int32Array(original.to.length * 4 + 16);
  let filled = 0;
  for (let v = 0; v < n; v++) {
    const begin = filled;
    const add = (w: number): void => {
      if (w <= v || seen[w] === v) return;
      seen[w] = v;
      if (filled === to.length) {
        const larger = new Int32Array(to.length * 2);
        larger.set(to);
        to = larger;
      }
      to[filled++] = w;
    };
    for (let i = original.start[v]!; i < original.start[v + 1]!; i++) add(original.to[i]!);
    for (let c = firstChild[v]!; c >= 0; c = nextChild[c]!) for (let i = start[c]!; i < start[c + 1]!; i++) add(to[i]!);
    to.subarray(begin, filled).sort();
    start[v + 1] = filled;
    if (filled > begin) {
      const p = to[begin]!;
      parent[v] = p;
      nextChild[v] = firstChild[p]!;
      firstChild[p] = v;
    }
  }
  return { start, to: to.subarray(0, filled), parent };
}

/** Which links some weights can make a way of, up and down: turns, and what leads through lower ranks. */
function possibleWays(
  n: number,
  { start, to }: Joined,
  link: Int32Array,
  goesDown: Uint8Array,
): { up: Uint8Array; down: Uint8Array } {
  const up = new Uint8Array(to.length);
  const down = new Uint8Array(to.length);
  link.forEach((l, t) => {
    if (l >= 0) (goesDown[t] === 1 ? down : up)[l] = 1;
  });
  for (let v = 0; v < n; v++) {
    const end = start[v + 1]!;
    for (let i = start[v]!; i < end - 1; i++) {
      const [toV, fromV] = [down[i]!, up[i]!];
      // all higher neighbours of v are neighbours of one another, so that each is found on the way
      let k = start[to[i]!]!;
      for (let j = i + 1; j < end; j++) {
        const w = to[j]!;
        while (to[k]! < w) k++;
        up[k]! |= toV & up[j]!;
        down[k]! |= fromV & down[j]!;
      }
    }
  }
  return { up, down };
}

/** The links of one direction, and the place of each among them. */
function oneWay({ start, to }: Joined, possible: Uint8Array): { start: Int32Array; to: Int32Array; place: Int32Array } {
  const place = new Int32Array(to.length).fill(-1);
  const kept = new Int32Array(start.length);
  let filled = 0;
  for (let v = 0; v + 1 < start.length; v++) {
    for (let i = start[v]!; i < start[v + 1]!; i++) if (possible[i] === 1) place[i] = filled++;
    kept[v + 1] = filled;
  }
  const only = new Int32Array(filled);
  for (let i = 0; i < to.length; i++) if (place[i]! >= 0) only[place[i]!] = to[i]!;
  return { start: kept, to: only, place };
}

function gatesOf({ start, to, parent }: Joined): Gates {
  const n = parent.length;
  const below = new Int32Array(n).fill(1);
  const lowest = Int32Array.from(below, (_, v) => v);
  const children = new Int32Array(n);
  // children come before their parents
  for (let v = 0; v < n; v++) {
    const p = parent[v]!;
    if (p < 0) continue;
    children[p]!++;
    below[p]! += below[v]!;
    if (lowest[v]! < lowest[p]!) lowest[p] = lowest[v]!;
  }
  const tops: number[] = [];
  for (let v = 0; v < n; v++) {
    const branch = parent[v]! < 0 || children[parent[v]!]! > 1;
    if (branch && below[v]! >= GATE_RANKS && v - lowest[v]! + 1 === below[v]!) tops.push(v);
  }
  const at = new Int32Array(n).fill(-1);
  tops.forEach((v, gate) => (at[v] = gate));
  const first = new Int32Array(tops.length + 1);
  tops.forEach((v, gate) => (first[gate + 1] = first[gate]! + start[v + 1]! - start[v]!));
  const through = new Int32Array(first[tops.length]!);
  tops.forEach((v, gate) => through.set(to.subarray(start[v], start[v + 1]), first[gate]));
  return { at, start: first, to: through, below: Int32Array.from(tops, (v) => below[v]!) };
}

function ranks(own: Int32Array, order: Int32Array): { rankOf: Int32Array; arcAt: Int32Array } {
  const place = new Int32Array(order.length);
  order.forEach((direction, i) => (place[direction] = i));
  const arcAt = Int32Array.from(own, (_, a) => a).sort((a, b) => place[own[a]!]! - place[own[b]!]! || a - b);
  const rankOf = new Int32Array(own.length);
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

/** The place of w among the ascending numbers from start[v] to start[v + 1], or -1. */
export function linkBetween(start: Int32Array, to: Int32Array, v: number, w: number): number {
  let lo = start[v]!;
  let hi = start[v + 1]! - 1;
  while (lo <= hi) {
    const mid = (lo + hi) >> 1;
    const at = to[mid]!;
    if (at === w) return mid;
    if (at < w) lo = mid + 1;
    else hi = mid - 1;
  }
  return -1;
}

function linksOfTurns(
  graph: TurnGraph,
  rankOf: Int32Array,
  { start, to }: Joined,
): { link: Int32Array; goesDown: Uint8Array } {
  const count = graph.turnTo.length;
  const link = new Int32Array(count);
  const goesDown = new Uint8Array(count);
  for (let t = 0; t < count; t++) {
    const from = rankOf[graph.turnFrom[t]!]!;
    const on = rankOf[graph.turnTo[t]!]!;
    link[t] = from === on ? -1 : linkBetween(start, to, Math.min(from, on), Math.max(from, on));
    goesDown[t] = from > on ? 1 : 0;
  }
  return { link, goesDown };
}
