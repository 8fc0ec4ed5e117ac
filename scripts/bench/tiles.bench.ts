import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { cityTiles } from '#gis-data/city-tiles.ts';
import { answerTile } from '#gis-data/tile-door.ts';
import { TileCache } from '#gis-data/tiles.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import { connect, type Sql } from '#store/db.ts';
import { activeCity, type City } from '#store/gis.ts';
import { loadCity } from '#store/gis-load.ts';
import { ROAD_FROM } from '#store/gis-shapes.ts';
import { cutTile } from '#store/gis-tiles.ts';
import { migrate } from '#store/migrate.ts';
import { ms, scaled, summary, type Bench, type BenchContext, type BenchResult } from './bench.ts';
import { multipliedCity } from './big-city.ts';
import { naiveTile } from './naive-tiles.ts';

/** The densest extract that is at hand, three by three: 210,000 buildings. */
const EXTRACT = join(import.meta.dirname, '../../../shared/data/osm/monaco_2016.osm.pbf');
const COPIES = 3;
/** Tiles measured of each zoom at most, and requests for kept ones. */
const TILES = 40;
const REQUESTS = 60_000;
const CLIENTS = 32;

type At = readonly [z: number, x: number, y: number];
interface Seen {
  readonly ms: number;
  readonly bytes: number;
  readonly gz: number;
}

/** Tiles of a zoom over the city, drawn without repeat when they are many. */
function tilesOver(city: City, z: number, random: Random, most: number): At[] {
  const [w, s, e, n] = city.bbox;
  const column = (lng: number): number => Math.floor(((lng + 180) / 360) * 2 ** z);
  const row = (lat: number): number =>
    Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * 2 ** z);
  const all: At[] = [];
  for (let x = column(w); x <= column(e); x++) for (let y = row(n); y <= row(s); y++) all.push([z, x, y]);
  return all
    .map((at) => ({ at, by: random() }))
    .sort((a, b) => a.by - b.by)
    .slice(0, most)
    .map((t) => t.at);
}

async function timed(make: () => Promise<Uint8Array>): Promise<Seen & { mvt: Uint8Array }> {
  const began = performance.now();
  const mvt = await make();
  return { ms: performance.now() - began, bytes: mvt.length, gz: gzipSync(mvt).length, mvt };
}

/** Names of roads of a tile whose class is drawn at its zoom. @throws when it is no tile */
function roadNames(mvt: Uint8Array, z: number, inside: boolean): Set<string> {
  const names = new Set<string>();
  const layer = new VectorTile(new PbfReader(mvt)).layers.road;
  for (let i = 0; i < (layer?.length ?? 0); i++) {
    const f = layer!.feature(i);
    const { kind, name } = f.properties;
    if (typeof name !== 'string' || (ROAD_FROM[String(kind)] ?? 99) > z) continue;
    // a road that only touches the tile may fall to simplification: what crosses its middle may not
    const within = f
      .loadGeometry()
      .some((line) => line.some((p) => p.x > 400 && p.x < 3696 && p.y > 400 && p.y < 3696));
    if (!inside || within) names.add(name);
  }
  return names;
}

