import Flatbush from 'flatbush';
import type { LngLat } from '#store/gis.ts';
import type { RoadGraph } from './graph.ts';

/** A position on the network: an edge and how far along its line. */
export interface Snap {
  readonly edge: number;
  /** Metres from the beginning of the edge, on the scale of its own length. */
  readonly alongM: number;
  readonly at: LngLat;
  /** Metres from the point that was asked for. */
  readonly distanceM: number;
}

const METRES_PER_DEGREE = 111_195;
/** First radius of the search; doubled until something is found. */
const FIRST_M = 60;

/** Finds the nearest edge of a network. Straight lines in a plane around the city's middle: off by less than 0.5 % at 50 km. */
export class Snapper {
  readonly #g: RoadGraph;
  readonly #kx: number;
  readonly #index: Flatbush | null;
  /** Edge and first point of each segment in the index. */
  readonly #edge: Int32Array;
  readonly #point: Int32Array;

  constructor(g: RoadGraph) {
    this.#g = g;
    let south = 90;
    let north = -90;
    for (const lat of g.pointLat) {
      if (lat < south) south = lat;
      if (lat > north) north = lat;
    }
    this.#kx = Math.cos((((south + north) / 2) * Math.PI) / 180) * METRES_PER_DEGREE;
    const count = g.pointLng.length - g.edgeCount;
    this.#edge = new Int32Array(Math.max(0, count));
    this.#point = new Int32Array(Math.max(0, count));
    this.#index = count > 0 ? new Flatbush(count, 16, Float64Array) : null;
    let i = 0;
    for (let e = 0; e < g.edgeCount; e++)
      for (let p = g.pointStart[e]!; p + 1 < g.pointStart[e + 1]!; p++) {
        this.#edge[i] = e;
        this.#point[i++] = p;
        const [x1, y1, x2, y2] = [this.#x(p), this.#y(p), this.#x(p + 1), this.#y(p + 1)];
        this.#index!.add(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2));
      }
    this.#index?.finish();
  }

  #x(p: number): number {
    return this.#g.pointLng[p]! * this.#kx;
  }
  #y(p: number): number {
    return this.#g.pointLat[p]! * METRES_PER_DEGREE;
  }

  /** The nearest position on the network within `withinM` metres; null when there is none. Ties go to the smaller edge. */
  nearest(at: LngLat, withinM: number): Snap | null {
    if (!this.#index) return null;
    const x = at[0] * this.#kx;
    const y = at[1] * METRES_PER_DEGREE;
    for (let r = Math.min(FIRST_M, withinM); ; r = Math.min(r * 2, withinM)) {
      let best = -1;
      let bestD = Infinity;
      let bestT = 0;
      for (const i of this.#index.search(x - r, y - r, x + r, y + r)) {
        const [d, t] = this.#toSegment(x, y, this.#point[i]!);
        if (d < bestD || (d === bestD && this.#edge[i]! < this.#edge[best]!)) [best, bestD, bestT] = [i, d, t];
      }
      if (best >= 0 && bestD <= r) return this.#snap(best, bestT, bestD);
      if (r >= withinM) return null;
    }
  }

  #toSegment(x: number, y: number, p: number): [distance: number, t: number] {
    const [x1, y1] = [this.#x(p), this.#y(p)];
    const [dx, dy] = [this.#x(p + 1) - x1, this.#y(p + 1) - y1];
    const len2 = dx * dx + dy * dy;
    const t = len2 === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / len2));
    return [Math.hypot(x - x1 - t * dx, y - y1 - t * dy), t];
  }

  #snap(i: number, t: number, distanceM: number): Snap {
    const g = this.#g;
    const e = this.#edge[i]!;
    const p = this.#point[i]!;
    let before = 0;
    let whole = 0;
    for (let q = g.pointStart[e]!; q + 1 < g.pointStart[e + 1]!; q++) {
      const len = Math.hypot(this.#x(q + 1) - this.#x(q), this.#y(q + 1) - this.#y(q));
      if (q < p) before += len;
      else if (q === p) before += len * t;
      whole += len;
    }
    const lng = g.pointLng[p]! + t * (g.pointLng[p + 1]! - g.pointLng[p]!);
    const lat = g.pointLat[p]! + t * (g.pointLat[p + 1]! - g.pointLat[p]!);
    return { edge: e, alongM: whole === 0 ? 0 : (before / whole) * g.edgeLengthM[e]!, at: [lng, lat], distanceM };
  }
}
