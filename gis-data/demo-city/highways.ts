import { beside, crossing, dist, lerp, simplify, type Pt } from './plane.ts';
import type { NetworkBuilder, RoadLine } from './network.ts';
import { Segments } from './segments.ts';
import type { Drawn, Name, RoadClass } from './skeleton.ts';

/**
 * Expressways and motorways: two carriageways that pass over the streets, with interchanges: cloverleaves where two of them
 * cross, diamonds where a great street does. Traffic keeps to the right.
 */

/** Metres from the middle to the middle of a carriageway. */
const HALF_ROAD = 13;
/** Least metres between two interchanges, by class. */
const APART = { expressway: 1_150, motorway: 2_600 };

export interface Highway {
  readonly cls: 'motorway' | 'expressway';
  readonly name: Name;
  readonly axis: readonly Pt[];
  readonly closed: boolean;
  /** Numbers of its carriageways among the lines: along the axis, against it. */
  readonly ways: readonly [number, number];
}

/** Metres along a line at each of its points. */
const mileage = (line: readonly Pt[]): number[] => {
  const out = [0];
  for (let i = 1; i < line.length; i++) out.push(out[i - 1]! + dist(line[i - 1]!, line[i]!));
  return out;
};

/** The axis as a function of metres, and places beside it. */
class Axis {
  readonly h: Highway;
  readonly #m: number[];
  readonly length: number;
  constructor(h: Highway) {
    this.h = h;
    this.#m = mileage(h.axis);
    this.length = this.#m.at(-1)!;
  }
  metres(pos: number): number {
    const i = Math.min(this.#m.length - 2, Math.floor(pos));
    return this.#m[i]! + (pos - i) * (this.#m[i + 1]! - this.#m[i]!);
  }
  /** A place `off` metres to the right of the axis (negative: left), and the direction there. */
  at(metres: number, off: number): { p: Pt; dir: Pt } {
    let m = metres;
    if (this.h.closed) m = ((m % this.length) + this.length) % this.length;
    m = Math.max(0, Math.min(this.length, m));
    let lo = 0;
    let hi = this.#m.length - 2;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (this.#m[mid]! <= m) lo = mid;
      else hi = mid - 1;
    }
    const [a, b] = [this.h.axis[lo]!, this.h.axis[lo + 1]!];
    const len = dist(a, b) || 1;
    const dir: Pt = [(b[0] - a[0]) / len, (b[1] - a[1]) / len];
    const p = lerp(a, b, (m - this.#m[lo]!) / len);
    return { p: [p[0] + dir[1] * off, p[1] - dir[0] * off], dir };
  }
  inside(metres: number, margin: number): boolean {
    return this.h.closed || (metres > margin && metres < this.length - margin);
  }
}

/** Adds the carriageways of the great roads to the lines. The ends of open ones are drawn together, where they become a street. */
export function carriageways(drawn: readonly Drawn[], lines: RoadLine[]): Highway[] {
  const out: Highway[] = [];
  for (const d of drawn) {
    if (d.cls !== 'motorway' && d.cls !== 'expressway') continue;
    const right = beside(d.line, () => -HALF_ROAD);
    const left = beside(d.line, () => HALF_ROAD).reverse();
    if (d.closed) {
      right[right.length - 1] = right[0]!;
      left[left.length - 1] = left[0]!;
    } else {
      right[0] = left[left.length - 1] = d.line[0]!;
      right[right.length - 1] = left[0] = d.line.at(-1)!;
    }
    const ways = [right, left].map(
      (line) => lines.push({ cls: d.cls, name: d.name, line, oneway: true, apart: true, closed: d.closed }) - 1,
    ) as [number, number];
    out.push({ cls: d.cls, name: d.name!, axis: d.line, closed: d.closed, ways });
  }
  return out;
}

interface Meeting {
  readonly m: number;
  readonly at: Pt;
}

export function buildInterchanges(
  net: NetworkBuilder,
  lines: RoadLine[],
  highways: readonly Highway[],
  city: (p: Pt) => boolean,
): void {
  const axes = highways.map((h) => new Axis(h));
  const index = new Segments(200);
  lines.forEach((l) => index.add(l.line));
  const made: Meeting[][] = highways.map(() => []);
  joinOpenEnds(net, lines, highways, index);
  for (let i = 0; i < axes.length; i++)
    for (let j = i + 1; j < axes.length; j++)
      for (const x of crossingsOf(highways[i]!.axis, highways[j]!.axis)) {
        const [a, b] = [axes[i]!, axes[j]!];
        const [ma, mb] = [a.metres(x.s), b.metres(x.t)];
        if (!a.inside(ma, 420) || !b.inside(mb, 420) || !city(x.at)) continue;
        cloverleaf(net, lines, index, a, ma, b, mb);
        made[i]!.push({ m: ma, at: x.at });
        made[j]!.push({ m: mb, at: x.at });
      }
  highways.forEach((h, i) => diamonds(net, lines, index, axes[i]!, made[i]!, h));
}

function* crossingsOf(a: readonly Pt[], b: readonly Pt[]): Generator<{ s: number; t: number; at: Pt }> {
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of b) {
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  for (let i = 0; i + 1 < a.length; i++) {
    const [p, q] = [a[i]!, a[i + 1]!];
    if (
      Math.min(p[0], q[0]) > x1 ||
      Math.max(p[0], q[0]) < x0 ||
      Math.min(p[1], q[1]) > y1 ||
      Math.max(p[1], q[1]) < y0
    )
      continue;
    for (let j = 0; j + 1 < b.length; j++) {
      const hit = crossing(p, q, b[j]!, b[j + 1]!);
      if (hit) yield { s: i + hit[0], t: j + hit[1], at: lerp(p, q, hit[0]) };
    }
  }
}

/** Where a highway begins or ends, its carriageways meet one another, the next highway, or the street that goes on. */
function joinOpenEnds(
  net: NetworkBuilder,
  lines: readonly RoadLine[],
  highways: readonly Highway[],
  index: Segments,
): void {
  const nodes: { at: Pt; node: number }[] = [];
  for (const h of highways) {
    if (h.closed) continue;
    for (const end of [0, 1] as const) {
      const at = end ? h.axis.at(-1)! : h.axis[0]!;
      let known = nodes.find((n) => dist(n.at, at) < 1);
      if (!known) {
        nodes.push((known = { at, node: net.node(at, 20) }));
        const street = index.nearest(at, 30, (l) => !lines[l]!.apart && lines[l]!.cls === 'primary');
        if (street) net.cut(street.line, street.pos, known.node);
      }
      const [right, left] = h.ways;
      net.cut(right, end ? lines[right]!.line.length - 1 : 0, known.node);
      net.cut(left, end ? 0 : lines[left]!.line.length - 1, known.node);
    }
  }
}

/** A ramp: a one-way line with its ends on two other lines. */
function ramp(net: NetworkBuilder, lines: RoadLine[], index: Segments, points: Pt[], from: number, to: number): void {
  const a = index.nearest(points[0]!, 60, (l) => l === from);
  const b = index.nearest(points.at(-1)!, 60, (l) => l === to);
  if (!a || !b) return;
  const line = simplify([a.at, ...points.slice(1, -1), b.at], 0.4);
  const id = lines.push({ cls: 'link', name: null, line, oneway: true, apart: true, closed: false }) - 1;
  net.cuts.push([]);
  // a node of a carriageway must not fall together with one of a street below
  const [p, q] = [net.node(a.at, lines[from]!.apart ? 0.5 : 14), net.node(b.at, lines[to]!.apart ? 0.5 : 14)];
  net.cut(from, a.pos, p);
  net.cut(to, b.pos, q);
  net.cut(id, 0, p);
  net.cut(id, line.length - 1, q);
}

const curve = (a: Pt, c: Pt, b: Pt): Pt[] =>
  Array.from({ length: 15 }, (_, k) => {
    const t = k / 14;
    return lerp(lerp(a, c, t), lerp(c, b, t), t);
  });

/** All eight turns between two highways: four right turns outside, four left turns as loops inside. */
function cloverleaf(
  net: NetworkBuilder,
  lines: RoadLine[],
  index: Segments,
  a: Axis,
  ma: number,
  b: Axis,
  mb: number,
): void {
  const arms: { axis: Axis; m: number; sign: 1 | -1 }[] = [
    { axis: a, m: ma, sign: 1 },
    { axis: a, m: ma, sign: -1 },
    { axis: b, m: mb, sign: 1 },
    { axis: b, m: mb, sign: -1 },
  ];
  const way = (arm: (typeof arms)[number]): number => arm.axis.h.ways[arm.sign === 1 ? 0 : 1];
  const heading = (arm: (typeof arms)[number]): Pt => {
    const { dir } = arm.axis.at(arm.m, 0);
    return [dir[0] * arm.sign, dir[1] * arm.sign];
  };
  /** A place on the arm's carriageway, `d` metres ahead of the crossing. */
  const on = (arm: (typeof arms)[number], d: number, off = HALF_ROAD): Pt =>
    arm.axis.at(arm.m + d * arm.sign, off * arm.sign).p;
  for (const from of arms)
    for (const to of arms) {
      if (from.axis === to.axis) continue;
      const [d1, d2] = [heading(from), heading(to)];
      const turn = d1[0] * d2[1] - d1[1] * d2[0];
      const middle = lerp(on(from, 0), on(to, 0), 0.5);
      if (turn < 0) {
        const corner: Pt = [middle[0] + (d2[0] - d1[0]) * 34, middle[1] + (d2[1] - d1[1]) * 34];
        ramp(net, lines, index, curve(on(from, -330), corner, on(to, 330)), way(from), way(to));
      } else {
        const r = 62;
        ramp(net, lines, index, loop(on(from, r + HALF_ROAD), d1, on(to, -r - HALF_ROAD), d2, r), way(from), way(to));
      }
    }
}

/** A left turn to the right: out of one carriageway, three quarters of a circle clockwise, into the other one. */
function loop(a: Pt, d1: Pt, b: Pt, d2: Pt, r: number): Pt[] {
  const out: Pt[] = [a];
  const c: Pt = [a[0] + d1[1] * r, a[1] - d1[0] * r];
  const start = Math.atan2(a[1] - c[1], a[0] - c[0]);
  const turnTo = Math.atan2(d2[1], d2[0]) - Math.atan2(d1[1], d1[0]);
  const sweep = 2 * Math.PI - ((turnTo + 4 * Math.PI) % (2 * Math.PI));
  const n = 20;
  for (let k = 1; k < n; k++) {
    const w = start - (sweep * k) / n;
    const p: Pt = [c[0] + Math.cos(w) * r, c[1] + Math.sin(w) * r];
    // drawn towards the real end, where the carriageways are not at right angles
    const end: Pt = [c[0] + Math.cos(start - sweep) * r, c[1] + Math.sin(start - sweep) * r];
    const pull = (k / n) ** 2;
    out.push([p[0] + (b[0] - end[0]) * pull, p[1] + (b[1] - end[1]) * pull]);
  }
  out.push(b);
  return out;
}

/** Four ramps at each great street that crosses, the most important streets first, as far apart as the class asks. */
function diamonds(
  net: NetworkBuilder,
  lines: RoadLine[],
  index: Segments,
  axis: Axis,
  made: Meeting[],
  h: Highway,
): void {
  const order: RoadClass[] = h.cls === 'motorway' ? ['primary', 'secondary', 'tertiary'] : ['primary', 'secondary'];
  const found: { line: number; m: number; at: Pt; pos: number; rank: number }[] = [];
  lines.forEach((l, id) => {
    const rank = order.indexOf(l.cls as RoadClass);
    if (l.apart || rank < 0) return;
    for (const x of crossingsOf(h.axis, l.line))
      found.push({ line: id, m: axis.metres(x.s), at: x.at, pos: x.t, rank });
  });
  found.sort((a, b) => a.rank - b.rank || a.m - b.m);
  for (const f of found) {
    const gap = (o: Meeting): number => {
      const d = Math.abs(o.m - f.m);
      return h.closed ? Math.min(d, axis.length - d) : d;
    };
    if (!axis.inside(f.m, 450) || made.some((o) => gap(o) < APART[h.cls])) continue;
    const street = lines[f.line]!.line;
    const { dir } = axis.at(f.m, 0);
    const feet = [1, -1].map((step) => footOf(street, f.pos, step as 1 | -1, f.at, dir));
    const right = feet.find((p) => p && sideOf(p, f.at, dir) > 0);
    const left = feet.find((p) => p && sideOf(p, f.at, dir) < 0);
    if (!right || !left) continue;
    made.push({ m: f.m, at: f.at });
    for (const sign of [1, -1] as const) {
      const way = h.ways[sign === 1 ? 0 : 1];
      const foot = sign === 1 ? right : left;
      const beside = (d: number): Pt => {
        const t = Math.max(0, Math.min(1, (320 - Math.abs(d)) / 250));
        const off = HALF_ROAD + (FOOT_M - HALF_ROAD) * t * t * (3 - 2 * t);
        return axis.at(f.m + d * sign, off * sign).p;
      };
      const off = [-320, -270, -220, -170, -120, -75, -40].map(beside);
      const on = [40, 75, 120, 170, 220, 270, 320].map(beside);
      ramp(net, lines, index, [...off, foot], way, f.line);
      ramp(net, lines, index, [foot, ...on], f.line, way);
    }
  }
}

/** Metres from the axis where ramps meet the street. */
const FOOT_M = 44;
const sideOf = (p: Pt, at: Pt, dir: Pt): number => (p[0] - at[0]) * dir[1] - (p[1] - at[1]) * dir[0];

/** The place on a street, going one way from a crossing, that is far enough from the axis; null when the street ends before. */
function footOf(street: readonly Pt[], pos: number, step: 1 | -1, at: Pt, dir: Pt): Pt | null {
  let prev = at;
  for (let i = step === 1 ? Math.floor(pos) + 1 : Math.ceil(pos) - 1; i >= 0 && i < street.length; i += step) {
    const p = street[i]!;
    const [d0, d1] = [Math.abs(sideOf(prev, at, dir)), Math.abs(sideOf(p, at, dir))];
    if (d1 >= FOOT_M) return d1 === d0 ? p : lerp(prev, p, Math.max(0, Math.min(1, (FOOT_M - d0) / (d1 - d0))));
    if (dist(p, at) > 140) return null;
    prev = p;
  }
  return null;
}
