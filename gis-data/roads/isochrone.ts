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
const WALK_CELLS = 2;
/** No grid is larger than this in one direction: a longer reach gets larger cells. */
const MAX_CELLS = 900;
const METRES_PER_DEGREE = 111_195;

/**
 * Areas that are reached within the limits, from the lines that are driven: the earliest time in each cell of a grid, from the road on
 * foot for some houses, and the contour of it. Pure.
 * @param limitsS ascending
 */
export function reachAreas(driven: readonly DrivenLine[], limitsS: readonly number[]): ReachArea[] {
  const grid = Grid.over(driven);
  const longest = limitsS.at(-1);
  if (!grid || longest === undefined) return limitsS.map((limitS) => ({ limitS, polygons: [], areaKm2: 0 }));
  for (const d of driven) grid.draw(d, longest);
  grid.walk();
  return limitsS.map((limitS) => grid.contour(limitS));
}

class Grid {
  readonly #width: number;
  readonly #height: number;
  readonly #west: number;
  readonly #south: number;
  readonly #kx: number;
  readonly #cellM: number;
  /** Seconds at the middle of each cell; Infinity: not reached. */
  readonly #atS: Float64Array;

  private constructor(west: number, south: number, east: number, north: number) {
    this.#kx = Math.cos((((south + north) / 2) * Math.PI) / 180) * METRES_PER_DEGREE;
    const widthM = (east - west) * this.#kx;
    const heightM = (north - south) * METRES_PER_DEGREE;
    this.#cellM = Math.max(CELL_M, Math.max(widthM, heightM) / MAX_CELLS);
    const margin = (WALK_CELLS + 2) * this.#cellM;
    this.#west = west - margin / this.#kx;
    this.#south = south - margin / METRES_PER_DEGREE;
    this.#width = Math.ceil((widthM + 2 * margin) / this.#cellM);
    this.#height = Math.ceil((heightM + 2 * margin) / this.#cellM);
    this.#atS = new Float64Array(this.#width * this.#height).fill(Infinity);
  }

  static over(driven: readonly DrivenLine[]): Grid | null {
    let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { line } of driven)
      for (const [x, y] of line) [w, s, e, n] = [Math.min(w, x), Math.min(s, y), Math.max(e, x), Math.max(n, y)];
    return w <= e ? new Grid(w, s, e, n) : null;
  }

  #x(lng: number): number {
    return ((lng - this.#west) * this.#kx) / this.#cellM;
  }
  #y(lat: number): number {
    return ((lat - this.#south) * METRES_PER_DEGREE) / this.#cellM;
  }

  /** Writes the time into each cell that a line passes, in steps of half a cell, up to the limit. */
  draw({ line, atS, takesS }: DrivenLine, limitS: number): void {
    const points = line.map(([lng, lat]): [number, number] => [this.#x(lng), this.#y(lat)]);
    let whole = 0;
    for (let i = 1; i < points.length; i++) whole += dist(points[i - 1]!, points[i]!);
    let before = 0;
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1]!, points[i]!];
      const long = dist(a, b);
      const steps = Math.max(1, Math.ceil(long * 2));
      for (let k = 0; k <= steps; k++) {
        const t = k / steps;
        const s = atS + (whole === 0 ? 0 : (takesS * (before + long * t)) / whole);
        if (s > limitS) return;
        // before it sets out
        if (s < 0) continue;
        const cell = Math.floor(a[1] + (b[1] - a[1]) * t) * this.#width + Math.floor(a[0] + (b[0] - a[0]) * t);
        if (s < this.#atS[cell]!) this.#atS[cell] = s;
      }
      before += long;
    }
  }

  /** From each road cell some cells on. */
  walk(): void {
    const from = this.#atS.slice();
    for (let y = WALK_CELLS; y < this.#height - WALK_CELLS; y++)
      for (let x = WALK_CELLS; x < this.#width - WALK_CELLS; x++) {
        const s = from[y * this.#width + x]!;
        if (s === Infinity) continue;
        for (let dy = -WALK_CELLS; dy <= WALK_CELLS; dy++)
          for (let dx = -WALK_CELLS; dx <= WALK_CELLS; dx++) {
            const far = Math.hypot(dx, dy);
            if (far > WALK_CELLS) continue;
            const cell = (y + dy) * this.#width + x + dx;
            // the road may run anywhere in its cell: what it touches is reached with it
            const there = s + (Math.max(0, far - 0.75) * this.#cellM) / WALK_MPS;
            if (there < this.#atS[cell]!) this.#atS[cell] = there;
          }
      }
  }

  contour(limitS: number): ReachArea {
    // what is not reached is told as a walk of one more cell, so that the contour runs between the cells
    const beyond = limitS + this.#cellM / WALK_MPS;
    const values = Array.from(this.#atS, (s) => -Math.min(s, beyond));
    const found = contours().size([this.#width, this.#height]).thresholds([-limitS])(values)[0]!;
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

const dist = (a: readonly [number, number], b: readonly [number, number]): number =>
  Math.hypot(b[0] - a[0], b[1] - a[1]);
function area(ring: readonly (readonly [number, number])[]): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  return sum / 2;
}
