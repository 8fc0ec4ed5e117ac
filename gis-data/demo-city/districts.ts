import type { Random } from '#domain/random.ts';
import type { Field } from './field.ts';
import { between, layeredNoise, randomFor } from './noise.ts';
import { dist, inRing, ringArea, simplify, type Pt, type Ring } from './plane.ts';
import { Raster } from './raster.ts';
import type { Drawn } from './skeleton.ts';
import { HALF_H, HALF_W, type Terrain } from './terrain.ts';
import { Heap } from '../roads/heap.ts';

/**
 * Districts and streets (街道): every place belongs to exactly one. Areas grow from their middles over a grid, water and
 * great roads hold them up; then the borders between them become lines that both neighbours share to the last digit.
 */

export interface Zone {
  /** Index of its district in {@link Zones.districts}. */
  readonly district: number;
  readonly seat: Pt;
  readonly rings: readonly Ring[];
  readonly label: Pt;
  /** A town (镇) rather than a street of the city (街道). */
  readonly rural: boolean;
}
export interface Zones {
  readonly districts: readonly { readonly rings: readonly Ring[]; readonly label: Pt }[];
  readonly streets: readonly Zone[];
  readonly city: readonly Ring[];
}

const CELL = 90;

/** Middles of the districts in km; their order is that of the names. */
export const DISTRICT_SEATS: readonly Pt[] = ([
  [0.3, 0.4], [-7.6, 2.4], [0.4, 9.6], [9.8, 3.6], [1.9, -6.8], [-8.4, -6.8], [10.8, -6.4], [-3.5, -15.5],
] as const).map(([x, y]): Pt => [x * 1000, y * 1000]); // prettier-ignore

export function makeZones(seed: number, t: Terrain, field: Field, drawn: readonly Drawn[], border: Ring): Zones {
  const random = randomFor(seed, 'districts');
  const cost = walls(t, drawn, random);
  const land = new Raster(HALF_W, HALF_H, CELL);
  land.paint([border], 1);
  const seats = placeSeats(random, t, field, border);
  const zone = flood(land, cost, seats);
  const of = districtOf(land, zone, seats, cost);
  const arcs = tracedArcs(land, zone, seats.length);
  const smooth = smoothArcs(arcs);
  const streets = seats.map((seat, i): Zone => {
    const rings = ringsOf(smooth, (a) => a.left === i, (a) => a.right === i);
    return { district: of[i]!, seat, rings, label: labelOf(rings), rural: field.urban.smoothAt(seat[0], seat[1]) < 0.3 || Math.hypot(seat[0] / 1.15, seat[1]) > 12_500 };
  }); // prettier-ignore
  const districts = DISTRICT_SEATS.map((_, d) => {
    const mine = (i: number): boolean => i >= 0 && of[i] === d;
    const rings = ringsOf(smooth, (a) => mine(a.left) && !mine(a.right), (a) => mine(a.right) && !mine(a.left));
    return { rings, label: labelOf(rings) };
  }); // prettier-ignore
  const city = ringsOf(
    smooth,
    (a) => a.left >= 0 && a.right < 0,
    (a) => a.right >= 0 && a.left < 0,
  );
  return { districts, streets, city };
}

/** What it costs to grow through a cell. */
function walls(t: Terrain, drawn: readonly Drawn[], random: Random): Raster {
  const rough = layeredNoise(random, 1600, 3);
  const cost = new Raster(HALF_W, HALF_H, CELL).fill((x, y) => 1 + 0.9 * Math.max(-0.6, rough(x, y)));
  for (const w of t.waters) {
    if (w.kind === 'lake') cost.paint(w.rings, 3);
    else if (w.centre) cost.stroke(w.centre, 70, w.kind === 'river' ? 700 : 12);
  }
  for (const d of drawn) cost.stroke(d.line, 50, d.cls === 'motorway' || d.cls === 'expressway' ? 16 : 9);
  return cost;
}

/** Close together in the middle, far apart in the country. */
function placeSeats(random: Random, t: Terrain, field: Field, border: Ring): Pt[] {
  const seats: Pt[] = [...DISTRICT_SEATS];
  for (let tries = 0; tries < 6000; tries++) {
    const p: Pt = [between(random, -HALF_W, HALF_W), between(random, -HALF_H, HALF_H)];
    if (!inRing(p, border) || t.water.at(p[0], p[1]) > 1) continue;
    const u = field.urban.smoothAt(p[0], p[1]);
    const room = 6_300 - 3_900 * Math.min(1, u * 1.25);
    if (seats.some((s) => dist(s, p) < room)) continue;
    const edge = border.reduce((m, q) => Math.min(m, dist(p, q)), Infinity);
    if (edge > room * 0.32) seats.push(p);
  }
  return seats;
}

