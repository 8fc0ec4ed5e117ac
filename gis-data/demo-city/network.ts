import { dist, lerp, lineLength, simplify, type Pt } from './plane.ts';
import { Segments } from './segments.ts';
import type { Name, RoadClass } from './skeleton.ts';

/** From lines to a network: crossings become nodes, near ones one node, loose ends are joined or cut off. */

export interface RoadLine {
  readonly cls: RoadClass | 'shore';
  readonly name: Name | null;
  readonly line: Pt[];
  /** Driven only in the direction of the line. */
  oneway: boolean;
  /** Meets others only where it was told to: carriageways and ramps that pass over the streets. */
  readonly apart: boolean;
  /** First and last point are the same. */
  readonly closed: boolean;
}

/** Where a line meets others: position (segment + share) and node. */
export interface Cut {
  readonly pos: number;
  readonly node: number;
}

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly line: Pt[];
  /** The line it is a part of. */
  readonly of: number;
}

export interface Network {
  readonly lines: readonly RoadLine[];
  readonly nodes: readonly Pt[];
  readonly edges: readonly Edge[];
}

/** How far a loose end looks for something to join, metres. */
const REACH: Record<RoadClass | 'shore', number> = {
  motorway: 0, expressway: 0, link: 0, shore: 0, primary: 750, secondary: 460, tertiary: 300, residential: 130, lane: 62,
}; // prettier-ignore
/** Nodes nearer than this are one, metres. */
const MERGE: Record<RoadClass | 'shore', number> = {
  motorway: 4, expressway: 4, link: 4, shore: 3, primary: 20, secondary: 17, tertiary: 14, residential: 11, lane: 8,
}; // prettier-ignore
const RANK: Record<RoadClass | 'shore', number> = {
  motorway: 8, expressway: 7, primary: 6, secondary: 5, tertiary: 4, link: 3, residential: 2, lane: 1, shore: 0,
}; // prettier-ignore

/** Lengthens loose ends to the next line ahead, when there is one in reach and the way is free. */
export function joinEnds(lines: RoadLine[], free: (p: Pt) => boolean): void {
  const index = new Segments();
  for (const l of lines) index.add(l.line);
  lines.forEach((l, id) => {
    const reach = REACH[l.cls];
    if (reach === 0 || l.apart || l.closed) return;
    for (const end of [0, 1] as const) {
      const tip = end ? l.line.at(-1)! : l.line[0]!;
      const before = end ? l.line[Math.max(0, l.line.length - 3)]! : l.line[Math.min(2, l.line.length - 1)]!;
      const len = dist(before, tip);
      if (len < 1) continue;
      const goal: Pt = lerp(before, tip, 1 + reach / len);
      const skip = (line: number): boolean => line === id || lines[line]!.apart;
      const hit = index.firstHit(tip, goal, skip);
      if (!hit || lines[hit.line]!.cls === 'shore' || dist(tip, hit.at) > reach) continue;
      const way = dist(tip, hit.at);
      const open = Array.from({ length: Math.ceil(way / 25) }, (_, k) =>
        lerp(tip, hit.at, (k + 0.5) / Math.ceil(way / 25)),
      ).every(free);
      if (!open) continue;
      const past = lerp(before, hit.at, 1 + 1.5 / Math.max(1, dist(before, hit.at)));
      if (end) l.line.push(past);
      else l.line.unshift(past);
    }
  });
}

export class NetworkBuilder {
  readonly lines: readonly RoadLine[];
  readonly nodes: Pt[] = [];
  readonly cuts: Cut[][];
  readonly #merge: number[] = [];

  constructor(lines: readonly RoadLine[]) {
    this.lines = lines;
    this.cuts = lines.map(() => []);
  }

  node(at: Pt, merge: number): number {
    this.#merge.push(merge);
    return this.nodes.push(at) - 1;
  }
  /** Lets a line meet a node. */
  cut(line: number, pos: number, node: number): void {
    this.cuts[line]!.push({ pos, node });
  }

  /** Nodes at all crossings at grade. */
  crossAll(): void {
    const index = new Segments();
    const of: number[] = [];
    this.lines.forEach((l, id) => {
      if (l.apart) return;
      index.add(l.line);
      of.push(id);
    });
    for (const { s, t, u, v, at } of index.crossings()) {
      const [l, m] = [of[index.line[s]!]!, of[index.line[u]!]!];
      const [a, b] = [this.lines[l]!, this.lines[m]!];
      if (a.cls === 'shore' && b.cls === 'shore') continue;
      const node = this.node(at, Math.min(MERGE[a.cls], MERGE[b.cls]));
      this.cut(l, index.seg[s]! + t, node);
      this.cut(m, index.seg[u]! + v, node);
    }
  }

  build(keepStub: (line: RoadLine, end: Pt, length: number) => boolean): Network {
    const group = this.#groups();
    const [nodes, edges]: [Pt[], Edge[]] = [this.nodes.map((p) => p), []];
    this.lines.forEach((l, id) => {
      const cuts = this.cuts[id]!.map((c) => ({ pos: c.pos, node: group[c.node]! })).sort((a, b) => a.pos - b.pos);
      if (l.closed) this.#ring(l, id, cuts, edges);
      else this.#open(l, id, cuts, edges, nodes, keepStub);
    });
    for (let i = 0; i < group.length; i++) if (group[i] !== i) nodes[i] = nodes[group[i]!]!;
    return tidy({ lines: this.lines, nodes, edges });
  }

