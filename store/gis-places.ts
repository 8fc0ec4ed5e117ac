import type { Sql, Tx } from './db.ts';
import type { LngLat } from './gis.ts';

/** Questions to the gazetteer of a city (migration 0140). Keys come folded (gis-data/places/fold.ts); each question is one statement. */

export type NameKind = 'district' | 'street' | 'road' | 'settlement' | 'crossing' | 'landmark';

export interface GazetteerName {
  readonly id: number;
  readonly kind: NameKind;
  /** Folded; of a crossing `a×b`, a < b. */
  readonly key: string;
  /** Key of the district it lies in; '' where none is known. */
  readonly district: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly origin: 'map' | 'case';
  readonly placeKind: string | null;
  /** 1 the whole city knows it … 5 the neighbours do. */
  readonly rank: number;
  /** Null: it has positions on it, and none of its own yet. */
  readonly at: LngLat | null;
  /** Most of it lies within so many metres of the point. */
  readonly spreadM: number;
  readonly seen: number;
}

const NAME = `n.id, n.kind, n.key, n.district, n.name, n.name_en as "nameEn", n.origin, n.place_kind as "placeKind", n.rank,
  case when n.geom is null then null else array[st_x(n.geom), st_y(n.geom)] end as at, n.spread_m as "spreadM", n.seen`;

/** Most keys of one question, and most names of its answer. */
export const MAX_KEYS = 1200;
const MAX_NAMES = 400;

/** Names that one of these keys leads to, the often seen first; at most 400. */
export async function namesByKeys(sql: Sql | Tx, city: string, keys: readonly string[]): Promise<GazetteerName[]> {
  if (keys.length === 0) return [];
  return await sql<GazetteerName[]>`
    select ${sql.unsafe(NAME)} from gazetteer_name n
    where n.id in (select name from gazetteer_key where city = ${city} and key = any(${keys.slice(0, MAX_KEYS)}))
    order by n.seen desc, n.rank, n.id limit ${MAX_NAMES}`;
}

/** Crossings by their keys `a×b`. */
export async function crossings(sql: Sql | Tx, city: string, keys: readonly string[]): Promise<GazetteerName[]> {
  if (keys.length === 0) return [];
  return await sql<GazetteerName[]>`
    select ${sql.unsafe(NAME)} from gazetteer_name n
    where n.city = ${city} and n.kind = 'crossing' and n.key = any(${keys.slice(0, MAX_KEYS)})
    order by n.seen desc, n.id limit 100`;
}

export interface House {
  readonly lane: number;
  readonly alley: number;
  readonly number: number;
  readonly sub: number;
  readonly at: LngLat;
  readonly spreadM: number;
  readonly seen: number;
}

/** A place on a way; its neighbours in number come with the answer. */
export interface HouseAsk {
  readonly name: number;
  readonly lane: number;
  readonly alley: number;
  readonly number: number;
}

/** Known positions around each asked one, in the order of the questions: the row itself, up to 6 below and 6 above it. */
export async function housesAround(sql: Sql | Tx, asks: readonly HouseAsk[]): Promise<House[][]> {
  const out: House[][] = asks.map(() => []);
  if (asks.length === 0) return out;
  const rows = await sql<(House & { i: number })[]>`
    select (a.i - 1)::int as i, h.lane, h.alley, h.number, h.sub, array[st_x(h.geom), st_y(h.geom)] as at, h.spread_m as "spreadM", h.seen
    from unnest(${asks.map((a) => a.name)}::bigint[], ${asks.map((a) => a.lane)}::int[], ${asks.map((a) => a.alley)}::int[],
      ${asks.map((a) => a.number)}::int[]) with ordinality as a (name, lane, alley, number, i)
    cross join lateral (
      (select * from gazetteer_house h where h.name = a.name and h.lane = a.lane and h.alley = a.alley
         and h.number between case when a.number = 0 then 0 else 1 end and a.number order by h.number desc, h.sub limit 6)
      union all
      (select * from gazetteer_house h where h.name = a.name and h.lane = a.lane and h.alley = a.alley and h.number > a.number
        order by h.number, h.sub limit 6)
    ) h`;
  for (const { i, ...house } of rows) out[i]!.push(house);
  return out;
}

export interface LaneMiddle {
  readonly at: LngLat;
  readonly spreadM: number;
  readonly seen: number;
}