/** The nearest seat of each cell by cost of the way; -1 outside of the city. */
function flood(land: Raster, cost: Raster, seats: readonly Pt[]): Int16Array {
  const zone = new Int16Array(land.data.length).fill(-1);
  const best = new Float64Array(land.data.length).fill(Infinity);
  const heap = new Heap();
  seats.forEach((s, i) => {
    const c = land.indexOf(s[0], s[1]);
    best[c] = 0;
    zone[c] = i;
    heap.push(0, c);
  });
  const done = new Uint8Array(land.data.length);
  while (heap.size > 0) {
    const c = heap.pop();
    if (done[c]) continue;
    done[c] = 1;
    const [i, j] = [c % land.w, Math.floor(c / land.w)];
    for (const [di, dj, len] of STEPS) {
      const [ni, nj] = [i + di, j + dj];
      if (ni < 0 || nj < 0 || ni >= land.w || nj >= land.h) continue;
      const k = nj * land.w + ni;
      if (land.data[k] === 0) continue;
      const d = best[c]! + len * (cost.data[c]! + cost.data[k]!);
      if (d < best[k]!) {
        best[k] = d;
        zone[k] = zone[c]!;
        heap.push(d, k);
      }
    }
  }
  return zone;
}
const STEPS = [
  [1, 0, 0.5], [-1, 0, 0.5], [0, 1, 0.5], [0, -1, 0.5], [1, 1, 0.707], [1, -1, 0.707], [-1, 1, 0.707], [-1, -1, 0.707],
] as const; // prettier-ignore

/** Each street joins the district whose seat is the cheapest to reach, wide water and great roads counted double. */
function districtOf(land: Raster, zone: Int16Array, seats: readonly Pt[], cost: Raster): Int16Array {
  const dear = new Raster(HALF_W, HALF_H, CELL);
  dear.data.set(cost.data.map((c) => (c > 40 ? c * 4 : c > 10 ? c * 2 : c)));
  const near = flood(land, dear, DISTRICT_SEATS);
  const of = new Int16Array(seats.length);
  const votes = seats.map(() => new Int32Array(DISTRICT_SEATS.length));
  zone.forEach((z, c) => {
    if (z >= 0 && near[c]! >= 0) votes[z]![near[c]!]!++;
  });
  votes.forEach((v, i) => (of[i] = i < DISTRICT_SEATS.length ? i : v.indexOf(v.reduce((a, b) => Math.max(a, b), 0))));
  return of;
}

interface Arc {
  readonly left: number;
  readonly right: number;
  points: Pt[];
}

/** Border lines between junctions, along the edges of cells: left and right zone of each (-1: outside). */
function tracedArcs(land: Raster, zone: Int16Array, _zones: number): Arc[] {
  const { w, h } = land;
  const at = (i: number, j: number): number => (i < 0 || j < 0 || i >= w || j >= h ? -1 : zone[j * w + i]!);
  // directed lattice edges with the left zone < right zone, so that each border is walked once
  const out = new Map<number, { to: number; left: number; right: number; used: boolean }[]>();
  const key = (i: number, j: number): number => j * (w + 1) + i;
  const link = (a: number, b: number, left: number, right: number): void => {
    const list = out.get(a);
    const e = { to: b, left, right, used: false };
    if (list) list.push(e);
    else out.set(a, [e]);
  };
  const degree = new Map<number, number>();
  const touch = (k: number): void => void degree.set(k, (degree.get(k) ?? 0) + 1);
  for (let j = 0; j <= h; j++)
    for (let i = 0; i <= w; i++) {
      // edge to the right: below is (i, j−1), above is (i, j)
      const [above, below, behind] = [at(i, j), at(i, j - 1), at(i - 1, j)];
      if (above !== below && i < w) {
        if (above > below) link(key(i, j), key(i + 1, j), above, below);
        else link(key(i + 1, j), key(i, j), below, above);
        touch(key(i, j));
        touch(key(i + 1, j));
      }
      // edge upwards: left is (i−1, j), right is (i, j)
      if (behind !== above && j < h) {
        if (behind > above) link(key(i, j), key(i, j + 1), behind, above);
        else link(key(i, j + 1), key(i, j), above, behind);
        touch(key(i, j));
        touch(key(i, j + 1));
      }
    }
  const place = (k: number): Pt => [
    land.west + (k % (w + 1)) * land.cell,
    land.south + Math.floor(k / (w + 1)) * land.cell,
  ];
  const arcs: Arc[] = [];
  const walk = (from: number, first: { to: number; left: number; right: number; used: boolean }): void => {
    const points = [place(from)];
    let e = first;
    for (;;) {
      e.used = true;
      points.push(place(e.to));
      if (degree.get(e.to) !== 2) break;
      const next = out.get(e.to)?.find((o) => !o.used && o.left === e.left && o.right === e.right);
      if (!next) break;
      e = next;
    }
    arcs.push({ left: first.left, right: first.right, points });
  };
  for (const [from, list] of out) if (degree.get(from) !== 2) for (const e of list) if (!e.used) walk(from, e);
  for (const [from, list] of out) for (const e of list) if (!e.used) walk(from, e);
  return arcs;
}