  /** Joins nodes that lie close together; a group's place is that of the node of its greatest line. */
  #groups(): number[] {
    const group = this.nodes.map((_, i) => i);
    const find = (i: number): number => {
      while (group[i] !== i) i = group[i] = group[group[i]!]!;
      return i;
    };
    const cell = 24;
    const cells = new Map<number, number[]>();
    const key = (x: number, y: number): number => (Math.floor(y / cell) + 8192) * 16384 + Math.floor(x / cell) + 8192;
    this.nodes.forEach(([x, y], i) => {
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++)
          for (const j of cells.get(key(x + dx * cell, y + dy * cell)) ?? []) {
            if (dist(this.nodes[i]!, this.nodes[j]!) >= Math.min(this.#merge[i]!, this.#merge[j]!)) continue;
            const [a, b] = [find(i), find(j)];
            if (a === b) continue;
            if (this.#merge[a]! >= this.#merge[b]!) group[b] = a;
            else group[a] = b;
          }
      const k = key(x, y);
      const list = cells.get(k);
      if (list) list.push(i);
      else cells.set(k, [i]);
    });
    return group.map((_, i) => find(i));
  }

  #piece(l: RoadLine, from: Cut, to: Cut): Pt[] {
    const points: Pt[] = [this.nodes[from.node]!];
    for (let i = Math.floor(from.pos) + 1; i <= Math.ceil(to.pos) - 1; i++) points.push(l.line[i]!);
    points.push(this.nodes[to.node]!);
    return points;
  }

  #open(
    l: RoadLine,
    id: number,
    cuts: Cut[],
    edges: Edge[],
    nodes: Pt[],
    keepStub: (line: RoadLine, end: Pt, length: number) => boolean,
  ): void {
    const end = l.line.length - 1;
    if (cuts.length === 0) return;
    for (let i = 1; i < cuts.length; i++)
      if (cuts[i]!.node !== cuts[i - 1]!.node)
        edges.push({
          from: cuts[i - 1]!.node,
          to: cuts[i]!.node,
          line: this.#piece(l, cuts[i - 1]!, cuts[i]!),
          of: id,
        });
    // what hangs over the first and the last crossing
    const head = [...l.line.slice(0, Math.ceil(cuts[0]!.pos)), this.nodes[cuts[0]!.node]!];
    const tail = [this.nodes[cuts.at(-1)!.node]!, ...l.line.slice(Math.floor(cuts.at(-1)!.pos) + 1)];
    for (const [stub, tip] of [[head, l.line[0]!], [tail, l.line[end]!]] as const) {
      if (stub.length < 2 || !keepStub(l, tip, lineLength(stub))) continue;
      this.#merge.push(0);
      this.nodes.push(tip);
      const node = nodes.push(tip) - 1;
      if (stub === head) edges.push({ from: node, to: cuts[0]!.node, line: head, of: id });
      else edges.push({ from: cuts.at(-1)!.node, to: node, line: tail, of: id });
    } // prettier-ignore
  }

  #ring(l: RoadLine, id: number, cuts: Cut[], edges: Edge[]): void {
    if (cuts.length < 2) return;
    for (let i = 1; i < cuts.length; i++)
      if (cuts[i]!.node !== cuts[i - 1]!.node)
        edges.push({
          from: cuts[i - 1]!.node,
          to: cuts[i]!.node,
          line: this.#piece(l, cuts[i - 1]!, cuts[i]!),
          of: id,
        });
    const [first, last] = [cuts[0]!, cuts.at(-1)!];
    if (first.node === last.node) return;
    const line = [
      this.nodes[last.node]!,
      ...l.line.slice(Math.floor(last.pos) + 1),
      ...l.line.slice(1, Math.ceil(first.pos)),
      this.nodes[first.node]!,
    ];
    edges.push({ from: last.node, to: first.node, line, of: id });
  }
}

/** Drops edges that repeat another one, and straightens lines a little. */
function tidy(n: Network): Network {
  const best = new Map<string, Edge[]>();
  for (const e of [...n.edges].sort((a, b) => RANK[n.lines[b.of]!.cls] - RANK[n.lines[a.of]!.cls])) {
    const key = e.from < e.to ? `${e.from} ${e.to}` : `${e.to} ${e.from}`;
    const same = best.get(key);
    if (!same) best.set(key, [e]);
    else if (same.every((o) => n.lines[o.of]!.apart || n.lines[e.of]!.apart || differ(o.line, e.line))) same.push(e);
  }
  const edges = [...best.values()]
    .flat()
    .map((e) => ({ ...e, line: simplify(e.line, n.lines[e.of]!.apart ? 0.35 : 0.9) }));
  return { ...n, edges: edges.filter((e) => e.from !== e.to || lineLength(e.line) > 60) };
}
const differ = (a: readonly Pt[], b: readonly Pt[]): boolean => {
  const [m, o] = [middle(a), middle(b)];
  return dist(m, o) > 25;
};
const middle = (line: readonly Pt[]): Pt => {
  let left = lineLength(line) / 2;
  for (let i = 1; i < line.length; i++) {
    const d = dist(line[i - 1]!, line[i]!);
    if (d >= left) return lerp(line[i - 1]!, line[i]!, d === 0 ? 0 : left / d);
    left -= d;
  }
  return line.at(-1)!;
};
