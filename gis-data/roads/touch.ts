import type { LngLat } from '#domain/city/rows.ts';
import { inRing } from '../osm/rings.ts';

/** What somebody draws on the map: an area, closed by itself, or a line across roads. */
export interface Drawn {
  readonly kind: 'area' | 'line';
  readonly points: readonly LngLat[];
}

const side = (a: LngLat, b: LngLat, p: LngLat): number => (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
const within = (a: LngLat, b: LngLat, p: LngLat): boolean =>
  Math.min(a[0], b[0]) <= p[0] &&
  p[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= p[1] &&
  p[1] <= Math.max(a[1], b[1]);

/** Do two straight stretches have a point in common? */
export function cross(a: LngLat, b: LngLat, c: LngLat, d: LngLat): boolean {
  const [s1, s2, s3, s4] = [side(c, d, a), side(c, d, b), side(a, b, c), side(a, b, d)];
  if (((s1 > 0 && s2 < 0) || (s1 < 0 && s2 > 0)) && ((s3 > 0 && s4 < 0) || (s3 < 0 && s4 > 0))) return true;
  return (
    (s1 === 0 && within(c, d, a)) ||
    (s2 === 0 && within(c, d, b)) ||
    (s3 === 0 && within(a, b, c)) ||
    (s4 === 0 && within(a, b, d))
  );
}

/** Does a straight stretch of road touch what was drawn: its line, or, of an area, its inside? */
export function touches({ kind, points }: Drawn, a: LngLat, b: LngLat): boolean {
  for (let i = 1; i < points.length; i++) if (cross(points[i - 1]!, points[i]!, a, b)) return true;
  return kind === 'area' && (cross(points.at(-1)!, points[0]!, a, b) || inRing(a, [...points, points[0]!]));
}

export function boundsOf({ points }: Drawn): [west: number, south: number, east: number, north: number] {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) [w, s, e, n] = [Math.min(w, x), Math.min(s, y), Math.max(e, x), Math.max(n, y)];
  return [w, s, e, n];
}
