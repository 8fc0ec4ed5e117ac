import type { LngLat } from '#domain/city/rows.ts';
import { suspectSystem } from '#gis-data/crs-suspect.ts';
import type { CoordinateSystem } from '#gis-data/crs.ts';
import { db } from '#lib/server/runtime.ts';
import { activeCity } from '#store/gis.ts';

export interface OnMap {
  /** How many lie outside of the city's map: longitude and latitude swapped, or another city. */
  readonly outside: number;
  /** Another system than the declared one fits the city's roads; null: nothing speaks against it. */
  readonly suspect: { readonly looksLike: CoordinateSystem; readonly nearer: number; readonly offM: number } | null;
}

/** What the map of the city that is shown says of a file's positions. */
export async function onMap(positions: readonly LngLat[], declared: CoordinateSystem): Promise<OnMap> {
  const city = await activeCity(db());
  if (!city) return { outside: 0, suspect: null };
  const [w, s, e, n] = city.bbox;
  const found = await suspectSystem(db(), city.id, positions, declared);
  return {
    outside: positions.filter(([lng, lat]) => lng < w || lng > e || lat < s || lat > n).length,
    suspect: found && { looksLike: found.looksLike, nearer: found.nearer, offM: found.offM },
  };
}
