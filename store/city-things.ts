import { groupsOf, isThingKind, THING_KIND_LIST, type ThingGroup, type ThingKind } from '#domain/around/kinds.ts';
import type { Thing } from '#domain/around/registry.ts';
import { foldText } from '#domain/text-fold.ts';
import type { Sql, Tx } from './db.ts';
import type { LngLat } from './gis.ts';

/** What stands around a place: the city's own registry beside the places of the map, read as one. */

/** Part of the surroundings: circle around the anchor, or an area of polygons. */
export type Within = { readonly radiusM: number } | { readonly area: readonly (readonly (readonly LngLat[])[])[] };

export interface ThingFound {
  /** `registry:ID` or `map:ID`. */
  readonly id: string;
  readonly kind: ThingKind;
  readonly name: string;
  readonly nameEn: string;
  readonly at: LngLat;
  /** Metres on the ellipsoid from the anchor to where it is reached. */
  readonly distanceM: number;
  readonly capacity: number | null;
  /** Of the capacity, what is taken already; null: not told. */
  readonly occupied: number | null;
  readonly unit: string | null;
  readonly contact: string | null;
  readonly address: string | null;
  readonly source: string;
  /** Date of the source, YYYY-MM-DD. */
  readonly asOf: string;
  /** Its grounds as GeoJSON, where the registry holds them. */
  readonly area: { readonly type: 'MultiPolygon'; readonly coordinates: number[][][][] } | null;
}

/** Things of one answer: the nearest ones. */
export const MAX_FOUND = 2000;

