import type { Field } from './field.ts';
import { gradientNoise, randomFor } from './noise.ts';
import { centroid, dist, inRing, lerp, ringArea, type Pt } from './plane.ts';
import type { Raster } from './raster.ts';
import type { RoadNetwork } from './roads.ts';
import type { Terrain } from './terrain.ts';

/** The land between the streets, and what it is used for. */

export type BlockKind = 'old' | 'residential' | 'commercial' | 'industrial' | 'campus' | 'park' | 'rural' | 'water';

export interface Block {
  readonly ring: readonly Pt[];
  readonly areaM2: number;
  readonly centre: Pt;
  readonly kind: BlockKind;
  readonly urban: number;
  /** Share of its outline that is a shore. */
  readonly shore: number;
}

interface Half {
  readonly to: number;
  readonly from: number;
  readonly line: readonly Pt[];
  readonly angle: number;
  readonly shore: boolean;
  twin: number;
}

/** Faces of the street network at grade: each street has a block on either side. */
export function faces(n: RoadNetwork): { ring: Pt[]; shore: number; roundM: number }[] {
  const pieces: { from: number; to: number; line: readonly Pt[]; shore: boolean }[] = [];
  for (const r of n.roads) if (!n.lines[r.of]!.apart) pieces.push({ ...r, shore: false });
  for (const e of n.shores) pieces.push({ ...e, shore: true });
  const alive = withoutDeadEnds(n.nodes.length, pieces);
  const halves: Half[] = [];
  const at: number[][] = n.nodes.map(() => []);
  for (const p of alive) {
    if (p.from === p.to) continue;
    const back = [...p.line].reverse();
    const angle = (l: readonly Pt[]): number => Math.atan2(l[1]![1] - l[0]![1], l[1]![0] - l[0]![0]);
    const k = halves.length;
    halves.push({ from: p.from, to: p.to, line: p.line, angle: angle(p.line), shore: p.shore, twin: k + 1 });
    halves.push({ from: p.to, to: p.from, line: back, angle: angle(back), shore: p.shore, twin: k });
    at[p.from]!.push(k);
    at[p.to]!.push(k + 1);
  }
  const place = new Int32Array(halves.length);
  for (const list of at) {
    list.sort((a, b) => halves[a]!.angle - halves[b]!.angle);
    list.forEach((h, i) => (place[h] = i));
  }
  const out: { ring: Pt[]; shore: number; roundM: number }[] = [];
  const seen = new Uint8Array(halves.length);
  for (let start = 0; start < halves.length; start++) {
    if (seen[start]) continue;
    const ring: Pt[] = [];
    let [shore, all, steps] = [0, 0, 0];
    for (let h = start; !seen[h];) {
      seen[h] = 1;
      const half = halves[h]!;
      for (let i = 0; i + 1 < half.line.length; i++) ring.push(half.line[i]!);
      let len = 0;
      for (let i = 1; i < half.line.length; i++) len += dist(half.line[i - 1]!, half.line[i]!);
      all += len;
      if (half.shore) shore += len;
      // at its end: the next one clockwise from where we came, so that the face stays on the left
      const list = at[half.to]!;
      h = list[(place[half.twin]! - 1 + list.length) % list.length]!;
      if (++steps > 5000) break;
    }
    if (ring.length >= 3 && ringArea(ring) > 0) out.push({ ring, shore: all === 0 ? 0 : shore / all, roundM: all });
  }
  return out;
}

function withoutDeadEnds<T extends { from: number; to: number }>(nodes: number, pieces: T[]): T[] {
  const degree = new Int32Array(nodes);
  for (const p of pieces) {
    degree[p.from]!++;
    degree[p.to]!++;
  }
  for (;;) {
    const kept = pieces.filter((p) => degree[p.from]! > 1 && degree[p.to]! > 1);
    if (kept.length === pieces.length) return kept;
    degree.fill(0);
    for (const p of kept) {
      degree[p.from]!++;
      degree[p.to]!++;
    }
    pieces = kept;
  }
}

