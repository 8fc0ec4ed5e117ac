import type { LngLat } from '#store/gis.ts';
import { contourOfNought, ringArea, type Ring } from './contour.ts';
import type { RoadGraph } from './graph.ts';
import { METRES_PER_DEGREE, RoadSquares, SQUARE_M } from './road-squares.ts';

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

/** Cells of the grid are 25 m wide in a window of so few of them, else 50 m, or more where a window would have more than the most. */
const FEW_CELLS = 240;
const MOST_CELLS = 900;
/** Places are told to so many parts of a cell's side at most, as a power of 2. */
const FINEST_BITS = 2;
/** From the road one goes on foot, as far as a house stands from it. */
const WALK_MPS = 1.4;
const WALK_M = 100;
/** The contour runs between neighbours of which one is reached: the other is at most one cell farther from where that one is reached from. */
const BEYOND_CELLS = 1;
/** Seconds missing at a square as a number of 8 bits: 0 with time for the whole walk, MOST with none left, NONE where nobody comes. */
const MOST = 254;
const NONE = 255;
/** Four squares of NONE. */
const NOBODY = -1;
/** Cells are told in halves of that, odd ones: none is nought, and the contour never passes through the middle of a cell. */
const HALVES = 2;

/** What a place on the road with time for the whole walk gives to the cells around it, by its square within its cell: nearest first. */
interface Footprint {
  /** Places of those cells in a grid, from that of its own. */
  readonly offset: Int32Array;
  /** What is missing there. */
  readonly missing: Int32Array;
}

/**
 * Areas that are reached on one network from any of some places within a limit, along the arcs that are driven, and from the road on foot for some
 * houses: at the middle of each cell of a grid the time that is missing, and the contour of none missing. A place on the road is
 * told to the middle of a square of 12.5 m and a third of a second, and those between two places 40 m apart are left out: the edge is
 * where it should be to about 10 m. Its arrays serve every question.
 */
export class ReachAreas {
  readonly #squares: RoadSquares;
  /** What would have to be saved to be at the middle of each cell in time; less than 0: there is time left. */
  #missing = new Int16Array(0);
  /** Least seconds missing on a road in each small square. */
  #best = new Uint8Array(0);

  constructor(g: RoadGraph) {
    this.#squares = new RoadSquares(g);
  }

  /** @param from one place at least @param limitsS seconds, ascending */
  areas(from: readonly LngLat[], driven: Driven, limitsS: readonly number[]): ReachArea[] {
    return limitsS.map((limitS) => {
      if (driven.count === 0) return { limitS, polygons: [], areaKm2: 0 };
      const window = this.#window(from, driven, limitS);
      this.#drive(window, from, driven, limitS);
      this.#walk(window);
      return this.#contour(window, limitS);
    });
  }

