import type { LngLat } from './gis.ts';
import { areaSql, withinSql, type Within } from './city-things.ts';
import { fromTs, type Sql } from './db.ts';
import type { PeopleSource } from '#domain/around/people.ts';

/**
 * People who live within an area, with the range of the count: from the city's population grid by share of the area of its cells
 * where it tells of the whole area, else from the floors of buildings.
 */

export interface People {
  /** Residents, and the range: what the assumptions allow (0170_surroundings.sql), or the stated error of the grid. */
  readonly people: number;
  readonly low: number;
  readonly high: number;
  /** Buildings, or cells of the grid with people. */
  readonly spots: number;
  /** Of the buildings, those whose height is not known. */
  readonly unmeasured: number;
}

export interface PeopleAround {
  /** In the order of the radii, each within its circle; one for an area. */
  readonly within: readonly People[];
  /** By street, most people first; at most 200. */
  readonly streets: readonly (People & { readonly street: string | null; readonly district: string | null })[];
  /** What it rests on; null without a city. */
  readonly source: PeopleSource | null;
}

type Extent = { readonly radiiM: readonly number[] } | { readonly area: readonly (readonly (readonly LngLat[])[])[] };

const SUMS = `coalesce(sum(people), 0)::float8 as people, coalesce(sum(low), 0)::float8 as low, coalesce(sum(high), 0)::float8 as high,
  count(*)::int as spots, (count(*) filter (where not measured))::int as unmeasured`;
const STREETS = 200;

/** @param extent radii ascend, of circles around the anchor */
export async function peopleAround(sql: Sql, anchor: LngLat, extent: Extent): Promise<PeopleAround> {
  const source = await sourceOf(sql, anchor, extent);
  return source?.kind === 'grid'
    ? { ...(await byCells(sql, anchor, extent, source.errorPct)), source }
    : { ...(await byBuildings(sql, anchor, extent)), source };
}

/** The zones to count in, as a table of `i` and `geom`: a circle as a polygon is 0.04 % smaller. */
function zonesSql(sql: Sql, [lng, lat]: LngLat, extent: Extent) {
  if ('area' in extent) return sql`select 1::bigint as i, ${areaSql(sql, extent.area)} as geom`;
  return sql`select i, st_buffer(st_setsrid(st_point(${lng}, ${lat}), 4326)::geography, m, 'quad_segs=32')::geometry as geom
    from unnest(${[...extent.radiiM]}::float8[]) with ordinality as told (m, i)`;
}

/** Does the grid tell of all of the area that is in the city? */
async function sourceOf(sql: Sql, anchor: LngLat, extent: Extent): Promise<PeopleSource | null> {
  const [r] = await sql<
    {
      attribution: string;
      loadedAt: Date;
      source: string | null;
      asOf: string;
      errorPct: number;
      cellM: number;
      covered: boolean | null;
    }[]
  >`
    with zone as materialized (select geom from (${zonesSql(sql, anchor, extent)}) z order by i desc limit 1)
    select c.attribution, c.loaded_at as "loadedAt", g.source, g.as_of as "asOf", g.error_pct as "errorPct", g.cell_m as "cellM",
      st_covers(g.reach, st_intersection(zone.geom, st_makeenvelope(c.west, c.south, c.east, c.north, 4326))) as covered
    from city c cross join zone left join people_grid g on g.city = c.id where c.active`;
  if (!r) return null;
  const { source, asOf, errorPct, cellM, covered, attribution, loadedAt } = r;
  return source !== null && covered
    ? { kind: 'grid', source, asOf, errorPct, cellM }
    : { kind: 'buildings', attribution, loadedAt: fromTs(loadedAt), beyondGrid: source !== null };
}

/** The parts of cells that lie in a zone: `i` of the zone, street, district, the part itself, its people by its share of the cell. */
const partsSql = (sql: Sql, zones: ReturnType<typeof zonesSql>) => sql`
  -- materialized, or each cell would make its zone anew; “offset 0”, or each use of a part would cut it anew
  with zone as materialized (${zones})
  select z.i, c.street, c.district, p.part, c.people * st_area(p.part) / st_area(c.cell) as people
  from zone z join people_cell c on c.city = (select id from city where active) and st_intersects(z.geom, c.cell)
  cross join lateral (
    select case when st_covers(z.geom, c.cell) then c.cell else st_intersection(z.geom, c.cell) end as part offset 0
  ) p`;

type Street = PeopleAround['streets'][number];

