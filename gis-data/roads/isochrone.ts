import { contours } from 'd3-contour';
import type { LngLat } from '#store/gis.ts';

/** A line that is driven along, with the seconds at which it is entered and that it takes. */
export interface DrivenLine {
  readonly line: readonly LngLat[];
  readonly atS: number;
  readonly takesS: number;
}
/** What is reached within so many seconds: polygons with holes, as GeoJSON's MultiPolygon has them. */
export interface ReachArea {
  readonly limitS: number;
  readonly polygons: readonly (readonly (readonly LngLat[])[])[];
  readonly areaKm2: number;
}

/** Side of a cell of the grid, metres. */
const CELL_M = 50;
/** From the road one goes on foot, as far as a house stands from it. */
const WALK_MPS = 1.4;
const WALK_M = 100;
/** The contour runs between cells on both sides of the edge: so far beyond the walk they are told how far they are. */
const BEYOND_CELLS = 1.5;
/** Small squares along the side of a cell. */
const SQUARES = 4;
/** No grid is larger than this in one direction: a longer reach gets larger cells. */
const MAX_CELLS = 900;
const METRES_PER_DEGREE = 111_195;

/**
 * Areas that are reached within the limits, from the lines that are driven, and from the road on foot for some houses: at the middle of
 * each cell of a grid the seconds that are missing, and the contour of none missing. Pure.
 * @param limitsS ascending
 */
export function reachAreas(driven: readonly DrivenLine[], limitsS: readonly number[]): ReachArea[] {
  const grid = Grid.over(driven);
  if (!grid) return limitsS.map((limitS) => ({ limitS, polygons: [], areaKm2: 0 }));
  return limitsS.map((limitS) => {
    grid.clear();
    for (const d of driven) if (d.atS <= limitS) grid.draw(d, limitS);
    return grid.contour(limitS);
  });
}

class Grid {
  readonly #width: number;
  readonly #height: number;
  readonly #west: number;
  readonly #south: number;
  readonly #kx: number;
  readonly #cellM: number;
  readonly #walkM: number;
  /** Seconds that would have to be saved to be at the middle of each cell in time; less than 0: there is time left. */
  readonly #missingS: Float64Array;
  /** Whether somebody set out on the whole walk from a small square: from a second place in it one gets hardly farther. */
  readonly #walked: Uint8Array;

  private constructor(west: number, south: number, east: number, north: number) {
    this.#kx = Math.cos((((south + north) / 2) * Math.PI) / 180) * METRES_PER_DEGREE;
    const widthM = (east - west) * this.#kx;
    const heightM = (north - south) * METRES_PER_DEGREE;
    this.#cellM = Math.max(CELL_M, Math.max(widthM, heightM) / MAX_CELLS);
    this.#walkM = Math.max(WALK_M, 1.5 * this.#cellM);
    const margin = this.#walkM + (BEYOND_CELLS + 1) * this.#cellM;
    this.#west = west - margin / this.#kx;
    this.#south = south - margin / METRES_PER_DEGREE;
    this.#width = Math.ceil((widthM + 2 * margin) / this.#cellM);
    this.#height = Math.ceil((heightM + 2 * margin) / this.#cellM);
    this.#missingS = new Float64Array(this.#width * this.#height);
    this.#walked = new Uint8Array(this.#width * this.#height * SQUARES ** 2);
  }

