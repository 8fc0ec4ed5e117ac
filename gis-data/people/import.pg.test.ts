import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeArrayBuffer } from 'geotiff';
import { afterAll, expect, test } from 'vitest';
import { importPeople, type PeopleOptions } from './import.ts';
import { loadCity, type CityData } from '#store/gis-load.ts';
import type { LngLat } from '#store/gis.ts';
import { districtShapes } from '#store/district-shapes.ts';
import { peopleAround, peopleBlocks } from '#store/people.ts';
import { removeGrid } from '#store/people-grid.ts';
import { testDatabase } from '#tests/support/database.ts';

const { sql } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'wf-grid-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const MID: LngLat = [120.2, 23];
const square = ([lng, lat]: LngLat, deg: number): LngLat[] => [
  [lng - deg, lat - deg],
  [lng + deg, lat - deg],
  [lng + deg, lat + deg],
  [lng - deg, lat + deg],
  [lng - deg, lat - deg],
];
const city: CityData = {
  city: { id: 'small', name: '小城', nameEn: 'Small', bbox: [120.15, 22.95, 120.25, 23.05], centre: MID, attribution: 'test', simulated: true, version: '1' },
  boundaries: [
    { level: 'district', code: '1', name: '西区', nameEn: 'West', parentCode: null, label: MID, polygons: [[[[120.1, 22.9], [120.2, 22.9], [120.2, 23.1], [120.1, 23.1], [120.1, 22.9]]]] },
    { level: 'district', code: '2', name: '东区', nameEn: 'East', parentCode: null, label: MID, polygons: [[[[120.2, 22.9], [120.3, 22.9], [120.3, 23.1], [120.2, 23.1], [120.2, 22.9]]]] },
  ],
  nodes: [], edges: [], lines: [], places: [],
  areas: [{ kind: 'building', name: null, nameEn: null, heightM: 30, polygons: [[square(MID, 0.0002)]] }],
}; // prettier-ignore
await loadCity(sql, city);

const STEP = 0.002;
/** 60 × 60 cells of 0.002°, from 120.14 E and 23.06 N on: two cells more than the city on every side; each has ten people. */
const [WEST, NORTH, SIDE] = [120.14, 23.06, 60];
const options = (over: Partial<PeopleOptions> = {}): PeopleOptions => ({
  ...{ city: 'small', source: '统计局格网', asOf: '2020', errorPct: 20, cellM: null, crs: 'WGS84', ...over },
});
function tiff(values: Float32Array, keys: object = {}): Uint8Array {
  return new Uint8Array(
    writeArrayBuffer(values, {
      ...{ width: SIDE, height: SIDE, ModelPixelScale: [STEP, STEP, 0], ModelTiepoint: [0, 0, 0, WEST, NORTH, 0] },
      ...{ GTModelTypeGeoKey: 2, GTRasterTypeGeoKey: 1, GeographicTypeGeoKey: 4326, GDAL_NODATA: '-99999' },
      ...{ BitsPerSample: [32], SampleFormat: [3] },
      ...keys,
    }),
  );
}
const even = (): Float32Array => new Float32Array(SIDE * SIDE).fill(10);
const M2_PER_CELL = STEP * 111_320 * Math.cos((23 * Math.PI) / 180) * STEP * 110_750;