async function byCells(
  sql: Sql,
  anchor: LngLat,
  extent: Extent,
  errorPct: number,
): Promise<Omit<PeopleAround, 'source'>> {
  const zones = 'area' in extent ? 1 : extent.radiiM.length;
  const sums = sql`sum(people)::float8 as people, count(*)::int as spots`;
  const rows = await sql<
    { i: number | null; street: string | null; district: string | null; people: number; spots: number }[]
  >`
    with part as materialized (select * from (${partsSql(sql, zonesSql(sql, anchor, extent))}) all_parts where people > 0)
    select i::int as i, null as street, null as district, ${sums} from part group by i
    union all
    (select null, street, district, ${sums} from part where i = ${zones} group by street, district
      order by people desc, street limit ${STREETS})`;
  const whole = ({ people, spots }: { people: number; spots: number }): People => ({
    ...{ people, spots, unmeasured: 0 },
    ...{ low: people * (1 - errorPct / 100), high: people * (1 + errorPct / 100) },
  });
  const none = { people: 0, spots: 0 };
  return {
    within: Array.from({ length: zones }, (_, z) => whole(rows.find((r) => r.i === z + 1) ?? none)),
    streets: rows.flatMap((r): Street[] => (r.i === null ? [{ ...whole(r), street: r.street, district: r.district }] : [])), // prettier-ignore
  };
}

async function byBuildings(sql: Sql, anchor: LngLat, extent: Extent): Promise<Omit<PeopleAround, 'source'>> {
  const widest: Within = 'area' in extent ? extent : { radiusM: extent.radiiM.at(-1)! };
  const city = sql`city = (select id from city where active)`;
  const here = sql`st_setsrid(st_point(${anchor[0]}, ${anchor[1]}), 4326)::geography`;
  const [within, streets] = await Promise.all([
    'area' in extent
      ? sql<
          People[]
        >`select ${sql.unsafe(SUMS)} from people_spot where ${city} and ${withinSql(sql, 'at', anchor, widest)}`
      : sql<People[]>`
          with near as materialized (
            select people, low, high, measured, st_distance(at::geography, ${here}) as m
            from people_spot where ${city} and ${withinSql(sql, 'at', anchor, widest)}
          )
          select r.* from unnest(${[...extent.radiiM]}::float8[]) with ordinality as told (m, i)
          cross join lateral (select ${sql.unsafe(SUMS)} from near where near.m <= told.m) r order by told.i`,
    sql<Street[]>`
      select street, district, ${sql.unsafe(SUMS)} from people_spot where ${city} and ${withinSql(sql, 'at', anchor, widest)}
      group by street, district order by people desc, street limit ${STREETS}`,
  ]);
  return { within, streets };
}

/** Neighbouring buildings or cells of one street whose people go together. */
export interface PeopleBlock {
  readonly id: string;
  /** Middle of its people. */
  readonly at: LngLat;
  /** Whole residents, at least 1. */
  readonly people: number;
  readonly street: string | null;
}

/** Side of a block in degrees of latitude: about 220 m; doubled until there are few enough. */
const BLOCK_DEG = 0.002;

/** Blocks of people within an area, counted as {@link peopleAround} does; at most `most`: with more, blocks are larger. */
export async function peopleBlocks(
  sql: Sql,
  anchor: LngLat,
  area: readonly (readonly (readonly LngLat[])[])[],
  most: number,
): Promise<PeopleBlock[]> {
  const source = await sourceOf(sql, anchor, { area });
  const spots =
    source?.kind === 'grid'
      ? sql`select st_centroid(part) as at, people, street from (${partsSql(sql, zonesSql(sql, anchor, { area }))}) part where people > 0`
      : sql`select at, people, street from people_spot
          where city = (select id from city where active) and st_intersects(at, ${areaSql(sql, area)}) and people > 0`;
  const fine = await sql<Spots[]>`
    select floor(st_x(at) / ${BLOCK_DEG}::float8) as x, floor(st_y(at) / ${BLOCK_DEG}::float8) as y, street, sum(people)::float8 as people,
      sum(st_x(at) * people)::float8 as lng, sum(st_y(at) * people)::float8 as lat
    from (select * from (${spots}) each_spot offset 0) spot group by x, y, street order by y, x, street`;
  for (let wider = 1; ; wider *= 2) {
    const blocks = blocksOf(fine, wider);
    if (blocks.length <= most) return blocks;
  }
}

/** The people of one street in one square; `lng` and `lat` are sums over people. */
interface Spots {
  readonly x: number;
  readonly y: number;
  readonly street: string | null;
  readonly people: number;
  readonly lng: number;
  readonly lat: number;
}

/** Squares of so many squares put together. Where fewer than one in two lives nobody is moved: nobody is half there. */
function blocksOf(fine: readonly Spots[], wider: number): PeopleBlock[] {
  const sums = new Map<string, { street: string | null; people: number; lng: number; lat: number }>();
  for (const s of fine) {
    const id = `${Math.floor(s.y / wider)}:${Math.floor(s.x / wider)}:${s.street ?? ''}`;
    const sum = sums.get(id) ?? { street: s.street, people: 0, lng: 0, lat: 0 };
    sums.set(id, { ...sum, people: sum.people + s.people, lng: sum.lng + s.lng, lat: sum.lat + s.lat });
  }
  return [...sums].flatMap(([id, { street, people, lng, lat }]) =>
    people >= 0.5 ? [{ id, street, people: Math.round(people), at: [lng / people, lat / people] as const }] : [],
  );
}
