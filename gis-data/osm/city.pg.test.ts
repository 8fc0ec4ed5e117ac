import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cityNumber, loadCity, loadedVersion } from '#store/gis-load.ts';
import { activateCity } from '#store/gis.ts';
import { testDatabase } from '#tests/support/database.ts';
import { loadGraph } from '../roads/graph.ts';
import { loadWalkingGraph, walkingGraph } from '../roads/walking.ts';
import { osmCity } from './city.ts';
import type { OsmElement } from './element.ts';
import { readOsm } from './read.ts';

const { sql } = await testDatabase();
const OSM = join(import.meta.dirname, '../../../shared/data/osm');

/** A crossing with a forbidden turn, a lake with an island, a hospital and half a boundary. */
function* village(): Generator<OsmElement[]> {
  const node = (id: number, x: number, y: number, tags: Record<string, string> = {}): OsmElement => ({
    type: 'node',
    id,
    lng: 120 + x / 1000,
    lat: 30 + y / 1000,
    tags,
  });
  const way = (id: number, refs: number[], tags: Record<string, string> = {}): OsmElement => ({
    type: 'way',
    id,
    refs,
    tags,
  });
  yield [
    node(1, 0, 0), node(2, 1, 0, { highway: 'traffic_signals' }), node(3, 2, 0), node(4, 1, 1),
    node(5, 0, 2), node(6, 4, 2), node(7, 4, 6), node(8, 0, 6), node(9, 1, 3), node(10, 2, 3), node(11, 2, 4),
    node(12, 3, 0, { amenity: 'hospital', name: '人民医院', 'name:en': "People's Hospital" }), node(13, 3, 1, { amenity: 'fuel' }),
  ]; // prettier-ignore
  yield [
    way(20, [1, 2, 3], { highway: 'primary', name: '中山路', maxheight: '3.2' }),
    way(21, [2, 4], { highway: 'residential', oneway: 'yes' }),
    way(22, [5, 6, 7]), way(23, [7, 8, 5]), way(24, [9, 10, 11, 9]), way(25, [1, 4, 3, 1], { building: 'yes', 'building:levels': '10' }),
  ]; // prettier-ignore
  const member = (type: 'way' | 'node', ref: number, role: string) => ({ type, ref, role });
  yield [
    { type: 'relation', id: 30, members: [member('way', 22, 'outer'), member('way', 23, 'outer'), member('way', 24, 'inner')], tags: { type: 'multipolygon', natural: 'water', name: '东湖' } },
    { type: 'relation', id: 31, members: [member('way', 20, 'from'), member('node', 2, 'via'), member('way', 21, 'to')], tags: { type: 'restriction', restriction: 'no_left_turn', except: 'psv;emergency' } },
    { type: 'relation', id: 32, members: [member('way', 99, 'outer')], tags: { type: 'boundary', boundary: 'administrative', admin_level: '6', name: '某区' } },
  ]; // prettier-ignore
}
async function* source(): AsyncGenerator<OsmElement[]> {
  yield* village();
}

