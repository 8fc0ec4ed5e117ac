import { crossing, footOn, lerp, dist, type Pt } from './plane.ts';

/** Segments of many lines in a grid of cells, for crossings and near lines. */
export class Segments {
  readonly #cell: number;
  readonly #cells = new Map<number, number[]>();
  readonly line: number[] = [];
  readonly seg: number[] = [];
  readonly #lines: (readonly Pt[])[] = [];

  constructor(cell = 110) {
    this.#cell = cell;
  }
  a(s: number): Pt {
    return this.#lines[this.line[s]!]![this.seg[s]!]!;
  }
  b(s: number): Pt {
    return this.#lines[this.line[s]!]![this.seg[s]! + 1]!;
  }

  /** @returns the number of the line */
  add(line: readonly Pt[]): number {
    const id = this.#lines.push(line) - 1;
    for (let i = 0; i + 1 < line.length; i++) this.#insert(id, i, line[i]!, line[i + 1]!);
    return id;
  }
  #insert(line: number, seg: number, a: Pt, b: Pt): void {
    const s = this.line.push(line) - 1;
    this.seg.push(seg);
    this.#visit(a, b, 0, (key) => {
      const cell = this.#cells.get(key);
      if (cell) cell.push(s);
      else this.#cells.set(key, [s]);
    });
  }
  /** Cells of the box around a segment. */
  #visit(a: Pt, b: Pt, margin: number, f: (key: number) => void): void {
    const c = this.#cell;
    const x0 = Math.floor((Math.min(a[0], b[0]) - margin) / c);
    const x1 = Math.floor((Math.max(a[0], b[0]) + margin) / c);
    const y0 = Math.floor((Math.min(a[1], b[1]) - margin) / c);
    const y1 = Math.floor((Math.max(a[1], b[1]) + margin) / c);
    for (let j = y0; j <= y1; j++) for (let i = x0; i <= x1; i++) f((j + 4096) * 8192 + i + 4096);
  }

  /** Every pair of segments of two lines that cross, once. */
  *crossings(): Generator<{ s: number; t: number; u: number; v: number; at: Pt }> {
    const n = this.line.length;
    const box = new Float64Array(n * 4);
    for (let s = 0; s < n; s++) {
      const [a, b] = [this.a(s), this.b(s)];
      box[4 * s] = Math.min(a[0], b[0]);
      box[4 * s + 1] = Math.max(a[0], b[0]);
      box[4 * s + 2] = Math.min(a[1], b[1]);
      box[4 * s + 3] = Math.max(a[1], b[1]);
    }
    for (const [key, cell] of this.#cells) {
      for (let i = 0; i < cell.length; i++) {
        const s = cell[i]!;
        const [x0, x1, y0, y1] = [box[4 * s]!, box[4 * s + 1]!, box[4 * s + 2]!, box[4 * s + 3]!];
        for (let j = i + 1; j < cell.length; j++) {
          const u = cell[j]!;
          if (box[4 * u]! > x1 || box[4 * u + 1]! < x0 || box[4 * u + 2]! > y1 || box[4 * u + 3]! < y0) continue;
          if (this.line[s] === this.line[u]) continue;
          const hit = crossing(this.a(s), this.b(s), this.a(u), this.b(u));
          if (!hit) continue;
          const at = lerp(this.a(s), this.b(s), hit[0]);
          // found in each cell that both lie in: counts where the crossing itself is
          const c = (Math.floor(at[1] / this.#cell) + 4096) * 8192 + Math.floor(at[0] / this.#cell) + 4096;
          if (c === key) yield { s, t: hit[0], u, v: hit[1], at };
        }
      }
    }
  }

  /** The first line that a segment from a to b meets; null when none. */
  firstHit(a: Pt, b: Pt, skip: (line: number) => boolean): { line: number; t: number; at: Pt } | null {
    let best: { line: number; t: number; at: Pt } | null = null;
    const seen = new Set<number>();
    this.#visit(a, b, 0, (key) => {
      for (const s of this.#cells.get(key) ?? []) {
        if (seen.has(s) || skip(this.line[s]!)) continue;
        seen.add(s);
        const hit = crossing(a, b, this.a(s), this.b(s));
        if (hit && hit[0] > 1e-9 && (!best || hit[0] < best.t))
          best = { line: this.line[s]!, t: hit[0], at: lerp(a, b, hit[0]) };
      }
    });
    return best;
  }

  /** The nearest place on a line within r metres; null when there is none. */
  nearest(
    p: Pt,
    r: number,
    take: (line: number) => boolean = () => true,
  ): { line: number; pos: number; at: Pt; d: number } | null {
    let best: { line: number; pos: number; at: Pt; d: number } | null = null;
    this.#visit(p, p, r, (key) => {
      for (const s of this.#cells.get(key) ?? []) {
        if (!take(this.line[s]!)) continue;
        const t = footOn(p, this.a(s), this.b(s));
        const at = lerp(this.a(s), this.b(s), t);
        const d = dist(p, at);
        if (d <= r && (!best || d < best.d)) best = { line: this.line[s]!, pos: this.seg[s]! + t, at, d };
      }
    });
    return best;
  }
}
