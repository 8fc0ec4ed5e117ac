import type { Sql } from './db.ts';
import { TILE_VERSION } from './gis.ts';

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

export interface CutTile {
  /** Of the city that it was cut from, read in the same moment. */
  readonly version: string;
  /** Uncompressed MVT; empty where there is nothing. */
  readonly mvt: Buffer;
}

/**
 * One vector tile of the active city; null while there is none.
 * Attributes: kind, name, name_en, rank, height_m, flags (bit 0 bridge, 1 tunnel, 2 one way).
 */
export async function cutTile(sql: Sql, z: number, x: number, y: number): Promise<CutTile | null> {
  const margin = BUFFER / EXTENT;
  // written out, because the planner takes a partial index only for what it can prove (0160_tiles.sql)
  const few = z <= 9 ? sql`and s.min_zoom <= 9` : z <= 13 ? sql`and s.min_zoom <= 13` : sql``;
  // points keep to their own tile, or a label on an edge would be drawn by both
  const [r] = await sql<{ version: string; mvt: Buffer | null }[]>`
    with shown as (select id, ${sql.unsafe(TILE_VERSION)} as version from city where active),
    tile as (select st_tileenvelope(${z}, ${x}, ${y}) as box, st_tileenvelope(${z}, ${x}, ${y}, margin => ${margin}) as wide),
    shape as materialized (
      select s.layer, s.kind, s.name, s.name_en, s.rank, s.height_m, s.flags, s.geom
      from map_shape s, tile
      where s.geom && tile.wide ${few} and s.min_zoom <= ${z} and s.max_zoom >= ${z} and s.city = (select id from shown)
    ), cut as (
      select layer, kind, name, name_en, nullif(rank, 5) as rank, height_m, nullif(flags, 0) as flags,
        st_asmvtgeom(geom, tile.box, ${EXTENT}, case when st_dimension(geom) = 0 then 0 else ${BUFFER} end, true) as geom
      from shape, tile
    )
    select shown.version, string_agg(part.mvt, ''::bytea order by array_position(${TILE_LAYERS as unknown as string[]}::text[], layer)) as mvt
    from shown left join (
      select layer, st_asmvt(f, layer, ${EXTENT}, 'geom') as mvt
      from cut, lateral (select kind, name, name_en, rank, height_m, flags, geom) f
      where cut.geom is not null group by layer
    ) part on true
    group by shown.version`;
  return r ? { version: r.version, mvt: r.mvt ?? Buffer.alloc(0) } : null;
}
