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

/**
 * Of the ways on from a road at a node, this one is forbidden (`no`), or the only one (`only`). With roads to pass `through` it speaks
 * of who came from `from` and passed all of them, and of nobody else.
 */
export interface TurnRule {
  readonly from: number;
  /** The node where `from` is left. */
  readonly via: number;
  readonly through?: readonly number[];
  readonly to: number;
  readonly kind: 'no' | 'only';
}

/** Why a turn is not everybody's. */
export const TURN = { free: 0, round: 1, forbidden: 2 } as const;

/** A graph whose turns obey rules. Arcs beyond the first ones are copies: the same arc, entered on a way that a rule watches. */
export interface RuledTurns {
  readonly graph: TurnGraph;
  /** The arc that each arc is, or is a copy of. */
  readonly base: Int32Array;
  /** TURN of each turn; all are free where the others were left out. */
  readonly kind: Uint8Array;
}

type Arcs = Pick<TurnGraph, 'arcTail' | 'arcHead' | 'reverseOf' | 'nodeCount'>;
/** How far somebody has come on the way of a rule: so many of its roads are passed. */
type Progress = readonly (readonly [rule: TurnRule, passed: number])[];

/**
 * All turns under rules. A rule that speaks of several roads needs memory of how one came: an arc is copied for each such memory, and
 * the copy knows what is forbidden at its end. Exact also where rules overlap.
 * @param every keep turns that are not free too, and tell their kind: for vehicles that may take some of them
 * @param legal whether an arc may be driven by everybody: turning round is free where no other such arc leads on
 */
export function ruledTurns(
  arcs: Arcs,
  roadOfArc: Int32Array,
  rules: readonly TurnRule[],
  every = false,
  legal: (arc: number) => boolean = () => true,
): RuledTurns {
  const outOf: number[][] = Array.from({ length: arcs.nodeCount }, () => []);
  arcs.arcTail.forEach((tail, a) => outOf[tail]!.push(a));
  const at = rulesByPlace(rules);
  const base = Array.from(arcs.arcTail, (_, a) => a);
  const progress: Progress[] = base.map(() => []);
  const copies = new Map<string, number>();
  const numberOf = new Map(rules.map((r, i) => [r, i]));
  const enter = (arc: number, came: Progress): number => {
    if (came.length === 0) return arc;
    const key = `${arc} ${came.map(([r, n]) => `${numberOf.get(r)}:${n}`).sort().join(' ')}`; // prettier-ignore
    let copy = copies.get(key);
    if (copy === undefined) {
      copies.set(key, (copy = base.push(arc) - 1));
      progress.push(came);
    }
    return copy;
  };
  const [from, to, kind, start]: [number[], number[], number[], number[]] = [[], [], [], [0]];
  for (let a = 0; a < base.length; a++) {
    const arc = base[a]!;
    const here = at.get(`${roadOfArc[arc]} ${arcs.arcHead[arc]}`) ?? [];
    const onward = outOf[arcs.arcHead[arc]!]!;
    const deadEnd = onward.every((b) => b === arcs.reverseOf[arc] || !legal(b));
    const speaking = [
      ...here.filter((r) => !r.through?.length),
      ...progress[a]!.filter(([r, n]) => n === r.through!.length).map(([r]) => r),
    ];
    const only = speaking.filter((r) => r.kind === 'only');
    for (const b of onward) {
      const road = roadOfArc[b]!;
      const named = only.some((r) => r.to === road);
      const forbidden = speaking.some((r) => r.kind === 'no' && r.to === road) || (only.length > 0 && !named);
      const round = b === arcs.reverseOf[arc] && !deadEnd && !named;
      const k = forbidden ? TURN.forbidden : round ? TURN.round : TURN.free;
      if (k !== TURN.free && !every) continue;
      const came: Progress = [
        ...here.filter((r) => r.through?.[0] === road).map((r) => [r, 1] as const),
        ...progress[a]!.filter(([r, n]) => r.through![n] === road).map(([r, n]) => [r, n + 1] as const),
      ];
      from.push(a);
      to.push(enter(b, came));
      kind.push(k);
    }
    start.push(to.length);
  }
  const copied = (of: Int32Array): Int32Array => Int32Array.from(base, (arc) => of[arc]!);
  return {
    graph: {
      nodeCount: arcs.nodeCount,
      arcCount: base.length,
      arcTail: copied(arcs.arcTail),
      arcHead: copied(arcs.arcHead),
      reverseOf: copied(arcs.reverseOf),
      turnStart: Int32Array.from(start),
      turnTo: Int32Array.from(to),
      turnFrom: Int32Array.from(from),
    },
    base: Int32Array.from(base),
    kind: Uint8Array.from(kind),
  };
}

function rulesByPlace(rules: readonly TurnRule[]): Map<string, TurnRule[]> {
  const at = new Map<string, TurnRule[]>();
  for (const r of rules) {
    const key = `${r.from} ${r.via}`;
    const have = at.get(key);
    if (have) have.push(r);
    else at.set(key, [r]);
  }
  return at;
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