/** Stairs become curves; the ends of an arc stay where they are, so its neighbours still meet it. */
function smoothArcs(arcs: readonly Arc[]): Arc[] {
  return arcs.map((a) => {
    let p = a.points;
    const loop = p.length > 4 && p[0]![0] === p.at(-1)![0] && p[0]![1] === p.at(-1)![1];
    for (let round = 0; round < 5; round++)
      p = p.map((q, i): Pt => {
        const [b, c] = [p[i - 1] ?? (loop ? p.at(-2)! : null), p[i + 1] ?? (loop ? p[1]! : null)];
        return b && c ? [(b[0] + 2 * q[0] + c[0]) / 4, (b[1] + 2 * q[1] + c[1]) / 4] : q;
      });
    if (loop) p[p.length - 1] = p[0]!;
    return { ...a, points: loop && p.length < 8 ? p : simplify(p, 14) };
  });
}

/** Rings from the arcs that have the zone on their left, or (turned) on their right: outer ones counter-clockwise first, then holes. */
function ringsOf(arcs: readonly Arc[], left: (a: Arc) => boolean, right: (a: Arc) => boolean): Pt[][] {
  const parts: Pt[][] = [];
  for (const a of arcs) {
    if (left(a)) parts.push(a.points);
    else if (right(a)) parts.push([...a.points].reverse());
  }
  const from = new Map<string, number[]>();
  const key = (p: Pt): string => `${p[0]} ${p[1]}`;
  parts.forEach((p, i) => {
    const k = key(p[0]!);
    const list = from.get(k);
    if (list) list.push(i);
    else from.set(k, [i]);
  });
  const used = new Uint8Array(parts.length);
  const rings: Pt[][] = [];
  for (let start = 0; start < parts.length; start++) {
    if (used[start]) continue;
    const ring: Pt[] = [];
    for (let i: number | undefined = start; i !== undefined && !used[i];) {
      used[i] = 1;
      ring.push(...parts[i]!.slice(0, -1));
      const end: Pt = parts[i]!.at(-1)!;
      i = key(end) === key(ring[0]!) ? undefined : from.get(key(end))?.find((k) => !used[k]);
    }
    if (ring.length >= 3) rings.push([...ring, ring[0]!]);
  }
  return rings.sort((a, b) => ringArea(b) - ringArea(a));
}

/** A place well inside of the largest ring: the middle of the widest stretch near its height. */
function labelOf(rings: readonly Ring[]): Pt {
  const ring = rings[0]!;
  const ys = ring.map((p) => p[1]);
  const [lo, hi] = [Math.min(...ys), Math.max(...ys)];
  let best: { p: Pt; score: number } = { p: ring[0]!, score: -1 };
  for (let k = 1; k < 24; k++) {
    const y = lo + ((hi - lo) * k) / 24;
    const xs: number[] = [];
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[i]!, ring[j]!];
      if (a[1] > y !== b[1] > y) xs.push(((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]);
    }
    xs.sort((a, b) => a - b);
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const score = (xs[i + 1]! - xs[i]!) * (1 - 0.8 * Math.abs(k / 12 - 1));
      if (score > best.score) best = { p: [(xs[i]! + xs[i + 1]!) / 2, y], score };
    }
  }
  return best.p;
}
