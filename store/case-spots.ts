import type { Sql } from './db.ts';

/** Where cases are, for the index in memory: by a number of their own, and by the transaction that placed them last. */

export interface CaseSpot {
  readonly id: number;
  readonly lng: number;
  readonly lat: number;
  /** When it was accepted, epoch seconds. */
  readonly at: number;
}

/** The oldest transaction that may still change something unseen: what is read after this was told is complete from here on. */
export async function spotMark(sql: Sql): Promise<string> {
  const [r] = await sql<{ mark: string }[]>`select pg_snapshot_xmin(pg_current_snapshot())::text as mark`;
  return r!.mark;
}

const BATCH = 20_000;

/** All placed cases, strip by strip from the south, in a strip from the west. @param perDeg strips of a degree of latitude */
export async function* caseSpots(sql: Sql, perDeg: number): AsyncGenerator<readonly CaseSpot[]> {
  const rows = sql<CaseSpot[]>`
    select spot as id, st_x(geom) as lng, st_y(geom) as lat, extract(epoch from accepted_at)::float8 as at
    from hotline_case where geom is not null and withdrawn_at is null
    order by floor(st_y(geom) * ${perDeg}::float8), st_x(geom)`.cursor(BATCH);
  for await (const batch of rows) yield batch;
}

/** Cases that were placed, moved or withdrawn since a mark; null stands for one that is gone. @param limit rows at most */
export async function changedSpots(
  sql: Sql,
  since: string,
  limit: number,
): Promise<{ readonly id: number; readonly spot: CaseSpot | null }[]> {
  const rows = await sql<{ id: number; lng: number | null; lat: number | null; at: number; gone: boolean }[]>`
    select spot as id, st_x(geom) as lng, st_y(geom) as lat, extract(epoch from accepted_at)::float8 as at,
      withdrawn_at is not null as gone
    from hotline_case where spot_xid >= ${since}::xid8 order by spot_xid limit ${limit}`;
  return rows.map(({ id, lng, lat, at, gone }) => ({
    id,
    spot: gone || lng === null || lat === null ? null : { id, lng, lat, at },
  }));
}

export interface CaseNear {
  readonly spot: number;
  readonly no: string;
  readonly title: string;
  readonly type: string;
  readonly state: string;
  readonly place: string | null;
  readonly acceptedAt: Date;
  readonly lng: number;
  readonly lat: number;
}

/** The cases of these numbers, in no order; those that were withdrawn meanwhile are left out. */
export async function casesOfSpots(sql: Sql, spots: readonly number[]): Promise<CaseNear[]> {
  return await sql<CaseNear[]>`
    select spot, case_no as no, title, type, state, coalesce(place, street) as place, accepted_at as "acceptedAt", st_x(geom) as lng, st_y(geom) as lat
    from hotline_case where spot = any(${[...spots]}::bigint[]) and withdrawn_at is null and geom is not null`;
}
