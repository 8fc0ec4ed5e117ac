import type { Sql } from './db.ts';
import type { LngLat } from './gis.ts';

/** A district of the active city for a map of colours. */
export interface DistrictShape {
  readonly name: string;
  readonly nameEn: string | null;
  readonly label: LngLat;
  /** Simplified to about 30 m. */
  readonly polygons: readonly (readonly (readonly LngLat[])[])[];
  /** Residents by the population grid of the city, else by its buildings (0170_surroundings.sql); null where neither tells any. */
  readonly people: number | null;
}

/** All districts by code. */
export async function districtShapes(sql: Sql): Promise<DistrictShape[]> {
  const rows = await sql<(Omit<DistrictShape, 'polygons'> & { shape: string })[]>`
    select b.name, b.name_en as "nameEn", array[st_x(b.label), st_y(b.label)] as label, p.people,
      st_asgeojson(st_multi(st_simplifypreservetopology(b.geom, 0.0003)), 5) as shape
    from boundary b
    left join (
      select city, district, sum(people) as people from people_cell group by city, district
      union all
      select city, district, sum(people) from people_spot s where not exists (select from people_grid g where g.city = s.city)
      group by city, district
    ) p on p.city = b.city and p.district = b.name
    where b.level = 'district' and b.city = (select id from city where active) order by b.code`;
  return rows.map(({ shape, ...r }) => ({
    ...r,
    polygons: (JSON.parse(shape) as { coordinates: DistrictShape['polygons'] }).coordinates,
  }));
}
