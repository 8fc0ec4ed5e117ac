import { createServer } from 'node:http';
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import { SESSION_CHANNEL } from '#store/auth.ts';
import { followFacts } from '#store/change-feed.ts';
import { connect } from '#store/db.ts';
import { reportHealth } from '#store/health.ts';
import { databaseOrigin, SCREEN_CHANNEL } from '#store/screens.ts';
import { BEAT_MS, Gateway, LANE_BEAT_MS, TICK_MS } from './gateway.ts';
import { LiveState } from './live-state.ts';

const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'realtime', level: config.logLevel });
if (mistakes.length > 0) {
  for (const m of mistakes) log.fatal(m);
  process.exit(2);
}

const sql = connect(config.databaseUrl, { max: 5, name: 'watchfloor-realtime' });
const stop = new AbortController();
const started = Date.now();
const state = await LiveState.load(sql, config.zone);
const gateway = new Gateway({ sql, state, origin: await databaseOrigin(sql), zone: config.zone, log, now: Date.now });

const server = createServer((request, response) => {
  if (request.url !== '/health') return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ cursor: gateway.cursor, sessions: gateway.sessions, ...gateway.counts }));
});
gateway.attach(server);

const following = followFacts(sql, state.n, (facts) => gateway.take(facts), stop.signal, {
  paceMs: TICK_MS,
  onAway: (error) => {
    if (!error) gateway.heardFeed();
    else log.warn({ err: error }, 'the fact feed cannot be read');
  },
});
following.catch((e: unknown) => {
  // a fold that throws is our own broken promise: the supervisor starts us again from the snapshot
  log.fatal({ err: e }, 'following the facts failed');
  process.exit(1);
});

await sql.listen(SCREEN_CHANNEL, (payload) => {
  const [screen, epoch] = payload.split(' ');
  if (screen) gateway.superseded(screen, Number(epoch));
});
await sql.listen(SESSION_CHANNEL, () => quietly('rights', gateway.checkRights()));

function quietly(what: string, work: Promise<unknown>): void {
  work.catch((e: unknown) => log.warn({ err: e, what }, 'could not'));
}

let readingLanes = false;
const timers = [
  setInterval(() => gateway.beat(), BEAT_MS),
  setInterval(() => quietly('rights', gateway.checkRights()), 1500),
  setInterval(() => {
    if (readingLanes) return; // one read at a time: a slow database must not pile them up
    readingLanes = true;
    quietly(
      'lanes',
      gateway.readLanes().finally(() => (readingLanes = false)),
    );
  }, LANE_BEAT_MS),
  setInterval(() => {
    const detail = {
      cursor: gateway.cursor,
      sessions: gateway.sessions,
      rssMb: Math.round(process.memoryUsage.rss() / 1e6),
      ...gateway.counts,
    };
    quietly('health', reportHealth(sql, 'realtime', 'live', detail));
  }, 5000),
];

server.listen(config.rtPort, config.rtBind, () => {
  log.info({ port: config.rtPort, cursor: state.n, ms: Date.now() - started }, 'ready');
});
server.on('error', (e) => {
  log.fatal({ err: e }, `cannot listen on port ${config.rtPort} (option RT_PORT)`);
  process.exit(1);
});

async function end(): Promise<void> {
  for (const t of timers) clearInterval(t);
  gateway.stop();
  stop.abort();
  server.close();
  await reportHealth(sql, 'realtime', 'stopped', {}).catch(() => {});
  await Promise.race([following, new Promise((r) => setTimeout(r, 1500))]);
  await sql.end({ timeout: 1 });
  process.exit(0);
}
for (const s of ['SIGTERM', 'SIGINT'] as const) process.once(s, () => void end());
