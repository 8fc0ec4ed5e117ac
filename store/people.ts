import type { LngLat } from './gis.ts';
import { areaSql, withinSql, type Within } from './city-things.ts';
import { fromTs, type Sql } from './db.ts';
import type { Instant } from '#domain/time.ts';

/** People who live within an area: an estimate from the floors of buildings, with its range. */

export interface People {
  /** Residents, and the range that the assumptions allow (0170_surroundings.sql). */
  readonly people: number;
  readonly low: number;
  readonly high: number;
  readonly buildings: number;
  /** Of them, those whose height is not known. */
  readonly unmeasured: number;
}

export interface PeopleAround {
  /** In the order of the radii, each within its circle; one for an area. */
  readonly within: readonly People[];
  /** By street, most people first; at most 200. */
  readonly streets: readonly (People & { readonly street: string | null; readonly district: string | null })[];
  /** What it rests on. */
  readonly source: { readonly attribution: string; readonly loadedAt: Instant } | null;
}

const SUMS = `coalesce(sum(people), 0)::float8 as people, coalesce(sum(low), 0)::float8 as low, coalesce(sum(high), 0)::float8 as high,
  count(*)::int as buildings, (count(*) filter (where not measured))::int as unmeasured`;

/** @param radiiM ascending, of circles around the anchor; left out of an area */
export async function peopleAround(
  sql: Sql,
  anchor: LngLat,
  within: { readonly radiiM: readonly number[] } | { readonly area: readonly (readonly (readonly LngLat[])[])[] },
): Promise<PeopleAround> {
  const widest: Within = 'area' in within ? within : { radiusM: within.radiiM.at(-1)! };
  const city = sql`city = (select id from city where active)`;
  const here = sql`st_setsrid(st_point(${anchor[0]}, ${anchor[1]}), 4326)::geography`;
  const [sums, streets, source] = await Promise.all([
    'area' in within
      ? sql<
          People[]
        >`select ${sql.unsafe(SUMS)} from people_spot where ${city} and ${withinSql(sql, 'at', anchor, widest)}`
      : sql<People[]>`
          with near as materialized (
            select people, low, high, measured, st_distance(at::geography, ${here}) as m
            from people_spot where ${city} and ${withinSql(sql, 'at', anchor, widest)}
          )
          select r.* from unnest(${[...within.radiiM]}::float8[]) with ordinality as told (m, i)
          cross join lateral (select ${sql.unsafe(SUMS)} from near where near.m <= told.m) r order by told.i`,
    sql<(People & { street: string | null; district: string | null })[]>`
      select street, district, ${sql.unsafe(SUMS)} from people_spot where ${city} and ${withinSql(sql, 'at', anchor, widest)}
      group by street, district order by people desc, street limit 200`,
    sql<{ attribution: string; loadedAt: Date }[]>`
      select attribution, loaded_at as "loadedAt" from city where active`,
  ]);
  const [from] = source;
  return {
    within: sums,
    streets,
    source: from ? { attribution: from.attribution, loadedAt: fromTs(from.loadedAt) } : null,
  };
}

/** Neighbouring buildings of one street whose people go together. */
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

/** Blocks of people within an area, at most `most`: with more, blocks are larger. */
export async function peopleBlocks(
  sql: Sql,
  area: readonly (readonly (readonly LngLat[])[])[],
  most: number,
): Promise<PeopleBlock[]> {
  for (let side = BLOCK_DEG; ; side *= 2) {
    const rows = await sql<PeopleBlock[]>`
      select y || ':' || x || ':' || coalesce(street, '') as id, street, greatest(1, round(sum(people)))::int as people,
        array[sum(lng * people) / sum(people), sum(lat * people) / sum(people)] as at
      from (
        select floor(st_y(at) / ${side}::float8) as y, floor(st_x(at) / ${side}::float8) as x, st_x(at) as lng, st_y(at) as lat, people, street
        from people_spot where city = (select id from city where active) and st_intersects(at, ${areaSql(sql, area)}) and people > 0
      ) p group by y, x, street order by 1 limit ${most + 1}`;
    if (rows.length <= most) return rows;
  }
}
