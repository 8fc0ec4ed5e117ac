import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '#scripts/provision/cluster.ts';
import { configOrThrow } from '#scripts/provision/index.ts';
import { sendSignal } from '#scripts/provision/processes.ts';
import { adminSql, ensureRole } from '#scripts/provision/roles.ts';
import { makeScratch } from '#scripts/provision/scratch.ts';
import { CHECKOUT } from '#scripts/provision/state-dir.ts';
import { buildScreens } from '#scripts/start/build-screens.ts';
import { loadDemoCity } from '#scripts/start/demo-city.ts';
import { FAMILY } from '#scripts/start/family.ts';
import { SERVICES } from '#scripts/start/services.ts';
import { fileIn, plan, Supervisor } from '#scripts/start/supervisor.ts';
import { connect } from '#store/db.ts';
import { initialAccounts, type InitialAccount } from '#store/initial-accounts.ts';
import type {} from './provided.ts';

const say = (text: string): void => void process.stdout.write(`  web: ${text}\n`);

/** Weeks of history the demo city is given here; enough for comparisons, quick to load. */
const SMALL_SEED = { DEMO_WEEKS: '1' };

/** A database with a role of its own, as in production: no superuser. */
async function ownDatabase(adminUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const role = `wf_web_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(18).toString('base64url');
  const admin = adminSql(adminUrl);
  await ensureRole(admin, role, password).finally(() => admin.end());
  const at = new URL(adminUrl);
  at.username = role;
  at.password = password;
  const db = await makeScratch(at.href, adminUrl);
  const drop = async (): Promise<void> => {
    await db.drop();
    const a = adminSql(adminUrl);
    await a.unsafe(`drop role ${role}`).finally(() => a.end());
  };
  return { url: db.url, drop };
}

/** A free port for every port option of every service. */
async function freePorts(): Promise<Record<string, string>> {
  const options = new Set(SERVICES.flatMap((s) => s.ports?.(configOrThrow({}))?.map((p) => p.option) ?? []));
  const taken = new Set<number>();
  const env: Record<string, string> = {};
  for (const option of options) {
    let port = await freePort();
    while (taken.has(port)) port = await freePort();
    taken.add(port);
    env[option] = String(port);
  }
  return env;
}

const SIGNALS = { kill: 'SIGKILL', pause: 'SIGSTOP', resume: 'SIGCONT' } as const;

/**
 * Lets tests end a process of the product, which the supervisor then starts again, or hold it without its saying so:
 * `POST /kill/realtime`, `/pause/ingest`, `/resume/ingest`.
 */
async function control(supervisor: Supervisor): Promise<{ url: string; close(): void }> {
  const server = createServer((req, res) => {
    const [, what, name] = /^\/(kill|pause|resume)\/([\w-]+)$/.exec(req.url ?? '') ?? [];
    const pid = name === undefined ? undefined : supervisor.pids().get(name);
    if (req.method !== 'POST' || pid === undefined) return res.writeHead(404).end(`no process ${name}`);
    sendSignal(pid, SIGNALS[what as keyof typeof SIGNALS]);
    res.writeHead(200).end(String(pid));
  });
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/**
 * The whole product for the browser tests: the same services as `npm start`, in demo mode, on free ports and a database of its own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const adminUrl = process.env.TEST_ADMIN_URL;
  if (!adminUrl) throw new Error('TEST_ADMIN_URL is not set: run the tests through `npm test`');
  const began = performance.now();
  const screens = await buildScreens(say);
  const state = mkdtempSync(join(tmpdir(), 'watchfloor-web-'));
  const db = await ownDatabase(adminUrl);
  const wanted = {
    ...process.env,
    ...(await freePorts()),
    ...SMALL_SEED,
    MODE: 'demo',
    DATABASE_URL: db.url,
    WATCHFLOOR_DIR: state,
  };
  const { planned, config, env } = plan(SERVICES, wanted, fileIn(CHECKOUT));
  const sql = connect(db.url, { max: 3, name: 'watchfloor-web-tests' });
  let accounts: InitialAccount[];
  try {
    accounts = await initialAccounts(sql, 'demo', join(state, 'first-accounts'));
    await loadDemoCity(wanted, say);
  } finally {
    await sql.end({ timeout: 5 });
  }
  const supervisor = new Supervisor({
    services: planned.filter((p) => p.skipped === null).map((p) => p.service),
    env: { ...env, NODE_ENV: 'production' },
    checkout: CHECKOUT,
    logs: join(state, 'logs'),
    screens,
    // within the mark of `npm test`, so that a run that is stopped ends these too
    mark: `${process.env[FAMILY] ?? 'vitest'}/web-${process.pid}`,
    level: config.logLevel,
    onEnded: (name, ending, expected) => {
      if (!expected) say(`${name} ended (${ending.signal ?? `code ${ending.code}`})`);
    },
  });
  const end = async (): Promise<void> => {
    await supervisor.stop();
    await db.drop();
    rmSync(state, { recursive: true, force: true });
  };
  try {
    await supervisor.start(say);
  } catch (e) {
    await end();
    throw e;
  }
  const controls = await control(supervisor);
  say(`the product runs on port ${config.port}, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  project.provide('baseUrl', `http://127.0.0.1:${config.port}`);
  project.provide('productUrl', db.url);
  project.provide('controlUrl', controls.url);
  project.provide(
    'accounts',
    accounts.map((a) => ({ login: a.login, role: a.role, password: a.password ?? '' })),
  );
  return async () => {
    controls.close();
    await end();
  };
}
