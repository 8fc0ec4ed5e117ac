import { parseConfig, type Config } from '#domain/config.ts';
import { connect } from '#store/db.ts';
import { migrate } from '#store/migrate.ts';
import type { Tell } from './engine.ts';
import { prepareExisting } from './existing.ts';
import { openPrivateServer } from './private-server.ts';
import { inDatabase } from './roles.ts';
import { makeScratch } from './scratch.ts';
import { stateDir } from './state-dir.ts';

/** A database that is there and fit, migrated or not. */
export interface Database {
  readonly url: string;
  /** A role of the same server that may make databases; with DATABASE_URL that is its own role. */
  readonly adminUrl: string;
  /** One line for people: which database this is. */
  readonly description: string;
  /** Starts a private database again that was killed; one of DATABASE_URL is not ours to start. @returns whether it was started */
  revive(tell: Tell): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * The database of a configuration: DATABASE_URL after checking it, or the private one, installed, made and started on first need.
 * @throws with a sentence for people
 */
export async function openDatabase(config: Config, tell: Tell): Promise<Database> {
  if (config.databaseUrl !== '') {
    const { version, database } = await prepareExisting(config.databaseUrl);
    return {
      url: config.databaseUrl,
      adminUrl: config.databaseAdminUrl || config.databaseUrl,
      description: `PostgreSQL ${version}, database ${database} of DATABASE_URL`,
      revive: async () => false,
      release: async () => {},
    };
  }
  const server = await openPrivateServer(
    stateDir(config.stateDir),
    { port: config.dbPort, mirror: config.aptMirror },
    tell,
  );
  const port = new URL(server.url).port;
  return {
    url: server.url,
    adminUrl: server.adminUrl,
    description: `private PostgreSQL on 127.0.0.1:${port}${server.startedHere ? '' : ', already running'}`,
    revive: server.revive,
    release: server.release,
  };
}

/** The configuration of this process's environment. @throws all mistakes together */
export function configOrThrow(env: NodeJS.ProcessEnv = process.env): Config {
  const { config, mistakes } = parseConfig(env);
  if (mistakes.length > 0) throw new Error(`the configuration has mistakes:\n  - ${mistakes.join('\n  - ')}`);
  return config;
}

const onStderr: Tell = (line) => process.stderr.write(`${line}\n`);

/**
 * Runs `work` with the migrated database of this checkout: the running product's, DATABASE_URL's, or the private one for as long as `work` takes.
 */
export async function withDatabase<T>(
  work: (db: { url: string; adminUrl: string }) => Promise<T>,
  { config = configOrThrow(), tell = onStderr }: { config?: Config; tell?: Tell } = {},
): Promise<T> {
  const db = await openDatabase(config, tell);
  try {
    const sql = connect(db.url, { max: 2, name: 'watchfloor-migrate' });
    await migrate(sql).finally(() => sql.end({ timeout: 5 }));
    return await work(db);
  } finally {
    await db.release();
  }
}

/**
 * Runs `work` with an empty, migrated database of its own on the same server, dropped at the end also when `work` fails.
 * For replays, chaos runs, feed checks and benchmarks: what they write never mixes with the city's own.
 */
export async function withScratchDatabase<T>(
  work: (db: { url: string }) => Promise<T>,
  { config = configOrThrow(), tell = onStderr }: { config?: Config; tell?: Tell } = {},
): Promise<T> {
  const db = await openDatabase(config, tell);
  try {
    const scratch = await makeScratch(
      db.url,
      inDatabase(db.adminUrl, config.databaseUrl === '' ? 'postgres' : maintenance(db.adminUrl)),
    );
    try {
      return await work({ url: scratch.url });
    } finally {
      await scratch.drop();
    }
  } finally {
    await db.release();
  }
}

const maintenance = (url: string): string => new URL(url).pathname.slice(1) || 'postgres';
