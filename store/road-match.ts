import type { LngLat, TrafficGeometry } from '#domain/city/rows.ts';
import type { Sql, Tx } from './db.ts';

/** How far a partner's line may lie from our road, metres. */
const TOLERANCE_M = 18;
/** A point belongs to the nearest road within this, metres. */
const POINT_M = 40;
/** Share of an edge that must lie along the line. */
const SHARE = 0.6;
const MAX_EDGES = 500;

/** False while no road network was loaded: then nothing can be found on it. */
export async function hasRoads(sql: Sql | Tx): Promise<boolean> {
  const [r] = await sql<{ there: boolean }[]>`select to_regclass('road_edge') is not null as there`;
  return r!.there;
}

/**
 * The road edges that a partner's geometry lies on: for a line those that run along it for most of their length (not
 * those that only cross it), for a point the nearest one. Empty when there is none, or no network.
 */
export async function edgesOf(sql: Sql | Tx, geometry: TrafficGeometry): Promise<number[]> {
  if (!(await hasRoads(sql))) return [];
  return geometry.type === 'Point' ? nearestEdge(sql, geometry.coordinates) : edgesAlong(sql, geometry.coordinates);
}

async function nearestEdge(sql: Sql | Tx, at: LngLat): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    with here as (select st_setsrid(st_makepoint(${at[0]}, ${at[1]}), 4326) as p)
    select e.id from road_edge e, here
    where e.geom && st_expand(here.p, 0.0008)
      and st_distance(e.geom::geography, here.p::geography) <= ${POINT_M}
    order by e.geom <-> here.p limit 1`;
  return rows.map((r) => r.id);
}

async function edgesAlong(sql: Sql | Tx, line: readonly LngLat[]): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    with there as (
      select st_setsrid(st_geomfromgeojson(${JSON.stringify({ type: 'LineString', coordinates: line })}), 4326) as l
    ), around as (
      select st_buffer(l::geography, ${TOLERANCE_M})::geometry as zone from there
    )
    select e.id from road_edge e, around
    where e.geom && around.zone and st_intersects(e.geom, around.zone)
      and st_length(st_intersection(e.geom, around.zone)) >= ${SHARE} * st_length(e.geom)
    order by e.id limit ${MAX_EDGES}`;
  return rows.map((r) => r.id);
}
