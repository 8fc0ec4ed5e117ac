/** The demo's partners: weather, traffic, police, environment and urban management behind one HTTP server, each in its own format. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import { SECOND, type Instant } from '#domain/time.ts';
import { connect, type Sql } from '#store/db.ts';
import { activeCity } from '#store/gis.ts';
import { demoDay } from './anchor.ts';
import { readDemoCity } from './feeds-city.ts';
import { DemoEvents } from './feeds-events.ts';
import { DemoTraffic } from './feeds-traffic.ts';
import { DemoWeather } from './feeds-weather.ts';

const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'demo-feeds', level: config.logLevel });
if (config.databaseUrl === '') mistakes.push('DATABASE_URL must name the database (npm start sets it)');
if (mistakes.length > 0) {
  for (const m of mistakes) log.fatal({ mistake: m }, 'configuration');
  process.exit(2);
}
if (config.mode !== 'demo') {
  log.fatal('the simulator runs in demo mode only');
  process.exit(2);
}

interface Page {
  /** Content changes with this beat only, as a partner's would. */
  readonly everyMs: number;
  readonly contentType: string;
  readonly body: (t: Instant) => string;
}

/** What stands at each path, as a function of time. */
async function pages(
  sql: Sql,
): Promise<{ fixed: Map<string, Page>; alert: (id: string, t: Instant) => string | null }> {
  const { zone, demoSeed: seed } = config;
  const city = await readDemoCity(sql, seed);
  const shape = await demoDay(sql, Date.now(), zone);
  const weather = new DemoWeather(city, seed, zone);
  const traffic = new DemoTraffic(city, seed, zone, shape, weather);
  const events = new DemoEvents(city, seed, zone, weather);
  const json = (everyS: number, of: (t: Instant) => unknown, contentType = 'application/json'): Page => ({
    everyMs: everyS * SECOND,
    contentType,
    body: (t) => JSON.stringify(of(t)),
  });
  const fixed = new Map<string, Page>([
    ['/weather-warnings', { everyMs: 5 * SECOND, contentType: 'application/atom+xml', body: (t) => weather.index(t) }],
    ['/weather-observations', json(30, (t) => weather.observations(t))],
    ['/traffic-events', { everyMs: 5 * SECOND, contentType: 'application/xml', body: (t) => traffic.datex(t) }],
    ['/segment-speeds', json(30, (t) => traffic.speeds(t))],
    ['/police-incidents', json(5, (t) => events.police(t), 'application/geo+json')],
    ['/air-quality', json(60, (t) => weather.airQuality(t))],
    ['/urban-management', json(20, (t) => events.urban(t))],
  ]);
  log.info({ roads: city.roads.edgeCount, districts: city.districts.length, spots: city.spots.length }, 'city');
  return { fixed, alert: (id, t) => weather.alert(id, t) };
}

/** Waits for the demo city, which the start loads before us, or which somebody loads later. */
async function cityThere(sql: Sql): Promise<void> {
  for (let told = false; ; told = true) {
    const there = await activeCity(sql).catch((e: unknown) => {
      log.warn({ err: e }, 'the database does not answer');
      return null;
    });
    if (there) return;
    if (!told) log.warn('no city is loaded yet');
    await sleep(1000);
  }
}

const sql = connect(config.databaseUrl, { max: 2, name: 'watchfloor demo feeds' });
await cityThere(sql);
const { fixed, alert } = await pages(sql);
await sql.end({ timeout: 2 });

function content(path: string): { body: string; contentType: string } | null {
  const now = Date.now();
  const page = fixed.get(path);
  if (page) return { body: page.body(now - (now % page.everyMs)), contentType: page.contentType };
  const id = /^\/weather-warnings\/([A-Z0-9-]{1,60})\.cap$/.exec(path)?.[1];
  const body = id === undefined ? null : alert(id, now);
  return body === null ? null : { body, contentType: 'application/cap+xml' };
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '/').split('?')[0]!;
  const found = request.method === 'GET' || request.method === 'HEAD' ? content(path) : null;
  if (!found) {
    response.writeHead(404).end();
    return;
  }
  const etag = `"${createHash('sha256').update(found.body).digest('base64url').slice(0, 22)}"`;
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  response.writeHead(200, { 'content-type': `${found.contentType}; charset=utf-8`, etag, 'cache-control': 'no-cache' });
  response.end(request.method === 'HEAD' ? undefined : found.body);
}

const server = createServer((request, response) => {
  try {
    serve(request, response);
  } catch (e) {
    log.error({ err: e, path: request.url }, 'page');
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
});
server.on('error', (e) => {
  log.fatal({ err: e }, `cannot listen on port ${config.demoFeedsPort} (option DEMO_FEEDS_PORT)`);
  process.exit(1);
});
server.listen(config.demoFeedsPort, '127.0.0.1', () => log.info({ port: config.demoFeedsPort }, 'ready'));

function stop(): void {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
