import type { Thing } from '#domain/around/registry.ts';
import { mulberry32 } from '#domain/random.ts';
import { takeThings } from '#store/city-things.ts';
import type { Sql } from '#store/db.ts';
import type { LngLat, Place } from '#store/gis.ts';

/** The demo city's registry, invented like the city: what its places would have in the list of a real one. */

const SOURCE = '演示数据（虚构）';
const AS_OF = '2026-09-30';
const HAZARDS = [
  ['液化石油气储配站', 'LPG Depot', 'm³'],
  ['危险化学品仓库', 'Chemicals Warehouse', 't'],
  ['液氨制冷车间', 'Ammonia Cooling Plant', 't'],
  ['油库', 'Oil Terminal', 'm³'],
] as const;

/** Brings the registry in, once; the same again changes nothing. */
export async function ensureDemoRegistry(sql: Sql, city: string, seed: number): Promise<void> {
  const places = await sql<Pick<Place, 'id' | 'kind' | 'name' | 'nameEn' | 'at'>[]>`
    select id, kind, name, name_en as "nameEn", array[st_x(geom), st_y(geom)] as at from place
    where city = ${city} and kind in ('industry', 'fire', 'government', 'culture', 'estate', 'care') order by id`;
  const crossings = await sql<{ id: number; at: LngLat }[]>`
    select e.id, array[st_x(p), st_y(p)] as at
    from road_edge e cross join lateral (select st_lineinterpolatepoint(e.geom, 0.5) as p) m
    where e.city = ${city} and e.class in ('secondary', 'tertiary', 'residential') and not e.bridge and not e.tunnel and e.id % 9 = 0
    order by e.id limit 4000`;
  await takeThings(sql, city, demoThings(places, crossings, seed), true);
}

function demoThings(
  places: readonly Pick<Place, 'id' | 'kind' | 'name' | 'nameEn' | 'at'>[],
  crossings: readonly { readonly id: number; readonly at: LngLat }[],
  seed: number,
): Thing[] {
  const random = mulberry32(seed);
  const whole = (from: number, to: number, step: number): number =>
    Math.round((from + random() * (to - from)) / step) * step;
  const out: Thing[] = [];
  const add = (
    id: string,
    kind: Thing['kind'],
    name: string,
    nameEn: string,
    at: LngLat,
    capacity: number | null,
    unit: string | null,
  ): void => {
    const off = (): number => (random() - 0.5) * 0.0012;
    out.push({
      ...{
        id,
        kind,
        name,
        nameEn,
        capacity,
        occupied: null,
        unit,
        address: null,
        contact: null,
        source: SOURCE,
        asOf: AS_OF,
      },
      at: kind === 'hydrant' || kind === 'base' ? at : [at[0] + off(), at[1] + off()],
      area: null,
    });
  };
  let cultures = 0;
  for (const p of places) {
    if (p.kind === 'industry' && random() < 0.45) {
      const [zh, en, unit] = HAZARDS[Math.floor(random() * HAZARDS.length)]!;
      add(`H${p.id}`, 'hazard', `${p.name}${zh}`, `${p.nameEn} ${en}`, p.at, whole(50, 2000, 50), unit);
    } else if (p.kind === 'fire')
      add(`B${p.id}`, 'base', `${p.name}备勤点`, `${p.nameEn} Base`, p.at, whole(2, 8, 1), '车');
    else if (p.kind === 'government' && random() < 0.35)
      add(`M${p.id}`, 'material', `${p.name}应急物资库`, `${p.nameEn} Emergency Stores`, p.at, whole(100, 900, 50), '帐篷');
    else if (p.kind === 'culture' && cultures++ < 8)
      add(`S${p.id}`, 'shelter', `${p.name}室内避难场所`, `${p.nameEn} Indoor Shelter`, p.at, whole(800, 6000, 100), '人');
    else if (p.kind === 'estate' && random() < 0.1)
      add(`S${p.id}`, 'shelter', `${p.name}社区避难点`, `${p.nameEn} Community Shelter`, p.at, whole(150, 900, 50), '人');
  } // prettier-ignore
  for (const c of crossings) add(`X${c.id}`, 'hydrant', `消火栓 ${c.id}`, `Hydrant ${c.id}`, c.at, null, null);
  return out;
}
