import type { Block } from './blocks.ts';
import type { Field } from './field.ts';
import { between, randomFor } from './noise.ts';
import { dist, type Pt } from './plane.ts';
import { Raster } from './raster.ts';
import type { RoadNetwork } from './roads.ts';
import { HALF_H, HALF_W, type Terrain } from './terrain.ts';
import type { Random } from '#domain/random.ts';

/** Footprints: rows of flats that look south, old houses along lanes, towers, sheds, schools with their running tracks. */

export interface Building {
  readonly ring: readonly Pt[];
  readonly heightM: number;
}
export interface Pitch {
  readonly rings: readonly (readonly Pt[])[];
  readonly kind: 'pitch' | 'plaza';
}

/** A block's own directions: u along its rows, v across. */
class Frame {
  readonly cos: number;
  readonly sin: number;
  readonly ring: Pt[];
  readonly box: { u0: number; u1: number; v0: number; v1: number };
  constructor(ring: readonly Pt[], angle: number) {
    this.cos = Math.cos(angle);
    this.sin = Math.sin(angle);
    this.ring = ring.map((p) => this.in(p));
    const us = this.ring.map((p) => p[0]);
    const vs = this.ring.map((p) => p[1]);
    this.box = { u0: Math.min(...us), u1: Math.max(...us), v0: Math.min(...vs), v1: Math.max(...vs) };
  }
  in([x, y]: Pt): Pt {
    return [x * this.cos + y * this.sin, -x * this.sin + y * this.cos];
  }
  out([u, v]: Pt): Pt {
    return [u * this.cos - v * this.sin, u * this.sin + v * this.cos];
  }
  rect(u0: number, v0: number, u1: number, v1: number): Pt[] {
    return ([[u0, v0], [u1, v0], [u1, v1], [u0, v1], [u0, v0]] as const).map((p) => this.out(p));
  } // prettier-ignore
  poly(points: readonly Pt[]): Pt[] {
    return [...points, points[0]!].map((p) => this.out(p));
  }

  /** Stretches of u in which the whole band v0 … v1 lies inside, `set` metres from the outline. */
  clear(v0: number, v1: number, set: number): [number, number][] {
    let spans: [number, number][] | null = null;
    const n = Math.max(2, Math.ceil((v1 - v0 + 2 * set) / 14) + 1);
    for (let k = 0; k < n; k++) {
      const mine = this.#spansAt(v0 - set + ((v1 - v0 + 2 * set) * k) / (n - 1));
      spans = spans === null ? mine : overlap(spans, mine);
      if (spans.length === 0) return [];
    }
    return spans!.map(([a, b]): [number, number] => [a + set, b - set]).filter(([a, b]) => b > a);
  }
  #spansAt(v: number): [number, number][] {
    const us: number[] = [];
    for (let i = 0, j = this.ring.length - 1; i < this.ring.length; j = i++) {
      const [a, b] = [this.ring[i]!, this.ring[j]!];
      if (a[1] > v !== b[1] > v) us.push(((b[0] - a[0]) * (v - a[1])) / (b[1] - a[1]) + a[0]);
    }
    us.sort((a, b) => a - b);
    const out: [number, number][] = [];
    for (let i = 0; i + 1 < us.length; i += 2) out.push([us[i]!, us[i + 1]!]);
    return out;
  }
}
function overlap(a: readonly [number, number][], b: readonly [number, number][]): [number, number][] {
  const out: [number, number][] = [];
  for (const [a0, a1] of a)
    for (const [b0, b1] of b) if (Math.min(a1, b1) > Math.max(a0, b0)) out.push([Math.max(a0, b0), Math.min(a1, b1)]);
  return out;
}

/** Direction of the longest side. */
function mainAngle(ring: readonly Pt[]): number {
  let [best, angle] = [0, 0];
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!];
    if (dist(a, b) > best) [best, angle] = [dist(a, b), Math.atan2(b[1] - a[1], b[0] - a[0])];
  }
  return angle;
}
/** Of a block's two directions, the one that is more east and west: rows along it have their windows to the south. */
function southFacing(ring: readonly Pt[]): number {
  const a = mainAngle(ring);
  return Math.abs(Math.cos(a)) >= Math.SQRT1_2 ? a : a + Math.PI / 2;
}