test('people of a ring and of an area are those of the cells by the share of their area, with the stated error', async () => {
  const done = await importPeople(sql, file('even.tif', tiff(even())), options());
  expect(done).toMatchObject({ unchanged: false, cells: 2500, people: 25_000, empty: 0, tooDense: false });
  expect(done.byBuildings).toBeGreaterThan(50);
  // of 3,600 pixels 2,500 lie over the city
  expect(done.faults).toEqual({ 'no-data': 0, negative: 0, unreadable: 0, outside: 1100, twice: 0 });
  const { within, streets, source } = await peopleAround(sql, MID, { radiiM: [500, 1000, 3000] });
  expect(source).toEqual({ kind: 'grid', source: '统计局格网', asOf: '2020', errorPct: 20, cellM: expect.closeTo(221.9, 0) as number }); // prettier-ignore
  for (const [i, r] of [500, 1000, 3000].entries()) {
    const truth = (10 * Math.PI * r * r) / M2_PER_CELL;
    expect(Math.abs(within[i]!.people / truth - 1)).toBeLessThan(0.005);
    expect(within[i]!.low).toBeCloseTo(within[i]!.people * 0.8, 6);
    expect(within[i]!.high).toBeCloseTo(within[i]!.people * 1.2, 6);
  }
  expect(streets.map((s) => s.district).sort()).toEqual(['东区', '西区'].sort());
  expect(streets.reduce((n, s) => n + s.people, 0)).toBeCloseTo(within[2]!.people, 6);
  // a quarter of one cell
  const quarter: LngLat[] = square([WEST + 25.25 * STEP, NORTH - 25.25 * STEP], STEP / 4);
  const area = await peopleAround(sql, MID, { area: [[quarter]] });
  expect(area.within[0]!.people).toBeCloseTo(2.5, 3);
  expect((await districtShapes(sql)).map((d) => Math.round(d.people!))).toEqual([12_500, 12_500]);
});

test('the same grid again changes nothing; another one takes its place; a file that tells nothing leaves it as it is', async () => {
  const path = file('even.tif', tiff(even()));
  await importPeople(sql, path, options());
  const before = await sql`select xmin, * from people_cell order by city, x, y limit 20`;
  expect(await importPeople(sql, path, options())).toMatchObject({ unchanged: true, cells: 2500, people: 25_000 });
  expect(await sql`select xmin, * from people_cell order by city, x, y limit 20`).toEqual(before);
  const empty = file('empty.tif', tiff(new Float32Array(SIDE * SIDE)));
  await expect(importPeople(sql, empty, options())).rejects.toThrow(RangeError);
  const elsewhere = file('elsewhere.tif', tiff(even(), { ModelTiepoint: [0, 0, 0, 10, 50, 0] }));
  await expect(importPeople(sql, elsewhere, options())).rejects.toThrow('outside of the city');
  const metres = file('metres.tif', tiff(even(), { GTModelTypeGeoKey: 1, GeographicTypeGeoKey: 4326 }));
  await expect(importPeople(sql, metres, options())).rejects.toThrow('EPSG:4326');
  expect((await peopleAround(sql, MID, { radiiM: [1000] })).source).toMatchObject({ kind: 'grid', asOf: '2020' });
  expect(await importPeople(sql, path, options({ asOf: '2021' }))).toMatchObject({ unchanged: false, cells: 2500 });
  expect((await peopleAround(sql, MID, { radiiM: [1000] })).source).toMatchObject({ asOf: '2021' });
});

test('values that are no people are counted by what they are, in a GeoTIFF and in a CSV, and the rest is taken', async () => {
  const values = even();
  // in the middle of the city: rows and columns 29 and 30
  for (const [i, v] of [-99999, -99999, -3, NaN, 0].entries()) values[29 * SIDE + 26 + i] = v;
  const raster = await importPeople(sql, file('wrong.tif', tiff(values)), options());
  expect(raster).toMatchObject({ cells: 2495, empty: 1 });
  expect(raster.faults).toMatchObject({ 'no-data': 3, negative: 1, unreadable: 0, outside: 1100 });

  const lines = ['\uFEFFX,Y,Z'];
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      lines.push(
        `${(WEST + (x + 0.5) * STEP).toFixed(6)},${(NORTH - (y + 0.5) * STEP).toFixed(6)},${values[y * SIDE + x]}`,
      );
  // two cells told once more, one of them with a quote that is never closed
  lines.push(`120.211,23.011,7`, `somewhere,23,5`, `120.2,23,12 people`, `120.2`, `"120.213,23.011,4`, `x,y,z`);
  const csv = await importPeople(sql, file('wrong.csv.gz', gzipSync(lines.join('\n'))), options());
  expect(csv).toMatchObject({ cells: 2495, people: 24_950, empty: 1, unreadableLines: [3603, 3604, 3605, 3607] });
  expect(csv.faults).toEqual({ 'no-data': 3, negative: 1, unreadable: 4, outside: 1100, twice: 2 });
  const { within } = await peopleAround(sql, MID, { radiiM: [3000] });
  expect(Math.abs(within[0]!.people / ((10 * Math.PI * 9e6) / M2_PER_CELL - 50) - 1)).toBeLessThan(0.005);
});

