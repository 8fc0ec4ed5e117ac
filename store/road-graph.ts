import type { Sql, Tx } from './db.ts';
import type { City } from './gis.ts';
import { activeCity } from './gis.ts';

/** The road network as the road engine reads it, in pages, so that no result set of a whole city stands in memory. */

export interface RoadEdgeRow {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly class: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly lengthM: number;
  readonly speedKmh: number;
  readonly oneway: boolean;
  /** Metres, tonnes, metres; null: no limit stands. */
  readonly maxHeightM: number | null;
  readonly maxWeightT: number | null;
  readonly maxWidthM: number | null;
  /** Only buses, or only vehicles on duty, may drive it. */
  readonly reserved: boolean;
  /** Whether somebody on foot may go along it. */
  readonly walkable: boolean;
  /** Little-endian WKB line string, hexadecimal. */
  readonly wkb: string;
}

const PAGE = 5000;

/** The edges of the active city by id, page by page. Run it inside of one transaction (repeatable read) for one consistent network. */
export async function* roadEdges(sql: Sql | Tx, city: string): AsyncGenerator<RoadEdgeRow[]> {
  let after = -1;
  for (;;) {
    const rows = await sql<RoadEdgeRow[]>`
      select id, from_node as "from", to_node as "to", class, name, name_en as "nameEn", length_m as "lengthM",
        speed_kmh as "speedKmh", oneway, max_height_m as "maxHeightM", max_weight_t as "maxWeightT",
        max_width_m as "maxWidthM", access = 'emergency' as reserved, walkable, encode(st_asbinary(geom, 'NDR'), 'hex') as wkb
      from road_edge where city = ${city} and id > ${after} order by id limit ${PAGE}`;
    if (rows.length === 0) return;
    after = rows.at(-1)!.id;
    yield rows;
  }
}

/** A forbidden turn, by the ids of edges and nodes. */
export interface RestrictionRow {
  readonly from: number;
  readonly via: number;
  /** Edges that are passed between, in order. */
  readonly through: readonly number[];
  readonly to: number;
  readonly kind: 'no' | 'only';
}

/**
 * Reads the active city, its edges and its forbidden turns in one snapshot. Teams drive with right of way: turns that are open to
 * emergency vehicles are no restriction.
 * @throws when no city is active
 */
export async function readRoads(
  sql: Sql,
  take: (rows: RoadEdgeRow[]) => void,
): Promise<{ city: City; restrictions: RestrictionRow[] }> {
  return (await sql.begin('isolation level repeatable read read only', async (tx) => {
    const city = await activeCity(tx as Tx);
    if (!city) throw new Error('no city is loaded: load one before the road engine starts');
    for await (const rows of roadEdges(tx as Tx, city.id)) take(rows);
    const restrictions = await tx<RestrictionRow[]>`
      select from_edge::float8 as "from", via_node::float8 as via, to_edge::float8 as "to", kind,
        through_edges::float8[] as through
      from road_restriction where city = ${city.id} and not ('emergency' = any(excepted))`;
    return { city, restrictions };
  })) as { city: City; restrictions: RestrictionRow[] };
}

export interface FootwayRow {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly kind: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly lengthM: number;
  /** Seconds that crossings at its ends make wait. */
  readonly waitS: number;
  readonly oneway: boolean;
  /** Little-endian WKB line string, hexadecimal. */
  readonly wkb: string;
}
export interface WalkingRows {
  readonly footways: readonly FootwayRow[];
  /** Places between the ends of an edge where walkers leave it: points of its line, in their order. */
  readonly joints: readonly { readonly edge: number; readonly point: number; readonly node: number }[];
  /** Nodes that nobody on foot passes. */
  readonly barriers: readonly number[];
}

/** What walkers have besides the roads of exactly this map; null when another one has taken its place. */
export async function readWalking(sql: Sql, city: string, mapVersion: string): Promise<WalkingRows | null> {
  return (await sql.begin('isolation level repeatable read read only', async (tx) => {
    const [same] = await tx`select from city where id = ${city} and map_version = ${mapVersion}`;
    if (!same) return null;
    const footways = await tx<FootwayRow[]>`
      select id, from_node as "from", to_node as "to", kind, name, name_en as "nameEn", length_m as "lengthM",
        wait_s as "waitS", oneway, encode(st_asbinary(geom, 'NDR'), 'hex') as wkb
      from footway where city = ${city} order by id`;
    const joints = await tx<{ edge: number; point: number; node: number }[]>`
      select edge, point, node from foot_joint where city = ${city} order by edge, point`;
    const barriers = await tx<{ node: number }[]>`select node from foot_barrier where city = ${city}`;
    return { footways, joints, barriers: barriers.map((b) => b.node) };
  })) as WalkingRows | null;
}
