import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { loadCity } from '#store/gis-load.ts';
import { testDatabase } from '#tests/support/database.ts';
import { pmtilesArchive, type ArchiveInput } from '#tests/support/pmtiles.ts';
import { TileSource } from './map-tiles.ts';
import { openOwnTiles, type TilesFileError } from './own-tiles.ts';
import { TileCache } from './tiles.ts';

const { sql } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'own-tiles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BOUNDS = [118, 31, 119, 32] as const;
const openMapTiles = {
  vector_layers: [{ id: 'transportation' }, { id: 'water' }],
  attribution: '<a href="https://x">&copy; Somebody</a>',
};
/** Tiles whose bytes tell their place: what they hold nobody reads here. */
const spread: ArchiveInput['tiles'] = [[5, 26, 12], [12, 3399, 1673], [12, 3400, 1673], [14, 13599, 6697], [14, 0, 0]].map(
  ([z, x, y]) => ({ z: z!, x: x!, y: y!, mvt: Buffer.from(`${z}/${x}/${y}`) }),
); // prettier-ignore
function archive(name: string, over: Partial<ArchiveInput> = {}): string {
  const path = join(folder, name);
  writeFileSync(path, pmtilesArchive({ tiles: spread, metadata: openMapTiles, bounds: BOUNDS, ...over }));
  return path;
}
const refusal = async (path: string): Promise<string> =>
  await openOwnTiles(path, [118.7, 31.1, 118.9, 31.3]).then(
    async (a) => {
      await a.end();
      return 'taken';
    },
    (e: TilesFileError) => e.code,
  );

test('every tile of an archive is found at its place, empty ones are empty, and its source is named', async () => {
  const own = await openOwnTiles(archive('good.pmtiles'), BOUNDS);
  for (const t of spread) expect((await own.make(t.z, t.x, t.y)).mvt).toEqual(new Uint8Array(t.mvt));
  expect((await own.make(12, 3401, 1673)).mvt.length).toBe(0);
  expect(own.about).toMatchObject({ schema: 'openmaptiles', minZoom: 5, maxZoom: 14, attribution: '© Somebody' });
  await own.end();
});

test('the layers tell the schema', async () => {
  const schemaOf = async (...ids: string[]): Promise<string> => {
    const own = await openOwnTiles(archive('s.pmtiles', { metadata: { vector_layers: ids.map((id) => ({ id })) } }), null);
    await own.end();
    return own.about.schema;
  }; // prettier-ignore
  expect(await schemaOf('earth', 'roads', 'water')).toBe('protomaps');
  expect(await schemaOf('ground', 'road', 'boundary')).toBe('own');
});

test('what cannot be drawn is refused with the reason', async () => {
  expect(await refusal(archive('good.pmtiles'))).toBe('taken');
  expect(await refusal(join(folder, 'nothing-there'))).toBe('missing');
  writeFileSync(join(folder, 'text'), 'this is no archive of any kind, but long enough to hold a header of one '.repeat(4));
  expect(await refusal(join(folder, 'text'))).toBe('not-pmtiles');
  const cut = pmtilesArchive({ tiles: spread, metadata: openMapTiles, bounds: BOUNDS }).subarray(0, 140);
  writeFileSync(join(folder, 'cut'), cut);
  expect(await refusal(join(folder, 'cut'))).toBe('not-pmtiles');
  expect(await refusal(archive('png', { tileType: 2 }))).toBe('not-vector');
  expect(await refusal(archive('other', { metadata: { vector_layers: [{ id: 'streets' }] } }))).toBe('unknown-layers');
  expect(await refusal(archive('none', { metadata: {} }))).toBe('unknown-layers');
  expect(await refusal(archive('far', { bounds: [10, 50, 11, 51] }))).toBe('elsewhere');
}); // prettier-ignore

test('a file that is refused leaves the city’s own tiles, and one put in its place is drawn from then on', async () => {
  await loadCity(sql, {
    city: { id: 'c', name: '市', nameEn: 'City', bbox: [118.7, 31.1, 118.9, 31.3], centre: [118.8, 31.2], attribution: 'ours', simulated: false, version: 'v1' },
    boundaries: [], nodes: [], edges: [], areas: [], lines: [], places: [],
  }); // prettier-ignore
  const path = join(folder, 'map.pmtiles');
  const told: string[] = [];
  const source = new TileSource(sql, path, (e) => told.push(e.code));
  expect(await source.about(0)).toMatchObject({ own: null, refused: 'missing' });
  expect(await source.about(10_000)).toMatchObject({ refused: 'missing' });
  expect(told).toEqual(['missing']);
  const ours = (await source.version())!;
  expect(ours).toContain('c.v1');

  archive('map.pmtiles');
  const about = await source.about(performance.now() + 20_000);
  expect(about).toMatchObject({ own: { schema: 'openmaptiles' }, refused: null });
  const tiles = new TileCache(source);
  const tile = await tiles.tile(12, 3399, 1673, about!.own!.version);
  expect(tile).not.toBe('gone');
  expect(gunzipSync((tile as { gz: Buffer }).gz).toString()).toBe('12/3399/1673');
  expect(await tiles.tile(12, 3399, 1673, ours)).toBe('gone');
  // beyond what the file has, nothing is cut from the city beside it
  expect((await tiles.tile(15, 27198, 13394))!.gz.length).toBe(0);
});
