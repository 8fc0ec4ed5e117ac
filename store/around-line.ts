import type { AreaPolygons } from '#domain/around/area.ts';
import type { Sql } from './db.ts';
import type { LngLat } from './gis.ts';

/**
 * All that lies within so many metres of a line on the ellipsoid, as an area: everything along the line is then asked of this one
 * area. Where it is round its edge lies up to 0.5 % farther in.
 * @param line two different points at least
 */
export async function alongLine(sql: Sql, line: readonly LngLat[], withinM: number): Promise<AreaPolygons> {
  const json = JSON.stringify({ type: 'LineString', coordinates: line });
  const [row] = await sql<{ area: string }[]>`
    select st_asgeojson(st_multi(st_buffer(st_setsrid(st_geomfromgeojson(${json}), 4326)::geography, ${withinM}, 'quad_segs=8')::geometry), 7)
      as area`;
  return (JSON.parse(row!.area) as { coordinates: AreaPolygons }).coordinates;
}
