import type { PendingQuery, Row } from 'postgres';
import { foldText } from '#domain/text-fold.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql, Tx } from './db.ts';
import { recordFacts } from './facts.ts';

/** Questions about the loaded cities. Positions are [lng, lat], degrees, WGS-84. Loading is in gis-load.ts, tiles in gis-tiles.ts. */

export type LngLat = readonly [number, number];
/** West, south, east, north; degrees. */
export type Box = readonly [number, number, number, number];
export type BoundaryLevel = 'city' | 'district' | 'street';

export interface City {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly bbox: Box;
  readonly centre: LngLat;
  readonly attribution: string;
  /** An invented city: screens say so. */
  readonly simulated: boolean;
  /** Changes with what was loaded. */
  readonly mapVersion: string;
  /** Part of every tile's address: changes with the city, with what was loaded, and with how shapes are cut. */
  readonly tileVersion: string;
  readonly active: boolean;
}

/** SQL of {@link City.tileVersion}. */
export const TILE_VERSION = `id || '.' || map_version || '.' || shapes`;
const CITY = `id, name, name_en as "nameEn", array[west, south, east, north] as bbox,
  array[st_x(centre), st_y(centre)] as centre, attribution, simulated, map_version as "mapVersion",
  ${TILE_VERSION} as "tileVersion", active`;

/** The city that the screens show; null before one was loaded. */
export async function activeCity(sql: Sql | Tx): Promise<City | null> {
  const [r] = await sql<City[]>`select ${sql.unsafe(CITY)} from city where active`;
  return r ?? null;
}

export async function cities(sql: Sql | Tx): Promise<City[]> {
  return await sql<City[]>`select ${sql.unsafe(CITY)} from city order by id`;
}

/** Where the roads of a city reach; null: none are loaded, and nothing bounds the city but what is taken for it. */
export async function mapExtent(sql: Sql | Tx, city: string): Promise<Box | null> {
  const [r] = await sql<{ bbox: Box }[]>`
    select array[west, south, east, north] as bbox from city
    where id = ${city} and exists (select from road_edge where city = ${city})`;
  return r?.bbox ?? null;
}

/**
 * Makes a loaded city the one that the screens show, as a fact with who did it; the one that is shown already changes nothing.
 * @throws RangeError when it was not loaded
 */
export async function activateCity(
  sql: Sql,
  id: string,
  by: { readonly actor: string; readonly now: Instant },
): Promise<void> {
  await sql.begin(async (t) => {
    const tx = t as Tx;
    const before = await activeCity(tx);
    if (before?.id === id) return;
    await tx`update city set active = false where active`;
    const [shown] = await tx<{ name: string }[]>`update city set active = true where id = ${id} returning name`;
    if (!shown) throw new RangeError(`city ${id} is not loaded`);
    const body = { city: id, name: shown.name, before: before?.id ?? null };
    await recordFacts(tx, [{ kind: 'map.city-shown', at: by.now, subject: id, actor: by.actor, body }]);
  });
}

export interface BoundaryRef {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
}
export interface Boundary extends BoundaryRef {
  readonly level: BoundaryLevel;
  readonly parentCode: string | null;
  /** Where its name stands. */
  readonly label: LngLat;
  readonly areaKm2: number;
}

/** The boundaries of one level of a city (the active one unless named), by code. */
export async function boundaries(sql: Sql | Tx, level: BoundaryLevel, city?: string): Promise<Boundary[]> {
  return await sql<Boundary[]>`
    select code, name, name_en as "nameEn", level, parent_code as "parentCode", array[st_x(label), st_y(label)] as label,
      st_area(geom::geography) / 1e6 as "areaKm2"
    from boundary where level = ${level} and city = ${city ?? sql`(select id from city where active)`} order by code`;
}

/** One boundary as GeoJSON geometry, simplified to about 5 m; null when there is none. */
export async function boundaryShape(
  sql: Sql | Tx,
  level: BoundaryLevel,
  code: string,
  city?: string,
): Promise<{ type: 'MultiPolygon'; coordinates: number[][][][] } | null> {
  const [r] = await sql<{ shape: string }[]>`
    select st_asgeojson(st_multi(st_simplifypreservetopology(geom, 0.00005)), 6) as shape from boundary
    where level = ${level} and code = ${code} and city = ${city ?? sql`(select id from city where active)`}`;
  return r ? (JSON.parse(r.shape) as { type: 'MultiPolygon'; coordinates: number[][][][] }) : null;
}

export interface Located {
  readonly city: string;
  readonly district: BoundaryRef | null;
  readonly street: BoundaryRef | null;
}

