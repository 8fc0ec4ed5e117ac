import type { OsmRestriction, OsmRoads } from '../osm/roads.ts';
import { ruledTurns, type TurnGraph } from './turns.ts';

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
  const roadOfArc = Int32Array.from(road);
  const { graph, base } = ruledTurns(arcs, roadOfArc, net.restrictions.filter(holds));
  return {
    graph,
    roadOfArc: base.map((arc) => roadOfArc[arc]!),
    arcIsBack: Uint8Array.from(base, (arc) => back[arc]!),
  };
}
