import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import {
  activateCity,
  activeCity,
  addressOf,
  boundaries,
  boundaryShape,
  districtAt,
  districtsAt,
  placeNear,
  roadNear,
  searchPlaces,
} from './gis.ts';
import { districtShapes } from './district-shapes.ts';
import { loadCity, loadedVersion, type CityData } from './gis-load.ts';

const { sql } = await testDatabase();

const box = (w: number, s: number, e: number, n: number): [number, number][][] => [[[w, s], [e, s], [e, n], [w, n], [w, s]]]; // prettier-ignore
const place = (id: number, kind: string, name: string, nameEn: string, rank: number, lng: number, lat: number): CityData['places'][number] => ({
  id, kind, name, nameEn, rank, at: [lng, lat], extra: {},
}); // prettier-ignore
/** Two districts side by side, two streets in the west one, one road, a few places. */
const city = (version: string): CityData => ({
  city: { id: 'c', name: '测试市', nameEn: 'Test', bbox: [118, 31, 118.4, 31.2], centre: [118.2, 31.1], attribution: 'test', simulated: true, version },
  boundaries: [
    { level: 'city', code: '1', name: '测试市', nameEn: 'Test', parentCode: null, label: [118.2, 31.1], polygons: [box(118, 31, 118.4, 31.2)] },
    { level: 'district', code: '11', name: '西区', nameEn: 'West', parentCode: '1', label: [118.1, 31.1], polygons: [box(118, 31, 118.2, 31.2)] },
    { level: 'district', code: '12', name: '东区', nameEn: 'East', parentCode: '1', label: [118.3, 31.1], polygons: [box(118.2, 31, 118.4, 31.2)] },
    { level: 'street', code: '1101', name: '河北街道', nameEn: 'North', parentCode: '11', label: [118.1, 31.15], polygons: [box(118, 31.1, 118.2, 31.2)] },
    { level: 'street', code: '1102', name: '河南街道', nameEn: 'South', parentCode: '11', label: [118.1, 31.05], polygons: [box(118, 31, 118.2, 31.1)] },
  ],
  nodes: [{ id: 1, at: [118.05, 31.05] }, { id: 2, at: [118.35, 31.05] }],
  edges: [{ id: 1, from: 1, to: 2, class: 'primary', name: '人民路', nameEn: 'Renmin Road', lengthM: 28_600, speedKmh: 50, oneway: false, bridge: false, tunnel: false, line: [[118.05, 31.05], [118.35, 31.05]] }],
  areas: [{ kind: 'water', name: '镜湖', nameEn: 'Mirror Lake', heightM: null, polygons: [box(118.1, 31.1, 118.12, 31.12)] }],
  lines: [{ kind: 'rail', name: '铁路', nameEn: 'Railway', line: [[118, 31.15], [118.4, 31.15]] }],
  places: [
    place(1, 'hospital', '测试市第一人民医院', 'First People’s Hospital', 1, 118.1, 31.05),
    place(2, 'school', '人民路小学', 'Renmin Road Primary School', 4, 118.3, 31.05),
    place(3, 'park', '人民公园', 'People’s Park', 3, 118.15, 31.15),
    place(4, 'park', '龙湾公园', 'Longwan Park', 5, 118.35, 31.15),
    place(5, 'park', '龙湾公园', 'Longwan Park', 5, 118.05, 31.15),
  ],
}); // prettier-ignore

await loadCity(sql, city('v1'));

test('a loaded city is the active one, and knows its version', async () => {
  expect(await activeCity(sql)).toMatchObject({ id: 'c', name: '测试市', bbox: [118, 31, 118.4, 31.2], centre: [118.2, 31.1], simulated: true, mapVersion: 'v1', active: true });
  expect(await loadedVersion(sql, 'c')).toBe('v1');
  expect((await boundaries(sql, 'district')).map((b) => b.name)).toEqual(['西区', '东区']);
  expect((await boundaryShape(sql, 'district', '11'))!.type).toBe('MultiPolygon');
  expect(await boundaryShape(sql, 'district', 'none')).toBeNull();
}); // prettier-ignore

test('districts come with their shape and the residents of their buildings; where none stands nobody is counted', async () => {
  await sql`insert into people_spot (city, at, people, low, high, measured, district)
    select 'c', st_setsrid(st_point(118.1, 31.1), 4326), n, n, n, true, '西区' from unnest(array[40, 2.5]) n`;
  onTestFinished(async () => void (await sql`delete from people_spot where city = 'c'`));
  const shapes = await districtShapes(sql);
  expect(shapes.map((s) => [s.name, s.nameEn, s.people])).toEqual([
    ['西区', 'West', 42.5],
    ['东区', 'East', null],
  ]);
  expect(new Set(shapes[0]!.polygons[0]![0]!.map((p) => p.join()))).toEqual(
    new Set(['118,31', '118.2,31', '118.2,31.2', '118,31.2']),
  );
});