test('a CSV says its coordinate system and the size of its cells, or is refused with what is missing', async () => {
  const one = (text: string, over: Partial<PeopleOptions> = {}) =>
    importPeople(sql, file('one.csv', text), options(over));
  await expect(one('lng,lat,people\n120.2,23,5\n', { crs: null })).rejects.toThrow('--population-crs');
  await expect(one('lng,people\n120.2,5\n')).rejects.toThrow('no column lat');
  await expect(one('lng,lat,people\n120.2,23,5\n')).rejects.toThrow('--population-cell');
  await expect(one('')).rejects.toThrow('empty');
  await expect(one('x'.repeat(30_000))).rejects.toThrow('one.csv');
  const cut = tiff(even()).slice(0, 9000);
  await expect(importPeople(sql, file('cut.tif', cut), options())).rejects.toThrow('cut.tif');
  expect(await one('lng,lat,people\n120.2,23,5\n', { cellM: 100 })).toMatchObject({ cells: 1, people: 5 });
  expect(await one('lng,lat,people,cell\n120.2,23,50000,100\n120.21,23,5,0\n')).toMatchObject({
    ...{ cells: 1, tooDense: true, unreadableLines: [3] },
  });
});

test('where the grid does not tell of the whole area, or is gone, buildings count and say so', async () => {
  const west = Array.from({ length: 400 }, (_, i) => `${120.151 + (i % 20) * STEP},${22.99 + Math.floor(i / 20) * STEP},10`); // prettier-ignore
  await importPeople(sql, file('west.csv', `lng,lat,people\n${west.join('\n')}`), options());
  expect((await peopleAround(sql, [120.17, 23.01], { radiiM: [500] })).source).toMatchObject({ kind: 'grid' });
  const beyond = await peopleAround(sql, MID, { radiiM: [500, 3000] });
  expect(beyond.source).toMatchObject({ kind: 'buildings', beyondGrid: true });
  expect(beyond.within[1]).toMatchObject({ spots: 1 });
  expect(await removeGrid(sql, 'small')).toBe(true);
  expect(await removeGrid(sql, 'small')).toBe(false);
  const gone = await peopleAround(sql, [120.17, 23.01], { radiiM: [500] });
  expect(gone.source).toMatchObject({ kind: 'buildings', beyondGrid: false });
});

test('an evacuation moves the people of the cells, with their parts, and leaves no block out', async () => {
  await importPeople(sql, file('even.tif', tiff(even())), options());
  const area = [[square(MID, 0.0105)]];
  const [all] = (await peopleAround(sql, MID, { area })).within;
  const blocks = await peopleBlocks(sql, MID, area, 400);
  expect(blocks.length).toBeGreaterThan(50);
  expect(Math.abs(blocks.reduce((n, b) => n + b.people, 0) / all!.people - 1)).toBeLessThan(0.05);
  for (const { at } of blocks)
    expect(Math.max(Math.abs(at[0] - MID[0]), Math.abs(at[1] - MID[1]))).toBeLessThan(0.0106);
  const few = await peopleBlocks(sql, MID, area, 40);
  expect(few.length).toBeLessThanOrEqual(40);
  expect(Math.abs(few.reduce((n, b) => n + b.people, 0) / all!.people - 1)).toBeLessThan(0.01);
});