/** Most points of one question: the caller sends more in several. */
export const MAX_POINTS = 20_000;

/**
 * District and street that each point lies in, over all loaded cities; null for a point outside of all of them.
 * @throws RangeError for more than {@link MAX_POINTS} points
 */
export async function districtsAt(sql: Sql | Tx, points: readonly LngLat[]): Promise<(Located | null)[]> {
  if (points.length === 0) return [];
  if (points.length > MAX_POINTS) throw new RangeError(`at most ${MAX_POINTS} points at once, not ${points.length}`);
  const rows = await sql<({ i: number; level: BoundaryLevel; city: string } & BoundaryRef)[]>`
    select (p.i - 1)::int as i, b.level, b.city, b.code, b.name, b.name_en as "nameEn"
    from unnest(${points.map((p) => p[0])}::float8[], ${points.map((p) => p[1])}::float8[]) with ordinality as p (lng, lat, i)
    join boundary_part part on st_intersects(part.geom, st_setsrid(st_makepoint(p.lng, p.lat), 4326))
    join boundary b using (city, level, code)
    where level in ('district', 'street')
    order by i, b.code desc`;
  const out: (Located | null)[] = new Array<Located | null>(points.length).fill(null);
  // a point exactly on a border lies in both: the smaller code decides, so that the answer never changes
  for (const { i, level, city, code, name, nameEn } of rows) {
    const have = out[i] ?? { city, district: null, street: null };
    out[i] = { ...have, [level]: { code, name, nameEn } };
  }
  return out;
}

/** District and street of one point; null outside of every loaded city. */
export async function districtAt(sql: Sql | Tx, lng: number, lat: number): Promise<Located | null> {
  return (await districtsAt(sql, [[lng, lat]]))[0] ?? null;
}

/** Was the city loaded with districts or streets that say where it ends? */
export async function hasDivisions(sql: Sql | Tx, city: string): Promise<boolean> {
  const [row] = await sql<{ has: boolean }[]>`
    select exists (select from boundary where city = ${city} and level in ('district', 'street')) as has`;
  return row!.has;
}

export interface Place {
  readonly id: number;
  /** hospital, fire, police, school, shelter, fuel, government, metro, rail, park, mall, estate, bridge, road, district, street … */
  readonly kind: string;
  readonly name: string;
  readonly nameEn: string;
  readonly at: LngLat;
  /** 1 the whole city knows it … 5 the neighbours do. */
  readonly rank: number;
  readonly extra: Readonly<Record<string, unknown>>;
}
export interface PlaceHit extends Place {
  /** Metres from `near`, or null when none was given. */
  readonly distanceM: number | null;
  /** Names of the district and street that it lies in. */
  readonly within: string;
  readonly withinEn: string;
}

const PLACE = `p.id, p.kind, p.name, p.name_en as "nameEn", array[st_x(p.geom), st_y(p.geom)] as at, p.rank, p.extra`;
const WITHIN = `coalesce((select string_agg(distinct b.level || e'\\t' || b.name || e'\\t' || b.name_en, '|') from boundary_part t
    join boundary b using (city, level, code)
    where t.level in ('district', 'street') and t.city = p.city and st_intersects(t.geom, p.geom)), '')`;
/** In Chinese the district comes first, in English the street. */
function withinNames(packed: string): { within: string; withinEn: string } {
  const names = packed
    .split('|')
    .sort()
    .map((s) => s.split('\t'));
  return {
    within: names.map(([, name]) => name ?? '').join(''),
    withinEn: names
      .map(([, name, english]) => english || (name ?? ''))
      .filter((name) => name !== '')
      .reverse()
      .join(', '),
  };
}

/**
 * Places and roads of the active city by name, best first: equal, then beginning with the text, then holding it, then
 * holding each of its words, then alike (one wrong character); among equals the well known and the near ones first. Simplified, Traditional and English
 * are found alike.
 * @param near prefers what is near this point
 * @param limit at most 50
 */
