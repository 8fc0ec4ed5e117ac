import type { Sql, Tx } from './db.ts';
import type { LngLat } from './gis.ts';
import { SPREAD_M, type NameKind } from './gis-places.ts';

/** Writing the gazetteer (migration 0140). What is learned is kept by its source, so that the same source again changes nothing. */

export interface NameDraft {
  readonly kind: NameKind;
  readonly key: string;
  readonly district: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly placeKind: string | null;
  readonly rank: number;
  /** Null for a name that is learned from what is seen on it. */
  readonly at: LngLat | null;
  readonly spreadM: number;
  /** Everything that leads to it. */
  readonly keys: readonly string[];
}

/** A position that a case, or a house number of the map, gives to a name. */
export interface Seen {
  readonly source: string;
  readonly name: NameDraft;
  readonly lane: number;
  readonly alley: number;
  readonly number: number;
  readonly sub: number;
  readonly at: LngLat;
}

/**
 * Empties the gazetteer; every located case is to be looked at again. Also that of another city: while that one is not shown nobody
 * keeps it in step.
 */
export async function clearGazetteer(tx: Tx): Promise<void> {
  await tx`delete from gazetteer_name`;
  await tx`delete from gazetteer_state`;
  await tx`
    insert into gazetteer_pending select case_no from hotline_case
    where place is not null and geom is not null and not sensitive and withdrawn_at is null on conflict do nothing`;
}

export async function keepGazetteerState(tx: Sql | Tx, city: string, mapVersion: string, rules: number): Promise<void> {
  await tx`
    insert into gazetteer_state (city, map_version, rules) values (${city}, ${mapVersion}, ${rules})
    on conflict (city) do update set map_version = excluded.map_version, rules = excluded.rules, built_at = now(), skipped = '{}'`;
}

/** Adds to the numbers of cases that taught nothing, by reason. */
export async function countSkipped(tx: Tx, city: string, skipped: ReadonlyMap<string, number>): Promise<void> {
  for (const [reason, n] of skipped)
    await tx`
      update gazetteer_state set skipped = skipped || jsonb_build_object(${reason}::text, coalesce((skipped->>${reason}::text)::bigint, 0) + ${n}::bigint)
      where city = ${city}`;
}

const nameRef = (n: Pick<NameDraft, 'kind' | 'key' | 'district'>): string => `${n.kind} ${n.district} ${n.key}`;

/** Puts names in, or finds them; one of the map is never changed by what is learned. @returns ids in the order given */
export async function putNames(
  tx: Tx,
  city: string,
  origin: 'map' | 'case',
  names: readonly NameDraft[],
): Promise<number[]> {
  const drafts = [...new Map(names.map((n) => [nameRef(n), n])).values()].map(({ at, keys: _, ...n }) => ({
    ...n,
    lng: at?.[0] ?? null,
    lat: at?.[1] ?? null,
  }));
  const rows = await tx<{ id: number; kind: NameKind; key: string; district: string; fresh: boolean }[]>`
    with d as (
      select * from jsonb_to_recordset(${tx.json(drafts as never)}) as x(kind text, key text, district text, name text, "nameEn" text,
        "placeKind" text, rank smallint, lng float8, lat float8, "spreadM" float4)
    ), put as (
      insert into gazetteer_name (city, kind, key, district, name, name_en, origin, place_kind, rank, geom, spread_m)
      select ${city}, kind, key, district, name, "nameEn", ${origin}, "placeKind", rank,
        case when lng is null then null else st_setsrid(st_makepoint(lng, lat), 4326) end, "spreadM" from d
      on conflict (city, kind, key, district) do nothing
      returning id, kind, key, district
    )
    select id, kind, key, district, true as fresh from put
    union all
    select n.id, n.kind, n.key, n.district, false from gazetteer_name n join d using (kind, key, district) where n.city = ${city}`;
  const idOf = new Map(rows.map((r) => [nameRef(r), r]));
  const keys = names.flatMap((n) => {
    const row = idOf.get(nameRef(n))!;
    return row.fresh ? n.keys.map((key) => ({ key, name: row.id })) : [];
  });
  if (keys.length > 0)
    await tx`
      insert into gazetteer_key (city, key, name)
      select ${city}, * from unnest(${keys.map((k) => k.key)}::text[], ${keys.map((k) => k.name)}::bigint[]) on conflict do nothing`;
  return names.map((n) => idOf.get(nameRef(n))!.id);
}

/**
 * What sources say now in place of what they said before, and the positions that follow from it.
 * @param gone sources that say nothing any more
 */
