import type { HotIssueRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { circleRing, collection, type Collection } from '../geo.ts';

/** Smallest circle that is still seen on a city's map, and the largest that still says where, metres. */
const LEAST_M = 350;
const MOST_M = 4000;

export interface HotTag {
  readonly id: string;
  readonly row: HotIssueRow;
  readonly at: LngLat;
}

/** Hot issues that have a place, the one that stands out most first. */
export function hotTags(rows: ReadonlyMap<string, HotIssueRow>): HotTag[] {
  return [...rows]
    .sort(([, a], [, b]) => a.rank - b.rank)
    .flatMap(([id, row]) => (row.at ? [{ id, row, at: row.at }] : []));
}

/** The neighbourhoods of hot issues: a circle that holds nine in ten of their cases. */
export function hotAreas(rows: ReadonlyMap<string, HotIssueRow>): Collection<{ id: string }> {
  return collection(
    hotTags(rows).map(({ id, row, at }) => ({
      type: 'Feature',
      properties: { id },
      geometry: {
        type: 'Polygon',
        coordinates: [circleRing(at, Math.min(MOST_M, Math.max(LEAST_M, row.radiusM ?? LEAST_M)))],
      },
    })),
  );
}
