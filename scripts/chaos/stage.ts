import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, type Config } from '#domain/config.ts';
import { loadDemoCity } from '#scripts/start/demo-city.ts';
import { freePort } from '#scripts/provision/cluster.ts';
import { configOrThrow } from '#scripts/provision/index.ts';
import { makeScratch } from '#scripts/provision/scratch.ts';
import { CHECKOUT, stateDir } from '#scripts/provision/state-dir.ts';
import { startTestServer, type TestServer } from '#scripts/provision/test-server.ts';
import { CHAOS_ORIGIN, CHAOS_TOKEN } from './load.ts';
import { SERVICES } from '#scripts/start/services.ts';
import { fileIn, plan, Supervisor } from '#scripts/start/supervisor.ts';

/** The whole product without its screens, on a durable server and ports of its own: what the chaos run breaks. */
export interface Stage {
  readonly config: Config;
  readonly url: string;
  readonly database: TestServer;
  readonly supervisor: Supervisor;
  /** Environment that every process of it got. */
  readonly env: Readonly<Record<string, string | undefined>>;
  end(): Promise<void>;
}

async function ports(): Promise<Record<string, string>> {
  const options = new Set(SERVICES.flatMap((s) => s.ports?.(configOrThrow({}))?.map((p) => p.option) ?? []));
  const env: Record<string, string> = {};
  for (const option of options) env[option] = String(await freePort());
  return env;
}

export async function openStage(o: { seed: number; log: (line: string) => void }): Promise<Stage> {
  const own = configOrThrow();
  const database = await startTestServer(stateDir(own.stateDir), own.aptMirror, o.log, { durable: true });
  const state = mkdtempSync(join(tmpdir(), 'watchfloor-chaos-'));
  const { url } = await makeScratch(database.adminUrl, database.adminUrl);
  const wanted = {
    ...process.env,
    ...(await ports()),
    MODE: 'demo',
    DATABASE_URL: url,
    WATCHFLOOR_DIR: state,
    DEMO_SEED: String(o.seed),
    DEMO_WEEKS: '1',
    DIGEST_EVERY_S: '2',
    PUSH_TOKENS: `${CHAOS_ORIGIN}=${CHAOS_TOKEN}`,
  };
  const { planned, env } = plan(SERVICES, wanted, fileIn(CHECKOUT));
  const { config, mistakes } = parseConfig(env);
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  await loadDemoCity(env, o.log);
  const supervisor = new Supervisor({
    services: planned.filter((p) => p.skipped === null && p.service.name !== 'app').map((p) => p.service),
    env,
    checkout: CHECKOUT,
    logs: join(state, 'logs'),
    screens: '',
    mark: `chaos-${process.pid}`,
    level: 'fatal',
  });
  const end = async (): Promise<void> => {
    await supervisor.stop();
    await database.stop();
    rmSync(state, { recursive: true, force: true });
  };
  try {
    await supervisor.start(o.log);
  } catch (e) {
    await end();
    throw e;
  }
  return { config, url, database, supervisor, env, end };
}
