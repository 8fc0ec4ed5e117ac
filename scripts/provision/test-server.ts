import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort, initCluster, makeFolder, startCluster, stopCluster, SUPERUSER, type Cluster } from './cluster.ts';
import type { Tell } from './engine.ts';
import { engineOf } from './private-server.ts';
import { isAlive, processId, sendSignal, type ProcessId } from './processes.ts';

/** A server whose data are thrown away: for a run of the tests. */
export interface TestServer {
  /** The superuser's address, in database postgres. */
  readonly adminUrl: string;
  /** Ends the server as a crash would, with SIGKILL. */
  kill(): void;
  /** Starts it again after a crash; it recovers by itself. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A new server on a free port with its own data folder, beside any other of this checkout. What an earlier run that was killed left is ended first.
 * @param durable whether it syncs to disk as production does: needed where the run kills it
 */
export async function startTestServer(
  stateFolder: string,
  mirror: string,
  tell: Tell,
  { durable = false }: { durable?: boolean } = {},
): Promise<TestServer> {
  const { engine, user } = await engineOf(stateFolder, mirror, tell);
  const parent = join(stateFolder, 'test');
  mkdirSync(parent, { recursive: true, mode: user ? 0o711 : 0o700 });
  const at = (name: string, port: number): Cluster => ({
    engine,
    user,
    port,
    durable,
    folder: join(parent, name),
  });
  for (const name of readdirSync(parent).filter((n) => !n.endsWith('.json'))) {
    const ownerFile = join(parent, `${name}.json`);
    const owner = readOwner(ownerFile);
    if (owner && isAlive(owner)) continue;
    tell('ending the test server that an earlier run left');
    await stopCluster(at(name, 0), 'immediate');
    rmSync(join(parent, name), { recursive: true, force: true });
    rmSync(ownerFile, { force: true });
  }
  const name = randomBytes(4).toString('hex');
  writeFileSync(join(parent, `${name}.json`), JSON.stringify(processId(process.pid)));
  const c = at(name, await freePort());
  await makeFolder(c.folder, user);
  const password = randomBytes(18).toString('base64url');
  await initCluster(c, password);
  await startCluster(c, tell);
  return {
    adminUrl: `postgres://${SUPERUSER}:${password}@127.0.0.1:${c.port}/postgres`,
    kill: () => void sendSignal(postmaster(c), 'SIGKILL'),
    restart: () => startCluster(c, tell),
    stop: async () => {
      await stopCluster(c, 'immediate');
      rmSync(c.folder, { recursive: true, force: true });
      rmSync(join(parent, `${name}.json`), { force: true });
    },
  };
}

/** Pid of the server's first process, from the first line of its pid file. */
function postmaster(c: Cluster): number {
  const pid = Number(readFileSync(join(c.folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid < 2) throw new Error('the server has no pid file');
  return pid;
}

function readOwner(path: string): ProcessId | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessId;
  } catch {
    return null; // no file: the owner was killed before it wrote one
  }
}
