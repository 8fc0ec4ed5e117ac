import pino from 'pino';
import { parseConfig, type Config } from '#domain/config.ts';
import { connect, type Sql } from '#store/db.ts';

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

// app/server.ts emits it when the last request is answered (adapter-node's own event name)
process.once('sveltekit:shutdown' as never, () => void sql?.end({ timeout: 2 }));
