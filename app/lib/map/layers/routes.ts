import type { RouteLine, RouteRow } from '#domain/incidents/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { boundsOf, collection, type Collection, type Feature } from '../geo.ts';

export type RouteFeature = { id: string; way: 'shortest' | 'best' };

/** The two lines of each route; a line of fewer than two points (cut for the wall) is left out. Best below, shortest dashed on top. */
export function routeLines(
  routes: Iterable<readonly [string, { readonly shortest: RouteLine; readonly best: RouteLine }]>,
): Collection<RouteFeature> {
  const features: Feature<RouteFeature>[] = [];
  for (const way of ['best', 'shortest'] as const)
    for (const [id, r] of routes)
      if (r[way].line.length >= 2)
        features.push({
          type: 'Feature',
          properties: { id, way },
          geometry: { type: 'LineString', coordinates: r[way].line },
        });
  return collection(features);
}

/** Routes on the wall, oldest first: the number beside each is its place in this list. */
export function shownRoutes(rows: ReadonlyMap<string, RouteRow>): [string, RouteRow][] {
  return [...rows]
    .filter(([, r]) => r.shownAt !== null)
    .sort(([ida, a], [idb, b]) => a.shownAt! - b.shownAt! || (ida < idb ? -1 : 1));
}

/** Everything a route touches, to look at it whole. */
export function routeBounds(r: {
  readonly shortest: RouteLine;
  readonly best: RouteLine;
}): [number, number, number, number] | null {
  const points: LngLat[] = [...r.shortest.line, ...r.best.line];
  return boundsOf(points);
}
