/** `npm run bench`: what is fast is measured here, beside a peer, in one run. */
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { withScratchDatabase } from '#scripts/provision/index.ts';
import { connect } from '#store/db.ts';
import { migrate } from '#store/migrate.ts';
import { around } from './around.bench.ts';
import type { Bench, BenchResult } from './bench.ts';
import { evacuation } from './evacuation.bench.ts';
import { fanout } from './fanout.bench.ts';
import { insert } from './insert.bench.ts';
import { layers } from './layers.bench.ts';
import { objects } from './objects.bench.ts';
import { places } from './places.bench.ts';
import { positions } from './positions.bench.ts';
import { reports } from './reports.bench.ts';
import { routes } from './routes.bench.ts';
import { tiles } from './tiles.bench.ts';
import { walls } from './walls.bench.ts';

const BENCHES: readonly Bench[] = [
  walls,
  fanout,
  positions,
  insert,
  reports,
  routes,
  tiles,
  around,
  evacuation,
  places,
  layers,
  objects,
];

const HELP = `npm run bench -- [NAME …] [--seed S] [--scale X] [--calls N] [--on URL] [--json]

Runs the benchmarks (all, or those named) on a scratch database and prints product and peer side by side.
--calls N: the reports over so many calls (200000; 20000000 takes about an hour and 35 GB of disk).
--on URL: in this database in place of a scratch one; it is kept, so that as many calls need not be filled again. Exits 1 when a goal is missed. Names: ${BENCHES.map((b) => b.name).join(', ')}`;

function table(rows: readonly Record<string, string | number>[]): string {
  const keys = Object.keys(rows[0] ?? {});
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(keys), line(keys.map(() => '---')), ...rows.map((r) => line(keys.map((k) => r[k] ?? '')))].join('\n');
}

/** Runs `work` with the database at `url`, migrated, which stays. */
const keptDatabase =
  (url: string) =>
  async <T>(work: (db: { url: string }) => Promise<T>): Promise<T> => {
    const sql = connect(url, { max: 1, name: 'watchfloor-bench-migrate' });
    await migrate(sql).finally(() => sql.end({ timeout: 5 }));
    return await work({ url });
  };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      scale: { type: 'string', default: '1' },
      calls: { type: 'string' },
      on: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((p) => !BENCHES.some((b) => b.name === p));
  if (values.help || unknown.length > 0) {
    console.log(HELP);
    if (unknown.length > 0) console.error(`no benchmark is called ${unknown.join(', ')}`);
    return unknown.length > 0 ? 2 : 0;
  }
  const calls = values.calls === undefined ? undefined : Number(values.calls);
  if (calls !== undefined && !(Number.isInteger(calls) && calls >= 1000)) {
    console.error(`--calls must be a whole number from 1000, not ${values.calls}`);
    return 2;
  }
  const chosen = positionals.length === 0 ? BENCHES : BENCHES.filter((b) => positionals.includes(b.name));
  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`,
  );
  let missed = 0;
  const results: Record<string, BenchResult> = {};
  for (const bench of chosen) {
    console.log(`\n## ${bench.name}: ${bench.title}\nload before: ${loadavg()[0]!.toFixed(2)}`);
    const inDatabase = values.on === undefined ? withScratchDatabase<BenchResult> : keptDatabase(values.on);
    const result = await inDatabase(({ url }) =>
      bench.run({
        databaseUrl: url,
        seed: Number(values.seed),
        scale: Number(values.scale),
        ...(calls === undefined ? {} : { calls }),
        log: (l) => console.error(`  ${l}`),
      }),
    );
    results[bench.name] = result;
    console.log(`\n${table(result.rows)}\n`);
    for (const g of result.goals) console.log(`${g.met ? 'met   ' : 'MISSED'} ${g.goal}: ${g.got}`);
    missed += result.goals.filter((g) => !g.met).length;
  }
  if (values.json) console.log(JSON.stringify(results));
  const goals = Object.values(results).flatMap((r) => r.goals).length;
  console.log(`\nbenchmarks ${chosen.length}, goals met ${goals - missed}/${goals}`);
  return missed === 0 ? 0 : 1;
}

process.exitCode = await main();
