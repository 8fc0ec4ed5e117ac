import type { RoadGraph } from './graph.ts';

/** Side of a small square, metres: as exactly as a place on a road is told. */
export const SQUARE_M = 12.5;
/** Places along a road are at most this far from one another, metres. */
const STEP_M = 40;
export const METRES_PER_DEGREE = 111_195;

/**
 * Places along every road of a network, evenly spaced from its one end to the other, told as small squares of one plane: made once, so
 * that what is drawn of the roads needs no geometry any more. 8 bytes a place, of which a road of 100 m has four.
 */
export class RoadSquares {
  /** Places of edge e in the direction of its line: start[e] … start[e + 1], at least two. */
  readonly start: Int32Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Squares that a degree is, eastwards in the middle of the network. */
  readonly perLng: number;
  readonly perLat = METRES_PER_DEGREE / SQUARE_M;
  readonly #west: number;
  readonly #south: number;

  constructor(g: RoadGraph) {
    const [west] = extent(g.pointLng);
    const [south, north] = extent(g.pointLat);
    this.#west = west;
    this.#south = south;
    this.perLng = Math.cos((((south + north) / 2) * Math.PI) / 180) * this.perLat;
    const px = g.pointLng.map((lng) => (lng - west) * this.perLng);
    const py = g.pointLat.map((lat) => (lat - south) * this.perLat);
    const step = (e: number): [steps: number, long: number] => {
      let long = 0;
      for (let i = g.pointStart[e]! + 1; i < g.pointStart[e + 1]!; i++)
        long += Math.hypot(px[i]! - px[i - 1]!, py[i]! - py[i - 1]!);
      return [Math.max(1, Math.ceil((long * SQUARE_M) / STEP_M)), long];
    };
    this.start = new Int32Array(g.edgeCount + 1);
    for (let e = 0; e < g.edgeCount; e++) this.start[e + 1] = this.start[e]! + step(e)[0] + 1;
    this.x = new Int32Array(this.start[g.edgeCount]!);
    this.y = new Int32Array(this.start[g.edgeCount]!);
    for (let e = 0; e < g.edgeCount; e++) {
      const [steps, long] = step(e);
      const last = g.pointStart[e + 1]! - 1;
      let i = g.pointStart[e]!;
      // how far along the line its points i and i + 1 are
      let [before, after] = [0, Math.hypot(px[i + 1]! - px[i]!, py[i + 1]! - py[i]!)];
      for (let k = 0; k <= steps; k++) {
        const along = (long * k) / steps;
        while (after < along && i + 2 <= last) {
          i++;
          before = after;
          after += Math.hypot(px[i + 1]! - px[i]!, py[i + 1]! - py[i]!);
        }
        const t = after > before ? Math.min(1, (along - before) / (after - before)) : 0;
        this.x[this.start[e]! + k] = Math.floor(px[i]! + (px[i + 1]! - px[i]!) * t);
        this.y[this.start[e]! + k] = Math.floor(py[i]! + (py[i + 1]! - py[i]!) * t);
      }
    }
  }

  squareX(lng: number): number {
    return Math.floor((lng - this.#west) * this.perLng);
  }
  squareY(lat: number): number {
    return Math.floor((lat - this.#south) * this.perLat);
  }
  /** Longitude of a place in squares. */
  lng(x: number): number {
    return this.#west + x / this.perLng;
  }
  lat(y: number): number {
    return this.#south + y / this.perLat;
  }
}

function extent(values: Float64Array): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const v of values) {
    if (v < least) least = v;
    if (v > most) most = v;
  }
  return values.length > 0 ? [least, most] : [0, 0];
}
