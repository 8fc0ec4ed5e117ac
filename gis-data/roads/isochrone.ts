import type { LngLat } from '#store/gis.ts';
import { contourOfNought, ringArea, type Ring } from './contour.ts';
import type { RoadGraph } from './graph.ts';

/** Arcs that are driven, in arrays that are used again: of each the seconds at which it is entered and that it takes. */
export class Driven {
  count = 0;
  arc = new Int32Array(1024);
  /** Less than 0: it is left from a place on it, as if it had been entered earlier. */
  atS = new Float64Array(1024);
  takesS = new Float64Array(1024);

  clear(): void {
    this.count = 0;
  }
  /** @param arc 2·edge + direction */
  add(arc: number, atS: number, takesS: number): void {
    if (this.count === this.arc.length) this.#grow();
    this.arc[this.count] = arc;
    this.atS[this.count] = atS;
    this.takesS[this.count++] = takesS;
  }
  #grow(): void {
    const { arc, atS, takesS } = this;
    const size = 2 * arc.length;
    (this.arc = new Int32Array(size)).set(arc);
    (this.atS = new Float64Array(size)).set(atS);
    (this.takesS = new Float64Array(size)).set(takesS);
  }
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
/** Places along a line are at most this far from one another, in cells. */
const STEP_CELLS = 0.8;

/**
 * Areas that are reached from any of some places (one at least) within the limits, along the arcs that are driven, and from the road on foot for some houses: at
 * the middle of each cell of a grid the seconds that are missing, and the contour of none missing. Only where the edge may run are they
 * told: a cell among cells that are surely reached needs no number. Pure.
 * @param limitsS ascending
 */
export function reachAreas(
  g: RoadGraph,
  from: readonly LngLat[],
  driven: Driven,
  limitsS: readonly number[],
): ReachArea[] {
  const grid = new Grid(g, from, driven);
  return limitsS.map((limitS) => grid.area(from, driven, limitS));
}

class Grid {
  readonly #g: RoadGraph;
  readonly #width: number;
  readonly #height: number;
  readonly #west: number;
  readonly #south: number;
  readonly #kx: number;
  readonly #cellM: number;
  readonly #walkM: number;
  /** Cells that one unit of longitude and latitude is. */
  readonly #perLng: number;
  readonly #perLat: number;
  /** Seconds that would have to be saved to be at the middle of each cell in time; less than 0: there is time left. */
  readonly #missingS: Float64Array;
  /** Seconds missing where somebody set out on foot in each small square: with no more time from a second place in it one gets hardly farther. */
  readonly #walked: Float32Array;
  /** Roads that leave time for the whole walk all along, in whichever direction: 1, and 2 when that is drawn. */
  readonly #full: Uint8Array;
  /** Cells with a road that leaves time for the whole walk. */
  readonly #core: Uint8Array;
  /** Cells from whose roads one may come to where the edge runs. */
  readonly #near: Uint8Array;