export function makeBuildings(
  seed: number,
  t: Terrain,
  field: Field,
  blocks: readonly Block[],
  n: RoadNetwork,
  taken: Raster,
): { buildings: Building[]; pitches: Pitch[] } {
  const random = randomFor(seed, 'buildings');
  const busy = busyLand(n, taken);
  const buildings: Building[] = [];
  const pitches: Pitch[] = [];
  const put = (ring: readonly Pt[], heightM: number): void => {
    for (const p of ring)
      if (busy.at(p[0], p[1]) > 0 || t.water.at(p[0], p[1]) > 0 || t.steep.at(p[0], p[1]) > 0) return;
    buildings.push({ ring, heightM: Math.round(heightM) });
  };
  for (const b of blocks) {
    if (b.kind === 'residential') flats(random, b, put);
    else if (b.kind === 'old') oldHouses(random, b, put);
    else if (b.kind === 'commercial') {
      const before = buildings.length;
      offices(random, b, put, pitches);
      // too small for offices
      if (buildings.length === before) oldHouses(random, b, put);
    } else if (b.kind === 'industrial') sheds(random, b, put);
    else if (b.kind === 'campus') campus(random, b, put, pitches);
  }
  farmHouses(random, n, t, field, put);
  return { buildings, pitches };
}

/** Great roads, railways, and dead-end streets inside of blocks. */
function busyLand(n: RoadNetwork, taken: Raster): Raster {
  const busy = new Raster(HALF_W, HALF_H, 16);
  busy.data.set(taken.data);
  for (const r of n.roads) if (r.cls === 'link') busy.stroke(r.line, 9, 1);
  const degree = new Map<number, number>();
  for (const r of n.roads) for (const k of [r.from, r.to]) degree.set(k, (degree.get(k) ?? 0) + 1);
  for (const r of n.roads) if (degree.get(r.from) === 1 || degree.get(r.to) === 1) busy.stroke(r.line, 8, 1);
  return busy;
}

type Put = (ring: readonly Pt[], heightM: number) => void;

/** A gated estate: parallel slabs or point towers, shops along the street here and there. */
function flats(random: Random, b: Block, put: Put): void {
  const f = new Frame(b.ring, southFacing(b.ring));
  const towers = b.areaM2 > 9_000 && random() < 0.36;
  const depth = towers ? between(random, 15, 20) : between(random, 11, 14);
  const length = towers ? between(random, 28, 38) : between(random, 48, 76);
  const gap = towers ? between(random, 24, 40) : between(random, 8, 15);
  const sparse = b.urban < 0.45 ? 9 : 0;
  const step = depth + sparse + (towers ? between(random, 34, 46) : between(random, 19, 30));
  const floors = towers ? between(random, 18, 33) : random() < 0.5 ? 6 : between(random, 7, 12);
  const shift = random() < 0.4 ? length / 2 : 0;
  const set = b.areaM2 < 12_000 ? 8 : 11;
  let row = 0;
  for (let v = f.box.v0 + set + 2; v + depth < f.box.v1 - set; v += step, row++) {
    if (random() < 0.035) continue; // a garden across
    for (const [a, z] of f.clear(v, v + depth, set)) {
      const free = z - a;
      if (free < 16) continue;
      const count = Math.max(1, Math.floor((free + gap) / (length + gap)));
      const mine = count === 1 ? Math.min(free, length * 1.35) : length;
      const start =
        a +
        (free - count * mine - (count - 1) * gap) / 2 +
        (row % 2 && shift && free > count * (mine + gap) + shift ? shift / 2 : 0);
      for (let k = 0; k < count; k++) {
        const u = start + k * (mine + gap);
        if (random() < 0.03) continue;
        if (towers && random() < 0.5) put(cross(f, u, v, mine, depth), floors * 3);
        else put(f.rect(u, v, u + mine, v + depth), floors * 3);
      }
    }
  }
}
/** A tower with notched corners. */
const cross = (f: Frame, u: number, v: number, l: number, d: number): Pt[] => {
  const [n, m] = [l * 0.2, d * 0.26];
  return f.poly([
    [u + n, v], [u + l - n, v], [u + l - n, v + m], [u + l, v + m], [u + l, v + d], [u, v + d], [u, v + m], [u + n, v + m],
  ]); // prettier-ignore
};

