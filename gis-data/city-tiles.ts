import type { Sql } from '#store/db.ts';
import { activeCity } from '#store/gis.ts';
import { cutTile } from '#store/gis-tiles.ts';
import type { TileMaker } from './tiles.ts';

/** Tiles of the active city, cut by PostGIS. */
export const cityTiles = (sql: Sql): TileMaker => ({
  minZoom: 6,
  maxZoom: 15,
  version: async () => (await activeCity(sql))?.tileVersion ?? null,
  make: (z, x, y) => cutTile(sql, z, x, y),
});
