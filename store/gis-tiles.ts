import type { Sql } from './db.ts';

/** Layers of a tile, in the order of drawing. */
export const TILE_LAYERS = [
  'ground',
  'land',
  'green',
  'water',
  'building',
  'rail',
  'road',
  'boundary',
  'watername',
  'areaname',
  'label',
  'place',
] as const;

/** Units across a tile. */
const EXTENT = 4096;
/** Units drawn beyond the edge, so that wide lines and their casings meet. */
const BUFFER = 96;

/**
 * One vector tile of the active city, uncompressed MVT; empty where there is nothing.
 * Attributes: kind, name, name_en, rank, height_m, flags (bit 0 bridge, 1 tunnel, 2 one way).
 */
export async function cutTile(sql: Sql, z: number, x: number, y: number): Promise<Buffer> {
  const margin = BUFFER / EXTENT;
  // points keep to their own tile, or a label on an edge would be drawn by both
  const [r] = await sql<{ tile: Buffer | null }[]>`
    with tile as (select st_tileenvelope(${z}, ${x}, ${y}) as box, st_tileenvelope(${z}, ${x}, ${y}, margin => ${margin}) as wide),
    shape as materialized (
      select s.layer, s.kind, s.name, s.name_en, s.rank, s.height_m, s.flags, s.geom
      from map_shape s, tile
      where s.geom && tile.wide and s.min_zoom <= ${z} and s.max_zoom >= ${z}
        and s.city = (select id from city where active)
    ), cut as (
      select layer, kind, name, name_en, nullif(rank, 5) as rank, height_m, nullif(flags, 0) as flags,
        st_asmvtgeom(geom, tile.box, ${EXTENT}, case when st_dimension(geom) = 0 then 0 else ${BUFFER} end, true) as geom
      from shape, tile
    )
    select string_agg(part.mvt, ''::bytea order by array_position(${TILE_LAYERS as unknown as string[]}::text[], layer)) as tile
    from (
      select layer, st_asmvt(f, layer, ${EXTENT}, 'geom') as mvt
      from cut, lateral (select kind, name, name_en, rank, height_m, flags, geom) f
      where cut.geom is not null group by layer
    ) part`;
  return r?.tile ?? Buffer.alloc(0);
}