/** Middles of business, in km, with their reach. */
const BUSINESS: readonly [x: number, y: number, r: number, share: number][] = [
  [2.2, -6.3, 1.5, 0.92],
  [0.3, 0.4, 0.75, 0.55],
  [0.9, 4.3, 0.9, 0.6],
  [10, 2.3, 0.95, 0.7],
  [-3.2, 0.6, 0.7, 0.5],
  [-7.8, 2.6, 0.8, 0.55],
  [0.3, 7.6, 0.8, 0.55],
  [4.4, -9.8, 0.8, 0.6],
  [-2.3, -5.6, 0.6, 0.5],
  [9.6, -5, 0.6, 0.5],
  [13.8, 4.8, 0.7, 0.6],
  [-6.6, 8, 0.6, 0.4],
];
/** Where industry was put, in km. */
const INDUSTRY: readonly [x: number, y: number, r: number][] = [
  [-12.2, -6.6, 2.1],
  [-12, 8, 1.6],
  [10.4, 10.8, 2],
  [14.2, 6.6, 1.5],
  [-5.6, -10.6, 1.5],
  [12.4, -3.2, 1.4],
];
const LEARNING: readonly [x: number, y: number, r: number][] = [
  [-7.6, 4.6, 1.7],
  [6.2, -10.6, 1.5],
  [10.4, 8.4, 0.9],
  [-2.6, 8.9, 1],
];

export function makeBlocks(seed: number, t: Terrain, field: Field, n: RoadNetwork, taken: Raster): Block[] {
  const random = randomFor(seed, 'blocks');
  const zones = gradientNoise(random, 1400);
  const near = (p: Pt, list: readonly (readonly [number, number, number, ...number[]])[]): number => {
    let best = Infinity;
    for (const [x, y, r] of list) best = Math.min(best, dist(p, [x * 1000, y * 1000]) / (r * 1000));
    return best;
  };
  const out: Block[] = [];
  for (const f of faces(n)) {
    const areaM2 = ringArea(f.ring);
    if (areaM2 < 900) continue;
    const centre = centroid(f.ring);
    const probe = [
      centre,
      ...f.ring.filter((_, i) => i % Math.max(1, f.ring.length >> 3) === 0).map((p) => lerp(p, centre, 0.3)),
    ].filter((p) => inRing(p, f.ring));
    const share = (test: (p: Pt) => boolean): number =>
      probe.length === 0 ? 1 : probe.filter(test).length / probe.length;
    const urban = field.urban.smoothAt(centre[0], centre[1]);
    const dice = random();
    const business = BUSINESS.reduce(
      (s, [x, y, r, w]) => s + w * Math.exp(-((dist(centre, [x * 1000, y * 1000]) / (r * 1000)) ** 2)),
      0,
    );
    let kind: BlockKind = 'residential';
    if (share((p) => t.water.at(p[0], p[1]) > 0) > 0.45) kind = 'water';
    else if (
      areaM2 > 700_000 ||
      urban < 0.2 ||
      share((p) => t.steep.at(p[0], p[1]) > 0) > 0.4 ||
      share((p) => taken.at(p[0], p[1]) === 3) > 0.5
    )
      kind = 'rural';
    else if (f.shore > 0.22 && (2 * areaM2) / f.roundM < 190) kind = 'park';
    else if (inRing(centre, t.wall))
      kind = dice < 0.02 ? 'park' : business > 0.5 && areaM2 > 5_000 && dice < 0.6 ? 'commercial' : 'old';
    else if (dice < business) kind = 'commercial';
    else if (near(centre, INDUSTRY) < 1 + 0.4 * zones(centre[0], centre[1]) && dice < 0.9) kind = 'industrial';
    else if (areaM2 > 26_000 && dice < (near(centre, LEARNING) < 1 ? 0.4 : 0.03)) kind = 'campus';
    else if (areaM2 > 14_000 && dice > 0.955) kind = 'park';
    else if (dice > 0.93) kind = 'commercial';
    out.push({ ring: f.ring, areaM2, centre, kind, urban, shore: f.shore });
  }
  return out;
}