test('points come back with their district and street, in order; outside is null; a point on a border has one answer', async () => {
  const found = await districtsAt(sql, [[118.1, 31.15], [118.3, 31.05], [119, 31], [118.2, 31.15], [118.1, 31.1]]); // prettier-ignore
  expect(found.map((f) => (f ? `${f.district?.name}/${f.street?.name ?? '-'}` : null))).toEqual([
    '西区/河北街道',
    '东区/-',
    null,
    '西区/河北街道',
    '西区/河北街道',
  ]);
  expect(await districtAt(sql, 118.1, 31.05)).toMatchObject({ city: 'c', street: { code: '1102' } });
  expect(await districtsAt(sql, [])).toEqual([]);
  await expect(districtsAt(sql, new Array(20_001).fill([118, 31]))).rejects.toThrow(RangeError);
});

test('places are found by beginning, middle, English and Traditional, the best fit first', async () => {
  const names = async (text: string): Promise<string[]> => (await searchPlaces(sql, text)).map((p) => p.name);
  expect((await names('人民'))[0]).toBe('人民路');
  expect(await names('人民')).toEqual(expect.arrayContaining(['人民公园', '人民路小学', '测试市第一人民医院']));
  expect((await names('第一人民医院'))[0]).toBe('测试市第一人民医院');
  expect((await names('renmin road'))[0]).toBe('人民路');
  // each word is in the name, and not one after the other
  expect(await names('hospital people')).toEqual(['测试市第一人民医院']);
  expect((await names('龍灣公園'))[0]).toBe('龙湾公园');
  expect((await names('测试市第一人民医完'))[0]).toBe('测试市第一人民医院');
  expect(await names('没有这个地方')).toEqual([]);
  expect(await names('%_')).toEqual([]);
  expect((await names('西区'))[0]).toBe('西区');
});

test('of places with the same name the near one comes first, with its distance and district', async () => {
  const [first, second] = await searchPlaces(sql, '龙湾公园', [118.06, 31.15]);
  expect([first!.id, second!.id]).toEqual([5, 4]);
  expect(first!.distanceM).toBeGreaterThan(900);
  expect(first!.distanceM).toBeLessThan(1000);
  expect(first!.within).toBe('西区河北街道');
  expect(first!.withinEn).toBe('North, West');
  expect((await searchPlaces(sql, '龙湾公园', [118.34, 31.15], 1)).map((p) => p.id)).toEqual([4]);
});

test('a bare point has an address of district, street, road and place', async () => {
  expect(await addressOf(sql, 118.1002, 31.0502)).toEqual({
    zh: '西区河南街道人民路 测试市第一人民医院附近',
    en: 'near First People’s Hospital, Renmin Road, South, West',
  });
  expect(await addressOf(sql, 10, 10)).toBeNull();
  const near = await roadNear(sql, 118.2, 31.051);
  expect(near).toMatchObject({ edge: 1, name: '人民路' });
  expect(near!.distanceM).toBeGreaterThan(90);
  expect(near!.distanceM).toBeLessThan(115);
  expect(await roadNear(sql, 118.2, 31.09)).toBeNull();
  expect((await placeNear(sql, 118.1501, 31.1501))?.name).toBe('人民公园');
  expect(await placeNear(sql, 118.25, 31.1)).toBeNull();
});

test('loading again replaces the city as a whole, and a load that fails leaves it as it was', async () => {
  await loadCity(sql, { ...city('v2'), places: city('v2').places.slice(0, 1) });
  expect(await loadedVersion(sql, 'c')).toBe('v2');
  expect(await searchPlaces(sql, '人民公园')).toEqual([]);
  const broken = city('v3');
  await expect(loadCity(sql, { ...broken, edges: [...broken.edges, broken.edges[0]!] })).rejects.toThrow();
  expect(await loadedVersion(sql, 'c')).toBe('v2');
  expect((await searchPlaces(sql, '第一人民医院')).length).toBe(1);
  await loadCity(sql, city('v1'));
});

test('another loaded city is shown on request, as one fact with who asked; one that is not loaded is not', async () => {
  await loadCity(sql, { ...city('v1'), city: { ...city('v1').city, id: 'other' }, nodes: [], edges: [], places: [] });
  const by = { actor: 'user:1', now: Date.UTC(2026, 0, 1) };
  await activateCity(sql, 'other', by);
  await activateCity(sql, 'other', by);
  expect((await activeCity(sql))?.id).toBe('other');
  await activateCity(sql, 'c', by);
  await expect(activateCity(sql, 'nowhere', by)).rejects.toThrow('not loaded');
  expect((await activeCity(sql))?.id).toBe('c');
  // each change once, with who made it
  expect(
    await sql`select subject, actor, body->>'before' as before from fact where kind = 'map.city-shown' order by n`,
  ).toEqual([
    { subject: 'other', actor: 'user:1', before: 'c' },
    { subject: 'c', actor: 'user:1', before: 'other' },
  ]);
});
