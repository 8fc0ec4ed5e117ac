import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '#store/db.ts';
import { freePort } from '#scripts/provision/cluster.ts';
import { inTurn, mid, ms, scaled, WAYS, type Bench, type BenchContext, type BenchResult, type Way } from './bench.ts';
import { ask, benchAccount, Measured } from './process.ts';

const WALLS = 50;
const SECONDS = 8;
const ROUNDS = 3;
const RATES = [200, 1000] as const;

interface Run {
  p50: number;
  p99: number;
  max: number;
  /** CPU seconds a second: of the gateway and the ingest, or of the relay that is both. */
  cpu: number;
  kbPerWall: number;
}

interface Seen {
  p50: number;
  p99: number;
  max: number;
  bytes: number;
  /** Of each wall: vehicle → instant of its newest position. */
  newest: Record<string, number>[];
}

interface Setting {
  readonly env: Record<string, string>;
  readonly source: Measured;
  readonly token: string;
  readonly seconds: number;
}

/**
 * Publishes for a while and waits until every wall has the last position of every vehicle. The product's ingest runs with
 * the product only, so that the peer has the machine for itself.
 * @throws when a wall never gets one
 */
async function measure(kind: Way, rate: number, o: Setting): Promise<Run> {
  const port = String(await freePort());
  const env = { ...o.env, RT_PORT: port };
  await using ingest = kind === 'product' ? await Measured.start('ingest/main.ts', env) : null;
  await using server = await Measured.start(
    kind === 'product' ? 'realtime/main.ts' : 'scripts/bench/naive-relay.ts',
    env,
  );
  await using walls = await Measured.start('scripts/bench/wall-clients.ts', {}, [
    `ws://127.0.0.1:${port}/rt`,
    o.token,
    String(WALLS),
    kind,
    'vehicles',
  ]);
  const cpuS = (): number => server.cpuS + (ingest?.cpuS ?? 0);
  await ask(o.source, { rate, seconds: 2 }); // warm: connected, subscribed, compiled, plans cached
  await sleep(300);
  walls.child.send('begin');
  const cpu = cpuS();
  const { last } = await ask<{ last: Record<string, number> }>(o.source, { rate, seconds: o.seconds });
  const used = cpuS() - cpu;
  for (let i = 0; ; i++) {
    const got = await ask<Seen>(walls, 'report');
    const behind = got.newest.filter((seen) => Object.entries(last).some(([v, at]) => seen[v] !== at)).length;
    if (behind === 0) {
      const kbPerWall = got.bytes / WALLS / o.seconds / 1000;
      return { p50: got.p50, p99: got.p99, max: got.max, cpu: used / o.seconds, kbPerWall };
    }
    if (i === 20) throw new Error(`${behind} of ${WALLS} walls of ${kind} do not show the last positions`);
    await sleep(250); // it is still under way
  }
}

export const positions: Bench = {
  name: 'positions',
  title: `vehicle's report over MQTT (QoS 1, 500 vehicles) → stored → decoded in ${WALLS} walls, beside one INSERT and one JSON.stringify per client for each`,
  async run({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult> {
    const sql = connect(databaseUrl, { max: 1 });
    const brokerPort = String(await freePort());
    const env = {
      DATABASE_URL: databaseUrl,
      MODE: 'live',
      BROKER_PORT: brokerPort,
      MQTT_URL: `mqtt://127.0.0.1:${brokerPort}`,
      LOG_LEVEL: 'info',
    };
    const token = await benchAccount(sql);
    await using broker = await Measured.start('scripts/broker.ts', env);
    await using source = await Measured.start('scripts/bench/mqtt-source.ts', {}, [env.MQTT_URL, String(seed)]);
    const seconds = scaled(SECONDS, scale, 2);
    const rounds = scaled(ROUNDS, scale);
    const rows: BenchResult['rows'] = [];
    const goals: BenchResult['goals'][number][] = [];
    for (const rate of RATES) {
      const brokerCpu = broker.cpuS;
      const runs = await inTurn(
        rounds,
        (way) => measure(way, rate, { env, source, token, seconds }),
        (way, r) => log(`${rate}/s ${way}: p50 ${ms(r.p50)}, p99 ${ms(r.p99)}, CPU ${(r.cpu * 100).toFixed(0)} %`),
      );
      const brokerShare = (broker.cpuS - brokerCpu) / (2 * rounds * (seconds + 2));
      for (const kind of WAYS)
        rows.push({
          'reports/s': rate,
          way: kind,
          p50: ms(mid(runs[kind], 'p50')),
          p99: ms(mid(runs[kind], 'p99')),
          max: ms(mid(runs[kind], 'max')),
          'ingest + gateway CPU': `${(mid(runs[kind], 'cpu') * 100).toFixed(0)} %`,
          'kB/s per wall': mid(runs[kind], 'kbPerWall').toFixed(1),
          'broker CPU': `${(brokerShare * 100).toFixed(0)} %`,
        });
      if (rate !== 1000) continue;
      const p50 = mid(runs.product, 'p50');
      const p99 = mid(runs.product, 'p99');
      const cpu = mid(runs.product, 'cpu') / mid(runs.naive, 'cpu');
      goals.push(
        { goal: '1,000 reports/s: p50 ≤ 60 ms', got: ms(p50), met: p50 <= 60 },
        { goal: '1,000 reports/s: p99 ≤ 130 ms', got: ms(p99), met: p99 <= 130 },
        { goal: 'CPU ≤ 1/2 of naive', got: cpu.toFixed(2), met: cpu <= 0.5 },
      );
    }
    await sql.end({ timeout: 1 });
    return { rows, goals };
  },
};