  /** The grid that holds all that is driven within the limit, with room for the walk. */
  #window(from: readonly LngLat[], { count, arc, atS }: Driven, limitS: number): Window {
    const { start, x, y } = this.#squares;
    const [xs, ys] = [
      from.map(([lng]) => this.#squares.squareX(lng)),
      from.map(([, lat]) => this.#squares.squareY(lat)),
    ];
    let [west, south, east, north] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    for (let d = 0; d < count; d++) {
      if (atS[d]! > limitS) continue;
      for (let i = start[arc[d]! >> 1]!, end = start[(arc[d]! >> 1) + 1]!; i < end; i++) {
        const [px, py] = [x[i]!, y[i]!];
        if (px < west) west = px;
        if (px > east) east = px;
        if (py < south) south = py;
        if (py > north) north = py;
      }
    }
    const window = new Window(west, south, east, north);
    const cells = window.width * window.height;
    if (this.#missing.length < cells) this.#missing = new Int16Array(cells);
    if (this.#best.length < cells << (2 * window.parts)) this.#best = new Uint8Array(cells << (2 * window.parts));
    return window;
  }

  /** Goes along the arcs as far as the limit allows, and notes who comes to which square. */
  #drive(
    { west, south, shift, parts, width, height, walkM }: Window,
    from: readonly LngLat[],
    driven: Driven,
    limitS: number,
  ): void {
    const { start, x, y } = this.#squares;
    const { count, arc, atS, takesS } = driven;
    const best = this.#best;
    best.fill(NONE, 0, (width * height) << (2 * parts));
    const row = width << parts;
    const tooFar = walkM / WALK_MPS;
    const perSecond = MOST / tooFar;
    // rounded, and nothing is better than the whole walk
    const begin = (tooFar - limitS) * perSecond + 0.5;
    const put = (px: number, py: number, level: number): void => {
      const square = ((py - south) >> shift) * row + ((px - west) >> shift);
      if (level < best[square]!) best[square] = level;
    };
    for (const [lng, lat] of from)
      put(this.#squares.squareX(lng), this.#squares.squareY(lat), Math.max(0, Math.floor(begin)));
    for (let d = 0; d < count; d++) {
      if (atS[d]! > limitS) continue;
      const e = arc[d]! >> 1;
      const back = (arc[d]! & 1) === 1;
      const [first, end] = [start[e]!, start[e + 1]!];
      const stepS = takesS[d]! / (end - first - 1);
      for (let k = 0, s = atS[d]!; k < end - first && s <= limitS; k++, s += stepS) {
        // before it sets out
        if (s < 0) continue;
        const i = back ? end - 1 - k : first + k;
        const level = begin + s * perSecond;
        put(x[i]!, y[i]!, level < 0 ? 0 : Math.floor(level));
      }
    }
  }

  /** From the squares to the middles of the cells around them: limited by the time that is left, and by the walk. */
  #walk({ width, height, parts, cellM, walkM }: Window): void {
    const [best, cells] = [this.#best, this.#missing];
    const perCell = (HALVES * MOST * cellM) / walkM;
    const beyond = Math.round(BEYOND_CELLS * perCell) | 1;
    cells.fill(beyond, 0, width * height);
    const prints = footprints(parts, walkM / cellM + BEYOND_CELLS, perCell, width);
    const inCell = (1 << parts) - 1;
    // squares four at a time: most have nobody, and a row is made of whole fours
    const fours = new Int32Array(best.buffer, 0, (width * height) << (2 * parts - 2));
    const row = width << parts;
    for (let n = 0; n < fours.length; n++) {
      if (fours[n] === NOBODY) continue;
      const sy = Math.floor((4 * n) / row);
      for (let square = 4 * n, end = square + 4; square < end; square++) {
        const level = best[square]!;
        if (level === NONE) continue;
        const sx = square - sy * row;
        const { offset, missing } = prints[((sy & inCell) << parts) | (sx & inCell)]!;
        const cell = (sy >> parts) * width + (sx >> parts);
        const less = HALVES * level;
        let count = missing.length;
        while (count > 0 && less + missing[count - 1]! >= beyond) count--;
        for (let k = 0; k < count; k++) {
          const c = cell + offset[k]!;
          const was = cells[c]!;
          // the lesser of both, without a jump that nobody can foretell
          const better = less + missing[k]! - was;
          cells[c] = was + (better & (better >> 31));
        }
      }
    }
  }

  #contour({ west, south, shift, parts, width, height }: Window, limitS: number): ReachArea {
    const squares = this.#squares;
    const perCell = 1 << (parts + shift);
    const told = (ring: Ring): LngLat[] => {
      const out: LngLat[] = [];
      for (let i = 0; i < ring.length; i += 2)
        out.push([round5(squares.lng(west + ring[i]! * perCell)), round5(squares.lat(south + ring[i + 1]! * perCell))]);
      return out;
    };
    let cells = 0;
    const polygons = contourOfNought(this.#missing, width, height).map(({ outer, holes }) => {
      for (const ring of [outer, ...holes]) cells += ringArea(ring);
      return [told(outer), ...holes.map(told)];
    });
    // a degree of longitude is not as wide here as in the middle of the network
    const latitude = squares.lat(south + (height * perCell) / 2);
    const wide = (Math.cos((latitude * Math.PI) / 180) * METRES_PER_DEGREE) / squares.perLng;
    return { limitS, polygons, areaKm2: (cells * perCell ** 2 * wide * SQUARE_M) / 1e6 };
  }
}

/** Where the grid of one question lies, in small squares of the network, and how wide its cells are. */
class Window {
  readonly west: number;
  readonly south: number;
  /** Cells. */
  readonly width: number;
  readonly height: number;
  /** A place is told in squares twice as wide, so many times. */
  readonly shift: number;
  /** Of those squares so many lie along a cell's side, as a power of 2. */
  readonly parts: number;
  readonly cellM: number;
  readonly walkM: number;

  constructor(west: number, south: number, east: number, north: number) {
    const across = Math.max(east - west, north - south);
    let bits = across >> 1 <= FEW_CELLS ? 1 : 2;
    while (across >> bits > MOST_CELLS) bits++;
    this.parts = Math.min(bits, FINEST_BITS);
    this.shift = bits - this.parts;
    this.cellM = SQUARE_M * (1 << bits);
    this.walkM = Math.max(WALK_M, 1.5 * this.cellM);
    const margin = Math.ceil(this.walkM / this.cellM + BEYOND_CELLS) + 1;
    // whole cells of the plane: the same roads have the same cells in every question
    this.west = ((west >> bits) - margin) << bits;
    this.south = ((south >> bits) - margin) << bits;
    // even: a row has whole fours of squares
    this.width = ((east >> bits) - (west >> bits) + 2 + 2 * margin) & ~1;
    this.height = (north >> bits) - (south >> bits) + 1 + 2 * margin;
  }
}

const round5 = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

/** For each square of a cell the cells whose middles lie within so many cells of its own middle. */
function footprints(parts: number, cells: number, perCell: number, width: number): Footprint[] {
  const side = 1 << parts;
  const far = Math.ceil(cells);
  return Array.from({ length: side * side }, (_, print) => {
    const [x, y] = [((print % side) + 0.5) / side, (Math.floor(print / side) + 0.5) / side];
    const all: { offset: number; long: number }[] = [];
    for (let dy = -far; dy <= far; dy++)
      for (let dx = -far; dx <= far; dx++) {
        const long = Math.hypot(dx + 0.5 - x, dy + 0.5 - y);
        if (long < cells) all.push({ offset: dy * width + dx, long });
      }
    all.sort((a, b) => a.long - b.long);
    return {
      offset: Int32Array.from(all, (c) => c.offset),
      missing: Int32Array.from(all, (c) => (Math.round(c.long * perCell) - HALVES * MOST) | 1),
    };
  });
}
