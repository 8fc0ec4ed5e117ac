import type { Sql } from '#store/db.ts';
import type { Spot } from './case-model.ts';

/** Places of the active city with their district and street, best known first; empty when no city is loaded. */
export async function citySpots(sql: Sql): Promise<Spot[]> {
  return await sql<Spot[]>`
    select p.kind, p.name, d.name as district, s.name as street, array[st_x(p.geom), st_y(p.geom)] as at
    from place p
    left join boundary_part dp on dp.city = p.city and dp.level = 'district' and st_intersects(dp.geom, p.geom)
    left join boundary d on d.city = p.city and d.level = 'district' and d.code = dp.code
    left join boundary_part sp on sp.city = p.city and sp.level = 'street' and st_intersects(sp.geom, p.geom)
    left join boundary s on s.city = p.city and s.level = 'street' and s.code = sp.code
    where p.city = (select id from city where active) and p.kind in ('estate', 'school', 'hospital', 'park', 'mall', 'metro', 'market', 'office', 'village', 'fuel')
    order by p.rank, p.id limit 3000`;
}
