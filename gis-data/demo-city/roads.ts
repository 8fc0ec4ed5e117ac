import { strongComponents } from './components.ts';
import { TOWNS } from './field.ts';
import type { Grown } from './grow.ts';
import { buildInterchanges, carriageways } from './highways.ts';
import { joinEnds, NetworkBuilder, type Edge, type RoadLine } from './network.ts';
import { randomFor } from './noise.ts';
import type { Raster } from './raster.ts';
import { dist, lerp, lineLength, simplify, smoothThrough, type Pt } from './plane.ts';
import type { Drawn, RoadClass } from './skeleton.ts';
import type { Terrain } from './terrain.ts';

/** The finished road network: strongly connected, with bridges, tunnels and one-way streets. */

export interface Road {
  readonly from: number;
  readonly to: number;
  readonly line: Pt[];
  readonly cls: RoadClass;
  /** Number of the line in {@link RoadNetwork.lines}: edges of one street share it. */
  readonly of: number;
  oneway: boolean;
  readonly bridge: boolean;
  readonly tunnel: boolean;
}

export interface RoadNetwork {
  readonly lines: readonly RoadLine[];
  readonly nodes: readonly Pt[];
  readonly roads: readonly Road[];
  /** Shores cut at the same nodes: with the roads they bound the blocks. */
  readonly shores: readonly Edge[];
}

const SPEED_KMH: Record<RoadClass, number> = {
  motorway: 110, expressway: 80, primary: 56, secondary: 46, tertiary: 38, residential: 28, lane: 18, link: 42,
}; // prettier-ignore
export const freeKmh = (r: Road, rural: boolean): number =>
  rural && (r.cls === 'secondary' || r.cls === 'tertiary') ? 60 : SPEED_KMH[r.cls];

export function makeRoads(
  seed: number,
  t: Terrain,
  drawn: readonly Drawn[],
  grown: readonly Grown[],
  land: Raster,
): RoadNetwork {
  const random = randomFor(seed, 'roads');
  const inCity = (p: Pt): boolean => land.at(p[0], p[1]) > 0;
  const cut = drawn.flatMap((d) => clip(d, inCity));
  const lines: RoadLine[] = [];
  const street = (cls: RoadClass, name: Drawn['name'], line: readonly Pt[], closed: boolean): void => {
    lines.push({ cls, name, line: [...line], oneway: false, apart: false, closed });
  };
  for (const d of cut) if (d.cls !== 'motorway' && d.cls !== 'expressway') street(d.cls, d.name, d.line, d.closed);
  for (const line of countryRoads(t, cut)) street('secondary', null, line, false);
  for (const g of grown) street(g.cls, null, g.line, false);
  for (const w of t.waters) {
    if (w.kind === 'pond') continue;
    for (const ring of w.rings)
      lines.push({ cls: 'shore', name: null, line: [...ring], oneway: false, apart: false, closed: false });
  }
  joinEnds(lines, (p) => t.water.at(p[0], p[1]) < 2 && inCity(p) && t.steep.at(p[0], p[1]) === 0);
  const builder = new NetworkBuilder(lines);
  const highways = carriageways(cut, lines);
  for (let i = builder.cuts.length; i < lines.length; i++) builder.cuts.push([]);
  builder.crossAll();
  buildInterchanges(builder, lines, highways, inCity);
  const atShore = (p: Pt): boolean =>
    [0, 1, 2, 3].some(
      (k) => t.water.at(p[0] + (k < 2 ? 90 - 180 * k : 0), p[1] + (k < 2 ? 0 : 90 - 180 * (k - 2))) > 0,
    );
  const keep = (l: RoadLine, tip: Pt, length: number): boolean =>
    l.cls === 'shore' ||
    (!atShore(tip) && length < 900 && l.cls === 'residential' && length > 70) ||
    (l.cls === 'tertiary' && length > 160) ||
    (l.cls === 'lane' && length > 35);
  const net = builder.build(keep);
  const shores = net.edges.filter((e) => net.lines[e.of]!.cls === 'shore');
  const roads = net.edges
    .filter((e) => net.lines[e.of]!.cls !== 'shore')
    .map((e): Road => ({
      from: e.from, to: e.to, line: e.line, of: e.of, cls: net.lines[e.of]!.cls as RoadClass, oneway: net.lines[e.of]!.oneway,
      ...crossesWhat(t, e.line),
    })); // prettier-ignore
  oneWays(random, net.lines, roads);
  return compact({ lines: net.lines, nodes: net.nodes, roads: connected(net.nodes.length, roads), shores });
}

/** The part of a drawn road inside of the border; whole when it is a ring. */
function clip(d: Drawn, inCity: (p: Pt) => boolean): Drawn[] {
  if (d.closed) return [d];
  const out: Pt[] = [];
  for (const p of smoothThrough(d.line, 60)) if (inCity(p)) out.push(p);
  return out.length < 3 ? [] : [{ ...d, line: simplify(out, 0.8) }];
}