export async function putSeen(tx: Tx, city: string, seen: readonly Seen[], gone: readonly string[]): Promise<void> {
  const ids = await putNames(tx, city, 'case', seen.map((s) => s.name)); // prettier-ignore
  const rows = seen.map(({ source, lane, alley, number, sub, at }, i) => ({
    source, name: ids[i]!, lane, alley, number, sub, lng: at[0], lat: at[1],
  })); // prettier-ignore
  const touched = await tx<{ name: number; lane: number; alley: number; number: number; sub: number }[]>`
    with d as (
      select * from jsonb_to_recordset(${tx.json(rows as never)}) as x(source text, name bigint, lane int, alley int, number int, sub int,
        lng float8, lat float8)
    ), old as (
      delete from gazetteer_seen where city = ${city} and source = any(${[...gone, ...rows.map((r) => r.source)]})
      returning name, lane, alley, number, sub
    )
    select name, lane, alley, number, sub from old union select name, lane, alley, number, sub from d`;
  await tx`
    insert into gazetteer_seen (city, source, name, lane, alley, number, sub, geom)
    select ${city}, source, name, lane, alley, number, sub, st_setsrid(st_makepoint(lng, lat), 4326)
    from jsonb_to_recordset(${tx.json(rows as never)}) as x(source text, name bigint, lane int, alley int, number int, sub int,
      lng float8, lat float8)`;
  await followHouses(tx, touched);
  await followNames(tx, [...new Set(touched.map((t) => t.name))]);
}

async function followHouses(
  tx: Tx,
  touched: readonly { name: number; lane: number; alley: number; number: number; sub: number }[],
): Promise<void> {
  const keys = tx`select * from jsonb_to_recordset(${tx.json(touched as never)}) as x(name bigint, lane int, alley int, number int, sub int)`;
  await tx`delete from gazetteer_house h using (${keys}) k
    where (h.name, h.lane, h.alley, h.number, h.sub) = (k.name, k.lane, k.alley, k.number, k.sub)`;
  await tx`
    insert into gazetteer_house (name, lane, alley, number, sub, geom, spread_m, seen)
    select h.name, h.lane, h.alley, h.number, h.sub,
      st_setsrid(st_makepoint(percentile_cont(0.5) within group (order by st_x(h.geom)), percentile_cont(0.5) within group (order by st_y(h.geom))), 4326),
      ${tx.unsafe(SPREAD_M)}, count(*)
    from gazetteer_seen h join (${keys}) k using (name, lane, alley, number, sub) group by 1, 2, 3, 4, 5`;
}

/** A learned name lies in the middle of what was seen on it, and goes when nothing is left. */
async function followNames(tx: Tx, names: readonly number[]): Promise<void> {
  await tx`
    update gazetteer_name n set seen = s.seen,
      geom = case when n.origin = 'map' then n.geom else s.at end, spread_m = case when n.origin = 'map' then n.spread_m else s.spread end
    from (
      select h.name, sum(h.seen)::int as seen,
        st_setsrid(st_makepoint(percentile_cont(0.5) within group (order by st_x(h.geom)), percentile_cont(0.5) within group (order by st_y(h.geom))), 4326) as at,
        ${tx.unsafe(SPREAD_M)} as spread
      from gazetteer_house h where h.name = any(${names}) group by h.name
    ) s where n.id = s.name`;
  await tx`
    delete from gazetteer_name n where n.id = any(${names}) and n.origin = 'case'
      and not exists (select from gazetteer_house h where h.name = n.id)`;
  await tx`
    update gazetteer_name n set seen = 0 where n.id = any(${names}) and not exists (select from gazetteer_house h where h.name = n.id)`;
}

export interface PendingCase {
  readonly caseNo: string;
  readonly place: string | null;
  readonly ownDistrict: string | null;
  readonly areaDistrict: string | null;
  readonly at: LngLat | null;
}

/** Takes cases that are to be looked at; within the caller's transaction, so that a failure leaves them. Null fields: gone. */
export async function takePending(tx: Tx, limit: number): Promise<PendingCase[]> {
  return await tx<PendingCase[]>`
    with taken as (
      delete from gazetteer_pending where case_no in (select case_no from gazetteer_pending order by case_no limit ${limit} for update skip locked)
      returning case_no
    )
    select t.case_no as "caseNo", c.place, c.own_district as "ownDistrict", c.area_district as "areaDistrict",
      array[st_x(c.geom), st_y(c.geom)] as at
    from taken t left join hotline_case c on c.case_no = t.case_no and c.geom is not null and c.withdrawn_at is null and not c.sensitive`;
}

export async function pendingCount(sql: Sql | Tx): Promise<number> {
  const [r] = await sql<{ n: number }[]>`select count(*)::int as n from gazetteer_pending`;
  return r!.n;
}

/** How many rows a page of the map's names has. */
const PAGE = 1000;

export interface MapName {
  readonly kind: 'district' | 'street' | 'road' | 'landmark' | 'crossing';
  readonly name: string;
  /** The other way of a crossing. */
  readonly other: string | null;
  readonly nameEn: string | null;
  /** Name of the district as it stands on the map; null where none is known. */
  readonly district: string | null;
  readonly placeKind: string | null;
  readonly rank: number;
  readonly at: LngLat;
  readonly spreadM: number;
}

