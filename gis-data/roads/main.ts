import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import { connect } from '#store/db.ts';
import { reportHealth } from '#store/health.ts';
import type { Result } from '#domain/result.ts';
import { answerCases } from '../around/desk.ts';
import { answerEvacuate } from '../around/evacuate.ts';
import { SpotKeeper } from '../around/spot-keeper.ts';
import { policyOf } from './profile.ts';
import { followWind } from '../around/wind-keeper.ts';
import { followRegistry } from '#store/evacuations.ts';
import { RoadService } from './service.ts';

/**
/**
 * The road engine's process: `POST /route`, `POST /etas`, `POST /reach`, `POST /matrix`, `POST /match`, `GET /health` (wire.ts), and
 * beside it the index of cases: `POST /cases` (../around/wire.ts), `POST /evacuate` (../around/evacuate.ts). Stops on SIGTERM.
 */

/** A question is small; the longest is a track. */
const MAX_BODY = 128 * 1024;
const TICK_MS = 500;
const REPORT_MS = 5000;
/** How often the index of cases looks what is new. */
const CASES_MS = 3000;
/** How often areas that follow the wind look at it. */
const WIND_MS = 5000;

const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'roads', level: config.logLevel });
if (config.databaseUrl === '')
  mistakes.push('DATABASE_URL is missing: the road engine needs the address of the database');
if (mistakes.length > 0) {
  for (const m of mistakes) log.fatal(m);
  process.exit(2);
}

const sql = connect(config.databaseUrl, { max: 2, name: 'watchfloor-roads' });
const stop = new AbortController();
const service = new RoadService(sql, log, Date.now, policyOf(config));
// a pool of its own: while millions of cases are read, roads go on following their traffic
const casesSql = connect(config.databaseUrl, { max: 1, name: 'watchfloor-cases' });
const cases = new SpotKeeper(casesSql, log, Date.now);

const QUESTIONS: Readonly<Record<string, (question: unknown) => Result<object> | Promise<Result<object>>>> = {
  '/route': (q) => service.ask('route', q),
  '/etas': (q) => service.ask('etas', q),
  '/reach': (q) => service.ask('reach', q),
  '/matrix': (q) => service.ask('matrix', q),
  '/match': (q) => service.ask('match', q),
  '/cases': (q) => answerCases(cases, q),
  '/evacuate': (q) => answerEvacuate((e) => service.ask('etas', e), q),
};

/** Of refusals; 422 what the question itself cannot have. */
const STATUS: Readonly<Record<string, number>> = {
  'bad-question': 400,
  'no-network': 503,
  'not-ready': 503,
  busy: 503,
  away: 503,
};

async function body(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) throw new RangeError(`a question has at most ${MAX_BODY} bytes`);
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(answer));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  if (request.method === 'GET' && path === '/health') {
    const health = service.health();
    return send(response, health.state === 'live' ? 200 : 503, health);
  }
  const asked = request.method === 'POST' ? QUESTIONS[path ?? ''] : undefined;
  if (!asked) return send(response, 404, { refused: 'bad-question', reason: 'no such question' });
  let question: unknown;
  try {
    question = await body(request);
  } catch (e) {
    return send(response, 400, { refused: 'bad-question', reason: (e as Error).message });
  }
  const answer = await asked(question);
  if (answer.ok) send(response, 200, answer.value);
  else send(response, STATUS[answer.code] ?? 422, { refused: answer.code, reason: answer.reason });
}

const server = createServer((request, response) => {
  handle(request, response).catch((e: unknown) => {
    log.error({ err: e }, 'a question could not be answered');
    if (!response.headersSent) send(response, 500, { refused: 'away', reason: 'the road engine failed' });
    else response.destroy();
  });
});
server.requestTimeout = 10_000;
server.on('error', (e: NodeJS.ErrnoException) => {
  log.fatal(
    e.code === 'EADDRINUSE'
      ? `port ${config.roadsPort} on ${config.roadsBind} is taken; choose another with ROADS_PORT`
      : `cannot listen: ${e.message}`,
  );
  process.exit(1);
});

async function keepUp(): Promise<void> {
  while (!stop.signal.aborted) {
    await service.tick();
    await sleep(TICK_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
}
async function followCases(): Promise<void> {
  while (!stop.signal.aborted) {
    await cases
      .follow()
      .catch((e: unknown) => log.warn({ err: e }, 'the cases cannot be followed; the last known ones hold'));
    await sleep(CASES_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
}
async function followTheOutside(): Promise<void> {
  while (!stop.signal.aborted) {
    await followWind(sql, log, Date.now()).catch((e: unknown) => log.warn({ err: e }, 'the wind cannot be followed'));
    const filled = await followRegistry(sql, Date.now()).catch((e: unknown) => {
      log.warn({ err: e }, 'the registry of shelters cannot be followed');
      return [];
    });
    if (filled.length > 0) log.info({ evacuations: filled }, 'the registry tells something new of shelters');
    await sleep(WIND_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
}
async function report(): Promise<void> {
  while (!stop.signal.aborted) {
    const { state, ...detail } = { ...service.health(), cases: cases.index?.size ?? null };
    await reportHealth(sql, 'roads', state, detail).catch((e: unknown) => log.warn({ err: e }, 'health not reported'));
    await sleep(REPORT_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
}

await service.tick();
server.listen(config.roadsPort, config.roadsBind, () =>
  log.info({ port: config.roadsPort, ...service.health() }, 'ready'),
);
const working = Promise.all([keepUp(), followCases(), followTheOutside(), report()]);

function end(): void {
  if (stop.signal.aborted) return;
  stop.abort();
  server.close();
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 3000).unref();
  working
    .then(() => service.end())
    .then(() => reportHealth(sql, 'roads', 'stopped', {}))
    .catch((e: unknown) => log.warn({ err: e }, 'the end was not reported'))
    .then(() => Promise.all([sql.end({ timeout: 1 }), casesSql.end({ timeout: 1 })]))
    .catch((e: unknown) => log.warn({ err: e }, 'the pool did not end'))
    .finally(() => log.info('stopped'));
}
process.on('SIGTERM', end);
process.on('SIGINT', end);
