import type { OsmRestriction, OsmRoads } from '../osm/roads.ts';
import { noUTurns, turnGraph, type TurnGraph } from './turns.ts';

/** The turn graph of an OpenStreetMap network: which arc is which direction of which road. */
export interface OsmTurnGraph {
  readonly graph: TurnGraph;
  readonly roadOfArc: Int32Array;
  /** 1: the arc is driven against the line of its road. */
  readonly arcIsBack: Uint8Array;
}

/** @param holds whether a restriction holds for the vehicle in question; left out: all do */
export function osmTurnGraph(net: OsmRoads, holds: (r: OsmRestriction) => boolean = () => true): OsmTurnGraph {
  const tail: number[] = [];
  const head: number[] = [];
  const road: number[] = [];
  const back: number[] = [];
  const reverse: number[] = [];
  net.roads.forEach((r, i) => {
    const first = tail.length;
    tail.push(r.from);
    head.push(r.to);
    road.push(i);
    back.push(0);
    reverse.push(r.oneway ? -1 : first + 1);
    if (r.oneway) return;
    tail.push(r.to);
    head.push(r.from);
    road.push(i);
    back.push(1);
    reverse.push(first);
  });
  const arcs = {
    nodeCount: net.nodeAt.length,
    arcTail: Int32Array.from(tail),
    arcHead: Int32Array.from(head),
    reverseOf: Int32Array.from(reverse),
  };
  const allowed = turnRules(net, road, arcs, holds);
  return {
    graph: turnGraph(arcs.nodeCount, arcs.arcTail, arcs.arcHead, arcs.reverseOf, allowed),
    roadOfArc: Int32Array.from(road),
    arcIsBack: Uint8Array.from(back),
  };
}

type Arcs = Pick<TurnGraph, 'nodeCount' | 'arcTail' | 'arcHead' | 'reverseOf'>;

function turnRules(
  net: OsmRoads,
  road: readonly number[],
  arcs: Arcs,
  holds: (r: OsmRestriction) => boolean,
): (from: number, to: number) => boolean {
  // by the road that is left and the node where it is
  const rules = new Map<string, { no: Set<number>; only: Set<number> }>();
  for (const r of net.restrictions) {
    if (!holds(r)) continue;
    const key = `${r.from} ${r.via}`;
    const at = rules.get(key) ?? { no: new Set<number>(), only: new Set<number>() };
    at[r.kind].add(r.to);
    rules.set(key, at);
  }
  const turnsRound = noUTurns(arcs);
  return (from, to) => {
    const rule = rules.get(`${road[from]} ${arcs.arcHead[from]}`);
    if (rule?.no.has(road[to]!)) return false;
    if (rule && rule.only.size > 0) return rule.only.has(road[to]!);
    return turnsRound(from, to);
  };
}
