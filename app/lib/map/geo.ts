import type { LngLat } from '#domain/city/rows.ts';

/** Plain GeoJSON of the map's ground layers, with flat properties as MapLibre wants them. */
export interface Feature<P extends Record<string, string | number | boolean | null>> {
  readonly type: 'Feature';
  /** A number, for what is coloured by state. */
  readonly id?: number;
  readonly properties: P;
  readonly geometry:
    | { readonly type: 'Point'; readonly coordinates: LngLat }
    | { readonly type: 'LineString'; readonly coordinates: readonly LngLat[] }
    | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly LngLat[])[] };
}
export interface Collection<
  P extends Record<string, string | number | boolean | null> = Record<string, string | number | boolean | null>,
> {
  readonly type: 'FeatureCollection';
  readonly features: readonly Feature<P>[];
}
export const collection = <P extends Record<string, string | number | boolean | null>>(
  features: readonly Feature<P>[],
): Collection<P> => ({ type: 'FeatureCollection', features });

const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** A circle on the ground as a closed ring of `corners` + 1 points. @param radiusM metres */
export function circleRing([lng, lat]: LngLat, radiusM: number, corners = 48): LngLat[] {
  const dLat = radiusM / EARTH_M / RAD;
  const dLng = dLat / Math.max(0.01, Math.cos(lat * RAD));
  return Array.from({ length: corners + 1 }, (_, i) => {
    const a = ((i % corners) / corners) * 2 * Math.PI;
    return [lng + dLng * Math.sin(a), lat + dLat * Math.cos(a)];
  });
}

/** [west, south, east, north], degrees. */
export type Box = readonly [number, number, number, number];

/** The box of points; null of none. */
export function boundsOf(points: Iterable<LngLat>): [number, number, number, number] | null {
  let box: [number, number, number, number] | null = null;
  for (const [lng, lat] of points) {
    if (!box) box = [lng, lat, lng, lat];
    else {
      box[0] = Math.min(box[0], lng);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lng);
      box[3] = Math.max(box[3], lat);
    }
  }
  return box;
}

/** Is a place inside a closed ring? */
export function inRing(ring: readonly LngLat[], [x, y]: LngLat): boolean {
  let inside = false;
  for (let i = 1; i < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** Web-Mercator pixels of a place at a zoom (512-pixel tiles, as MapLibre counts). */
export function worldPixel([lng, lat]: LngLat, zoom: number): [number, number] {
  const size = 512 * 2 ** zoom;
  const sin = Math.min(0.9999, Math.max(-0.9999, Math.sin(lat * RAD)));
  return [((lng + 180) / 360) * size, (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * size];
}

/** The place of world pixels: the inverse of {@link worldPixel}. */
export function worldPlace([x, y]: readonly [number, number], zoom: number): [number, number] {
  const size = 512 * 2 ** zoom;
  return [(x / size) * 360 - 180, (2 * Math.atan(Math.exp((0.5 - y / size) * 2 * Math.PI)) - Math.PI / 2) / RAD];
}

/** Half way along a line, by distance; null of a line without points. */
export function middleOf(line: readonly LngLat[]): LngLat | null {
  if (line.length < 2) return line[0] ?? null;
  const cos = Math.cos(line[0]![1] * RAD);
  const step = (i: number): number => Math.hypot((line[i]![0] - line[i - 1]![0]) * cos, line[i]![1] - line[i - 1]![1]);
  let total = 0;
  for (let i = 1; i < line.length; i++) total += step(i);
  let left = total / 2;
  for (let i = 1; i < line.length; i++) {
    const s = step(i);
    if (s >= left && s > 0) {
      const share = left / s;
      return [
        line[i - 1]![0] + (line[i]![0] - line[i - 1]![0]) * share,
        line[i - 1]![1] + (line[i]![1] - line[i - 1]![1]) * share,
      ];
    }
    left -= s;
  }
  return line.at(-1)!;
}
