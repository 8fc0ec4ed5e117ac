import { CITY_LANES } from '#domain/city/rows.ts';
import type { Sql } from './db.ts';

/** Lines of one answer at most: a map of a city is not read better with more. */
const MAX_LINES = 20_000;

export interface RoadLine {
  readonly edge: number;
  readonly line: readonly (readonly [number, number])[];
}

/** The road edges of the active city whose speed somebody measures, as lines of five decimals (a metre), main roads first. */
export async function measuredRoads(sql: Sql): Promise<RoadLine[]> {
  const rows = await sql<{ id: number; line: string }[]>`
    select e.id, st_asgeojson(e.geom, 5) as line
    from signal_latest s join road_edge e on e.id = s.key::bigint
    where s.lane = ${CITY_LANES.segments} and not s.body ? 'gone' and s.key ~ '^[0-9]{1,15}$' and e.city = (select id from city where active)
    order by array_position(array['motorway', 'expressway', 'primary', 'secondary', 'tertiary'], e.class), e.id
    limit ${MAX_LINES}`;
  return rows.map((r) => ({
    edge: r.id,
    line: (JSON.parse(r.line) as { coordinates: [number, number][] }).coordinates,
  }));
}
