import { expect, test } from 'vitest';
import type { Thing } from '#domain/around/registry.ts';
import { mulberry32 } from '#domain/random.ts';
import { testDatabase } from '#tests/support/database.ts';
import { kindsOf, takeThings, thingCounts, thingsAround } from './city-things.ts';
import { loadCity, type CityData } from './gis-load.ts';
import type { LngLat } from './gis.ts';
import { peopleAround, peopleBlocks } from './people.ts';

const { sql } = await testDatabase();
const MID: LngLat = [120.2, 23];
const square = ([lng, lat]: LngLat, deg: number): LngLat[] => [
  [lng - deg, lat - deg],
  [lng + deg, lat - deg],
  [lng + deg, lat + deg],
  [lng - deg, lat + deg],
  [lng - deg, lat - deg],
];
const random = mulberry32(11);
const spot = (): LngLat => [MID[0] + (random() - 0.5) * 0.08, MID[1] + (random() - 0.5) * 0.08];
const works: LngLat = [MID[0] + 0.02, MID[1]];
const city: CityData = {
  city: { id: 'small', name: '小城', nameEn: 'Small', bbox: [120.1, 22.9, 120.3, 23.1], centre: MID, attribution: 'test', simulated: true, version: '1' },
  boundaries: [{ level: 'street', code: '1', name: '东街道', nameEn: 'East', parentCode: null, label: MID, polygons: [[square(MID, 0.2)]] }],
  nodes: [],
  edges: [],
  lines: [],
  areas: [
    { kind: 'industrial', name: null, nameEn: null, heightM: null, polygons: [[square(works, 0.004)]] },
    // a block of flats of 10 storeys, one of unknown height, a works' hall, a shed
    { kind: 'building', name: null, nameEn: null, heightM: 30, polygons: [[square(MID, 0.0002)]] },
    { kind: 'building', name: null, nameEn: null, heightM: null, polygons: [[square([120.205, 23], 0.0002)]] },
    { kind: 'building', name: null, nameEn: null, heightM: 30, polygons: [[square(works, 0.0002)]] },
    { kind: 'building', name: null, nameEn: null, heightM: 3, polygons: [[square([120.201, 23], 0.00001)]] },
  ],
  places: Array.from({ length: 400 }, (_, i) => ({
    id: i + 1, kind: i % 2 ? 'hospital' : 'park', name: `地点${i}`, nameEn: `Place ${i}`, rank: 3, at: spot(), extra: {},
  })),
}; // prettier-ignore
await loadCity(sql, city);
const thing = (id: string, over: Partial<Thing> = {}): Thing => ({
  ...{
    id,
    kind: 'shelter',
    name: `避难所${id}`,
    nameEn: id,
    at: spot(),
    area: null,
    capacity: 100,
    occupied: null,
    unit: '人',
  },
  ...{ address: null, contact: null, source: '民政', asOf: '2026-05-01' },
  ...over,
});

test('the same registry again changes nothing; a changed row changes; a whole list takes out what it does not name', async () => {
  const things = Array.from({ length: 300 }, (_, i) => thing(`S${i}`));
  expect(await takeThings(sql, 'small', things)).toEqual({ added: 300, changed: 0, unchanged: 0, removed: 0 });
  expect(await takeThings(sql, 'small', things)).toEqual({ added: 0, changed: 0, unchanged: 300, removed: 0 });
  const next = [thing('S0', { at: MID, capacity: 250 }), ...things.slice(1, 299)];
  expect(await takeThings(sql, 'small', next, true)).toEqual({ added: 0, changed: 1, unchanged: 298, removed: 1 });
  expect(await thingCounts(sql, 'small')).toEqual({ shelter: 299 });
});

test('what a circle holds is what ST_DWithin on the ellipsoid says, with its distance, nearest first', async () => {
  for (const radiusM of [500, 1000, 3000]) {
    const { things } = await thingsAround(sql, MID, { radiusM }, kindsOf(['target', 'resource']));
    const truth = await sql<{ id: string; m: number }[]>`
      select id, st_distance(at::geography, st_setsrid(st_point(${MID[0]}, ${MID[1]}), 4326)::geography) as m from (
        select 'registry:' || id as id, at from city_thing union all select 'map:' || id, geom from place where kind = 'hospital') x
      where st_dwithin(at::geography, st_setsrid(st_point(${MID[0]}, ${MID[1]}), 4326)::geography, ${radiusM}) order by m, id`;
    expect(things.map((t) => t.id)).toEqual(truth.map((t) => t.id));
    expect(things.length).toBeGreaterThan(3);
    expect(Math.max(...things.map((t, i) => Math.abs(t.distanceM - truth[i]!.m)))).toBeLessThan(0.001);
  }
  const { things, counts } = await thingsAround(sql, MID, { radiusM: 3000 }, kindsOf(['resource']), 3);
  const all = await thingsAround(sql, MID, { radiusM: 3000 }, kindsOf(['resource']));
  expect(things[0]).toMatchObject({ id: 'registry:S0', capacity: 250, asOf: '2026-05-01', source: '民政' });
  expect(things).toHaveLength(3);
  // the counts are of all, not of those that are told
  expect(counts).toEqual(all.counts);
  expect((all.counts.shelter ?? 0) + (all.counts.hospital ?? 0)).toBe(all.things.length);
});

test('what a drawn area holds lies in it', async () => {
  const area = [[square([120.21, 23.01], 0.008)]];
  const { things } = await thingsAround(sql, MID, { area }, kindsOf(['resource']));
  expect(things.length).toBeGreaterThan(2);
  for (const { at } of things) {
    expect(Math.abs(at[0] - 120.21)).toBeLessThanOrEqual(0.008);
    expect(Math.abs(at[1] - 23.01)).toBeLessThanOrEqual(0.008);
  }
});

test('people are counted by floors where they live: not at work, not in sheds, with a range that is wide without a height', async () => {
  const around = await peopleAround(sql, MID, { radiiM: [100, 1000, 5000] });
  const [near, mid, far] = around.within;
  const [footprint] = await sql<
    { m2: number }[]
  >`select st_area(geom::geography) as m2 from area where height_m = 30 limit 1`;
  expect(near!.people / ((footprint!.m2 * 10) / 40)).toBeCloseTo(1, 2);
  expect([near!.spots, mid!.spots, far!.spots]).toEqual([1, 2, 2]);
  expect(near!.low).toBeLessThan(near!.people);
  expect(near!.high).toBeGreaterThan(near!.people);
  expect(mid!.unmeasured).toBe(1);
  expect((mid!.high - near!.high) / (mid!.low - near!.low)).toBeGreaterThan(5);
  expect(around.streets.map((s) => [s.street, s.spots])).toEqual([['东街道', 2]]);
  expect(around.source).toMatchObject({ kind: 'buildings', attribution: 'test', beyondGrid: false });
  const area = await peopleAround(sql, MID, { area: [[square(MID, 0.001)]] });
  expect(area.within[0]).toMatchObject({ spots: 1 });
});

test('blocks hold everybody of the area, and are as few as asked for', async () => {
  const area = [[square(MID, 0.02)]];
  const blocks = await peopleBlocks(sql, MID, area, 400);
  expect(blocks).toHaveLength(2);
  const all = await peopleAround(sql, MID, { area });
  expect(Math.abs(blocks.reduce((s, b) => s + b.people, 0) - all.within[0]!.people)).toBeLessThan(2);
  expect(await peopleBlocks(sql, MID, area, 1)).toHaveLength(1);
});
