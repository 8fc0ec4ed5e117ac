import { TileSource } from '#gis-data/map-tiles.ts';
import type { CityMap } from '#lib/map/open-map.ts';
import { db, log, settings } from './runtime.ts';

let source: TileSource | null = null;

/** The active city as maps draw it; null while none is loaded. */
export async function cityMap(): Promise<CityMap | null> {
  source ??= new TileSource(db(), settings().tilesFile, (e) => log.warn({ code: e.code }, e.message));
  const about = await source.about();
  if (!about) return null;
  const { city, own, refused } = about;
  return {
    id: city.id,
    name: city.name,
    nameEn: city.nameEn,
    bbox: city.bbox,
    // a map of the user's own is no invented one, and names its own source
    simulated: city.simulated && own === null,
    attribution: own?.attribution || city.attribution,
    tileVersion: own?.version ?? city.tileVersion,
    tiles: own ? { schema: own.schema, minZoom: own.minZoom, maxZoom: own.maxZoom } : null,
    refused,
  };
}
