import pino from 'pino';
import { parseConfig, type Config } from '#domain/config.ts';
import { connect, type Sql } from '#store/db.ts';
import { reportHealth, type WorkerState } from '#store/health.ts';

/**
 * What the server half of the app holds for its whole life: configuration, log and one pool of connections.
 * Made at first use, because the build imports these modules too and has no database.
 */
let config: Config | null = null;
let sql: Sql | null = null;

export function settings(): Config {
  // app/server.ts has reported all mistakes before it took the first request
  return (config ??= parseConfig(process.env).config);
}

export function db(): Sql {
  return (sql ??= connect(settings().databaseUrl, { max: 8, name: 'watchfloor app' }));
}

export const log = pino({ name: 'app', level: process.env.LOG_LEVEL || 'info' });

const HEALTH_EVERY_MS = 5000;

/** Tells the status page every few seconds that the app lives, until the process stops. */
export function keepReporting(): void {
  const report = (state: WorkerState): Promise<void> =>
    reportHealth(db(), 'app', state, {
      rssMb: Math.round(process.memoryUsage.rss() / 1e6),
      requests: counted.requests,
    });
  const timer = setInterval(() => {
    report('live').catch((e: unknown) => log.warn({ err: e }, 'health could not be written'));
  }, HEALTH_EVERY_MS);
  timer.unref();
  // app/server.ts emits it when the last request is answered (adapter-node's own event name)
  process.once('sveltekit:shutdown' as never, () => {
    clearInterval(timer);
    report('stopped')
      .catch((e: unknown) => log.warn({ err: e }, 'the last word could not be written'))
      .finally(() => void sql?.end({ timeout: 2 }));
  });
}

/** Requests answered since the start. */
export const counted = { requests: 0 };