export const tiles: Bench = {
  name: 'tiles',
  title: 'vector tiles of a city of 210,000 buildings: ours and ST_AsMVT of the tables as they are',
  async run({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult> {
    const sql = connect(databaseUrl, { max: 3, name: 'bench-tiles' });
    try {
      await migrate(sql);
      const data = await multipliedCity(EXTRACT, COPIES);
      const buildings = data.areas.filter((a) => a.kind === 'building').length;
      const began = performance.now();
      await loadCity(sql, data);
      log(`${buildings} buildings, ${data.edges.length} roads: in the database after ${ms(performance.now() - began)}`);
      const city = (await activeCity(sql))!;
      const rows = await cold(sql, city, mulberry32(seed), scaled(TILES, scale, 6), log);
      const kept = await cached(sql, city, mulberry32(seed), scaled(REQUESTS, scale, 4000));
      const at12 = rows.find((r) => r.zoom === 12)!;
      const worst = Math.max(...rows.map((r) => r.worstKb));
      return {
        rows: [
          ...rows.map((r) => ({
            zoom: r.zoom,
            tiles: r.tiles,
            'product p50': ms(r.product.p50),
            'product worst': ms(r.product.max),
            'naive p50': ms(r.naive.p50),
            'naive worst': ms(r.naive.max),
            'product worst kB (gzip)': `${r.worstKb.toFixed(0)} (${r.worstGzKb.toFixed(0)})`,
            'naive worst kB (gzip)': `${r.naiveKb.toFixed(0)} (${r.naiveGzKb.toFixed(0)})`,
          })),
        ],
        goals: [
          { goal: 'cold z12 tile ≤ 80 ms, the worst', got: ms(at12.product.max), met: at12.product.max <= 80 },
          { goal: 'no tile of any zoom over 150 kB unpacked', got: `${worst.toFixed(0)} kB`, met: worst <= 150 },
          { goal: 'z12 ≤ 1/4 of the naive bytes', got: (at12.worstGzKb / at12.naiveGzKb).toFixed(3), met: at12.worstGzKb <= at12.naiveGzKb / 4 },
          { goal: 'kept tiles ≥ 8,000 requests a second and core, over HTTP', got: `${Math.round(kept.perCore)}/s`, met: kept.perCore >= 8000 },
        ],
      }; // prettier-ignore
    } finally {
      await sql.end({ timeout: 5 });
    }
  },
};

interface ZoomRow {
  readonly zoom: number;
  readonly tiles: number;
  readonly product: ReturnType<typeof summary>;
  readonly naive: ReturnType<typeof summary>;
  readonly worstKb: number;
  readonly worstGzKb: number;
  readonly naiveKb: number;
  readonly naiveGzKb: number;
}

/** Each tile once by both, in turn. @throws when one does not decode, or a road is missing or too many */
async function cold(sql: Sql, city: City, random: Random, most: number, log: (l: string) => void): Promise<ZoomRow[]> {
  const rows: ZoomRow[] = [];
  let names = 0;
  for (let zoom = 8; zoom <= 15; zoom++) {
    const at = tilesOver(city, zoom, random, most);
    // the plan of each statement is made at its first use
    await cutTile(sql, zoom, at[0]![1], at[0]![2]);
    await naiveTile(sql, ...at[0]!);
    const product: Seen[] = [];
    const naive: Seen[] = [];
    for (const [z, x, y] of at) {
      const a = await timed(async () => (await cutTile(sql, z, x, y))!.mvt);
      const b = await timed(() => naiveTile(sql, z, x, y));
      product.push(a);
      naive.push(b);
      if (z < 12) continue;
      const [has, should] = [roadNames(a.mvt, z, false), roadNames(b.mvt, z, true)];
      for (const name of should) if (!has.has(name)) throw new Error(`tile ${z}/${x}/${y}: “${name}” is missing`);
      const known = roadNames(b.mvt, z, false);
      for (const name of has) if (!known.has(name)) throw new Error(`tile ${z}/${x}/${y}: “${name}” is not there`);
      names += has.size;
    }
    const worst = (seen: readonly Seen[], key: 'bytes' | 'gz'): number => Math.max(...seen.map((s) => s[key])) / 1000;
    rows.push({
      zoom, tiles: at.length, product: summary(product.map((s) => s.ms)), naive: summary(naive.map((s) => s.ms)),
      worstKb: worst(product, 'bytes'), worstGzKb: worst(product, 'gz'), naiveKb: worst(naive, 'bytes'), naiveGzKb: worst(naive, 'gz'),
    }); // prettier-ignore
  }
  log(`every tile decodes; ${names} names of roads at 12 to 15 agree`);
  return rows;
}

/** Requests for kept tiles over HTTP from another process: how many a second of this process's processor time. */
async function cached(sql: Sql, city: City, random: Random, requests: number): Promise<{ perCore: number }> {
  const cache = new TileCache(cityTiles(sql));
  const server = http.createServer((req, res) => void answerTile(req, res, cache)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const paths = [12, 14].flatMap((z) =>
    tilesOver(city, z, random, 30).map((at) => `/tiles/${at.join('/')}?v=${encodeURIComponent(city.tileVersion)}`),
  );
  for (const path of paths) await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer();
  const ask = async (n: number): Promise<void> => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'tile-clients.ts'), String(port), String(n), String(CLIENTS), ...paths], { stdio: ['ignore', 'ignore', 'inherit'] }); // prettier-ignore
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the clients ended with ${code}`);
  };
  try {
    await ask(Math.round(requests / 10));
    const before = process.cpuUsage();
    await ask(requests);
    const { user, system } = process.cpuUsage(before);
    return { perCore: requests / ((user + system) / 1e6) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
