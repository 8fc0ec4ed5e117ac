/** `npm run chaos`: the product under load while its processes and its database are killed at random. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HOUR } from '#domain/time.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import { sendSignal } from '#scripts/provision/processes.ts';
import { createAccount } from '#store/accounts.ts';
import { openSession } from '#store/auth.ts';
import { connect, type Sql } from '#store/db.ts';
import { CaseSender, FactSender } from './chaos/load.ts';
import { Screen } from './chaos/screens.ts';
import { openStage, type Stage } from './chaos/stage.ts';
import { judge, type Verdict } from './chaos/verdicts.ts';
import { verifyDigests } from './verify-digests.ts';

const HELP = `npm run chaos -- [--minutes N] [--seed S] [--screens N]

Starts the demo product on a database server of its own, loads it (switchboard, feeds, vehicles, pushed cases), and for N
minutes kills processes with SIGKILL at random, the database server among them. Then it checks that nothing that was
answered is lost or doubled, that every outage of the switchboard is marked, that no position was invented, that every
screen has the server's digest, and that the state rebuilt from facts equals what was written. Exits 1 when one fails.`;

interface Outage {
  from: number;
  to: number;
}

/** Kills, one at a time, with a pause in which the product may come back. */
async function rampage(
  stage: Stage,
  until: number,
  random: Random,
  log: (line: string) => void,
): Promise<{ kills: Map<string, number>; outages: Outage[] }> {
  const kills = new Map<string, number>();
  const outages: Outage[] = [];
  while (Date.now() < until) {
    await sleep(2000 + random() * 6000);
    const pids = [...stage.supervisor.pids()].sort(([a], [b]) => (a < b ? -1 : 1));
    const victim = ['database', ...pids.map(([name]) => name)][Math.floor(random() * (pids.length + 1))]!;
    kills.set(victim, (kills.get(victim) ?? 0) + 1);
    log(`kill ${victim}`);
    const from = Date.now();
    if (victim === 'database') {
      stage.database.kill();
      await sleep(500 + random() * 1500);
      await stage.database.restart();
    } else sendSignal(stage.supervisor.pids().get(victim) ?? 0, 'SIGKILL');
    if (victim === 'ingest' || victim === 'sim-ami') outages.push({ from, to: from });
  }
  return { kills, outages };
}

/** Waits until the switch is heard after its last outage, at most a minute and a half: only who is back can mark the gap. */
async function heardAgain(sql: Sql, since: number): Promise<void> {
  for (let i = 0; i < 90; i++) {
    const [last] = await sql<{ state: string; at: Date }[]>`
      select body->>'state' as state, recorded_at as at from fact where kind = 'floor.linked' order by n desc limit 1`;
    if (since === 0 || (last?.state === 'live' && last.at.getTime() >= since)) return;
    await sleep(1000);
  }
}

/** Waits until every screen shows a state that no longer moves with the load stopped, at most a minute. */
async function quiet(sql: Sql, screens: readonly Screen[]): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const [r] = await sql<{ n: number }[]>`select coalesce(max(n), 0) as n from fact`;
    if (screens.every((s) => s.state === 'live' && (s.cursor ?? 0) >= r!.n)) return;
    await sleep(1000);
  }
}

async function openScreens(sql: Sql, stage: Stage, count: number, random: Random): Promise<Screen[]> {
  const made = await createAccount(
    sql,
    { login: 'chaos', name: 'chaos', role: 'duty-officer' },
    { actor: 'chaos', now: Date.now() },
  );
  if (!made.ok) throw new Error(made.reason);
  const { token } = await openSession(sql, { accountId: made.value.id }, { address: '127.0.0.1', userAgent: 'chaos' });
  const url = `ws://127.0.0.1:${stage.config.rtPort}/rt`;
  return Array.from({ length: count }, (_, i) => new Screen({ url, token, name: `chaos-screen-${i}`, random }));
}

async function run(o: {
  minutes: number;
  seed: number;
  screens: number;
  log: (line: string) => void;
}): Promise<Verdict[]> {
  const random = mulberry32(o.seed);
  const stage = await openStage(o);
  const sql = connect(stage.url, { max: 4, name: 'watchfloor-chaos' });
  const since = new Date();
  const screens = await openScreens(sql, stage, o.screens, random);
  const cases = new CaseSender({ url: `http://127.0.0.1:${stage.config.ingestPort}/in/cases`, seed: o.seed });
  const facts = new FactSender(sql);
  try {
    const load = new AbortController();
    const loading = Promise.all([cases.run(load.signal), facts.run(load.signal)]);
    const { kills, outages } = await rampage(stage, Date.now() + o.minutes * 60_000, random, o.log);
    o.log(`killed ${[...kills].map(([name, n]) => `${name} ×${n}`).join(', ')}`);
    await sleep(8000); // the last victim comes back under load
    await heardAgain(sql, outages.at(-1)?.from ?? 0);
    load.abort();
    await loading;
    o.log('load stopped');
    await endLoad(stage);
    o.log('sources stopped');
    await quiet(sql, screens);
    o.log(`quiet; screens: ${screens.map((s) => `${s.state}@${s.cursor}`).join(' ')}`);
    const verdicts = await judge({
      sql,
      zone: stage.config.zone,
      since,
      screens,
      accepted: cases.accepted,
      committed: facts.committed,
      outages,
    });
    const d = await verifyDigests(sql, {
      samples: 20,
      seed: o.seed,
      since: new Date(Date.now() - HOUR).toISOString(),
      zone: stage.config.zone,
    });
    verdicts.push({
      what: 'digests rebuilt',
      ok: d.samples > 0 && d.findings.length === 0,
      detail: `${d.samples} checked, ${d.findings.length} differ`,
    });
    return verdicts;
  } finally {
    for (const s of screens) s.stop();
    await sql.end({ timeout: 1 });
    await stage.end();
  }
}

/** Stops what makes facts; the gateway goes on, so that the screens can catch up with a state that stands still. */
async function endLoad(stage: Stage): Promise<void> {
  await stage.supervisor.stopOnly((name) => name !== 'realtime');
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      screens: { type: 'string', default: '8' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const log = (line: string): void => console.error(`  ${line}`);
  const verdicts = await run({
    minutes: Number(values.minutes),
    seed: Number(values.seed),
    screens: Number(values.screens),
    log,
  });
  for (const v of verdicts) console.log(`${v.ok ? 'ok    ' : 'FAILED'} ${v.what}: ${v.detail}`);
  const failed = verdicts.filter((v) => !v.ok).length;
  console.log(
    `chaos ${values.minutes} min, seed ${values.seed}: ${verdicts.length - failed}/${verdicts.length} promises kept`,
  );
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
