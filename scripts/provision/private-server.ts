import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  initCluster,
  isRunning,
  makeFolder,
  runningPort,
  startCluster,
  stopCluster,
  SUPERUSER,
  type Cluster,
} from './cluster.ts';
import { installEngine, type Engine, type Tell } from './engine.ts';
import { withLock } from './file-lock.ts';
import { databaseUser, type OsUser } from './os-user.ts';
import { isAlive, processId, type ProcessId } from './processes.ts';
import { APPLICATION, ensureDatabase, ensureRole, adminSql, inDatabase } from './roles.ts';
import { secretsOf, type Secrets } from './secrets.ts';

/** The private server as its user sees it. */
export interface PrivateServer {
  /** The application's database, as its own role. */
  readonly url: string;
  /** The same server's superuser, in database postgres. */
  readonly adminUrl: string;
  /** False when another process of ours had it running. */
  readonly startedHere: boolean;
  /** Starts the server again if it has ended (it was killed). @returns whether it had */
  revive(tell: Tell): Promise<boolean>;
  /** Lets go; the last user stops the server. */
  release(): Promise<void>;
}

/** The programs of the database, installed on first need; one installer at a time. */
export async function engineOf(
  stateFolder: string,
  mirror: string,
  tell: Tell,
): Promise<{ engine: Engine; user: OsUser | null; folder: string }> {
  const user = await databaseUser();
  const folder = join(stateFolder, 'pg');
  await makeFolder(folder, user);
  const engine = await withLock(
    join(stateFolder, 'engine.lock'),
    () => installEngine(folder, user, mirror, tell),
    (h) => tell(`waiting for process ${h.pid}, which is installing the database's programs`),
  );
  return { engine, user, folder };
}

const addressOf = (port: number, role: string, password: string, database: string): string =>
  `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/** Where a private server lives and what runs it. */
export interface ServerPlace {
  readonly engine: Engine;
  readonly user: OsUser | null;
  /** Holds data/; belongs to `user`. */
  readonly folder: string;
  /** Holds passwords and locks; ours. */
  readonly stateFolder: string;
  /** Where it listens if it has to be started; a running one keeps its port. */
  readonly port: number;
}

/**
 * The private server of a state folder, its programs installed on first need.
 * @param mirror the option APT_MIRROR
 */
export async function openPrivateServer(
  stateFolder: string,
  { port, mirror }: { port: number; mirror: string },
  tell: Tell,
): Promise<PrivateServer> {
  return await openServer({ ...(await engineOf(stateFolder, mirror, tell)), stateFolder, port }, tell);
}

/**
 * A server, running and with the application's role and database in it.
 * Several processes may use it at once (the product, a script beside it): each is noted, and the last one to release it stops it.
 */
export async function openServer(place: ServerPlace, tell: Tell): Promise<PrivateServer> {
  const { engine, user, folder, stateFolder, port } = place;
  const lock = <T>(work: () => Promise<T>): Promise<T> =>
    withLock(join(stateFolder, 'server.lock'), work, (h) =>
      tell(`waiting for process ${h.pid}, which is starting or stopping the database`),
    );
  return await lock(async () => {
    const secrets = secretsOf(stateFolder);
    const c: Cluster = { engine, folder, user, port, durable: true };
    const made = (await initCluster(c, secrets.superuser)) === 'made';
    if (made) tell('made a new data folder');
    const had = await runningPort(c);
    const at = had ?? port;
    const adminUrl = addressOf(at, SUPERUSER, secrets.superuser, 'postgres');
    try {
      if (had === null) await startCluster(c, tell);
      if (await prepareApplication(adminUrl, secrets)) tell('made the role, the database and its extensions');
    } catch (e) {
      if (had === null) await stopCluster(c);
      throw e;
    }
    const users = new Users(join(stateFolder, 'server-users'));
    users.add();
    return {
      url: addressOf(at, APPLICATION, secrets.application, APPLICATION),
      adminUrl,
      startedHere: had === null,
      revive: async (say) => {
        if (await isRunning(c)) return false;
        return await lock(async () => {
          if (await isRunning(c)) return false; // another user of it was quicker
          await startCluster({ ...c, port: at }, say);
          return true;
        });
      },
      release: () =>
        lock(async () => {
          users.remove();
          if (users.living().length === 0 && (await isRunning(c))) await stopCluster(c);
        }),
    };
  });
}

/** @returns whether anything had to be made */
async function prepareApplication(adminUrl: string, secrets: Secrets): Promise<boolean> {
  const application = new URL(inDatabase(adminUrl, APPLICATION));
  application.username = APPLICATION;
  application.password = encodeURIComponent(secrets.application);
  // the usual start: the role gets in and everything is there
  const probe = adminSql(application.href);
  const ready =
    await probe`select 1 from pg_extension having count(*) filter (where extname in ('timescaledb','postgis','pgrouting','pg_trgm','btree_gist')) = 5`
      .then((r) => r.length > 0)
      .catch(() => false) // a role or database that is not there yet: made below, where a failure is told
      .finally(() => probe.end({ timeout: 5 }));
  if (ready) return false;
  const admin = adminSql(adminUrl);
  try {
    await ensureRole(admin, APPLICATION, secrets.application);
  } finally {
    await admin.end({ timeout: 5 });
  }
  await ensureDatabase(adminUrl, APPLICATION, APPLICATION);
  return true;
}

/** Who uses the server now: a file for each use, named by its process. Files of dead processes count for nothing. */
class Users {
  static #uses = 0;
  readonly #folder: string;
  readonly #mine: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#mine = join(folder, `${process.pid}-${++Users.#uses}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  add(): void {
    writeFileSync(this.#mine, JSON.stringify(processId(process.pid)));
  }

  remove(): void {
    rmSync(this.#mine, { force: true });
  }

  living(): ProcessId[] {
    const living: ProcessId[] = [];
    for (const f of readdirSync(this.#folder)) {
      const path = join(this.#folder, f);
      const id = readId(path);
      if (id && isAlive(id)) living.push(id);
      else rmSync(path, { force: true });
    }
    return living;
  }
}

function readId(path: string): ProcessId | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessId;
  } catch {
    return null; // half written by a process that was killed: it uses nothing any more
  }
}
