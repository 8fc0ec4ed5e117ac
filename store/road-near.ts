import type { Sql } from './db.ts';
import type { LngLat } from './gis.ts';

/** Roads farther away are none, degrees (about 500 m). */
const WITHIN = 0.005;

/** Metres from each point to the nearest road of a city; null where none is within about 500 m. */
export async function roadDistances(sql: Sql, city: string, points: readonly LngLat[]): Promise<(number | null)[]> {
  const rows = await sql<{ m: number | null }[]>`
    select near.m from unnest(${points.map((p) => p[0])}::float8[], ${points.map((p) => p[1])}::float8[]) with ordinality as p (lng, lat, i)
    cross join lateral (select st_setsrid(st_makepoint(p.lng, p.lat), 4326) as at) here
    left join lateral (
      select st_distance(geom::geography, here.at::geography) as m from road_edge
      where city = ${city} and geom && st_expand(here.at, ${WITHIN})
      order by geom <-> here.at limit 1
    ) near on true
    order by p.i`;
  return rows.map((r) => r.m);
}
