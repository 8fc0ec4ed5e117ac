import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import { connect, type Sql } from '#store/db.ts';
import { reportHealth } from '#store/health.ts';
import { keepReject } from '#store/rejects.ts';
import { SOURCES } from './sources.ts';
import { realClock, restartDelay, supervise } from './supervisor.ts';

/** How long the sources have to stop after SIGTERM or SIGINT. */
const STOP_WITHIN_MS = 5000;

const { config, mistakes } = parseConfig(process.env);
if (config.databaseUrl === '') mistakes.push('DATABASE_URL must name the database (npm start sets it)');
const log = pino({ name: 'ingest', level: config.logLevel });
if (mistakes.length > 0) {
  for (const mistake of mistakes) log.fatal({ mistake }, 'configuration');
  process.exit(2);
}

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.on(name, () => {
    log.info({ signal: name }, 'stopping');
    stop.abort();
  });
process.on('unhandledRejection', (e) => {
  log.fatal({ err: e }, 'a promise was dropped');
  process.exit(1);
});

/** Waits for the database for as long as it takes, telling why it waits. */
async function untilReachable(sql: Sql): Promise<void> {
  for (let attempt = 1; !stop.signal.aborted; attempt++) {
    try {
      await sql`select 1`;
      return;
    } catch (e) {
      log.warn({ err: e, attempt }, 'the database does not answer yet');
      await realClock.sleep(Math.min(5000, restartDelay(attempt, Math.random())), stop.signal);
    }
  }
}

const sql = connect(config.databaseUrl, { max: 9, name: 'watchfloor ingest' });
await untilReachable(sql);
const sources = SOURCES.filter((s) => s.enabled(config));
const { done, running } = supervise({
  sources,
  config,
  sql,
  log,
  signal: stop.signal,
  clock: realClock,
  ledger: {
    health: (worker, state, detail) => reportHealth(sql, worker, state, detail),
    reject: (source, raw, code, reason) => keepReject(sql, source, raw, code, reason),
  },
});
log.info({ sources: sources.map((s) => s.name) }, 'ready');

// The process lives until it is told to stop, also when the configuration asks for no source at all.
const alive = setInterval(() => {}, 60_000);
if (!stop.signal.aborted)
  await new Promise<void>((r) => stop.signal.addEventListener('abort', () => r(), { once: true }));
clearInterval(alive);
const late = setTimeout(() => {
  log.error({ running: [...running] }, 'these sources did not stop in time');
  process.exit(1);
}, STOP_WITHIN_MS);
await done;
await sql.end({ timeout: 1 });
clearTimeout(late);
log.info('stopped');
