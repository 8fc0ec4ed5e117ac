import type { LngLat } from '#domain/city/rows.ts';
import type { LayerFeature, LayerShape } from '#domain/map-layers/geojson.ts';
import { boundsOf, inRing, worldPixel, type Box, type Feature } from '../geo.ts';

/** Features of a layer as the map draws and finds them. */

/** A feature with the box of its points, by which most are passed over when one is looked for. */
export interface DrawnFeature extends LayerFeature {
  readonly box: Box;
}
export const drawn = (features: readonly LayerFeature[]): DrawnFeature[] =>
  features.flatMap((f) => {
    const box = boundsOf(pointsOf(f.shape));
    return box ? [{ ...f, box }] : [];
  });

const pointsOf = (s: LayerShape): readonly LngLat[] =>
  s.kind === 'point' ? s.points : s.kind === 'line' ? s.lines.flat() : s.polygons.flat(2);

export type OwnProps = { look: number; kind: string; chosen: boolean };

/** A layer's features for the map's ground. @param chosen number of the one that is looked at */
export function groundOf(features: readonly DrawnFeature[], look: number, chosen: number | null): Feature<OwnProps>[] {
  return features.flatMap(({ shape }, n): Feature<OwnProps>[] => {
    const properties = { look, kind: shape.kind, chosen: n === chosen };
    const feature = (geometry: Feature<OwnProps>['geometry']): Feature<OwnProps> => ({
      ...{ type: 'Feature', properties, geometry },
    });
    switch (shape.kind) {
      case 'point':
        return shape.points.map((at) => feature({ type: 'Point', coordinates: at }));
      case 'line':
        return shape.lines.map((line) => feature({ type: 'LineString', coordinates: line }));
      case 'area':
        return shape.polygons.map((rings) => feature({ type: 'Polygon', coordinates: rings }));
    }
  });
}

/** A press may miss a point or a line by so many pixels. */
const NEAR_PX = 7;
const FIRST: readonly LayerShape['kind'][] = ['point', 'line', 'area'];

/**
 * The feature under a place: a point before a line before an area, the smaller area before the larger.
 * @param zoom of the map, by which a near miss is told
 * @returns its number, and a rank by which features of several layers are compared (the least is on top); null: none is there
 */
export function featureAt(
  features: readonly DrawnFeature[],
  at: LngLat,
  zoom: number,
): { readonly n: number; readonly rank: number } | null {
  const px = worldPixel(at, zoom);
  // of a degree of longitude at the equator; latitudes are never stretched less
  const slack = (NEAR_PX * 360) / (512 * 2 ** zoom);
  let best: { n: number; rank: number } | null = null;
  for (const [n, { shape, box }] of features.entries()) {
    const outside =
      at[0] < box[0] - slack || at[0] > box[2] + slack || at[1] < box[1] - slack || at[1] > box[3] + slack;
    if (outside || !touches(shape, at, px, zoom)) continue;
    const size = (box[2] - box[0]) * (box[3] - box[1]);
    const rank = FIRST.indexOf(shape.kind) + (shape.kind === 'area' ? size / (1 + size) : 0);
    if (!best || rank < best.rank) best = { n, rank };
  }
  return best;
}

function touches(shape: LayerShape, at: LngLat, px: readonly [number, number], zoom: number): boolean {
  switch (shape.kind) {
    case 'point':
      return shape.points.some((p) => apart(worldPixel(p, zoom), px) <= NEAR_PX);
    case 'line':
      return shape.lines.some((line) => {
        const points = line.map((p) => worldPixel(p, zoom));
        return points.some((p, i) => i > 0 && offStretch(px, points[i - 1]!, p) <= NEAR_PX);
      });
    case 'area':
      return shape.polygons.some((rings) => rings.filter((ring) => inRing(ring, at)).length % 2 === 1);
  }
}

const apart = (a: readonly [number, number], b: readonly [number, number]): number =>
  Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Pixels from a point to a stretch between two others. */
function offStretch(p: readonly [number, number], a: readonly [number, number], b: readonly [number, number]): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const len2 = dx * dx + dy * dy;
  const t = len2 === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / len2));
  return apart(p, [a[0] + dx * t, a[1] + dy * t]);
}

/** Sets and maps of layers by id are replaced and never changed: who looks at one sees one moment. */
export const idSet = (ids: Iterable<string> = []): ReadonlySet<string> => new Set(ids);
export type FeaturesById = ReadonlyMap<string, readonly DrawnFeature[]>;
export const featuresById = (entries: Iterable<readonly [string, readonly DrawnFeature[]]> = []): FeaturesById =>
  new Map(entries);