  static over(driven: readonly DrivenLine[]): Grid | null {
    let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { line } of driven)
      for (const [x, y] of line) {
        if (x < w) w = x;
        if (x > e) e = x;
        if (y < s) s = y;
        if (y > n) n = y;
      }
    return w <= e ? new Grid(w, s, e, n) : null;
  }

  clear(): void {
    this.#missingS.fill((BEYOND_CELLS * this.#cellM) / WALK_MPS);
    this.#walked.fill(0);
  }

  #x(lng: number): number {
    return ((lng - this.#west) * this.#kx) / this.#cellM;
  }
  #y(lat: number): number {
    return ((lat - this.#south) * METRES_PER_DEGREE) / this.#cellM;
  }

  /** Goes along a line in steps of most of a cell, as far as the limit allows, and from each step on foot. */
  draw({ line, atS, takesS }: DrivenLine, limitS: number): void {
    const xs = line.map(([lng]) => this.#x(lng));
    const ys = line.map(([, lat]) => this.#y(lat));
    let whole = 0;
    for (let i = 1; i < xs.length; i++) whole += Math.hypot(xs[i]! - xs[i - 1]!, ys[i]! - ys[i - 1]!);
    let before = 0;
    // the beginning of a line is the end of the one before it
    if (line.length === 1) this.#walk(xs[0]!, ys[0]!, atS - limitS);
    for (let i = 1; i < xs.length; i++) {
      const [dx, dy] = [xs[i]! - xs[i - 1]!, ys[i]! - ys[i - 1]!];
      const long = Math.hypot(dx, dy);
      const steps = Math.max(1, Math.ceil(long / 0.8));
      for (let k = 1; k <= steps; k++) {
        const t = k / steps;
        const s = atS + (whole === 0 ? 0 : (takesS * (before + long * t)) / whole);
        if (s > limitS) return;
        // before it sets out
        if (s >= 0) this.#walk(xs[i - 1]! + dx * t, ys[i - 1]! + dy * t, s - limitS);
      }
      before += long;
    }
  }

  /** From a place on the road (in cells) to the middles of the cells around it: limited by the time that is left, and by the walk. */
  #walk(x: number, y: number, missingS: number): void {
    const reach = this.#walkM / this.#cellM + BEYOND_CELLS;
    const perCell = this.#cellM / WALK_MPS;
    const tooFar = this.#walkM / WALK_MPS;
    const square = Math.floor(y * SQUARES) * this.#width * SQUARES + Math.floor(x * SQUARES);
    if (this.#walked[square] === 1) return;
    if (missingS <= -tooFar) this.#walked[square] = 1;
    const missing = this.#missingS;
    const left = Math.max(0, Math.ceil(x - 0.5 - reach));
    const right = Math.min(this.#width - 1, Math.floor(x - 0.5 + reach));
    const top = Math.min(this.#height - 1, Math.floor(y - 0.5 + reach));
    for (let cy = Math.max(0, Math.ceil(y - 0.5 - reach)); cy <= top; cy++) {
      const dy = cy + 0.5 - y;
      const row = cy * this.#width;
      for (let cx = left; cx <= right; cx++) {
        const dx = cx + 0.5 - x;
        const walkS = Math.sqrt(dx * dx + dy * dy) * perCell;
        const there = Math.max(missingS + walkS, walkS - tooFar);
        if (there < missing[row + cx]!) missing[row + cx] = there;
      }
    }
  }

  contour(limitS: number): ReachArea {
    const values = this.#missingS.map((s) => -s);
    // reads numbers by their index and nothing else
    const found = contours().size([this.#width, this.#height]).thresholds([0])(values as unknown as number[])[0]!;
    const polygons = found.coordinates.map((rings) =>
      rings.map((ring) =>
        ring.map(([x, y]): LngLat => [
          Number((this.#west + (x! * this.#cellM) / this.#kx).toFixed(5)),
          Number((this.#south + (y! * this.#cellM) / METRES_PER_DEGREE).toFixed(5)),
        ]),
      ),
    );
    const cells = found.coordinates.reduce(
      (sum, rings) =>
        sum + rings.reduce((s, ring, i) => s + (i === 0 ? 1 : -1) * Math.abs(area(ring as [number, number][])), 0),
      0,
    );
    return { limitS, polygons, areaKm2: (cells * this.#cellM ** 2) / 1e6 };
  }
}

function area(ring: readonly (readonly [number, number])[]): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  return sum / 2;
}
