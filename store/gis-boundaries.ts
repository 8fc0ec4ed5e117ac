import { keepBoundarySource, type BoundarySource } from './city-sources.ts';
import type { Sql, Tx } from './db.ts';
import { buildShapes } from './gis-shapes.ts';
import type { BoundaryLevel } from './gis.ts';

/** Writing the boundaries of a city; reading them is in gis.ts, files of them in gis-data/boundary-file.ts. */

/** The city and level that boundaries are of. */
export interface BoundaryTarget {
  /** Id of the city; made when it is new (then `cityName` is its name), never made active by this. */
  readonly city: string;
  readonly cityName?: string;
  readonly cityNameEn?: string;
  readonly attribution?: string;
  readonly level: BoundaryLevel;
}

/** A boundary of a file: `geometry` is a GeoJSON polygon in WGS-84, which may be invalid. */
export interface BoundaryRow {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  readonly parent: string | null;
  readonly geometry: unknown;
}

/** Replaces the boundaries of one level of a city; the rest of the city stays. Invalid polygons are repaired. */
export async function replaceBoundaries(
  sql: Sql,
  o: BoundaryTarget,
  rows: readonly BoundaryRow[],
  source: BoundarySource,
): Promise<void> {
  await sql.begin(async (t) => replaceLevel(t as Tx, o, rows, source));
}

/** The same polygons in small pieces: which one a point lies in is then found quickly. */
export async function cutBoundaries(tx: Tx, city: string): Promise<void> {
  await tx`
    insert into boundary_part (city, level, code, geom)
    select city, level, code, (st_dump(st_subdivide(geom, 64))).geom from boundary where city = ${city}`;
}

async function replaceLevel(
  tx: Tx,
  o: BoundaryTarget,
  rows: readonly BoundaryRow[],
  source: BoundarySource,
): Promise<void> {
  await tx`select pg_advisory_xact_lock(7770041)`;
  await tx`delete from boundary where city = ${o.city} and level = ${o.level}`;
  await tx`
    insert into boundary (city, level, code, name, name_en, parent_code, label, geom)
    select ${o.city}, ${o.level}, r->>'code', r->>'name', r->>'nameEn', r->>'parent', st_pointonsurface(g), g
    from jsonb_array_elements(${tx.json(rows as never)}) r
    cross join lateral (
      select st_multi(st_collectionextract(st_makevalid(st_setsrid(st_geomfromgeojson(r->'geometry'), 4326)), 3)) as g
    ) s`;
  // the frame of the roads stood for the city as long as nobody knew better (gis-data/osm/city.ts)
  if (o.level !== 'city')
    await tx`
      update boundary c set geom = whole.geom, label = st_pointonsurface(whole.geom)
      from (
        select st_multi(st_collectionextract(st_buffer(st_union(st_buffer(geom, 0.0002)), -0.0002), 3)) as geom
        from boundary where city = ${o.city} and level = ${o.level}
      ) whole
      where c.city = ${o.city} and c.level = 'city' and c.code = ${o.city} and st_npoints(c.geom) = 5`;
  await tx`delete from boundary_part where city = ${o.city}`;
  await cutBoundaries(tx, o.city);
  // people are told by the streets and districts that they live in
  await tx`select make_people(${o.city}), name_people_cells(${o.city})`;
  await tx`
    insert into city (id, name, name_en, west, south, east, north, centre, attribution, map_version)
    select ${o.city}, ${o.cityName ?? o.city}, ${o.cityNameEn ?? o.cityName ?? o.city}, st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e),
      st_centroid(e::geometry), ${o.attribution ?? ''}, ''
    from (select st_extent(geom) as e from boundary where city = ${o.city}) x
    on conflict (id) do nothing`;
  await keepBoundarySource(tx, o.city, o.level, source);
  await tx`delete from map_shape where city = ${o.city}`;
  await buildShapes(tx, o.city);
}