const DISTRICT_AT = (
  point: string,
): string => `(select b.name from boundary_part p join boundary b using (city, level, code)
  where p.city = $1 and p.level = 'district' and st_intersects(p.geom, ${point}) order by b.code limit 1)`;

/** What the map names, by kind; each a statement with the city as $1. */
const MAP_NAMES: readonly string[] = [
  `select level as kind, name, null as other, name_en as "nameEn",
     case when level = 'street' then ${DISTRICT_AT('x.label')} else name end as district, null as "placeKind",
     (case level when 'district' then 1 else 3 end)::smallint as rank, array[st_x(label), st_y(label)] as at,
     sqrt(st_area(geom::geography) / pi()) as "spreadM"
   from boundary x where city = $1 and level in ('district', 'street')`,
  `select 'landmark' as kind, name, null as other, name_en as "nameEn", ${DISTRICT_AT('x.geom')} as district, x.kind as "placeKind", rank,
     array[st_x(geom), st_y(geom)] as at, 0 as "spreadM"
   from place x where city = $1 and kind not in ('road', 'district', 'street') and not extra ? 'unnamed'`,
  `select 'road' as kind, name, null as other, max(name_en) as "nameEn", district, null as "placeKind", 4::smallint as rank,
     array[st_x(st_closestpoint(g, st_centroid(g))), st_y(st_closestpoint(g, st_centroid(g)))] as at,
     0.4 * st_distance(st_setsrid(st_makepoint(st_xmin(g), st_ymin(g)), 4326)::geography,
       st_setsrid(st_makepoint(st_xmax(g), st_ymax(g)), 4326)::geography) as "spreadM"
   from (select name, district, max(name_en) as name_en, st_collect(geom) as g
     from (select name, name_en, geom, ${DISTRICT_AT('st_lineinterpolatepoint(x.geom, 0.5)')} as district
       from road_edge x where city = $1 and name is not null) e group by 1, 2) r group by name, district, g`,
  `with ends as (
     select from_node as node, name from road_edge where city = $1 and name is not null
     union select to_node, name from road_edge where city = $1 and name is not null
   ), pairs as (
     select a.name, b.name as other, n.geom, ${DISTRICT_AT('n.geom')} as district
     from ends a join ends b on b.node = a.node and a.name < b.name join road_node n on n.id = a.node
   )
   select 'crossing' as kind, name, other, null as "nameEn", district, null as "placeKind", 4::smallint as rank,
     array[st_x(c), st_y(c)] as at,
     st_distance(st_setsrid(st_makepoint(st_xmin(g), st_ymin(g)), 4326)::geography,
       st_setsrid(st_makepoint(st_xmax(g), st_ymax(g)), 4326)::geography) / 2 as "spreadM"
   from (select name, other, district, st_collect(geom) as g, st_centroid(st_collect(geom)) as c from pairs group by 1, 2, 3) x`,
];

/** A query's rows in pages; what is done with a page may use the same transaction. */
async function* pages<T extends object>(tx: Tx, text: string, city: string): AsyncGenerator<T[]> {
  await tx.unsafe(`declare gazetteer_pages no scroll cursor for ${text}`, [city]);
  for (;;) {
    const rows = await tx.unsafe<T[]>(`fetch ${PAGE} from gazetteer_pages`);
    if (rows.length === 0) break;
    yield rows;
  }
  await tx.unsafe('close gazetteer_pages');
}

/** Everything that the map of a city names, a page at a time. */
export async function* mapNames(tx: Tx, city: string): AsyncGenerator<MapName[]> {
  // boundaries that were just read in are not in the planner's figures, and each district then costs thirty times as much
  await tx`analyze boundary, boundary_part, road_edge, place`;
  for (const text of MAP_NAMES) yield* pages<MapName>(tx, text, city);
}

export interface AddressPoint {
  readonly street: string;
  readonly number: string;
  readonly district: string | null;
  readonly at: LngLat;
}

/** House numbers of the map, a page at a time. */
export async function* addressPoints(tx: Tx, city: string): AsyncGenerator<AddressPoint[]> {
  const text = `select street, number, ${DISTRICT_AT('x.geom')} as district, array[st_x(geom), st_y(geom)] as at
    from address_point x where city = $1`;
  yield* pages<AddressPoint>(tx, text, city);
}

const GAZETTEER = [
  'gazetteer_name',
  'gazetteer_key',
  'gazetteer_house',
  'gazetteer_seen',
  'gazetteer_state',
  'gazetteer_pending',
];

/** An empty gazetteer for this connection alone, in front of the real one, gone when it ends: for checks. The pool must have one. */
export async function scratchGazetteer(sql: Sql): Promise<void> {
  for (const table of GAZETTEER) await sql.unsafe(`create temp table ${table} (like public.${table} including all)`);
}
