import type { LngLat } from './city/rows.ts';

/** Geometry on a city's scale. Positions are [lng, lat], degrees, WGS-84. */

/** A position, whatever stands behind its lng and lat. */
type Position = Readonly<Record<0 | 1, number>>;

const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** Metres between two points, good to 0.5 % within a city. */
export function metres(a: Position, b: Position): number {
  const x = (b[0] - a[0]) * RAD * Math.cos(((a[1] + b[1]) / 2) * RAD);
  return EARTH_M * Math.hypot(x, (b[1] - a[1]) * RAD);
}

/** The nearest point of a grid of so many degrees, written with no more decimals than the grid needs. */
export function snap([lng, lat]: LngLat, grid: number): LngLat {
  const to = (x: number): number => Number((Math.round(x / grid) * grid).toFixed(4));
  return [to(lng), to(lat)];
}

/** A line without its points within `radiusM` metres of a place. */
export function cutNear(line: readonly LngLat[], place: LngLat, radiusM: number): readonly LngLat[] {
  return line.filter((p) => metres(p, place) > radiusM);
}

/**
 * A line with fewer points (Douglas–Peucker): no left-out point is farther than `toleranceM` from what is left.
 * With `maxPoints` the tolerance grows until the line is short enough.
 */
export function simplify<P extends Position>(
  line: readonly P[],
  toleranceM: number,
  maxPoints = Number.POSITIVE_INFINITY,
): P[] {
  let tolerance = toleranceM;
  let out = kept(line, tolerance);
  while (out.length > maxPoints && maxPoints >= 2) {
    tolerance *= 1.6;
    out = kept(line, tolerance);
  }
  return out;
}

function kept<P extends Position>(line: readonly P[], toleranceM: number): P[] {
  if (line.length <= 2) return [...line];
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const spans: [number, number][] = [[0, line.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let far = -1;
    let farM = toleranceM;
    for (let i = from + 1; i < to; i++) {
      const m = offLine(line[i]!, line[from]!, line[to]!);
      if (m > farM) {
        far = i;
        farM = m;
      }
    }
    if (far < 0) continue;
    keep[far] = 1;
    spans.push([from, far], [far, to]);
  }
  return line.filter((_, i) => keep[i] === 1);
}

/** Metres from a point to a stretch between two others. */
function offLine(p: Position, a: Position, b: Position): number {
  const cos = Math.cos(a[1] * RAD);
  const bx = (b[0] - a[0]) * cos;
  const by = b[1] - a[1];
  const px = (p[0] - a[0]) * cos;
  const py = p[1] - a[1];
  const len2 = bx * bx + by * by;
  const t = len2 === 0 ? 0 : Math.min(1, Math.max(0, (px * bx + py * by) / len2));
  return Math.hypot(px - bx * t, py - by * t) * RAD * EARTH_M;
}
