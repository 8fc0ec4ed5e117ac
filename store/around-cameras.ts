import { withinSql, type Within } from './city-things.ts';
import type { Sql } from './db.ts';
import type { LngLat } from './gis.ts';

/** Cameras within a circle or an area, the nearest to the anchor first, with how they are. */
export async function camerasWithin(
  sql: Sql,
  anchor: LngLat,
  within: Within,
  limit: number,
): Promise<{ id: string; name: string; state: string; at: LngLat; distanceM: number }[]> {
  return await sql<{ id: string; name: string; state: string; at: LngLat; distanceM: number }[]>`
    select camera_id as id, name, state, array[st_x(geom), st_y(geom)] as at,
      st_distance(geom::geography, st_setsrid(st_point(${anchor[0]}, ${anchor[1]}), 4326)::geography) as "distanceM"
    from camera where retired_at is null and ${withinSql(sql, 'geom', anchor, within)}
    order by "distanceM", id limit ${limit}`;
}
