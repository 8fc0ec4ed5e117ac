import type { Field } from './field.ts';
import type { Random } from '#domain/random.ts';
import { dist, resample, simplify, type Pt } from './plane.ts';

/**
 * Streets grow along the field at an even distance from one another (after Jobard and Lefer's evenly-spaced streamlines,
 * with a cross field instead of a vector field).
 */

/** Points of all lines so far with their direction: answers "does a line run along here already?". */
export class Lines {
  readonly #cell = 80;
  readonly #half = 512;
  /** Last point of each cell, and the one before each point. */
  readonly #last = new Int32Array(1024 * 1024).fill(-1);
  #before = new Int32Array(1 << 16);
  #x = new Float32Array(1 << 16);
  #y = new Float32Array(1 << 16);
  #cos = new Float32Array(1 << 16);
  #sin = new Float32Array(1 << 16);
  #count = 0;

  add(line: readonly Pt[]): void {
    const points = resample(line, 26);
    for (let i = 0; i < points.length; i++) {
      const [a, b] = [points[Math.max(0, i - 1)]!, points[Math.min(points.length - 1, i + 1)]!];
      const len = dist(a, b);
      if (len > 0) this.#put(points[i]!, (b[0] - a[0]) / len, (b[1] - a[1]) / len);
    }
  }
  #put([x, y]: Pt, cos: number, sin: number): void {
    const [i, j] = [Math.floor(x / this.#cell) + this.#half, Math.floor(y / this.#cell) + this.#half];
    if (i < 0 || j < 0 || i >= 1024 || j >= 1024) return;
    if (this.#count === this.#x.length) this.#grow();
    const k = this.#count++;
    [this.#x[k], this.#y[k], this.#cos[k], this.#sin[k]] = [x, y, cos, sin];
    this.#before[k] = this.#last[j * 1024 + i]!;
    this.#last[j * 1024 + i] = k;
  }
  #grow(): void {
    const wider = (a: Float32Array): Float32Array<ArrayBuffer> => {
      const b = new Float32Array(a.length * 2);
      b.set(a);
      return b;
    };
    [this.#x, this.#y, this.#cos, this.#sin] = [wider(this.#x), wider(this.#y), wider(this.#cos), wider(this.#sin)];
    const before = new Int32Array(this.#before.length * 2);
    before.set(this.#before);
    this.#before = before;
  }

  /** Whether a line of about this direction runs within r metres. */
  near(x: number, y: number, angle: number, r: number): boolean {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const i0 = Math.max(0, Math.floor((x - r) / this.#cell) + this.#half);
    const i1 = Math.min(1023, Math.floor((x + r) / this.#cell) + this.#half);
    const j0 = Math.max(0, Math.floor((y - r) / this.#cell) + this.#half);
    const j1 = Math.min(1023, Math.floor((y + r) / this.#cell) + this.#half);
    for (let j = j0; j <= j1; j++)
      for (let i = i0; i <= i1; i++)
        for (let k = this.#last[j * 1024 + i]!; k >= 0; k = this.#before[k]!) {
          const dx = this.#x[k]! - x;
          const dy = this.#y[k]! - y;
          if (dx * dx + dy * dy < r * r && Math.abs(this.#cos[k]! * cos + this.#sin[k]! * sin) > 0.72) return true;
        }
    return false;
  }
}

export interface Spacing {
  /** Wanted distance between parallel lines at a place, metres; 0: none here. */
  readonly at: (x: number, y: number) => number;
  /** Whether a line may not pass. */
  readonly blocked: (x: number, y: number) => boolean;
  /** Metres between points while tracing. */
  readonly step: number;
  readonly minLength: number;
  /** Longest line from its seed, each way, metres. */
  readonly maxLength: (random: Random) => number;
  readonly halfW: number;
  readonly halfH: number;
}

export function traceAll(
  field: Field,
  lines: Lines,
  seeds: readonly (readonly Pt[])[],
  s: Spacing,
  random: Random,
): Pt[][] {
  const out: Pt[][] = [];
  const queue: Pt[] = [];
  const offer = (line: readonly Pt[]): void => {
    const here = s.at(line[0]![0], line[0]![1]) || 300;
    for (const [i, p] of resample(line, here).entries()) {
      const d = s.at(p[0], p[1]);
      if (d === 0) continue;
      const q = line[Math.min(line.length - 1, i + 1)]!;
      const a =
        q === p
          ? field.angle(p[0], p[1])
          : nearestDirection(field.angle(p[0], p[1]), Math.atan2(q[1] - p[1], q[0] - p[0]));
      for (const side of [1, -1]) queue.push([p[0] - Math.sin(a) * d * side, p[1] + Math.cos(a) * d * side]);
    }
  };
  const grow = (p: Pt): void => {
    const d = s.at(p[0], p[1]);
    if (d === 0 || s.blocked(p[0], p[1])) return;
    for (const turn of [0, Math.PI / 2]) {
      const angle = field.angle(p[0], p[1]) + turn;
      if (lines.near(p[0], p[1], angle, d * 0.92)) continue;
      const line = trace(field, lines, p, angle, s, random);
      if (!line) continue;
      out.push(line);
      lines.add(line);
      offer(line);
    }
  };
  for (const line of seeds) offer(line);
  let lattice = 0;
  const latticePoints = latticeOf(s, random);
  for (;;) {
    const p = queue.pop();
    if (p) grow(p);
    else if (lattice < latticePoints.length) grow(latticePoints[lattice++]!);
    else break;
  }
  return out;
}

function latticeOf(s: Spacing, random: Random): Pt[] {
  const out: Pt[] = [];
  const d = 260;
  for (let y = -s.halfH; y < s.halfH; y += d)
    for (let x = -s.halfW; x < s.halfW; x += d) {
      const p: Pt = [x + random() * d, y + random() * d];
      if (s.at(p[0], p[1]) > 0) out.push(p);
    }
  return out;
}

/** Of the four directions of a cross, the one nearest to a heading. */
export function nearestDirection(angle: number, heading: number): number {
  return angle + Math.round((heading - angle) / (Math.PI / 2)) * (Math.PI / 2);
}

function trace(field: Field, lines: Lines, seed: Pt, angle: number, s: Spacing, random: Random): Pt[] | null {
  const ahead = walk(field, lines, seed, angle, s, s.maxLength(random));
  const back = walk(field, lines, seed, angle + Math.PI, s, s.maxLength(random));
  const line = [...back.reverse(), seed, ...ahead];
  return line.length * s.step < s.minLength ? null : simplify(line, 1.2);
}

function walk(field: Field, lines: Lines, seed: Pt, angle: number, s: Spacing, longest: number): Pt[] {
  const out: Pt[] = [];
  let [x, y] = seed;
  let heading = angle;
  for (let gone = 0; gone < longest; gone += s.step) {
    const h1 = nearestDirection(field.angle(x, y), heading);
    const [mx, my] = [x + (Math.cos(h1) * s.step) / 2, y + (Math.sin(h1) * s.step) / 2];
    const h2 = nearestDirection(field.angle(mx, my), h1);
    [x, y] = [x + Math.cos(h2) * s.step, y + Math.sin(h2) * s.step];
    heading = h2;
    if (Math.abs(x) > s.halfW || Math.abs(y) > s.halfH) break;
    const d = s.at(x, y);
    if (d === 0 || s.blocked(x, y) || lines.near(x, y, heading, d * 0.58)) break;
    out.push([x, y]);
    // round in a circle: leave a gap rather than run into the own tail
    if (gone > 6 * d && dist([x, y], seed) < d * 0.5) break;
  }
  return out;
}
