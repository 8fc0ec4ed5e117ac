/**
 * `npm start`: the composition root. Database, screens, demo city, then every process of start/services.ts, watched until Ctrl-C.
 * One instance per state folder; what a killed one left is cleared up first.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig, type Config } from '#domain/config.ts';
import { connect } from '#store/db.ts';
import { initialAccounts, type InitialAccount } from '#store/initial-accounts.ts';
import { refreshShapes } from '#store/gis-load.ts';
import { migrate } from '#store/migrate.ts';
import { openDatabase, type Database } from './provision/index.ts';
import { tryLock } from './provision/file-lock.ts';
import { descendants, sendSignal } from './provision/processes.ts';
import { CHECKOUT, stateDir } from './provision/state-dir.ts';
import { addressOf, announcement } from './start/announce.ts';
import { buildScreens } from './start/build-screens.ts';
import { loadDemoCity } from './start/demo-city.ts';
import { ProcessLedger } from './start/ledger.ts';
import { firstAccountsFile } from './start/first-accounts.ts';
import { watchLifeline } from './start/lifeline.ts';
import { SERVICES } from './start/services.ts';
import { Steps } from './start/steps.ts';
import { fileIn, plan, Supervisor } from './start/supervisor.ts';

const WATCH_DATABASE_MS = 2000;

const steps = new Steps();
const stop = new AbortController();
let preparing = true;

function askToStop(why: string): void {
  if (stop.signal.aborted) return;
  process.stdout.write(`\nStopping (${why}) …\n`);
  stop.abort();
  // programs that prepare the start (apt, npm, a build) end with us; the database server is no descendant
  if (preparing) for (const pid of descendants(process.pid)) sendSignal(pid, 'SIGTERM');
}
process.on('SIGINT', () => askToStop('Ctrl-C'));
process.on('SIGTERM', () => askToStop('SIGTERM'));
process.on('SIGHUP', () => askToStop('the terminal closed'));
watchLifeline(() => askToStop('the process that started it is gone'));
// a terminal that is gone must not end us before everything is stopped
for (const s of [process.stdout, process.stderr]) s.on('error', () => {});

/** Everything before the first process: screens beside the database, because one computes and the other mostly waits. */
async function prepare(config: Config): Promise<{ db: Database; screens: string; accounts: InitialAccount[] }> {
  const screens = steps.step('screens', buildScreens);
  screens.catch(() => {}); // awaited below; until then its failure must not end the process
  const db = await steps.step('database', (tell) => openDatabase(config, tell));
  try {
    const sql = connect(db.url, { max: 4, name: 'watchfloor-start' });
    try {
      await steps.step('migrations', async (tell) => {
        const done = await migrate(sql);
        (await refreshShapes(sql)).forEach((city) => tell(`map of ${city} drawn anew`));
        tell(done.length > 0 ? `applied ${done.length}: ${done.join(', ')}` : 'up to date');
      });
      const accounts = await initialAccounts(
        sql,
        config.mode,
        firstAccountsFile(stateDir(config.stateDir), config.databaseUrl),
      );
      if (config.mode === 'demo')
        await steps.step('demo city', (tell) => loadDemoCity({ ...process.env, DATABASE_URL: db.url }, tell));
      return { db, screens: await screens, accounts };
    } finally {
      await sql.end({ timeout: 5 });
    }
  } catch (e) {
    await screens.catch(() => {});
    await db.release();
    throw e;
  }
}

/** Starts the private database again when it was killed; its clients wait and reconnect. */
async function watchDatabase(db: Database): Promise<void> {
  while (!stop.signal.aborted) {
    await sleep(WATCH_DATABASE_MS, undefined, { signal: stop.signal }).catch(() => {}); // stopping
    if (stop.signal.aborted) return;
    try {
      if (await db.revive(() => {})) steps.note('the database had ended and was started again');
    } catch (e) {
      steps.note(`the database is away and does not start: ${(e as Error).message}`);
      await sleep(5000, undefined, { signal: stop.signal }).catch(() => {}); // stopping
    }
  }
}

async function runServices(
  supervisor: Supervisor,
  db: Database,
  announce: () => string,
  note: (text: string) => void,
): Promise<void> {
  const watching = watchDatabase(db);
  try {
    await steps.step('processes', (tell) => supervisor.start(tell));
    if (stop.signal.aborted) return;
    note(announce());
    await new Promise<void>((r) => stop.signal.addEventListener('abort', () => r(), { once: true }));
  } finally {
    stop.abort();
    await watching;
  }
}

async function main(): Promise<number> {
  const { config: given, mistakes } = parseConfig(process.env);
  if (mistakes.length > 0) throw new Error(`the configuration has mistakes:\n  - ${mistakes.join('\n  - ')}`);
  const state = stateDir(given.stateDir);
  const lock = tryLock(join(state, 'start.lock'));
  if (!lock.ok) {
    const { note, pid } = lock.holder;
    throw new Error(
      `it already runs from this checkout${note ? ` at ${note}` : ', and is still starting'}: process ${pid}. Stop that one first (Ctrl-C in its terminal, or kill ${pid})`,
    );
  }
  const { planned, config, env } = plan(SERVICES, process.env, fileIn(CHECKOUT));
  const services = planned.filter((p) => p.skipped === null).map((p) => p.service);
  let supervisor: Supervisor | null = null;
  let db: Database | null = null;
  let ledger: ProcessLedger | null = null;
  try {
    const mark = `product:${state}`;
    const logs = join(state, 'logs');
    const before = new Supervisor({
      services,
      env,
      checkout: CHECKOUT,
      logs,
      screens: '',
      mark,
      level: config.logLevel,
    });
    const left = await before.endRemains();
    if (left > 0) steps.note(`ended ${left} processes that a killed run had left`);
    await before.checkPorts(config);
    const ready = await prepare(config);
    preparing = false;
    db = ready.db;
    if (stop.signal.aborted) return 0;
    const sql = connect(db.url, { max: 1, name: 'watchfloor-supervisor' });
    const records = new ProcessLedger(sql, (text) => steps.note(text));
    ledger = records;
    supervisor = new Supervisor({
      services,
      env: { ...env, DATABASE_URL: db.url, DATABASE_ADMIN_URL: '', WATCHFLOOR_DIR: state },
      checkout: CHECKOUT,
      logs,
      screens: ready.screens,
      mark,
      level: config.logLevel,
      onStarted: (name, pid) => records.started(name, pid),
      onEnded: (name, ending, expected) => {
        records.ended(name, ending);
        if (!expected)
          steps.note(
            `${name} ended (${ending.signal ?? `code ${ending.code}`}) and is started again; see ${join(logs, `${name}.log`)}`,
          );
      },
    });
    const total = (): string => steps.total();
    await runServices(
      supervisor,
      db,
      () =>
        announcement({
          config,
          planned,
          accounts: ready.accounts,
          database: ready.db.description,
          logs,
          total: total(),
        }),
      (text) => {
        lock.note(addressOf(config));
        process.stdout.write(text);
      },
    );
    return 0;
  } catch (e) {
    if (stop.signal.aborted && !supervisor) return 0; // stopped while preparing: what failed was ended by us
    throw e;
  } finally {
    stop.abort();
    await supervisor?.stop();
    await ledger?.close();
    await db?.release();
    lock.release();
  }
}

try {
  process.exitCode = await main();
  process.stdout.write('Everything is stopped.\n');
} catch (e) {
  process.stderr.write(`watchfloor: ${(e as Error).message}\n`);
  process.exitCode = 1;
}
process.exit();