/** Rows of low houses along lanes, yards left out. */
function oldHouses(random: Random, b: Block, put: Put): void {
  const f = new Frame(b.ring, southFacing(b.ring));
  const set = 4.5;
  for (let v = f.box.v0 + set; v + 8 < f.box.v1;) {
    const depth = between(random, 9, 14);
    for (const [a, z] of f.clear(v, v + depth, set)) {
      for (let u = a; u + 7 < z;) {
        const length = Math.min(z - u, between(random, 13, 40));
        if (random() > 0.15) {
          const dip = random() < 0.3 ? between(random, 0.5, 2.2) : 0;
          if (length > 17 && random() < 0.3)
            put(ell(f, u, v + dip, length, depth - dip, random() < 0.5), between(random, 5, 9));
          else put(f.rect(u, v + dip, u + length, v + depth), between(random, 4, 10));
        }
        u += length + (random() < 0.25 ? between(random, 3, 8) : 0.9);
      }
    }
    v += depth + (random() < 0.6 ? between(random, 4.5, 8) : between(random, 9, 14));
  }
}
const ell = (f: Frame, u: number, v: number, l: number, d: number, left: boolean): Pt[] => {
  const [w, h] = [l * 0.4, d * 0.45];
  return left
    ? f.poly([[u, v], [u + w, v], [u + w, v + d - h], [u + l, v + d - h], [u + l, v + d], [u, v + d]])
    : f.poly([[u + l - w, v], [u + l, v], [u + l, v + d], [u, v + d], [u, v + d - h], [u + l - w, v + d - h]]);
}; // prettier-ignore

/** Podiums, towers, courts; every block a little different. */
function offices(random: Random, b: Block, put: Put, pitches: Pitch[]): void {
  const f = new Frame(b.ring, mainAngle(b.ring));
  const cell = between(random, 46, 74);
  const tall = 30 + 190 * Math.max(0, b.urban - 0.45) * (0.4 + random());
  for (let v = f.box.v0 + 14; v + 26 < f.box.v1 - 8; v += cell) {
    const depth = Math.min(cell - 15, f.box.v1 - 10 - v);
    if (depth < 20) continue;
    for (const [a, z] of f.clear(v, v + depth, 13)) {
      const count = Math.max(1, Math.round((z - a) / cell));
      const width = (z - a - (count - 1) * 13) / count;
      if (width < 18) continue;
      for (let k = 0; k < count; k++) {
        const u = a + k * (width + 13);
        const dice = random();
        const h = tall * between(random, 0.5, 1.5);
        if (dice < 0.08) pitches.push({ kind: 'plaza', rings: [f.rect(u, v, u + width, v + depth)] });
        else if (dice < 0.17)
          put(round(f, u + width / 2, v + depth / 2, Math.min(width, depth) * 0.42, random() < 0.5 ? 8 : 20), h * 1.4);
        else if (dice < 0.42 && width > 34) put(ell(f, u, v, width, depth, random() < 0.5), h * 0.6);
        else if (dice < 0.72 && width > 38 && depth > 30) {
          put(f.rect(u, v, u + width, v + depth * 0.36), h * 0.4);
          put(f.rect(u + width * 0.14, v + depth * 0.52, u + width * 0.48, v + depth), h);
          if (random() < 0.7) put(f.rect(u + width * 0.64, v + depth * 0.52, u + width * 0.94, v + depth), h * 1.2);
        } else put(f.rect(u, v, u + width, v + depth), h * 0.7);
      }
    }
  }
}
const round = (f: Frame, u: number, v: number, r: number, sides: number): Pt[] =>
  f.poly(Array.from({ length: sides }, (_, k): Pt => {
    const a = ((k + 0.5) / sides) * 2 * Math.PI;
    return [u + r * Math.cos(a), v + r * Math.sin(a)];
  })); // prettier-ignore

function sheds(random: Random, b: Block, put: Put): void {
  const f = new Frame(b.ring, mainAngle(b.ring));
  for (let v = f.box.v0 + 14; v + 26 < f.box.v1;) {
    const depth = between(random, 28, 72);
    for (const [a, z] of f.clear(v, v + depth, 13))
      for (let u = a; u + 30 < z;) {
        const length = Math.min(z - u, between(random, 55, 150));
        if (random() > 0.16) put(f.rect(u, v, u + length, v + depth), between(random, 8, 16));
        u += length + between(random, 12, 22);
      }
    v += depth + between(random, 12, 22);
  }
}

