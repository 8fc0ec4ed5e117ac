import type { Pt, Ring } from './plane.ts';

/** A grid over the plane: one number per cell. Outside of it everything is `outside`. */
export class Raster {
  readonly cell: number;
  readonly west: number;
  readonly south: number;
  readonly w: number;
  readonly h: number;
  readonly data: Float32Array;
  readonly #outside: number;

  constructor(halfW: number, halfH: number, cell: number, outside = 0) {
    this.cell = cell;
    this.west = -halfW;
    this.south = -halfH;
    this.w = Math.ceil((2 * halfW) / cell);
    this.h = Math.ceil((2 * halfH) / cell);
    this.data = new Float32Array(this.w * this.h);
    this.#outside = outside;
  }

  /** Index of the cell that a point lies in; -1 outside. */
  indexOf(x: number, y: number): number {
    const i = Math.floor((x - this.west) / this.cell);
    const j = Math.floor((y - this.south) / this.cell);
    return i < 0 || j < 0 || i >= this.w || j >= this.h ? -1 : j * this.w + i;
  }
  at(x: number, y: number): number {
    const i = this.indexOf(x, y);
    return i < 0 ? this.#outside : this.data[i]!;
  }
  /** Middle of a cell. */
  centre(index: number): Pt {
    return [
      this.west + ((index % this.w) + 0.5) * this.cell,
      this.south + (Math.floor(index / this.w) + 0.5) * this.cell,
    ];
  }
  /** Value between the middles of the cells around a point. */
  smoothAt(x: number, y: number): number {
    const fx = Math.max(0, Math.min(this.w - 1.001, (x - this.west) / this.cell - 0.5));
    const fy = Math.max(0, Math.min(this.h - 1.001, (y - this.south) / this.cell - 0.5));
    const [i, j] = [Math.floor(fx), Math.floor(fy)];
    const [u, v] = [fx - i, fy - j];
    const k = j * this.w + i;
    const d = this.data;
    return (d[k]! * (1 - u) + d[k + 1]! * u) * (1 - v) + (d[k + this.w]! * (1 - u) + d[k + this.w + 1]! * u) * v;
  }

  fill(f: (x: number, y: number) => number): this {
    for (let j = 0, k = 0; j < this.h; j++) {
      const y = this.south + (j + 0.5) * this.cell;
      for (let i = 0; i < this.w; i++, k++) this.data[k] = f(this.west + (i + 0.5) * this.cell, y);
    }
    return this;
  }

  /** Sets the cells whose middle lies in a polygon (even-odd over all rings). */
  paint(rings: readonly Ring[], value: number): void {
    let [south, north] = [Infinity, -Infinity];
    for (const r of rings) for (const p of r) [south, north] = [Math.min(south, p[1]), Math.max(north, p[1])];
    const from = Math.max(0, Math.floor((south - this.south) / this.cell));
    const to = Math.min(this.h - 1, Math.ceil((north - this.south) / this.cell));
    const xs: number[] = [];
    for (let j = from; j <= to; j++) {
      const y = this.south + (j + 0.5) * this.cell;
      xs.length = 0;
      for (const r of rings)
        for (let i = 0, k = r.length - 1; i < r.length; k = i++) {
          const [a, b] = [r[i]!, r[k]!];
          if (a[1] > y !== b[1] > y) xs.push(((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]);
        }
      xs.sort((a, b) => a - b);
      for (let k = 0; k + 1 < xs.length; k += 2) {
        const i0 = Math.max(0, Math.ceil((xs[k]! - this.west) / this.cell - 0.5));
        const i1 = Math.min(this.w - 1, Math.floor((xs[k + 1]! - this.west) / this.cell - 0.5));
        this.data.fill(value, j * this.w + i0, j * this.w + Math.max(i0, i1 + 1));
      }
    }
  }

  /** Sets the cells within `half` metres of a line. */
  stroke(line: readonly Pt[], half: number, value: number): void {
    for (let s = 1; s < line.length; s++) {
      const [a, b] = [line[s - 1]!, line[s]!];
      const n = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / (this.cell * 0.7)));
      for (let k = 0; k <= n; k++)
        this.#disc(a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n, half, value);
    }
  }
  #disc(x: number, y: number, r: number, value: number): void {
    const i0 = Math.max(0, Math.floor((x - r - this.west) / this.cell));
    const i1 = Math.min(this.w - 1, Math.floor((x + r - this.west) / this.cell));
    const j0 = Math.max(0, Math.floor((y - r - this.south) / this.cell));
    const j1 = Math.min(this.h - 1, Math.floor((y + r - this.south) / this.cell));
    for (let j = j0; j <= j1; j++)
      for (let i = i0; i <= i1; i++) {
        const dx = this.west + (i + 0.5) * this.cell - x;
        const dy = this.south + (j + 0.5) * this.cell - y;
        if (dx * dx + dy * dy <= r * r) this.data[j * this.w + i] = value;
      }
  }
}

