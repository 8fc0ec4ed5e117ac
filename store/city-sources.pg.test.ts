import { expect, test } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import { loadedCities, removeCity } from './city-sources.ts';
import { loadCity, loadedVersion, type CityData } from './gis-load.ts';
import { activateCity, cities } from './gis.ts';

const { sql } = await testDatabase();
const NOW = Date.UTC(2026, 0, 1);
const by = { actor: 'user:7', now: NOW };
const ring = (x: number): [number, number][][] => [[[x, 31], [x + 0.1, 31], [x + 0.1, 31.1], [x, 31]]]; // prettier-ignore
/** One road, one house and one hospital; ids are of the city alone, as imports give them. */
const city = (id: string, number: number): CityData => {
  const base = number * 1000;
  const x = 118 + number;
  return {
    city: { id, name: `${id}市`, nameEn: id, bbox: [x, 31, x + 0.1, 31.1], centre: [x, 31], attribution: '© 测试', simulated: false, version: `v-${id}` },
    boundaries: [{ level: 'district', code: '1', name: '区', nameEn: 'D', parentCode: null, label: [x, 31], polygons: [ring(x)] }],
    nodes: [{ id: base + 1, at: [x, 31] }, { id: base + 2, at: [x + 0.1, 31] }],
    edges: [{ id: base + 1, from: base + 1, to: base + 2, class: 'primary', name: '路', nameEn: 'Road', lengthM: 9500, speedKmh: 50, oneway: false, bridge: false, tunnel: false, line: [[x, 31], [x + 0.1, 31]] }],
    areas: [{ kind: 'building', name: null, nameEn: null, heightM: 9, polygons: [ring(x)] }, { kind: 'water', name: null, nameEn: null, heightM: null, polygons: [ring(x)] }],
    lines: [],
    places: [{ id: base + 1, kind: 'hospital', name: '医院', nameEn: 'Hospital', rank: 1, at: [x, 31], extra: {} }],
  };
}; // prettier-ignore
const report = {
  ways: 1,
  roadKm: 9.5,
  signals: 3,
  restrictions: 0,
  buildings: 1,
  addresses: 0,
  dropped: { 'road: closed': 2 },
};
await loadCity(sql, city('甲', 1));
await loadCity(sql, city('乙', 2), { file: 'yi.osm.pbf', dataAt: NOW, report });

test('the loaded cities are told with their source, what is in them and what of it is made, the shown one first', async () => {
  const [shown, other, ...more] = await loadedCities(sql, await cities(sql));
  expect(more).toEqual([]);
  expect(shown).toMatchObject({ id: '甲', active: true, file: null, dataAt: null, report: null });
  expect(other).toMatchObject({
    ...{ id: '乙', active: false, file: 'yi.osm.pbf', dataAt: NOW, report, attribution: '© 测试' },
    ...{ km: { primary: 9.5 }, footKm: 0, areas: { building: 1, water: 1 }, boundaries: { district: 1 }, registry: 0 },
    made: { shapes: true, gazetteer: null, roadOrder: null },
  });
  expect(other!.places).toMatchObject({ hospital: 1, road: 1 });
  await sql`insert into gazetteer_state (city, map_version, rules) values ('乙', 'old', 1)`;
  await sql`insert into road_order (city, map_version, roads, body) values ('乙', 'v-乙', 1, '')`;
  const made = (await loadedCities(sql, await cities(sql)))[1]!.made;
  expect(made).toEqual({ shapes: true, gazetteer: false, roadOrder: true });
});

test('a city leaves with all that is its own and as a fact; the shown one stays, the others are not touched', async () => {
  expect(await removeCity(sql, '甲', by)).toBe('city-shown');
  expect(await removeCity(sql, '丙', by)).toBe('city-missing');
  expect(await removeCity(sql, '乙', by)).toBeNull();
  expect(await removeCity(sql, '乙', by)).toBe('city-missing');
  expect((await cities(sql)).map((c) => c.id)).toEqual(['甲']);
  expect(await loadedVersion(sql, '乙')).toBeNull();
  // no table that has a column of cities holds anything of it, whichever tables there are
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where column_name = 'city' and table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'city_number'`;
  expect(tables.length).toBeGreaterThan(15);
  for (const { name } of tables) expect((await sql`select from ${sql(name)} where city = '乙'`).count, name).toBe(0);
  expect((await sql`select from road_edge where city = '甲'`).count).toBe(1);
  const [fact] = await sql`select subject, actor, body from fact where kind = 'map.city-removed'`;
  expect(fact).toEqual({ subject: '乙', actor: 'user:7', body: { city: '乙', name: '乙市' } });
  await expect(activateCity(sql, '乙', by)).rejects.toThrow('not loaded');
  // it can come again
  await loadCity(sql, city('乙', 2));
  expect(await removeCity(sql, '乙', by)).toBeNull();
});
