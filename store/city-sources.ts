import { createHash } from 'node:crypto';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recordFacts } from './facts.ts';
import { SHAPES } from './gis-shapes.ts';
import type { BoundaryLevel, City } from './gis.ts';

/** Where the loaded cities come from, what is in them, and how a city leaves. */

/** What a map file, or the generator, gives. */
export const CITY_TABLES = [
  'boundary',
  'boundary_part',
  'road_node',
  'road_edge',
  'road_restriction',
  'footway',
  'foot_joint',
  'foot_barrier',
  'area',
  'line_feature',
  'place',
  'address_point',
  'map_shape',
] as const;

/** A map file that a city was made of. */
export interface MapSource {
  /** Its name, without folders. */
  readonly file: string;
  /** As of when its data are; null: it does not tell. */
  readonly dataAt: Instant | null;
  /** What was taken and what was left out, counts by name. */
  readonly report: MapReport;
}
export interface MapReport {
  readonly ways: number;
  readonly roadKm: number;
  readonly signals: number;
  readonly restrictions: number;
  readonly buildings: number;
  readonly addresses: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** A file of boundaries that replaced those of one level. */
export interface BoundarySource {
  readonly file: string;
  /** Of the file and of how it was read. */
  readonly sha256: string;
  readonly taken: number;
  readonly refused: number;
  /** Of those, the ones wholly outside of the city's map; files taken before this was told have none. */
  readonly outside?: number;
  readonly at: Instant;
  /** Its positions look as if they were of this system; null: all is well, or nothing tells. */
  readonly looksLike: string | null;
}
export type BoundarySources = Readonly<Partial<Record<BoundaryLevel, BoundarySource>>>;

/** Keeps what a city was made of; files of boundaries that it had before are gone with it. */
export async function keepMapSource(tx: Tx, city: string, content: string, source: MapSource | null): Promise<void> {
  await tx`
    insert into city_source (city, content, file, data_at, report)
    values (${city}, ${content}, ${source?.file ?? null}, ${source?.dataAt == null ? null : toTs(source.dataAt)},
      ${source ? tx.json(source.report as never) : null})
    on conflict (city) do update set content = excluded.content, file = excluded.file, data_at = excluded.data_at,
      report = excluded.report, imported_at = now(), boundaries = '{}'`;
}

/** Files of boundaries that a city has now. */
export async function boundarySources(sql: Sql | Tx, city: string): Promise<BoundarySources> {
  const [r] = await sql<{ boundaries: BoundarySources }[]>`select boundaries from city_source where city = ${city}`;
  return r?.boundaries ?? {};
}

/** Keeps which file the boundaries of a level came from. The city's version follows: its tiles and names are made anew. */
export async function keepBoundarySource(
  tx: Tx,
  city: string,
  level: BoundaryLevel,
  of: BoundarySource,
): Promise<void> {
  const [r] = await tx<{ content: string; boundaries: BoundarySources }[]>`
    insert into city_source (city, content, boundaries) values (${city}, '', ${tx.json({ [level]: of } as never)})
    on conflict (city) do update set boundaries = city_source.boundaries || excluded.boundaries
    returning content, boundaries`;
  const parts = Object.entries(r!.boundaries).map(([l, b]) => `${l} ${b.sha256}`);
  const version = createHash('sha256')
    .update([r!.content, ...parts.sort()].join('\n'))
    .digest('hex')
    .slice(0, 12);
  await tx`update city set map_version = ${version}, loaded_at = now() where id = ${city}`;
}

/** What is there of a thing that a city may have, by its kind. */
export type Counts = Readonly<Record<string, number>>;
export interface LoadedCity extends City {
  readonly loadedAt: Instant;
  readonly file: string | null;
  readonly dataAt: Instant | null;
  readonly report: MapReport | null;
  readonly boundarySources: BoundarySources;
  /** Kilometres by class of road. */
  readonly km: Counts;
  /** Of ways for walkers alone, kilometres. */
  readonly footKm: number;
  readonly areas: Counts;
  readonly places: Counts;
  readonly boundaries: Counts;
  readonly addresses: number;
  readonly registry: number;
  /** Derived from the map: is it of the map that is loaded? null: nothing is there. */
  readonly made: Readonly<Record<'shapes' | 'gazetteer' | 'roadOrder', boolean | null>>;
}

/** All loaded cities with what is in them, the shown one first. */
export async function loadedCities(sql: Sql, cities: readonly City[]): Promise<LoadedCity[]> {
  if (cities.length === 0) return [];
  const counted = async (text: string): Promise<Map<string, Counts>> => {
    const rows = await sql.unsafe<{ city: string; kind: string; n: number }[]>(text);
    const out = new Map<string, Record<string, number>>();
    for (const { city, kind, n } of rows) {
      const of = out.get(city) ?? {};
      of[kind] = n;
      out.set(city, of);
    }
    return out;
  };
  const count = (table: string, kind: string) =>
    counted(`select city, ${kind} as kind, count(*)::int as n from ${table} group by 1, 2 order by 3 desc`);
  const [km, foot, areas, places, boundaries, addresses, registry, sources] = await Promise.all([
    counted(
      `select city, class as kind, sum(length_m)::float8 / 1000 as n from road_edge group by 1, 2 order by 3 desc`,
    ),
    counted(`select city, '' as kind, sum(length_m)::float8 / 1000 as n from footway group by 1`),
    count('area', 'kind'),
    count('place', 'kind'),
    count('boundary', 'level'),
    count('address_point', `''`),
    count('city_thing', `''`),
    sql<SourceRow[]>`
      select c.id, c.loaded_at, c.shapes, s.file, s.data_at, s.report, coalesce(s.boundaries, '{}') as boundaries,
        g.map_version = c.map_version as gazetteer, o.map_version = c.map_version as road_order
      from city c left join city_source s on s.city = c.id left join gazetteer_state g on g.city = c.id
      left join road_order o on o.city = c.id and o.network = 'roads'`,
  ]);
  const byId = new Map(sources.map((s) => [s.id, s]));
  return cities
    .flatMap((c): LoadedCity[] => {
      const s = byId.get(c.id);
      if (!s) return []; // it left meanwhile
      return [
        {
          ...c,
          loadedAt: fromTs(s.loaded_at),
          file: s.file,
          dataAt: s.data_at && fromTs(s.data_at),
          report: s.report,
          boundarySources: s.boundaries,
          km: km.get(c.id) ?? {},
          footKm: foot.get(c.id)?.[''] ?? 0,
          areas: areas.get(c.id) ?? {},
          places: places.get(c.id) ?? {},
          boundaries: boundaries.get(c.id) ?? {},
          addresses: addresses.get(c.id)?.[''] ?? 0,
          registry: registry.get(c.id)?.[''] ?? 0,
          made: { shapes: s.shapes === SHAPES, gazetteer: s.gazetteer, roadOrder: s.road_order },
        },
      ];
    })
    .sort((a, b) => Number(b.active) - Number(a.active) || a.id.localeCompare(b.id));
}

interface SourceRow {
  id: string;
  loaded_at: Date;
  shapes: number;
  file: string | null;
  data_at: Date | null;
  report: MapReport | null;
  boundaries: BoundarySources;
  gazetteer: boolean | null;
  road_order: boolean | null;
}

/**
 * Takes a city out of the database, with all that was made of it, as a fact with who did it. Its number stays, so that its roads have
 * the same ones when it is imported again. Closures by hand stay as the record of what was done.
 * @returns why not: the one that is shown stays, as does one that is not there
 */
export async function removeCity(
  sql: Sql,
  id: string,
  by: { readonly actor: string; readonly now: Instant },
): Promise<'city-missing' | 'city-shown' | null> {
  return await sql.begin(async (t) => {
    const tx = t as Tx;
    // no import into it meanwhile
    await tx`select pg_advisory_xact_lock(7770041)`;
    const [city] = await tx<{ name: string; active: boolean }[]>`
      select name, active from city where id = ${id} for update`;
    if (!city) return 'city-missing';
    if (city.active) return 'city-shown';
    for (const table of [
      ...CITY_TABLES,
      'road_order',
      'gazetteer_name',
      'gazetteer_state',
      'city_thing',
      'people_spot',
    ])
      await tx.unsafe(`delete from ${table} where city = $1`, [id]);
    await tx`delete from city where id = ${id}`;
    const body = { city: id, name: city.name };
    await recordFacts(tx, [{ kind: 'map.city-removed', at: by.now, subject: id, actor: by.actor, body }]);
    return null;
  });
}
