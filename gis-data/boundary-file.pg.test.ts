import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundarySources } from '#store/city-sources.ts';
import { loadCity, loadedVersion, type CityData } from '#store/gis-load.ts';
import { activeCity, boundaries, cities, districtAt, districtsAt, type LngLat } from '#store/gis.ts';
import { testDatabase } from '#tests/support/database.ts';
import { importBoundaries, type BoundaryFileOptions } from './boundary-file.ts';
import { fromWgs84, SYSTEMS, type CoordinateSystem } from './crs.ts';

const { sql } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'boundaries-'));

const box = (w: number, s: number, e: number, n: number): [number, number][][] => [[[w, s], [e, s], [e, n], [w, n], [w, s]]]; // prettier-ignore
const feature = (properties: object, geometry: object | null): object => ({ type: 'Feature', properties, geometry });
function fileOf(name: string, features: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features }));
  return path;
}

test('boundaries of a GeoJSON file are taken; features without code, name or polygon are refused with the reason', async () => {
  const square = { type: 'Polygon', coordinates: box(10, 10, 11, 11) };
  const bowTie = { type: 'Polygon', coordinates: [[[12, 10], [13, 11], [13, 10], [12, 11], [12, 10]]] }; // prettier-ignore
  const file = fileOf('b.geojson', [
    feature({ code: 'a', name: '甲区' }, square),
    feature({ code: 'b', name: '乙区' }, bowTie),
    feature({ name: '丙区' }, square),
    feature({ code: 'd' }, square),
    feature({ code: 'a', name: '又甲区' }, square),
    feature({ code: 'f', name: '己区' }, { type: 'Point', coordinates: [1, 1] }),
    feature({ code: 'g', name: '庚区' }, null),
    feature({ code: 'h', name: '辛区' }, { type: 'Polygon', coordinates: box(181, 10, 182, 11) }),
  ]);
  const options = { city: 'other', cityName: '别市', level: 'district', codeProp: 'code', nameProp: 'name' } as const;
  const done = await importBoundaries(sql, file, options);
  expect(done.taken).toBe(2);
  expect(done.refused.map((r) => [r.index, r.reason])).toEqual([
    [2, 'property code is missing'],
    [3, 'property name is missing'],
    [4, 'code a came twice'],
    [5, 'geometry is Point, not a polygon'],
    [6, 'geometry is missing, not a polygon'],
    [7, 'a position is no longitude and latitude'],
  ]);
  expect((await districtAt(sql, 10.5, 10.5))?.district?.name).toBe('甲区');
  expect(await activeCity(sql)).toBeNull();
  expect(await importBoundaries(sql, file, options)).toMatchObject({ taken: 2, unchanged: true });
  expect(await boundaries(sql, 'district', 'other')).toHaveLength(2);
  const text = join(folder, 'broken.geojson');
  writeFileSync(text, '{"features":');
  await expect(importBoundaries(sql, text, options)).rejects.toThrow('broken.geojson is no JSON');
});

/** A town whose streets are a net of 200 m; its two districts meet along a street that bends at each crossing, as borders do. */
const CENTRE: LngLat = [121.47, 31.23];
const grid = (i: number, k: number): [number, number] => [CENTRE[0] + i * 0.0021, CENTRE[1] + k * 0.0018];
const SIZE = 40;
const town = (version: string): CityData => {
  const nodes = Array.from({ length: SIZE * SIZE }, (_, n) => ({ id: n + 1, at: grid(n % SIZE, Math.floor(n / SIZE)) }));
  const edges = nodes.flatMap(({ id, at }) =>
    [id % SIZE === 0 ? null : id + 1, id + SIZE > SIZE * SIZE ? null : id + SIZE].flatMap((to) =>
      to === null ? [] : [{ from: id, to, line: [at, nodes[to - 1]!.at] }],
    ),
  );
  return {
    city: { id: 'town', name: '测试镇', nameEn: 'Town', bbox: [...grid(0, 0), ...grid(SIZE, SIZE)] as never, centre: CENTRE, attribution: 'test', simulated: true, version },
    boundaries: [{ level: 'city', code: 'town', name: '测试镇', nameEn: 'Town', parentCode: null, label: CENTRE, polygons: [box(...grid(0, 0), ...grid(SIZE, SIZE))] }],
    nodes,
    edges: edges.map((e, i) => ({ id: i + 1, ...e, class: 'residential', name: null, nameEn: null, lengthM: 200, speedKmh: 40, oneway: false, bridge: false, tunnel: false })),
    areas: [],
    lines: [],
    places: [],
  };
}; // prettier-ignore
/** Corners of the border: along the streets, and far from them on the way round. */
const west = (): [number, number][] => {
  const along = Array.from({ length: 140 }, (_, n): [number, number] => [
    CENTRE[0] + 0.0021 * 20,
    CENTRE[1] + n * 0.0005,
  ]);
  const around = Array.from({ length: 200 }, (_, n): [number, number] => [
    CENTRE[0] + 0.0021 * (19.53 - (n % 17)),
    CENTRE[1] + 0.0702 - n * 0.00035,
  ]);
  return [...along, ...around, along[0]!];
};
const asSystem = (ring: readonly [number, number][], meant: CoordinateSystem): LngLat[] =>
  ring.map((p) => fromWgs84(p, meant));