export async function searchPlaces(
  sql: Sql | Tx,
  text: string,
  near: LngLat | null = null,
  limit = 10,
): Promise<PlaceHit[]> {
  const key = foldText(text).slice(0, 60);
  if (key === '') return [];
  const n = Math.max(1, Math.min(50, Math.floor(limit)));
  const here = near ? sql`st_setsrid(st_makepoint(${near[0]}, ${near[1]}), 4326)` : sql`null::geometry`;
  const fit = sql`case when split_part(search_key, ' ', 1) = ${key} then 0 when search_key like ${`${key}%`} then 1
    when search_key like ${`% ${key}%`} then 2 else 3 end`;
  const found = await bestPlaces(sql, sql`search_key like ${`%${key}%`}`, fit, here, n);
  if (found.length > 0 || key.length < 3) return found;
  // “Zhongshan Road” is the Zhongshan Middle Road too
  const words = text.split(/\s+/).map((word) => foldText(word).slice(0, 60)).filter((word) => word !== '').slice(0, 6); // prettier-ignore
  if (words.length > 1) {
    const all = words.map((word) => sql`search_key like ${`%${word}%`}`).reduce((a, b) => sql`${a} and ${b}`);
    const held = await bestPlaces(sql, all, sql`length(search_key)`, here, n);
    if (held.length > 0) return held;
  }
  // nothing holds the text as it stands: what is most like it
  return await bestPlaces(sql, sql`${key} <% search_key`, sql`-word_similarity(${key}, search_key)`, here, n);
}

/** The first n places that meet a condition, by fit, then the well known and the near ones. */
async function bestPlaces(sql: Sql | Tx, where: Part, fit: Part, here: Part, n: number): Promise<PlaceHit[]> {
  const rows = await sql<PlaceHit[]>`
    with hit as (
      select p.*, ${fit} as fit, st_distance(p.geom::geography, ${here}::geography) as "distanceM"
      from place p where p.city = (select id from city where active) and ${where}
    ), best as (
      select *, row_number() over (order by fit, rank + coalesce(least("distanceM", 20000) / 4000, 0), id) as place
      from hit order by place limit ${n}
    )
    select ${sql.unsafe(PLACE)}, p."distanceM", ${sql.unsafe(WITHIN)} as within from best p order by place`;
  return rows.map((r) => ({ ...r, ...withinNames(r.within) }));
}
type Part = PendingQuery<Row[]>;

/** The named place nearest to a point of the active city (no roads, no boundaries), within `withinM` metres; null when none is. */
export async function placeNear(sql: Sql | Tx, lng: number, lat: number, withinM = 800): Promise<PlaceHit | null> {
  const here = sql`st_setsrid(st_makepoint(${lng}, ${lat}), 4326)`;
  const rows = await sql<PlaceHit[]>`
    select ${sql.unsafe(PLACE)}, st_distance(p.geom::geography, ${here}::geography) as "distanceM", ${sql.unsafe(WITHIN)} as within
    from place p
    where p.city = (select id from city where active) and p.kind not in ('road', 'district', 'street')
    order by p.geom <-> ${here} limit 1`;
  const [r] = rows;
  return r && r.distanceM! <= withinM ? { ...r, ...withinNames(r.within) } : null;
}

export interface NearRoad {
  readonly edge: number;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly distanceM: number;
}

/** The nearest named road of the active city; null when none is within `withinM` metres. */
export async function roadNear(sql: Sql | Tx, lng: number, lat: number, withinM = 300): Promise<NearRoad | null> {
  const here = sql`st_setsrid(st_makepoint(${lng}, ${lat}), 4326)`;
  const [r] = await sql<NearRoad[]>`
    select id as edge, name, name_en as "nameEn", st_distance(geom::geography, ${here}::geography) as "distanceM"
    from road_edge where city = (select id from city where active) and name is not null
    order by geom <-> ${here} limit 1`;
  return r && r.distanceM <= withinM ? r : null;
}

export interface Address {
  readonly zh: string;
  readonly en: string;
}

/** What stands on a screen for a bare point: district, street, nearest road and place; null outside of the active city. */
export async function addressOf(sql: Sql | Tx, lng: number, lat: number): Promise<Address | null> {
  const [where, road, place] = await Promise.all([
    districtAt(sql, lng, lat),
    roadNear(sql, lng, lat),
    placeNear(sql, lng, lat, 400),
  ]);
  if (!where) return null;
  const near = place ? ` ${place.name}附近` : '';
  const zh = `${where.district?.name ?? ''}${where.street?.name ?? ''}${road?.name ?? ''}${near}`;
  const en = [place ? `near ${place.nameEn}` : null, road?.nameEn, where.street?.nameEn, where.district?.nameEn];
  return { zh: zh.trim(), en: en.filter((s) => s !== null && s !== undefined && s !== '').join(', ') };
}

/** Places of some kinds in the active city, the well known first; at most `limit` (≤ 5,000). */
export async function placesOfKind(sql: Sql | Tx, kinds: readonly string[], limit = 1000): Promise<Place[]> {
  return await sql<Place[]>`
    select ${sql.unsafe(PLACE)} from place p
    where p.city = (select id from city where active) and p.kind = any(${kinds as string[]})
    order by p.rank, p.id limit ${Math.min(limit, 5000)}`;
}
