import { inShared, type CchInput } from '../cch/prepared.ts';
import { ruledTurns } from '../cch/turns.ts';
import { headOf, tailOf, type RoadGraph } from './graph.ts';

/**
 * One view of the network, in arrays that several threads read: which arcs and turns there are. The ruled view has what everybody may
 * drive; the open one has every road in both directions and every turn, for who is exempt.
 */
export interface View {
  readonly input: CchInput;
  /** TURN of each turn. */
  readonly kind: Uint8Array;
  /** The engine's own arc (2·edge + direction) of each arc. */
  readonly own: Int32Array;
  /** The arc of each own arc, without memory; -1: not in this view. */
  readonly of: Int32Array;
}

export function viewOf(g: RoadGraph, open: boolean): View {
  const first: number[] = [];
  const of = new Int32Array(2 * g.edgeCount).fill(-1);
  const legal = (own: number): boolean => !(own & 1 && g.edgeOneway[own >> 1]);
  for (let own = 0; own < of.length; own++) if (open || legal(own)) of[own] = first.push(own) - 1;
  const shape = {
    nodeCount: g.nodeCount,
    arcTail: Int32Array.from(first, (own) => tailOf(g, own)),
    arcHead: Int32Array.from(first, (own) => headOf(g, own)),
    reverseOf: Int32Array.from(first, (own) => of[own ^ 1]!),
  };
  const roads = Int32Array.from(first, (own) => own >> 1);
  const ruled = ruledTurns(shape, roads, g.turnRules, open, (a) => legal(first[a]!));
  const kx = Math.cos(((g.nodeLat[0] ?? 0) * Math.PI) / 180);
  const own = ruled.base.map((a) => first[a]!);
  return inShared({
    own,
    of,
    kind: ruled.kind,
    input: {
      graph: ruled.graph,
      own,
      network: {
        nodeCount: g.nodeCount,
        edgeA: g.edgeFrom,
        edgeB: g.edgeTo,
        x: g.nodeLng.map((lng) => lng * kx),
        y: g.nodeLat,
      },
    },
  });
}

/** Arcs beside the first of their own arc: copies that a rule made. */
export function copiesOf({ own, of }: View): ReadonlyMap<number, readonly number[]> {
  const copies = new Map<number, number[]>();
  own.forEach((arc, a) => {
    if (of[arc] === a) return;
    const have = copies.get(arc);
    if (have) have.push(a);
    else copies.set(arc, [a]);
  });
  return copies;
}