test('where the map is the one that is loaded, a file of boundaries writes the boundaries alone, and the same file nothing', async () => {
  await loadCity(sql, town('v1'), null);
  const versions = async (): Promise<unknown[]> => [
    await loadedVersion(sql, 'town'),
    (await cities(sql)).find((c) => c.id === 'town')!.mapVersion,
  ];
  const roadRows = (): Promise<object> =>
    sql`select min(xmin::text) as x, max(xmin::text) as y from road_edge where city = 'town'`;
  const before = await roadRows();
  expect(await versions()).toEqual(['v1', 'v1']);
  const file = fileOf('town.geojson', [
    feature({ code: '1', name: '西区' }, { type: 'Polygon', coordinates: [west()] }),
  ]);
  const options: BoundaryFileOptions = { city: 'town', level: 'district', codeProp: 'code', nameProp: 'name' };
  expect(await importBoundaries(sql, file, options)).toMatchObject({ taken: 1, unchanged: false, suspect: null });
  expect(await roadRows()).toEqual(before);
  const [map, shown] = await versions();
  expect(map).toBe('v1');
  expect(shown).toMatch(/^[0-9a-f]{12}$/);
  expect(await importBoundaries(sql, file, options)).toMatchObject({ taken: 1, unchanged: true });
  // read by other properties it is another file
  expect(await importBoundaries(sql, file, { ...options, codeProp: 'name' })).toMatchObject({ unchanged: false });
  expect((await boundarySources(sql, 'town')).district).toMatchObject({ file: 'town.geojson', taken: 1, refused: 0 });
  // the map anew takes its boundaries along: the next import of the file writes them again
  await loadCity(sql, town('v2'), null);
  expect(await versions()).toEqual(['v2', 'v2']);
  expect(await importBoundaries(sql, file, options)).toMatchObject({ unchanged: false });
  expect((await versions())[1]).not.toBe(shown);
});

test('boundaries wholly outside of the city’s map are left out and told; a file that has no other is refused, and what was there stays', async () => {
  const options: BoundaryFileOptions = { city: 'town', level: 'street', codeProp: 'code', nameProp: 'name' };
  const street = (code: string, at: LngLat, size = 0.02): object => {
    const coordinates = box(at[0], at[1], at[0] + size, at[1] + size);
    return feature({ code, name: `${code}街道` }, { type: 'Polygon', coordinates });
  };
  const inside = street('in', grid(10, 10));
  // half of it lies beyond the last road, as a city's outskirts do
  const across = street('across', [grid(SIZE, 0)[0] - 0.01, grid(0, 5)[1]]);
  const some = fileOf('some.geojson', [street('far', [118, 32]), inside, across]);
  const done = await importBoundaries(sql, some, options);
  expect(done).toMatchObject({ taken: 2, outside: 1, unchanged: false });
  expect(done.refused).toEqual([
    { index: 0, reason: 'far街道 (far) lies wholly outside of the city: longitude 118.000 to 118.020, latitude 32.000 to 32.020' },
  ]);
  expect((await boundarySources(sql, 'town')).street).toMatchObject({ taken: 2, refused: 1, outside: 1 });
  expect(await importBoundaries(sql, some, options)).toMatchObject({ taken: 2, outside: 1, unchanged: true });

  const there = await boundaries(sql, 'street', 'town');
  expect(there.map((b) => b.code).sort()).toEqual(['across', 'in']);
  const kept = await boundarySources(sql, 'town');
  const [lng, lat] = grid(10, 10);
  const swapped = fileOf('swapped.geojson', [street('in', [lat, lng - 90]), feature({ code: 'x' }, null)]);
  await expect(importBoundaries(sql, swapped, options)).rejects.toThrow(
    /^swapped\.geojson: none of its boundaries lies in town, whose map is longitude 121\.470 to .*swapped\?$/,
  );
  const nameless = fileOf('nameless.geojson', [feature({ code: 'x' }, null)]);
  await expect(importBoundaries(sql, nameless, options)).rejects.toThrow(
    'nameless.geojson has no boundary that can be taken: property name is missing',
  );
  expect(await boundaries(sql, 'street', 'town')).toEqual(there);
  expect(await boundarySources(sql, 'town')).toEqual(kept);
}); // prettier-ignore

test('borders that mean another coordinate system than they declare are found out by the streets they follow, and honest ones are not', async () => {
  const found: [CoordinateSystem, CoordinateSystem, CoordinateSystem][] = [];
  for (const meant of SYSTEMS)
    for (const declared of SYSTEMS) {
      const ring = asSystem(west(), meant);
      const file = fileOf(`${meant}-${declared}.geojson`, [
        feature({ code: '1', name: '西区' }, { type: 'Polygon', coordinates: [ring] }),
      ]);
      const options = { city: 'town', level: 'district', codeProp: 'code', nameProp: 'name', crs: declared } as const;
      const { suspect } = await importBoundaries(sql, file, options);
      found.push([meant, declared, suspect?.looksLike ?? declared]);
      const kept = (await boundarySources(sql, 'town')).district!;
      expect(kept.looksLike).toBe(suspect?.looksLike ?? null);
    }
  expect(found.map(([meant, , looks]) => looks === meant)).toEqual(found.map(() => true));
});

const TAINAN = join(import.meta.dirname, '../../shared/data/boundaries/tainan_districts_wgs84.geojson');
test.skipIf(!existsSync(TAINAN))('the 37 districts of Tainan are imported whole, and tell 5,000 points theirs (needs ../shared)', async () => {
  const done = await importBoundaries(sql, TAINAN, { city: 'tainan', cityName: '台南市', level: 'district', codeProp: 'code', nameProp: 'name' });
  expect(done).toEqual({ taken: 37, refused: [], outside: 0, unchanged: false, suspect: null });
  expect((await districtAt(sql, 120.26048, 23.002758))?.district?.name).toBe('永康區');
  const points = Array.from({ length: 5000 }, (_, i): [number, number] => [120.05 + (i % 100) * 0.006, 22.9 + Math.floor(i / 100) * 0.01]);
  const found = await districtsAt(sql, points);
  expect(found.filter((f) => f !== null).length).toBeGreaterThan(1500);
}); // prettier-ignore