/** From each town of the outer districts to the nearest part of the city that can be reached without crossing wide water. */
function countryRoads(t: Terrain, drawn: readonly Drawn[]): Pt[][] {
  const goals = drawn
    .filter((d) => d.cls === 'primary' && d.closed === false)
    .flatMap((d) => [d.line[0]!, d.line.at(-1)!]);
  const out: Pt[][] = [];
  TOWNS.forEach(([x, y], i) => {
    const from: Pt = [x * 1000, y * 1000];
    const others = TOWNS.slice(0, i).map(([a, b]): Pt => [a * 1000, b * 1000]);
    let best: { cost: number; line: Pt[] } | null = null;
    for (const goal of [...goals, ...others])
      for (const bend of [-0.12, -0.05, 0.06, 0.13]) {
        const line = bow(from, goal, bend);
        let cost = 0;
        for (const p of line) cost += t.water.at(p[0], p[1]) > 1 ? 60 : t.steep.at(p[0], p[1]) > 0 ? 4 : 1;
        cost *= dist(from, goal) / line.length;
        if (!best || cost < best.cost) best = { cost, line };
      }
    if (best) out.push(simplify(smoothThrough(best.line, 60), 1));
  });
  return out;
}
function bow(a: Pt, b: Pt, bend: number): Pt[] {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const n = Math.max(4, Math.round(dist(a, b) / 350));
  return Array.from({ length: n + 1 }, (_, k): Pt => {
    const s = k / n;
    const off = Math.sin(Math.PI * s) * bend + Math.sin(2 * Math.PI * s) * bend * 0.35;
    const p = lerp(a, b, s);
    return [p[0] - dy * off, p[1] + dx * off];
  });
}

function crossesWhat(t: Terrain, line: readonly Pt[]): { bridge: boolean; tunnel: boolean } {
  let [wet, steep, all] = [0, 0, 0];
  for (let i = 1; i < line.length; i++) {
    const n = Math.max(1, Math.round(dist(line[i - 1]!, line[i]!) / 15));
    for (let k = 0; k < n; k++) {
      const p = lerp(line[i - 1]!, line[i]!, (k + 0.5) / n);
      all++;
      if (t.water.at(p[0], p[1]) > 0) wet++;
      else if (t.steep.at(p[0], p[1]) > 0) steep++;
    }
  }
  return { bridge: wet / all > 0.5, tunnel: wet / all <= 0.5 && steep / all > 0.6 };
}

/** Some small streets of the middle are one way, as a whole. */
function oneWays(random: () => number, lines: readonly RoadLine[], roads: readonly Road[]): void {
  const share: Partial<Record<RoadClass, number>> = { tertiary: 0.05, residential: 0.14, lane: 0.2 };
  const wanted = lines.map(
    (l) => random() < (l.cls === 'shore' ? 0 : (share[l.cls] ?? 0)) && Math.hypot(l.line[0]![0], l.line[0]![1]) < 7_500,
  );
  for (const r of roads) if (wanted[r.of]) r.oneway = true;
}

/** Keeps what can be reached and left: small one-way streets that trap are opened, the rest outside of the largest part goes. */
function connected(nodes: number, roads: Road[]): Road[] {
  for (let round = 0; round < 4; round++) {
    const { of, largest } = strongComponents(nodes, roads);
    let opened = 0;
    for (const r of roads)
      if (
        r.oneway &&
        !['motorway', 'expressway', 'link'].includes(r.cls) &&
        (of[r.from] !== largest || of[r.to] !== largest)
      ) {
        r.oneway = false;
        opened++;
      }
    if (opened === 0) break;
  }
  for (;;) {
    const { of, largest } = strongComponents(nodes, roads);
    const kept = roads.filter((r) => of[r.from] === largest && of[r.to] === largest);
    if (kept.length === roads.length) return kept;
    roads = kept;
  }
}

/** Renumbers the nodes that are left. Shores keep theirs after the roads'. */
function compact(n: RoadNetwork): RoadNetwork {
  const number = new Map<number, number>();
  const nodes: Pt[] = [];
  const of = (i: number): number => {
    let k = number.get(i);
    if (k === undefined) {
      number.set(i, (k = nodes.length));
      nodes.push(n.nodes[i]!);
    }
    return k;
  };
  const roads = n.roads.map((r) => ({ ...r, from: of(r.from), to: of(r.to) }));
  const shores = n.shores.map((e) => ({ ...e, from: of(e.from), to: of(e.to) }));
  return { ...n, nodes, roads, shores };
}

export const roadLength = (r: Road): number => lineLength(r.line);