test('a city of a file stands in the tables: roads with limits, forbidden turns, a lake with its island, places; again it is the same', async () => {
  const number = await cityNumber(sql, 'village');
  expect(await cityNumber(sql, 'village')).toBe(number);
  const about = { id: 'village', name: '村', nameEn: 'Village', number };
  const { data, report } = await osmCity(source, about);
  expect(report).toMatchObject({
    ways: 2,
    signals: 1,
    restrictions: 2,
    buildings: 1,
    areas: { water: 1 },
    places: { hospital: 1, fuel: 1 },
    boundaries: { city: 1 },
    dropped: { 'shape: boundary-cut-off': 1 },
  });
  await loadCity(sql, data);
  expect(await loadedVersion(sql, 'village')).toBe(data.city.version);
  expect((await osmCity(source, about)).data.city.version).toBe(data.city.version);
  const roads =
    await sql`select class, name, oneway, max_height_m as h, signals from road_edge where city = 'village' order by id`;
  expect(roads.map((r) => [r.class, r.name, r.oneway, r.h, r.signals])).toEqual([
    ['primary', '中山路', false, expect.closeTo(3.2, 5), 1],
    ['primary', '中山路', false, expect.closeTo(3.2, 5), 0],
    ['residential', null, true, null, 0],
  ]);
  const [lake] = await sql<{ holes: number; island: boolean }[]>`
    select st_numinteriorrings(st_geometryn(geom, 1)) as holes, st_contains(geom, st_setsrid(st_makepoint(120.0018, 30.0032), 4326)) as island
    from area where city = 'village' and kind = 'water'`;
  expect(lake).toEqual({ holes: 1, island: false });
  expect(await sql`select kind, excepted from road_restriction where city = 'village'`).toMatchObject([
    { kind: 'no', excepted: ['psv', 'emergency'] },
    { kind: 'no', excepted: ['psv', 'emergency'] },
  ]);
  const [hospital] = await sql`select name, name_en from place where city = 'village' and kind = 'hospital'`;
  expect(hospital).toEqual({ name: '人民医院', name_en: "People's Hospital" });
});

test('what walkers have comes back from the tables as it was read: where a path leaves a road, and the gate that parts it', async () => {
  async function* park(): AsyncGenerator<OsmElement[]> {
    const node = (id: number, x: number, y: number, tags: Record<string, string> = {}): OsmElement => ({ type: 'node', id, lng: 121 + x / 1000, lat: 30 + y / 1000, tags }); // prettier-ignore
    yield [node(1, 0, 0), node(2, 1, 0), node(3, 2, 0), node(4, 1, 1, { barrier: 'gate', access: 'private' }), node(5, 1, 2)]; // prettier-ignore
    yield [
      { type: 'way', id: 10, refs: [1, 2, 3], tags: { highway: 'residential' } },
      { type: 'way', id: 11, refs: [2, 4, 5, 3], tags: { highway: 'path', name: '小径' } },
      { type: 'way', id: 12, refs: [1, 5], tags: { highway: 'motorway' } },
    ];
  }
  const number = await cityNumber(sql, 'park');
  const { data, report } = await osmCity(park, { id: 'park', name: '园', nameEn: 'Park', number });
  expect(report).toMatchObject({ footways: 1, ways: 2 });
  expect([report.walkedKm < report.roadKm, report.footKm > 0.4]).toEqual([true, true]);
  await loadCity(sql, data);
  await activateCity(sql, 'park', { actor: 'test', now: 0 });
  const { graph } = await loadGraph(sql);
  const stored = (await loadWalkingGraph(sql, graph))!;
  const read = walkingGraph(graph, {
    footways: data.footways!,
    joints: data.footJoints!,
    barriers: data.footBarriers!,
  });
  expect([stored.graph.edgeCount, stored.graph.nodeCount]).toEqual([5, 6]);
  expect(stored.roadOf).toEqual(read.roadOf);
  for (const what of ['edgeFrom', 'edgeTo', 'edgeId', 'pointLng', 'edgeName', 'edgeOneway'] as const)
    expect(stored.graph[what], what).toEqual(read.graph[what]);
  expect(await loadWalkingGraph(sql, { ...graph, mapVersion: 'older' })).toBeNull();
});

test.skipIf(!existsSync(OSM))(
  'two real cities stand beside each other, each road with a number of its own (../shared/data/osm)',
  async () => {
    for (const file of ['shanghai_centre_2026.osm', 'beijing_tsinghua_2017.osm.xml']) {
      const id = file.split('_')[0]!;
      const number = await cityNumber(sql, id);
      const { data, report } = await osmCity(() => readOsm(join(OSM, file)), { id, name: id, nameEn: id, number });
      expect(new Set(data.edges.map((e) => e.id)).size).toBe(data.edges.length);
      await loadCity(sql, data);
      const [r] = await sql<{ km: number }[]>`select sum(length_m) / 1000 as km from road_edge where city = ${id}`;
      expect(r!.km).toBeCloseTo(report.roadKm, 1);
    }
  },
);
