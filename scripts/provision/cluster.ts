import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, Tell } from './engine.ts';
import type { OsUser } from './os-user.ts';
import { allPids, isAlive, linkOf, listenerOf, processId, sendSignal } from './processes.ts';
import { run } from './run.ts';
import { pgHba, postgresqlConf, type Machine } from './settings.ts';

/** One server: programs, data folder, owner, port. */
export interface Cluster {
  readonly engine: Engine;
  /** Holds data/; belongs to `user`. */
  readonly folder: string;
  readonly user: OsUser | null;
  readonly port: number;
  readonly durable: boolean;
}

export const SUPERUSER = 'postgres';
const dataOf = (c: Cluster): string => join(c.folder, 'data');
const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;

/**
 * Makes the data folder if there is none. It is made under another name and renamed when whole, so that a kill in between leaves nothing half.
 * @param password the superuser's, from the first moment on
 */
export async function initCluster(c: Cluster, password: string): Promise<'made' | 'there'> {
  if (await exists(join(dataOf(c), 'PG_VERSION'))) return 'there';
  const fresh = join(c.folder, 'data.new');
  const secret = join(c.folder, 'password');
  await rm(fresh, { recursive: true, force: true });
  try {
    await writeOwned(c, secret, password);
    await run(
      join(c.engine.bin, 'initdb'),
      [
        ...[
          '-D',
          fresh,
          '-U',
          SUPERUSER,
          `--pwfile=${secret}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--data-checksums',
        ],
        ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8'],
        ...(c.durable ? [] : ['--no-sync']),
      ],
      { user: c.user, env: c.engine.env },
    );
  } finally {
    await rm(secret, { force: true });
  }
  await rename(fresh, dataOf(c));
  return 'made';
}

async function writeOwned(c: Cluster, path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (c.user) await chown(path, c.user.uid, c.user.gid);
}

/** The memory this process may use: the machine's, or the container's limit. */
function machine(): Machine {
  let memoryBytes = totalmem();
  for (const f of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'])
    try {
      const limit = Number(readFileSync(f, 'utf8'));
      if (limit > 0) memoryBytes = Math.min(memoryBytes, limit);
    } catch {
      continue; // no such limit on this machine
    }
  return { cores: availableParallelism(), memoryBytes };
}

/** Whether a process is this data folder's server or a child of it: it works in the folder and runs our program. */
const isOurs = (c: Cluster, pid: number): boolean =>
  linkOf(pid, 'cwd') === dataOf(c) && linkOf(pid, 'exe') === join(c.engine.bin, 'postgres');

const serverPids = (c: Cluster): number[] => allPids().filter((p) => isOurs(c, p));

async function postmasterPid(c: Cluster): Promise<number | null> {
  const text = await readFile(join(dataOf(c), 'postmaster.pid'), 'utf8').catch(() => null);
  const pid = Number(text?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** Whether the data folder's server runs, by its own pid file checked against the process table. */
export async function isRunning(c: Cluster): Promise<boolean> {
  const pid = await postmasterPid(c);
  return pid !== null && isOurs(c, pid);
}

/** The port that a running server of this folder listens on; its pid file says so. */
export async function runningPort(c: Cluster): Promise<number | null> {
  if (!(await isRunning(c))) return null;
  const text = await readFile(join(dataOf(c), 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(text.split('\n')[3]);
  return Number.isInteger(port) && port > 0 ? port : null;
}

/**
 * Starts the server and waits until it takes connections; recovery after a crash included.
 * @throws with the server's last lines, or a sentence about the port
 */
export async function startCluster(c: Cluster, tell: Tell): Promise<void> {
  await clearRemains(c, tell);
  await assertPortFree(c.port, 'DB_PORT', 'the private database');
  const data = dataOf(c);
  await writeOwned(
    c,
    join(data, 'postgresql.conf'),
    postgresqlConf({ port: c.port, machine: machine(), durable: c.durable }),
  );
  await writeOwned(c, join(data, 'pg_hba.conf'), pgHba());
  const log = join(c.folder, 'start.log');
  const started = Date.now();
  const beat = setInterval(
    () => tell(`the database is starting, ${Math.round((Date.now() - started) / 1000)} s`),
    5000,
  );
  try {
    await writeOwned(c, log, '');
    await run(join(c.engine.bin, 'pg_ctl'), ['-D', data, '-l', log, '-w', '-t', '600', '-s', 'start'], {
      user: c.user,
      env: c.engine.env,
      timeoutMs: 660_000,
    });
  } catch (e) {
    throw new Error(`the database did not start:\n${await lastLines(c)}`, { cause: e });
  } finally {
    clearInterval(beat);
  }
}

async function lastLines(c: Cluster): Promise<string> {
  const start = await readFile(join(c.folder, 'start.log'), 'utf8').catch(() => '');
  const day = new Date().toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
  const server = await readFile(join(dataOf(c), 'log', `postgres-${day}.log`), 'utf8').catch(() => '');
  return `${start}\n${server}`.trim().split('\n').slice(-12).join('\n');
}

/**
 * What a kill -9 leaves: a pid file whose number may belong to a stranger by now, and server children that still hold the
 * shared memory and for a moment keep a new server from starting.
 */
async function clearRemains(c: Cluster, tell: Tell): Promise<void> {
  const pid = await postmasterPid(c);
  const deadline = Date.now() + 10_000;
  for (;;) {
    const left = serverPids(c);
    if (left.length === 0) break;
    if (pid !== null && left.includes(pid)) return; // a living server; the caller asks isRunning first
    if (Date.now() > deadline) {
      tell(`ending ${left.length} processes that a killed database left`);
      for (const p of left) sendSignal(p, 'SIGKILL');
    }
    await sleep(100);
  }
  if (pid !== null) await rm(join(dataOf(c), 'postmaster.pid'), { force: true });
}

/**
 * Stops the server: connections are ended, everything is written. @returns when no process of it is left
 * @param mode 'immediate' for a server whose data are thrown away
 */
export async function stopCluster(c: Cluster, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  // known before: a process that is ending has no program and no folder any more, but lives until its memory is given back
  const processes = serverPids(c).flatMap((p) => processId(p) ?? []);
  if (await isRunning(c))
    await run(join(c.engine.bin, 'pg_ctl'), ['-D', dataOf(c), '-m', mode, '-w', '-t', '60', '-s', 'stop'], {
      user: c.user,
      env: c.engine.env,
      timeoutMs: 90_000,
    });
  const left = (): number[] => [...processes.filter(isAlive).map((p) => p.pid), ...serverPids(c)];
  for (let i = 0; i < 250 && left().length > 0; i++) await sleep(20);
  for (const p of new Set(left())) sendSignal(p, 'SIGKILL');
}

/** Makes the folder of a cluster, owned by its user. */
export async function makeFolder(folder: string, user: OsUser | null): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user) await chown(folder, user.uid, user.gid);
}

/** A port nobody listens on, from the system's own range. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const s = createServer();
    s.once('error', reject);
    s.listen(0, '127.0.0.1', () => {
      const at = s.address();
      s.close(() => (at !== null && typeof at === 'object' ? resolve(at.port) : reject(new Error('no free port'))));
    });
  });
}

/** @throws a sentence that names the port, the option and, where it can be seen, the process that has it */
export async function assertPortFree(port: number, option: string, what: string, host = '127.0.0.1'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const s = createServer();
    s.once('error', (e: NodeJS.ErrnoException) => {
      const holder = listenerOf(port);
      const who = holder ? `process ${holder.pid} (${holder.command})` : 'another process';
      const why = {
        EADDRINUSE: `is taken by ${who}; stop it, or set ${option} to another port`,
        EACCES: `may not be used by this user; set ${option} to a port above 1023`,
        EADDRNOTAVAIL: `cannot be used because ${host} is no address of this machine`,
      }[e.code ?? ''];
      reject(
        new Error(`port ${port} for ${what} (option ${option}) ${why ?? `cannot be used: ${e.message}`}`, { cause: e }),
      );
    });
    s.listen({ port, host, exclusive: true }, () => s.close(() => resolve()));
  });
}
