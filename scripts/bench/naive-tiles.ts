import type { Sql } from '#store/db.ts';

/** What somebody writes who thinks of nothing: the tables as they are, projected, clipped and encoded at each request. */
export async function naiveTile(sql: Sql, z: number, x: number, y: number): Promise<Uint8Array> {
  const [r] = await sql<{ mvt: Buffer }[]>`
    with tile as (select st_tileenvelope(${z}, ${x}, ${y}) as box, st_transform(st_tileenvelope(${z}, ${x}, ${y}, margin => 0.0234375), 4326) as wide),
    area_part as (
      select kind, name, name_en, height_m, st_asmvtgeom(st_transform(geom, 3857), tile.box, 4096, 96, true) as geom
      from area, tile where geom && tile.wide),
    road_part as (
      select class as kind, name, name_en, oneway, bridge, tunnel, st_asmvtgeom(st_transform(geom, 3857), tile.box, 4096, 96, true) as geom
      from road_edge, tile where geom && tile.wide),
    place_part as (
      select kind, name, name_en, rank, st_asmvtgeom(st_transform(geom, 3857), tile.box, 4096, 0, true) as geom
      from place, tile where geom && tile.wide)
    select (select coalesce(st_asmvt(a, 'area'), '') from area_part a where geom is not null)
      || (select coalesce(st_asmvt(a, 'road'), '') from road_part a where geom is not null)
      || (select coalesce(st_asmvt(a, 'place'), '') from place_part a where geom is not null) as mvt`;
  return r!.mvt;
}
