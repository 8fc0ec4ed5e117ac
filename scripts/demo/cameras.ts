/**
 * The demo's cameras: HLS over a socket as a media server speaks it, from a small test picture. Most are in order; some are dead,
 * slow or frozen, so that screens have something to tell. They enter the registry as a file would, and are marked as simulated.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import { importCameras } from '#store/cameras.ts';
import { connect, type Sql } from '#store/db.ts';
import { activeCity, boundaries, placesOfKind } from '#store/gis.ts';
import { demoCameras, DEMO_TOKEN, type Conduct } from './camera-sites.ts';
import { livePlaylist, newestPart, partAt } from './camera-stream.ts';

const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'demo-cameras', level: config.logLevel });
if (config.databaseUrl === '') mistakes.push('DATABASE_URL must name the database (npm start sets it)');
if (mistakes.length > 0) {
  for (const m of mistakes) log.fatal({ mistake: m }, 'configuration');
  process.exit(2);
}
if (config.mode !== 'demo') {
  log.fatal('the simulator runs in demo mode only');
  process.exit(2);
}

/** A slow camera begins so late; a silent one never answers. */
const SLOW_MS = 4000;
/** Parts that still are there when a player comes late. */
const PARTS_KEPT = 10;
const KINDS = ['park', 'mall', 'estate', 'rail', 'metro', 'school', 'hospital', 'government', 'bridge'];
const media = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'camera-media', name));
const init = media('init.mp4');
const still = media('still.jpg');
const parts = [0, 1, 2, 3].map((n) => media(`part${n}.m4s`));

async function register(sql: Sql): Promise<Map<string, Conduct>> {
  for (let told = false; !(await activeCity(sql).catch(() => null)); told = true) {
    if (!told) log.warn('no city is loaded yet');
    await sleep(1000);
  }
  const places = await placesOfKind(sql, KINDS, 600);
  // a city without such places has streets at least
  const spots =
    places.length >= 20 ? places : (await boundaries(sql, 'street')).map((s) => ({ name: s.name, at: s.label }));
  const cameras = demoCameras(spots, config.demoSeed, `http://${config.demoCamerasHost}:${config.demoCamerasPort}`);
  const entries = cameras.map((c) => c.entry);
  const done = await importCameras(sql, entries, 'demo', { officer: null, now: Date.now() });
  log.info({ cameras: entries.length, ...done }, 'registered');
  return new Map(cameras.map((c) => [c.entry.id, c.conduct]));
}

const sql = connect(config.databaseUrl, { max: 1, name: 'watchfloor demo cameras' });
const conducts = await register(sql);
await sql.end({ timeout: 2 });
const began = Date.now();

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-cache',
  });
  response.end(body);
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const at = new URL(request.url ?? '/', 'http://demo');
  const [, id = '', what = ''] = /^\/([\w-]+)\/([\w.-]+)$/.exec(at.pathname) ?? [];
  const conduct = conducts.get(id);
  if (!conduct || conduct === 'missing' || request.method !== 'GET') return void response.writeHead(404).end();
  if (at.searchParams.get('token') !== DEMO_TOKEN) return void response.writeHead(403).end();
  if (conduct === 'silent') return;
  if (conduct === 'failing') return void response.writeHead(503).end();
  if (what === 'still.jpg') return send(response, 'image/jpeg', still);
  if (what === 'init.mp4') return send(response, 'video/mp4', init);
  // a frozen one shows the moment at which the simulator began
  const now = conduct === 'frozen' ? began : Date.now();
  if (what === 'live.m3u8') {
    const name = (file: string): string => `${file}?token=${DEMO_TOKEN}`;
    return send(
      response,
      'application/vnd.apple.mpegurl',
      livePlaylist(now, (p) => name(`${p}.m4s`), name('init.mp4')),
    );
  }
  const part = Number(/^(\d{1,12})\.m4s$/.exec(what)?.[1] ?? Number.NaN);
  if (!(part <= newestPart(now) && part > newestPart(now) - PARTS_KEPT)) return void response.writeHead(404).end();
  // cameras do not all show the same moment of the picture
  send(response, 'video/iso.segment', partAt(parts[(part + id.length + Number(id.slice(-1))) % parts.length]!, part));
}

const server = createServer((request, response) => {
  const id = /^\/([\w-]+)\//.exec(request.url ?? '')?.[1] ?? '';
  const slow = conducts.get(id) === 'slow' && request.url?.includes('.m3u8') === true;
  const timer = setTimeout(() => serve(request, response), slow ? SLOW_MS : 0);
  response.on('close', () => clearTimeout(timer));
});
server.on('error', (e) => {
  log.fatal({ err: e }, `cannot listen on port ${config.demoCamerasPort} (option DEMO_CAMERAS_PORT)`);
  process.exit(1);
});
const { demoCamerasHost: host } = config;
server.listen(config.demoCamerasPort, host === '127.0.0.1' ? host : '0.0.0.0', () =>
  log.info({ port: config.demoCamerasPort }, 'ready'),
);

const stop = (): void => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