function campus(random: Random, b: Block, put: Put, pitches: Pitch[]): void {
  const f = new Frame(b.ring, southFacing(b.ring));
  const field = b.areaM2 > 34_000 && random() < 0.65 ? track(random, f, pitches) : null;
  for (let v = f.box.v0 + 18; v + 16 < f.box.v1;) {
    const depth = between(random, 14, 19);
    for (const [a, z] of f.clear(v, v + depth, 16))
      for (let u = a; u + 24 < z;) {
        const length = Math.min(z - u, between(random, 38, 84));
        const hits =
          field && u < field.u1 + 14 && u + length > field.u0 - 14 && v < field.v1 + 14 && v + depth > field.v0 - 14;
        if (!hits && random() > 0.2) {
          if (
            length > 50 &&
            random() < 0.3 &&
            f.clear(v, v + depth + 22, 14).some(([p, q]) => p <= u && q >= u + length)
          ) {
            put(f.poly([[u, v], [u + length, v], [u + length, v + depth + 20], [u + length - 13, v + depth + 20], [u + length - 13, v + 13], [u + 13, v + 13], [u + 13, v + depth + 20], [u, v + depth + 20]]), between(random, 12, 24)); // prettier-ignore
          } else put(f.rect(u, v, u + length, v + depth), between(random, 12, 30));
        }
        u += length + between(random, 14, 34);
      }
    v += depth + between(random, 26, 44);
  }
}

/** A running track of 400 m where it has room, lengthwise north and south as the rules want, or along the block. */
function track(random: Random, f: Frame, pitches: Pitch[]): { u0: number; u1: number; v0: number; v1: number } | null {
  for (let tries = 0; tries < 14; tries++) {
    const big = tries < 8;
    const [half, r] = big ? [43, 37] : [24, 20];
    const v = between(random, f.box.v0 + r + 14, f.box.v1 - r - 14);
    const room = f.clear(v - r, v + r, 12).find(([a, z]) => z - a > 2 * (half + r));
    if (!room) continue;
    const u = between(random, room[0] + half + r, room[1] - half - r);
    const oval = (rad: number): Pt[] => {
      const points: Pt[] = [];
      for (let k = 0; k <= 12; k++)
        points.push([u + half + rad * Math.sin((k / 12) * Math.PI), v - rad * Math.cos((k / 12) * Math.PI)]);
      for (let k = 0; k <= 12; k++)
        points.push([u - half - rad * Math.sin((k / 12) * Math.PI), v + rad * Math.cos((k / 12) * Math.PI)]);
      return f.poly(points);
    };
    pitches.push({ kind: 'pitch', rings: [oval(r)] });
    return { u0: u - half - r, u1: u + half + r, v0: v - r, v1: v + r };
  }
  return null;
}

/** Houses along country roads, gathered in villages. */
function farmHouses(random: Random, n: RoadNetwork, t: Terrain, field: Field, put: Put): void {
  for (const r of n.roads) {
    if ((r.cls !== 'tertiary' && r.cls !== 'secondary') || r.bridge || r.tunnel) continue;
    for (let i = 1; i < r.line.length; i++) {
      const [a, b] = [r.line[i - 1]!, r.line[i]!];
      const len = dist(a, b);
      if (len < 30 || random() < 0.62) continue;
      const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
      for (let s = 14; s < len - 14; s += between(random, 15, 30))
        for (const side of [-1, 1])
          for (let k = 0; k < (random() < 0.4 ? 3 : 1); k++) {
            if (random() < 0.45) continue;
            const off = side * (17 + k * between(random, 17, 26));
            const p: Pt = [
              a[0] + Math.cos(angle) * s - Math.sin(angle) * off,
              a[1] + Math.sin(angle) * s + Math.cos(angle) * off,
            ];
            if (field.urban.smoothAt(p[0], p[1]) > 0.2 || t.water.at(p[0], p[1]) > 0) continue;
            const f = new Frame([p], angle + (random() - 0.5) * 0.24);
            const [u, v] = f.in(p);
            const [l, d] = [between(random, 9, 16), between(random, 8, 11)];
            put(f.rect(u - l / 2, v - d / 2, u + l / 2, v + d / 2), between(random, 4, 10));
          }
    }
  }
}
