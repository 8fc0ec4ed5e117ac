import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { afterAll, expect, test } from 'vitest';
import { activateCity, activeCity } from '#store/gis.ts';
import { loadCity, refreshShapes, type CityData } from '#store/gis-load.ts';
import { testDatabase } from '#tests/support/database.ts';
import { cityTiles } from './city-tiles.ts';
import { answerTile } from './tile-door.ts';
import { TileCache } from './tiles.ts';

const { sql } = await testDatabase();
const tiles = new TileCache(cityTiles(sql));
const server = http.createServer((req, res) => void answerTile(req, res, tiles)).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());

const box = (w: number, s: number, e: number, n: number): [number, number][][] => [[[w, s], [e, s], [e, n], [w, n], [w, s]]]; // prettier-ignore
const city = (version: string, lake = '镜湖'): CityData => ({
  city: { id: 'c', name: '市', nameEn: 'City', bbox: [118.7, 31.1, 118.9, 31.3], centre: [118.8, 31.2], attribution: '', simulated: true, version },
  boundaries: [],
  nodes: [],
  edges: [],
  footways: ['steps', 'path', 'pedestrian', 'platform'].map((kind, i) => ({
    id: i + 1, from: 1, to: 2, kind, name: kind, nameEn: null, lengthM: 100, waitS: 0, oneway: false, bridge: false, tunnel: i === 1, line: [[118.81, 31.21], [118.811, 31.21 + i / 1000]],
  })),
  areas: [
    { kind: 'water', name: lake, nameEn: 'Mirror Lake', heightM: null, polygons: [box(118.7, 31.1, 118.9, 31.3)] },
    // a row of houses, 5 m apart
    ...Array.from({ length: 40 }, (_, i) => ({
      kind: 'building', name: null, nameEn: null, heightM: null,
      polygons: [box(118.8 + i * 0.0002, 31.2, 118.8 + i * 0.0002 + 0.00015, 31.2002)],
    })),
  ],
  lines: [],
  places: [],
}); // prettier-ignore

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}
/** Without a client's own cache or unpacking. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const req = http.request({ port, path, headers, method }).end();
  const [res] = (await once(req, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const c of res) chunks.push(c as Buffer);
  return { status: res.statusCode!, headers: res.headers, body: Buffer.concat(chunks) };
}
const now = async (): Promise<string | null> =>
  (JSON.parse((await get('/tiles/now')).body.toString()) as { version: string | null }).version;
const TILE = '/tiles/12/3399/1673';
const names = (body: Buffer): unknown[] => {
  const layer = new VectorTile(new PbfReader(body)).layers.water!;
  return Array.from({ length: layer.length }, (_, i) => layer.feature(i).properties.name);
};

test('before a city is loaded there is no tile, and nobody keeps that answer', async () => {
  const r = await get(TILE);
  expect([r.status, r.headers['cache-control']]).toEqual([404, 'no-store']);
  expect(await now()).toBeNull();
});

test('a tile of the present version may be kept for ever; of another version there is none; without one it is asked for again', async () => {
  await loadCity(sql, city('v1'));
  const v = (await activeCity(sql))!.tileVersion;
  await expect.poll(now, { timeout: 5000 }).toBe(v);
  const packed = await get(`${TILE}?v=${v}`, { 'accept-encoding': 'br, gzip' });
  expect([packed.status, packed.headers['content-encoding']]).toEqual([200, 'gzip']);
  expect(packed.headers['cache-control']).toContain('immutable');
  expect(packed.headers['content-type']).toBe('application/vnd.mapbox-vector-tile');
  const plain = await get(TILE);
  expect([plain.headers['cache-control'], plain.headers['content-encoding']]).toEqual(['private, no-cache', undefined]);
  expect(plain.body).toEqual(gunzipSync(packed.body));
  expect(names(plain.body)).toEqual(['镜湖']);
  expect((await get(`${TILE}?v=c.v0.1`)).status).toBe(410);
  const etag = packed.headers.etag!;
  expect((await get(`${TILE}?v=${v}`, { 'if-none-match': etag })).status).toBe(304);
  const head = await get(`${TILE}?v=${v}`, {}, 'HEAD');
  expect([head.status, head.body.length, Number(head.headers['content-length']) > 0]).toEqual([200, 0, true]);
});

test('an import is seen at once by whoever names its version, and no tile of the old map is given under it', async () => {
  const old = (await activeCity(sql))!.tileVersion;
  expect((await get(`${TILE}?v=${old}`)).status).toBe(200);
  await loadCity(sql, city('v2', '新湖'));
  const v = (await activeCity(sql))!.tileVersion;
  // the server may still believe in the old version; the version in the address makes it look again
  await expect.poll(async () => (await get(`${TILE}?v=${v}`)).status, { timeout: 1500, interval: 50 }).toBe(200);
  expect(names((await get(`${TILE}?v=${v}`)).body)).toEqual(['新湖']);
  expect((await get(`${TILE}?v=${old}`)).status).toBe(410);
  expect(await now()).toBe(v);
});

test('a tile that was cut while another city came is the other city’s, and is kept as such', async () => {
  let gate = (): void => {};
  const made: string[] = [];
  let shown = 'a';
  const slow = new TileCache({
    minZoom: 0,
    maxZoom: 20,
    version: () => Promise.resolve(shown),
    make: async () => {
      await new Promise<void>((r) => (gate = r));
      made.push(shown);
      return { version: shown, mvt: Buffer.from(shown) };
    },
  });
  const asked = slow.tile(1, 0, 0, 'a');
  await expect.poll(() => gate.name).not.toBe('gate');
  shown = 'b';
  gate();
  expect(await asked).toBe('gone');
  expect(await slow.tile(1, 0, 0, 'b')).toMatchObject({ version: 'b' });
  expect([made, slow.counts.made]).toEqual([['b'], 1]);
});

test('shapes that older code cut are cut anew, and get another address', async () => {
  const before = (await activeCity(sql))!.tileVersion;
  await sql`update city set shapes = 0 where id = 'c'`;
  await sql`delete from map_shape where city = 'c'`;
  expect((await activeCity(sql))!.tileVersion).not.toBe(before);
  expect(await refreshShapes(sql)).toEqual(['c']);
  expect((await activeCity(sql))!.tileVersion).toBe(before);
  expect(await refreshShapes(sql)).toEqual([]);
  expect((await sql`select from map_shape where city = 'c' and layer = 'water'`).length).toBeGreaterThan(0);
});

test('houses that stand close are one block at 12 and 13, and each its own from 15 on', async () => {
  const at = async (zoom: number): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await sql<{ kind: string; n: number }[]>`
        select kind, count(*)::int as n from map_shape
        where city = 'c' and layer = 'building' and min_zoom <= ${zoom} and max_zoom >= ${zoom} group by kind`
      ).map((r) => [r.kind, r.n]),
    ); // prettier-ignore
  // a block ends where its cell does, so that it may be two
  for (const zoom of [12, 13]) expect([{ block: 1 }, { block: 2 }]).toContainEqual(await at(zoom));
  for (const zoom of [14, 15]) expect(await at(zoom)).toEqual({ building: 40 });
});

test('ways for walkers are drawn from 15 on, stairs and streets without cars apart; platforms are walked and not drawn', async () => {
  const rows = await sql<{ kind: string; name: string | null; from: number }[]>`
    select kind, name, min_zoom as "from" from map_shape where city = 'c' and layer = 'road' order by kind`;
  expect(rows.map((r) => [r.kind, r.name, r.from])).toEqual([
    ['footway', null, 15],
    ['pedestrian', 'pedestrian', 15],
    ['steps', null, 15],
  ]);
});

test('a lake over the edge of tiles has no line along that edge inside of either', async () => {
  const tile = (x: number): VectorTile['layers'][string] => {
    const body = bodies[x]!;
    return new VectorTile(new PbfReader(body)).layers.water!;
  };
  const bodies: Record<number, Buffer> = {};
  for (const x of [3399, 3400]) bodies[x] = (await get(`/tiles/12/${x}/1673`)).body;
  for (const x of [3399, 3400])
    for (const ring of tile(x).feature(0).loadGeometry())
      for (const { x: px } of ring) expect(px <= -90 || px >= 4096 + 90 || (px > 0 && px < 4096)).toBe(true);
});

test('empty and impossible tiles are told apart, and only reading is answered', async () => {
  expect((await get('/tiles/12/0/0')).status).toBe(204);
  for (const path of ['/tiles/12/9999/0', '/tiles/2/1/1', '/tiles/99/1/1', '/tiles/12/-1/0', '/tiles/x/1/1', '/tiles/12/1e3/1', '/tiles/', '/tiles/12/1'])
    expect((await get(path)).status, path).toBe(404); // prettier-ignore
  expect((await get(`${TILE}?v=%zz`)).status).toBe(410);
  expect((await get(TILE, {}, 'POST')).status).toBe(405);
});

test('another active city has other tiles at once', async () => {
  await loadCity(sql, { ...city('v2'), city: { ...city('v2').city, id: 'd' }, areas: [], footways: [] });
  await activateCity(sql, 'd', { actor: 'test', now: 0 });
  await expect.poll(now, { timeout: 5000 }).toBe((await activeCity(sql))!.tileVersion);
  expect((await get(TILE)).status).toBe(204);
});