/** The middle of what is known in a lane (alley 0: all its alleys) or, lane and alley 0, on the whole way; null where nothing is. */
export async function lanesMiddle(
  sql: Sql | Tx,
  asks: readonly Omit<HouseAsk, 'number'>[],
): Promise<(LaneMiddle | null)[]> {
  const out: (LaneMiddle | null)[] = asks.map(() => null);
  if (asks.length === 0) return out;
  const rows = await sql<(LaneMiddle & { i: number })[]>`
    select (a.i - 1)::int as i, array[m.x, m.y] as at, m.spread as "spreadM", m.seen
    from unnest(${asks.map((a) => a.name)}::bigint[], ${asks.map((a) => a.lane)}::int[], ${asks.map((a) => a.alley)}::int[])
      with ordinality as a (name, lane, alley, i)
    cross join lateral (
      select percentile_cont(0.5) within group (order by st_x(h.geom)) as x,
        percentile_cont(0.5) within group (order by st_y(h.geom)) as y, coalesce(sum(h.seen), 0)::int as seen,
        ${sql.unsafe(SPREAD_M)} as spread
      from gazetteer_house h where h.name = a.name and (a.lane = 0 or h.lane = a.lane) and (a.alley = 0 or h.alley = a.alley)
    ) m where m.seen > 0`;
  for (const { i, ...middle } of rows) out[i] = middle;
  return out;
}

/** Half the diagonal of the frame that holds the middle eight tenths of `h.geom`, metres. */
export const SPREAD_M = `coalesce(st_distance(
  st_setsrid(st_makepoint(percentile_disc(0.1) within group (order by st_x(h.geom)), percentile_disc(0.1) within group (order by st_y(h.geom))), 4326)::geography,
  st_setsrid(st_makepoint(percentile_disc(0.9) within group (order by st_x(h.geom)), percentile_disc(0.9) within group (order by st_y(h.geom))), 4326)::geography) / 2, 0)`;

/** Names of a city's districts and streets (里, 村, 街道) as they stand on the map. */
export async function divisionNames(
  sql: Sql | Tx,
  city: string,
): Promise<{ level: 'district' | 'street'; name: string }[]> {
  return await sql<{ level: 'district' | 'street'; name: string }[]>`
    select distinct level, name from boundary where city = ${city} and level in ('district', 'street') limit 20000`;
}

export interface GazetteerState {
  readonly mapVersion: string;
  readonly rules: number;
  readonly builtAt: Date;
  readonly skipped: Readonly<Record<string, number>>;
}

/** What the gazetteer of a city was made of; null before it was. */
export async function gazetteerState(sql: Sql | Tx, city: string): Promise<GazetteerState | null> {
  const [r] = await sql<GazetteerState[]>`
    select map_version as "mapVersion", rules, built_at as "builtAt", skipped from gazetteer_state where city = ${city}`;
  return r ?? null;
}

export interface Meeting {
  readonly at: LngLat;
  /** Between the nearest known points of both ways. */
  readonly apartM: number;
}

/** Known positions of a way that are compared. */
const SAMPLED = 150;

/** Where two ways come closest: by their lines on the map, else by the houses that are known on them; null where neither is. */
export async function waysMeet(
  sql: Sql | Tx,
  city: string,
  pairs: readonly (readonly [Pick<GazetteerName, 'id' | 'name'>, Pick<GazetteerName, 'id' | 'name'>])[],
): Promise<(Meeting | null)[]> {
  const out: (Meeting | null)[] = pairs.map(() => null);
  if (pairs.length === 0) return out;
  const houses = (id: string): string => `(select geom from gazetteer_house where name = p.${id} order by seen desc, lane, alley, number, sub limit ${SAMPLED})`; // prettier-ignore
  const rows = await sql<{ i: number; lng: number; lat: number; apartM: number }[]>`
    select (p.i - 1)::int as i, st_x(m.c) as lng, st_y(m.c) as lat, m.apart as "apartM"
    from unnest(${pairs.map((p) => p[0].id)}::bigint[], ${pairs.map((p) => p[1].id)}::bigint[], ${pairs.map((p) => p[0].name)}::text[],
      ${pairs.map((p) => p[1].name)}::text[]) with ordinality as p (a, b, an, bn, i)
    cross join lateral (
      select st_collect(geom) as g from (select geom from road_edge where city = ${city} and name = p.an union all ${sql.unsafe(houses('a'))}) x
    ) ga cross join lateral (
      select st_collect(geom) as g from (select geom from road_edge where city = ${city} and name = p.bn union all ${sql.unsafe(houses('b'))}) x
    ) gb cross join lateral (
      select st_shortestline(ga.g, gb.g) as l
    ) s cross join lateral (select st_lineinterpolatepoint(s.l, 0.5) as c, st_length(s.l::geography) as apart) m
    where s.l is not null`;
  for (const { i, lng, lat, apartM } of rows) out[i] = { at: [lng, lat], apartM };
  return out;
}

