/**
 * A road network seen from its turns: what a search stands on is an arc (one direction of a road), and what it takes is a turn from
 * the end of one arc into the next. Forbidden turns are simply not there. Costs are whole numbers (milliseconds or millimetres), so
 * that sums are exact in whatever order they are added.
 */
export interface TurnGraph {
  readonly nodeCount: number;
  readonly arcCount: number;
  readonly arcTail: Int32Array;
  readonly arcHead: Int32Array;
  /** The same road in the other direction; -1: one-way. */
  readonly reverseOf: Int32Array;
  /** Turns out of arc a are those from turnStart[a] to turnStart[a + 1]. */
  readonly turnStart: Int32Array;
  readonly turnTo: Int32Array;
  readonly turnFrom: Int32Array;
}

/** No way: greater than any cost, and small enough that two of them still fit an Int32. */
export const FAR = 1_000_000_000;

/**
 * @param allowed whether this turn may be taken; asked for each pair of arcs that meet
 * @param reverseOf the same road in the other direction, -1 where there is none
 */
export function turnGraph(
  nodeCount: number,
  arcTail: Int32Array,
  arcHead: Int32Array,
  reverseOf: Int32Array,
  allowed: (from: number, to: number) => boolean,
): TurnGraph {
  const arcCount = arcTail.length;
  const outStart = new Int32Array(nodeCount + 1);
  for (const tail of arcTail) outStart[tail + 1]!++;
  for (let v = 0; v < nodeCount; v++) outStart[v + 1]! += outStart[v]!;
  const outArc = new Int32Array(arcCount);
  const at = outStart.slice(0, nodeCount);
  for (let a = 0; a < arcCount; a++) outArc[at[arcTail[a]!]!++] = a;
  const turnStart = new Int32Array(arcCount + 1);
  const to: number[] = [];
  const from: number[] = [];
  for (let a = 0; a < arcCount; a++) {
    const head = arcHead[a]!;
    for (let i = outStart[head]!; i < outStart[head + 1]!; i++)
      if (allowed(a, outArc[i]!)) {
        to.push(outArc[i]!);
        from.push(a);
      }
    turnStart[a + 1] = to.length;
  }
  return {
    nodeCount,
    arcCount,
    arcTail,
    arcHead,
    reverseOf,
    turnStart,
    turnTo: Int32Array.from(to),
    turnFrom: Int32Array.from(from),
  };
}

/** The usual rule for turning round: only where the road ends, so that nobody is stuck there. */
export function noUTurns(graph: Pick<TurnGraph, 'arcTail' | 'arcHead' | 'reverseOf' | 'nodeCount'>) {
  const out = new Int32Array(graph.nodeCount);
  for (const tail of graph.arcTail) out[tail]!++;
  return (from: number, to: number): boolean => graph.reverseOf[from] !== to || out[graph.arcHead[from]!] === 1;
}

/** Of the ways on from a road at a node, this one is forbidden (`no`), or the only one (`only`). */
export interface TurnRule {
  readonly from: number;
  readonly via: number;
  readonly to: number;
  readonly kind: 'no' | 'only';
}

/** Which turns the rules leave; where none speaks of a road and its end, nobody turns round but where the road ends. */
export function byRules(
  graph: Pick<TurnGraph, 'arcTail' | 'arcHead' | 'reverseOf' | 'nodeCount'>,
  roadOfArc: Int32Array,
  rules: readonly TurnRule[],
): (from: number, to: number) => boolean {
  const at = new Map<string, Record<TurnRule['kind'], Set<number>>>();
  for (const r of rules) {
    const key = `${r.from} ${r.via}`;
    const have = at.get(key) ?? { no: new Set<number>(), only: new Set<number>() };
    have[r.kind].add(r.to);
    at.set(key, have);
  }
  const turnsRound = noUTurns(graph);
  return (from, to) => {
    const rule = at.size === 0 ? undefined : at.get(`${roadOfArc[from]} ${graph.arcHead[from]}`);
    if (rule?.no.has(roadOfArc[to]!)) return false;
    if (rule && rule.only.size > 0) return rule.only.has(roadOfArc[to]!);
    return turnsRound(from, to);
  };
}

/** What is driven and turned now: one metric over the graph. FAR: closed. */
export interface TurnWeights {
  /** Cost of an arc from its beginning to its end. */
  readonly arc: Int32Array;
  /** Cost of a turn by itself. */
  readonly turn: Int32Array;
}

/** Cost from the beginning of the arc that a turn leaves to the beginning of the one it enters. */
export function turnCost(graph: TurnGraph, w: TurnWeights, turn: number): number {
  const sum = w.arc[graph.turnFrom[turn]!]! + w.turn[turn]!;
  return sum < FAR ? sum : FAR;
}