  constructor(g: RoadGraph, from: readonly LngLat[], { count, arc }: Driven) {
    this.#g = g;
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of from) {
      west = Math.min(west, x);
      south = Math.min(south, y);
      east = Math.max(east, x);
      north = Math.max(north, y);
    }
    for (let d = 0; d < count; d++)
      for (let i = g.pointStart[arc[d]! >> 1]!; i < g.pointStart[(arc[d]! >> 1) + 1]!; i++) {
        const [x, y] = [g.pointLng[i]!, g.pointLat[i]!];
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < south) south = y;
        if (y > north) north = y;
      }
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
    this.#perLng = this.#kx / this.#cellM;
    this.#perLat = METRES_PER_DEGREE / this.#cellM;
    const cells = this.#width * this.#height;
    this.#full = new Uint8Array(g.edgeCount);
    this.#missingS = new Float64Array(cells);
    this.#walked = new Float32Array(cells * SQUARES ** 2);
    this.#core = new Uint8Array(cells);
    this.#near = new Uint8Array(cells);
  }

  area(from: readonly LngLat[], driven: Driven, limitS: number): ReachArea {
    if (driven.count === 0) return { limitS, polygons: [], areaKm2: 0 };
    this.#missingS.fill((BEYOND_CELLS * this.#cellM) / WALK_MPS);
    this.#walked.fill(Infinity);
    this.#surely(driven, limitS);
    for (const [x, y] of from) this.#walk((x - this.#west) * this.#perLng, (y - this.#south) * this.#perLat, -limitS);
    for (let d = 0; d < driven.count; d++)
      if (driven.atS[d]! <= limitS) this.#draw(driven.arc[d]!, driven.atS[d]!, driven.takesS[d]!, limitS);
    return this.#contour(limitS);
  }

  /** Whether all of an arc leaves time for the whole walk. */
  #leavesWalk(atS: number, takesS: number, limitS: number): boolean {
    return atS >= 0 && atS + takesS <= limitS - this.#walkM / WALK_MPS;
  }

  /** Marks the cells that are surely reached, and those from which the edge may be. */
  #surely({ count, arc, atS, takesS }: Driven, limitS: number): void {
    const { pointStart, pointLng, pointLat } = this.#g;
    const width = this.#width;
    const core = this.#core.fill(0);
    const full = this.#full.fill(0);
    for (let d = 0; d < count; d++) {
      if (!this.#leavesWalk(atS[d]!, takesS[d]!, limitS)) continue;
      const e = arc[d]! >> 1;
      if (full[e] === 1) continue;
      full[e] = 1;
      let [px, py] = [0, 0];
      for (let i = pointStart[e]!; i < pointStart[e + 1]!; i++) {
        const x = (pointLng[i]! - this.#west) * this.#perLng;
        const y = (pointLat[i]! - this.#south) * this.#perLat;
        const steps = i === pointStart[e]! ? 1 : Math.max(1, Math.ceil(Math.max(Math.abs(x - px), Math.abs(y - py))));
        for (let k = 1; k < steps; k++)
          core[Math.floor(py + ((y - py) * k) / steps) * width + Math.floor(px + ((x - px) * k) / steps)] = 1;
        core[Math.floor(y) * width + Math.floor(x)] = 1;
        px = x;
        py = y;
      }
    }
    this.#nearEdge();
  }

  /** From the middle of a cell to any place in it is 0.71 of its side, in the next one 1.58: within the walk, but for cells as large as that. */
  #nearEdge(): void {
    const [width, height, core, near, missing] = [this.#width, this.#height, this.#core, this.#near, this.#missingS];
    const next = 1.5811389 * this.#cellM < this.#walkM;
    near.fill(1);
    for (let y = 1; y < height - 1; y++)
      for (let c = y * width + 1, end = (y + 1) * width - 1; c < end; c++)
        if (core[c]! | (next ? core[c - 1]! | core[c + 1]! | core[c - width]! | core[c + width]! : 0)) {
          near[c] = 0;
          // any number of one that is reached: it has no neighbour that is not, or is told better below
          missing[c] = -1e-3;
        }
    // the cells around one that may not be reached are told too, from all places that are so near; one more so that it is enough to look at
    // the points of a line that stand near to one another
    widen(near, width, height, 2 + Math.ceil(this.#walkM / this.#cellM + BEYOND_CELLS));
  }

  /** Goes along an arc in steps of most of a cell, as far as the limit allows, and from each step on foot. */
  #draw(arc: number, atS: number, takesS: number, limitS: number): void {
    const { pointStart, pointLng, pointLat } = this.#g;
    const [first, end] = [pointStart[arc >> 1]!, pointStart[(arc >> 1) + 1]!];
    const full = this.#full[arc >> 1]!;
    // once is enough, and a direction with less time tells nothing more
    if (full === 2 || (full === 1 && !this.#leavesWalk(atS, takesS, limitS))) return;
    if (full === 1) this.#full[arc >> 1] = 2;
    let whole = 0;
    let seen = false;
    let [px, py] = [0, 0];
    for (let i = first; i < end; i++) {
      const x = (pointLng[i]! - this.#west) * this.#perLng;
      const y = (pointLat[i]! - this.#south) * this.#perLat;
      seen ||= this.#near[Math.floor(y) * this.#width + Math.floor(x)] === 1;
      if (i > first) {
        const [dx, dy] = [x - px, y - py];
        whole += Math.sqrt(dx * dx + dy * dy);
        seen ||= Math.abs(dx) > 2 || Math.abs(dy) > 2;
      }
      px = x;
      py = y;
    }
    if (!seen) return;
    const [back, on] = arc & 1 ? [end - 1, -1] : [first, 1];
    let before = 0;
    // the beginning of a line is the end of the one before it, unless that is drawn the other way
    for (let n = 0, i = back; n < end - first; n++, i += on) {
      const x = (pointLng[i]! - this.#west) * this.#perLng;
      const y = (pointLat[i]! - this.#south) * this.#perLat;
      if (n > 0) {
        const [dx, dy] = [x - px, y - py];
        const long = Math.sqrt(dx * dx + dy * dy);
        const steps = Math.max(1, Math.ceil(long / STEP_CELLS));
        for (let k = 1; k <= steps; k++) {
          const t = k / steps;
          const s = atS + (whole === 0 ? 0 : (takesS * (before + long * t)) / whole);
          if (s > limitS) return;
          // before it sets out
          if (s >= 0) this.#walk(px + dx * t, py + dy * t, s - limitS);
        }
        before += long;
      } else if (full === 1) this.#walk(x, y, atS - limitS);
      px = x;
      py = y;
    }
  }

  /** From a place on the road (in cells) to the middles of the cells around it: limited by the time that is left, and by the walk. */
  #walk(x: number, y: number, missingS: number): void {
    const width = this.#width;
    if (this.#near[Math.floor(y) * width + Math.floor(x)] === 0) return;
    const perCell = this.#cellM / WALK_MPS;
    const tooFar = this.#walkM / WALK_MPS;
    const square = Math.floor(y * SQUARES) * width * SQUARES + Math.floor(x * SQUARES);
    const least = Math.fround(Math.max(missingS, -tooFar));
    if (this.#walked[square]! <= least) return;
    this.#walked[square] = least;
    const missing = this.#missingS;
    const reach = BEYOND_CELLS - least / perCell;
    const left = Math.max(0, Math.ceil(x - 0.5 - reach));
    const right = Math.min(width - 1, Math.floor(x - 0.5 + reach));
    const top = Math.min(this.#height - 1, Math.floor(y - 0.5 + reach));
    for (let cy = Math.max(0, Math.ceil(y - 0.5 - reach)); cy <= top; cy++) {
      const dy = cy + 0.5 - y;
      const row = cy * width;
      for (let cx = left; cx <= right; cx++) {
        const dx = cx + 0.5 - x;
        const there = least + Math.sqrt(dx * dx + dy * dy) * perCell;
        if (there < missing[row + cx]!) missing[row + cx] = there;
      }
    }
  }

  #contour(limitS: number): ReachArea {
    const told = (ring: Ring): LngLat[] => {
      const out: LngLat[] = [];
      for (let i = 0; i < ring.length; i += 2)
        out.push([round5(this.#west + ring[i]! / this.#perLng), round5(this.#south + ring[i + 1]! / this.#perLat)]);
      return out;
    };
    let cells = 0;
    const polygons = contourOfNought(this.#missingS, this.#width, this.#height).map(({ outer, holes }) => {
      for (const ring of [outer, ...holes]) cells += ringArea(ring);
      return [told(outer), ...holes.map(told)];
    });
    return { limitS, polygons, areaKm2: (cells * this.#cellM ** 2) / 1e6 };
  }
}

const round5 = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

/** Marks the cells around marked ones too, so many in each direction. */
function widen(marks: Uint8Array, width: number, height: number, by: number): void {
  const along = (start: number, step: number, count: number): void => {
    let since = by + 1;
    for (let k = 0, c = start; k < count; k++, c += step) {
      since = marks[c]! & 1 ? 0 : since + 1;
      if (since <= by) marks[c]! |= 2;
    }
    since = by + 1;
    for (let k = 0, c = start + (count - 1) * step; k < count; k++, c -= step) {
      since = marks[c]! & 1 ? 0 : since + 1;
      if (since <= by) marks[c]! |= 2;
    }
    for (let k = 0, c = start; k < count; k++, c += step) marks[c] = marks[c]! > 0 ? 1 : 0;
  };
  for (let y = 0; y < height; y++) along(y * width, 1, width);
  for (let x = 0; x < width; x++) along(x, width, height);
}