/** The part of a way that lies in one 街道. */
export interface WayPart {
  readonly at: LngLat;
  readonly spreadM: number;
}

/** Of each way by its name the part that lies in a 街道 or village of the map; null where it does not touch it. */
export async function waysWithin(
  sql: Sql | Tx,
  city: string,
  street: string,
  names: readonly string[],
): Promise<(WayPart | null)[]> {
  const out: (WayPart | null)[] = names.map(() => null);
  if (names.length === 0) return out;
  const rows = await sql<{ name: string; lng: number; lat: number; spreadM: number }[]>`
    select name, st_x(c) as lng, st_y(c) as lat, 0.4 * st_distance(st_setsrid(st_makepoint(st_xmin(g), st_ymin(g)), 4326)::geography,
      st_setsrid(st_makepoint(st_xmax(g), st_ymax(g)), 4326)::geography) as "spreadM"
    from (
      select e.name, g.g, st_closestpoint(g.g, st_centroid(g.g)) as c from unnest(${[...new Set(names)]}::text[]) as e (name)
      cross join lateral (
        select st_collect(st_intersection(r.geom, b.geom)) as g from road_edge r
        join boundary b on b.city = r.city and b.level = 'street' and b.name = ${street} and st_intersects(r.geom, b.geom)
        where r.city = ${city} and r.name = e.name
      ) g where g.g is not null
    ) x`;
  const parts = new Map(rows.map((r) => [r.name, { at: [r.lng, r.lat] as const, spreadM: r.spreadM }]));
  names.forEach((n, i) => (out[i] = parts.get(n) ?? null));
  return out;
}

/** Degrees of latitude in so many metres; of longitude twice as many, which holds up to 60° north or south. */
const DEGREE_M = 111_000;
const frame = (sql: Sql | Tx, [lng, lat]: LngLat, withinM: number): ReturnType<Sql> => {
  const d = withinM / DEGREE_M;
  return sql`st_makeenvelope(${lng - 2 * d}, ${lat - d}, ${lng + 2 * d}, ${lat + d}, 4326)`;
};

export interface NearHouse extends Omit<House, 'seen' | 'spreadM'> {
  readonly name: string;
  readonly distanceM: number;
}

/** The known house number nearest to a point, at most so many metres away. */
export async function nearestHouse(
  sql: Sql | Tx,
  city: string,
  at: LngLat,
  withinM: number,
): Promise<NearHouse | null> {
  const here = sql`st_setsrid(st_makepoint(${at[0]}, ${at[1]}), 4326)`;
  const [r] = await sql<NearHouse[]>`
    select n.name, h.lane, h.alley, h.number, h.sub, array[st_x(h.geom), st_y(h.geom)] as at,
      st_distance(h.geom::geography, ${here}::geography) as "distanceM"
    from gazetteer_house h join gazetteer_name n on n.id = h.name
    where n.city = ${city} and h.number > 0 and h.geom && ${frame(sql, at, withinM)} order by h.geom <-> ${here} limit 1`;
  return r && r.distanceM <= withinM ? r : null;
}

/** The landmark nearest to a point, at most so many metres away: of the map, or named by several callers. */
export async function nearestLandmark(
  sql: Sql | Tx,
  city: string,
  at: LngLat,
  withinM: number,
): Promise<{ readonly name: string; readonly nameEn: string | null; readonly distanceM: number } | null> {
  const here = sql`st_setsrid(st_makepoint(${at[0]}, ${at[1]}), 4326)`;
  const [r] = await sql<{ name: string; nameEn: string | null; distanceM: number }[]>`
    select name, name_en as "nameEn", st_distance(geom::geography, ${here}::geography) as "distanceM" from gazetteer_name
    where city = ${city} and kind = 'landmark' and (origin = 'map' or seen >= 3) and geom && ${frame(sql, at, withinM)}
    order by geom <-> ${here} limit 1`;
  return r && r.distanceM <= withinM ? r : null;
}