export interface TakenThings {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/**
 * Brings things into the registry of a city by their ids, all or none. The same again changes nothing; what a file no longer names
 * stays, unless `whole` says that the file is the whole list of its sources.
 */
export async function takeThings(
  sql: Sql,
  city: string,
  things: readonly Thing[],
  whole = false,
): Promise<TakenThings & { removed: number }> {
  return await sql.begin(async (t) => {
    const tx = t as Tx;
    await tx`select pg_advisory_xact_lock(7770042)`;
    await tx`create temp table told on commit drop as select * from city_thing with no data`;
    // a few thousand at a time: one text of two hundred thousand rows would stand in memory three times
    for (let i = 0; i < things.length; i += 5000)
      await tx`
        insert into told (city, id, kind, name, name_en, capacity, occupied, unit, address, contact, source, as_of, at, area, loaded_at)
        select ${city}, r->>'id', r->>'kind', r->>'name', r->>'nameEn', (r->>'capacity')::int, (r->>'occupied')::int, r->>'unit', r->>'address', r->>'contact',
          r->>'source', (r->>'asOf')::date, st_setsrid(st_point((r->'at'->>0)::float8, (r->'at'->>1)::float8), 4326),
          case when r->'area' <> 'null'::jsonb then st_multi(st_collectionextract(st_makevalid(st_setsrid(
            st_geomfromgeojson(jsonb_build_object('type', 'MultiPolygon', 'coordinates', r->'area')), 4326)), 3)) end, now()
        from jsonb_array_elements(${tx.json(things.slice(i, i + 5000) as never)}) r`;
    const removed = whole
      ? await tx`
          delete from city_thing h where h.city = ${city} and h.source in (select source from told)
            and not exists (select from told n where n.id = h.id)`
      : { count: 0 };
    const changed = await tx`
      update city_thing h set kind = n.kind, name = n.name, name_en = n.name_en, capacity = n.capacity, occupied = n.occupied, unit = n.unit,
        address = n.address, contact = n.contact, source = n.source, as_of = n.as_of, at = n.at, area = n.area, loaded_at = now()
      from told n where h.city = ${city} and n.id = h.id and (h.kind, h.name, h.name_en, h.capacity, h.occupied, h.unit, h.address, h.contact, h.source, h.as_of)
        is distinct from (n.kind, n.name, n.name_en, n.capacity, n.occupied, n.unit, n.address, n.contact, n.source, n.as_of)
        or h.city = ${city} and n.id = h.id and (not h.at ~= n.at or st_asbinary(h.area) is distinct from st_asbinary(n.area))`;
    const added = await tx`insert into city_thing select * from told on conflict do nothing`;
    return {
      added: added.count,
      changed: changed.count,
      unchanged: things.length - added.count - changed.count,
      removed: removed.count,
    };
  });
}

/** Pairs of a thing and the place of the map with the same name within 3 km: how far the two lie apart tells a wrong system. */
export async function sameNamed(
  sql: Sql,
  city: string,
  things: readonly Pick<Thing, 'name' | 'at'>[],
  limit = 500,
): Promise<{ thing: LngLat; place: LngLat }[]> {
  const named = things.map((t) => ({ key: foldText(t.name), at: t.at })).filter((t) => t.key.length >= 3);
  const rows = await sql<{ thing: LngLat; place: LngLat }[]>`
    select array[(r->'at'->>0)::float8, (r->'at'->>1)::float8] as thing, array[st_x(p.geom), st_y(p.geom)] as place
    from jsonb_array_elements(${sql.json(named.slice(0, 20_000) as never)}) r
    join place p on p.city = ${city} and split_part(p.search_key, ' ', 1) = r->>'key' and p.kind not in ('road', 'district', 'street')
    where st_dwithin(p.geom, st_setsrid(st_point((r->'at'->>0)::float8, (r->'at'->>1)::float8), 4326), 0.03) limit ${limit}`;
  return rows;
}

/** The kinds that belong to any of these groups. */
export const kindsOf = (groups: readonly ThingGroup[]): ThingKind[] =>
  THING_KIND_LIST.filter((k) => groupsOf(k).some((g) => groups.includes(g)));

/** A geometry as a fragment: a circle has none of its own. */
export function areaSql(sql: Sql | Tx, area: readonly (readonly (readonly LngLat[])[])[]) {
  const json = JSON.stringify({ type: 'MultiPolygon', coordinates: area });
  return sql`st_makevalid(st_setsrid(st_geomfromgeojson(${json}), 4326))`;
}

/** The condition that a column of points lies within; a box of degrees first, so that the index is used. */
export function withinSql(sql: Sql | Tx, column: string, anchor: LngLat, within: Within) {
  const at = sql.unsafe(column);
  if ('area' in within) return sql`st_intersects(${at}, ${areaSql(sql, within.area)})`;
  const dLat = (within.radiusM / 110_000) * 1.01;
  const dLng = dLat / Math.max(0.01, Math.cos((anchor[1] * Math.PI) / 180) - 0.001);
  return sql`${at} && st_makeenvelope(${anchor[0] - dLng}, ${anchor[1] - dLat}, ${anchor[0] + dLng}, ${anchor[1] + dLat}, 4326)
    and st_dwithin(${at}::geography, st_setsrid(st_point(${anchor[0]}, ${anchor[1]}), 4326)::geography, ${within.radiusM})`;
}

/**
 * Hazard sources, targets and resources of the active city within a circle or an area, the nearest to the anchor first.
 * @returns at most {@link MAX_FOUND}, and how many there are of each kind
 */
export async function thingsAround(
  sql: Sql,
  anchor: LngLat,
  within: Within,
  kinds: readonly ThingKind[],
  limit = MAX_FOUND,
): Promise<{ things: ThingFound[]; counts: Partial<Record<ThingKind, number>> }> {
  const here = sql`st_setsrid(st_point(${anchor[0]}, ${anchor[1]}), 4326)::geography`;
  const rows = await sql<
    (Omit<ThingFound, 'area'> & { area: string | null; counts: Partial<Record<ThingKind, number>> })[]
  >`
    with found as materialized (
      select 'registry:' || id as id, kind, name, name_en, at, capacity, occupied, unit, contact, address, source, as_of, area
      from city_thing where city = (select id from city where active) and kind = any(${kinds as ThingKind[]}) and ${withinSql(sql, 'at', anchor, within)}
      union all
      select 'map:' || p.id, p.kind, p.name, p.name_en, p.geom, case when p.extra->>'capacity' ~ '^[0-9]{1,9}$' then (p.extra->>'capacity')::int end,
        null::int, null, null, null, c.attribution, c.loaded_at::date, null
      from place p join city c on c.id = p.city and c.active
      where p.kind = any(${kinds as ThingKind[]}) and ${withinSql(sql, 'p.geom', anchor, within)}
        -- the registry knows better what the map shows, too
        and not exists (select from city_thing t where t.city = p.city and t.kind = p.kind and t.name = p.name
          and st_dwithin(t.at, p.geom, 0.002))
    )
    select id, kind, name, name_en as "nameEn", array[st_x(at), st_y(at)] as at, st_distance(at::geography, ${here}) as "distanceM",
      capacity, occupied, unit, contact, address, source, to_char(as_of, 'YYYY-MM-DD') as "asOf", st_asgeojson(area, 6) as area,
      (select jsonb_object_agg(kind, n) from (select kind, count(*) as n from found group by kind) k) as counts
    from found order by "distanceM", id limit ${Math.min(limit, MAX_FOUND)}`;
  const things = rows.flatMap(({ counts: _, area, ...r }) =>
    isThingKind(r.kind) ? [{ ...r, area: area === null ? null : (JSON.parse(area) as ThingFound['area']) }] : [],
  );
  return { things, counts: rows[0]?.counts ?? {} };
}

/** How many things of each kind the registry of a city holds. */
export async function thingCounts(sql: Sql, city: string): Promise<Record<string, number>> {
  const rows = await sql<{ kind: string; n: number }[]>`
    select kind, count(*)::int as n from city_thing where city = ${city} group by kind order by kind`;
  return Object.fromEntries(rows.map((r) => [r.kind, r.n]));
}
