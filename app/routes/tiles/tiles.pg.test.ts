import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadCity, type CityData } from '#store/gis-load.ts';
import { testDatabase } from '#tests/support/database.ts';

const { sql, url } = await testDatabase();
process.env.DATABASE_URL = url;
const { GET } = await import('./[z]/[x]/[y]/+server.ts');

const city: CityData = {
  city: { id: 'c', name: '市', nameEn: 'City', bbox: [118.7, 31.1, 118.9, 31.3], centre: [118.8, 31.2], attribution: '', simulated: true, version: 'v1' },
  boundaries: [],
  nodes: [],
  edges: [],
  areas: [{ kind: 'water', name: '镜湖', nameEn: 'Mirror Lake', heightM: null, polygons: [[[[118.7, 31.1], [118.9, 31.1], [118.9, 31.3], [118.7, 31.3], [118.7, 31.1]]]] }],
  lines: [],
  places: [],
}; // prettier-ignore

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const at = new URL(`http://here${path}`);
  const [, , z, x, y] = at.pathname.split('/');
  const event = { params: { z, x, y }, url: at, request: new Request(at, { headers }) };
  return await (GET as unknown as (e: unknown) => Promise<Response>)(event);
}

test('before a city is loaded there is no tile, and nobody keeps that answer', async () => {
  const r = await get('/tiles/12/3399/1673');
  expect([r.status, r.headers.get('cache-control')]).toEqual([404, 'no-store']);
});

test('a tile of the present version may be kept for ever; one asked for by an old address may not', async () => {
  await loadCity(sql, city);
  await expect.poll(async () => (await get('/tiles/12/3399/1673?v=v1')).status, { timeout: 5000 }).toBe(200);
  const now = await get('/tiles/12/3399/1673?v=v1', { 'accept-encoding': 'br, gzip' });
  expect(now.headers.get('cache-control')).toContain('immutable');
  expect(now.headers.get('content-type')).toBe('application/vnd.mapbox-vector-tile');
  expect(now.headers.get('content-encoding')).toBe('gzip');
  const old = await get('/tiles/12/3399/1673?v=v0');
  expect(old.headers.get('cache-control')).not.toContain('immutable');
  expect(old.headers.get('content-encoding')).toBeNull();
  expect(Buffer.from(await old.arrayBuffer())).toEqual(gunzipSync(Buffer.from(await now.arrayBuffer())));
  const etag = now.headers.get('etag')!;
  expect((await get('/tiles/12/3399/1673?v=v1', { 'if-none-match': etag })).status).toBe(304);
});

test('empty and impossible tiles are told apart', async () => {
  expect((await get('/tiles/12/0/0?v=v1')).status).toBe(204);
  for (const path of [
    '/tiles/12/9999/0',
    '/tiles/2/1/1',
    '/tiles/99/1/1',
    '/tiles/12/-1/0',
    '/tiles/x/1/1',
    '/tiles/12/1e3/1',
  ])
    expect((await get(path)).status, path).toBe(404);
});
