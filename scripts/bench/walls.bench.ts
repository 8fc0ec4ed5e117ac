import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '#store/db.ts';
import { freePort } from '#scripts/provision/cluster.ts';
import { inTurn, mid, ms, scaled, WAYS, type Bench, type BenchContext, type BenchResult, type Way } from './bench.ts';
import { ask, benchAccount, Measured } from './process.ts';

const WALLS = 50;
const SECONDS = 10;
const ROUNDS = 3;
const RATES = [200, 1000] as const;

interface Run {
  p50: number;
  p99: number;
  max: number;
  n: number;
  gatewayCpu: number;
  rssMb: number;
  kbPerWall: number;
}

/** One gateway, 50 walls, one burst of load; the switch and the ingest go on running from run to run. */
async function measure(
  kind: Way,
  rate: number,
  o: { source: Measured; env: Record<string, string>; token: string; seconds: number },
): Promise<Run> {
  const port = String(await freePort());
  const file = kind === 'product' ? 'realtime/main.ts' : 'scripts/bench/naive-gateway.ts';
  await using gateway = await Measured.start(file, { ...o.env, RT_PORT: port });
  await using walls = await Measured.start('scripts/bench/wall-clients.ts', {}, [
    `ws://127.0.0.1:${port}/rt`,
    o.token,
    String(WALLS),
    kind,
    'floor',
  ]);
  await ask(o.source, { rate, seconds: 2 }); // warm: code compiled, plans cached
  await sleep(300);
  walls.child.send('begin');
  const cpu = gateway.cpuS;
  await ask(o.source, { rate, seconds: o.seconds });
  const used = gateway.cpuS - cpu;
  await sleep(1000); // what is still under way arrives
  const got = await ask<{ p50: number; p99: number; max: number; n: number; bytes: number }>(walls, 'report');
  return {
    ...got,
    gatewayCpu: used / o.seconds,
    rssMb: gateway.rssMb,
    kbPerWall: got.bytes / WALLS / o.seconds / 1000,
  };
}

export const walls: Bench = {
  name: 'walls',
  title: `AMI event on the socket → committed → decoded in ${WALLS} walls, 200 seats, beside JSON.stringify and send per event and client`,
  async run({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult> {
    const sql = connect(databaseUrl, { max: 1 });
    const token = await benchAccount(sql);
    const amiPort = String(await freePort());
    const env = {
      DATABASE_URL: databaseUrl,
      MODE: 'live',
      AMI_HOST: '127.0.0.1',
      AMI_PORT: amiPort,
      AMI_SECRET: 'bench',
      LOG_LEVEL: 'info',
    };
    await using source = await Measured.start('scripts/bench/ami-source.ts', {}, [amiPort, String(seed)]);
    await using ingest = await Measured.start('ingest/main.ts', env);
    await untilSeats(sql);
    const seconds = scaled(SECONDS, scale, 2);
    const rows: BenchResult['rows'] = [];
    const goals: BenchResult['goals'][number][] = [];
    for (const rate of RATES) {
      const ingestCpu = ingest.cpuS;
      const rounds = scaled(ROUNDS, scale);
      const runs = await inTurn(
        rounds,
        (way) => measure(way, rate, { source, env, token, seconds }),
        (way, r) =>
          log(
            `${rate}/s ${way}: p50 ${ms(r.p50)}, p99 ${ms(r.p99)}, ${r.n} rows seen, gateway ${(r.gatewayCpu * 100).toFixed(0)} %`,
          ),
      );
      const ingestShare = (ingest.cpuS - ingestCpu) / (2 * rounds * (seconds + 2));
      for (const kind of WAYS)
        rows.push({
          'events/s': rate,
          gateway: kind,
          p50: ms(mid(runs[kind], 'p50')),
          p99: ms(mid(runs[kind], 'p99')),
          max: ms(mid(runs[kind], 'max')),
          'gateway CPU': `${(mid(runs[kind], 'gatewayCpu') * 100).toFixed(0)} %`,
          'gateway MB': Math.round(mid(runs[kind], 'rssMb')),
          'kB/s per wall': mid(runs[kind], 'kbPerWall').toFixed(1),
          'ingest CPU': `${(ingestShare * 100).toFixed(0)} %`,
        });
      if (rate === 1000) goals.push(...goalsOf(runs.product, runs.naive));
    }
    await sql.end({ timeout: 1 });
    return { rows, goals };
  },
};

async function untilSeats(sql: ReturnType<typeof connect>): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const [r] = await sql<
      { n: number }[]
    >`select count(distinct subject)::int as n from fact where kind = 'seat.changed'`;
    if (r!.n >= 200) return;
    await sleep(200);
  }
  throw new Error('the ingest did not see 200 seats in 20 s');
}

function goalsOf(product: readonly Run[], naive: readonly Run[]): BenchResult['goals'][number][] {
  const p50 = mid(product, 'p50');
  const p99 = mid(product, 'p99');
  const ratio = (f: keyof Run): number => mid(product, f) / mid(naive, f);
  return [
    { goal: '1,000 events/s: p50 ≤ 10 ms', got: ms(p50), met: p50 <= 10 },
    { goal: '1,000 events/s: p99 ≤ 25 ms', got: ms(p99), met: p99 <= 25 },
    { goal: 'p99 ≤ 1/4 of naive', got: ratio('p99').toFixed(2), met: ratio('p99') <= 0.25 },
    { goal: 'gateway CPU ≤ 1/2 of naive', got: ratio('gatewayCpu').toFixed(2), met: ratio('gatewayCpu') <= 0.5 },
    { goal: 'bytes ≤ 1/5 of naive', got: ratio('kbPerWall').toFixed(2), met: ratio('kbPerWall') <= 0.2 },
  ];
}