/**
 * Outlines of the part of a raster above a level (marching squares with interpolation), each as a closed ring:
 * outer ones counter-clockwise, holes clockwise. What touches the raster's edge is closed along it.
 */
export function contours(r: Raster, level: number): Pt[][] {
  const value = (i: number, j: number): number =>
    i < 0 || j < 0 || i >= r.w || j >= r.h ? level - 1 : r.data[j * r.w + i]!;
  const next = new Map<number, { to: number; at: Pt }>();
  // an edge of the lattice of cell middles: 2·(index) + 0 to the right, + 1 upwards; one cell of margin on each side
  const w = r.w + 2;
  const key = (i: number, j: number, up: number): number => 2 * ((j + 1) * w + i + 1) + up;
  const onEdge = (i: number, j: number, up: number): Pt => {
    const [a, b] = [value(i, j), up ? value(i, j + 1) : value(i + 1, j)];
    const t = (level - a) / (b - a);
    const x = r.west + (i + 0.5) * r.cell;
    const y = r.south + (j + 0.5) * r.cell;
    return up ? [x, y + t * r.cell] : [x + t * r.cell, y];
  };
  for (let j = -1; j < r.h; j++)
    for (let i = -1; i < r.w; i++) {
      const c =
        (value(i, j) > level ? 1 : 0) |
        (value(i + 1, j) > level ? 2 : 0) |
        (value(i + 1, j + 1) > level ? 4 : 0) |
        (value(i, j + 1) > level ? 8 : 0);
      if (c === 0 || c === 15) continue;
      const bottom: [number, number, number] = [i, j, 0];
      const right: [number, number, number] = [i + 1, j, 1];
      const top: [number, number, number] = [i, j + 1, 0];
      const left: [number, number, number] = [i, j, 1];
      const go = (a: [number, number, number], b: [number, number, number]): void => {
        next.set(key(...a), { to: key(...b), at: onEdge(...a) });
      };
      // the filled side is kept on the left
      if (c === 1) go(bottom, left);
      else if (c === 2) go(right, bottom);
      else if (c === 3) go(right, left);
      else if (c === 4) go(top, right);
      else if (c === 5) {
        go(bottom, left);
        go(top, right);
      } else if (c === 6) go(top, bottom);
      else if (c === 7) go(top, left);
      else if (c === 8) go(left, top);
      else if (c === 9) go(bottom, top);
      else if (c === 10) {
        go(right, bottom);
        go(left, top);
      } else if (c === 11) go(right, top);
      else if (c === 12) go(left, right);
      else if (c === 13) go(bottom, right);
      else go(left, bottom);
    }
  const rings: Pt[][] = [];
  for (const start of next.keys()) {
    const ring: Pt[] = [];
    for (let k: number | undefined = start; k !== undefined;) {
      const step: { to: number; at: Pt } | undefined = next.get(k);
      if (!step) break;
      next.delete(k);
      ring.push(step.at);
      k = step.to;
    }
    if (ring.length >= 4) rings.push([...ring, ring[0]!]);
  }
  return rings;
}
