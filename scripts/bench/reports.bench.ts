import { isDeepStrictEqual } from 'node:util';
import { REPORTS, reportNamed, type FiguresReport } from '#domain/reports/catalogue.ts';
import type { Grain } from '#domain/reports/grain.ts';
import { shownSeries, type StatTable } from '#domain/reports/table.ts';
import type { Dimension } from '#domain/calls/sources.ts';
import { DAY, startOfDay, type Instant } from '#domain/time.ts';
import { connect, type Sql } from '#store/db.ts';
import { keepStats, keepUp } from '#store/reports/keep.ts';
import type { Only } from '#store/reports/read.ts';
import { runStat, type StatQuery } from '#store/reports/run.ts';
import { median, ms, type Bench, type BenchContext, type BenchResult } from './bench.ts';
import { fillCalls } from './report-calls.ts';

const ZONE = 'Asia/Shanghai';
const day = (text: string): Instant => startOfDay(text, ZONE);
/** The last day is running: its month is kept by days, and the trend reaches into it. */
const FROM = day('2021-11-01');
const TO = day('2026-11-01');
/** At scale 1; days and months of the rollups are then nearly as many as with any number of calls. */
const CALLS = 200_000;
const ROUNDS = 7;
const SHOWN = { year: [day('2025-01-01'), day('2026-01-01')], day: [day('2025-06-18'), day('2025-06-19')] } as const;

interface Question {
  readonly name: string;
  readonly report: string;
  readonly by: readonly Dimension[];
  readonly only?: Only;
  readonly from: Instant;
  readonly to: Instant;
  readonly grain: Grain;
  readonly goalMs: number;
  /** At least so many times as quick as the records; 0: no goal. */
  readonly times?: number;
}

const ofDay = { from: SHOWN.day[0], to: SHOWN.day[1], goalMs: 50 };
const ofYear = { from: SHOWN.year[0], to: SHOWN.year[1], goalMs: 300, times: 100 };
const trend = { from: FROM, to: TO, goalMs: 50, times: 100 };
const TRENDS: readonly Grain[] = ['half-hour', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
const QUESTIONS: readonly Question[] = [
  { name: 'a day by skill group, half-hours', report: 'R-06', by: ['queue'], grain: 'half-hour', ...ofDay },
  { name: 'a day by seat, hours', report: 'R-04', by: ['seat'], grain: 'hour', ...ofDay },
  { name: 'a year by skill group, months', report: 'R-06', by: ['queue'], grain: 'month', ...ofYear },
  { name: 'a year by skill group, days', report: 'R-06', by: ['queue'], grain: 'day', ...ofYear },
  { name: 'a year by skill group, hours', report: 'R-06', by: ['queue'], grain: 'hour', ...ofYear, times: 0 },
  { name: 'a year by seat, months', report: 'R-04', by: ['seat'], grain: 'month', ...ofYear },
  { name: 'a year by seat, days', report: 'R-04', by: ['seat'], grain: 'day', ...ofYear, times: 0 },
  ...TRENDS.map((grain) => ({ name: `five years, ${grain}`, report: 'R-11', by: [], grain, ...trend })),
  { name: 'five years, half-hours, all of R-03', report: 'R-03', by: [], grain: 'half-hour', ...trend },
  {
    name: 'five years, half-hours, a skill group',
    report: 'R-06',
    by: [],
    only: { queue: ['zixun'] },
    grain: 'half-hour',
    ...trend,
  },
  {
    name: 'five years, half-hours, a seat',
    report: 'R-07',
    by: [],
    only: { seat: ['1001'] },
    grain: 'half-hour',
    ...trend,
  },
  { name: 'five years, weeks, by skill group', report: 'R-11', by: ['queue'], grain: 'week', ...trend },
];

const asked = (q: Omit<Question, 'name' | 'goalMs'>, raw: boolean): StatQuery => ({
  columns: (reportNamed(q.report) as FiguresReport).columns,
  from: q.from,
  to: q.to,
  grain: q.grain,
  by: q.by,
  only: q.only ?? {},
  zone: ZONE,
  ...(raw ? { raw: true } : {}),
});

/** What a screen needs: of many intervals the lines of its figures, of few the table. */
function look(t: StatTable): number {
  if (t.edges.length < 2000 || t.by.length > 0) return t.rows.length;
  const lines = t.columns.map((c, i) => {
    const s = t.series(i, null);
    return s ? shownSeries(s, c.indicator.unit, 'wall').length : 0;
  });
  return Math.max(...lines);
}

async function timed<T>(run: () => Promise<T>): Promise<{ took: number; value: T }> {
  const began = performance.now();
  const value = await run();
  return { took: performance.now() - began, value };
}

/** The table of the rollups, after it was compared with that of the records in every row. */
async function checked(sql: Sql, q: Omit<Question, 'name' | 'goalMs'>): Promise<{ raw: number; rows: number }> {
  const raw = await timed(async () => (await runStat(sql, asked(q, true))).table);
  const { table, pending } = await runStat(sql, asked(q, false));
  if (pending) throw new Error(`${q.report}: not all is counted`);
  if (!isDeepStrictEqual(table.rows, raw.value.rows) || !isDeepStrictEqual(table.total, raw.value.total))
    throw new Error(`${q.report} by ${q.by.join()} ${q.grain}: the figures differ from those of the records`);
  return { raw: raw.took, rows: table.rows.length };
}

async function quickest(sql: Sql, q: Omit<Question, 'name' | 'goalMs'>, rounds: number): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < rounds; i++)
    took.push((await timed(async () => look((await runStat(sql, asked(q, false))).table))).took);
  return median(took);
}

/** Every report in every breakdown: of a day (compared with the records first), of a year by month and by day. */
async function worst(
  sql: Sql,
  length: 'day' | 'year',
  grain: Grain,
): Promise<{ name: string; took: number; n: number }> {
  let found = { name: '', took: 0, n: 0 };
  for (const r of REPORTS) {
    if (r.kind !== 'figures') continue;
    for (const by of r.by) {
      const q = { report: r.id, by, grain, from: SHOWN[length][0], to: SHOWN[length][1] };
      if (length === 'day') await checked(sql, q);
      const took = await quickest(sql, q, 3);
      const name = `${r.id} by ${by.join(', ') || 'none'}`;
      found = { ...(took > found.took ? { name, took } : found), n: found.n + 1 };
    }
  }
  return found;
}

/** From the commit of a call to its figure, with the keeper that ingest runs. */
async function pass(sql: Sql, n: number): Promise<number> {
  await sql`
    insert into queue_visit (t_queue, visit_id, call_id, queue, t_leave, outcome, wait_s)
    values (now(), ${`live${n}`}, ${`live${n}`}, 'zixun', now(), 'abandoned', 3)`;
  const { took } = await timed(() => keepStats(sql, { zone: ZONE, now: Date.now() }));
  await sql`delete from queue_visit where visit_id = ${`live${n}`}`;
  return took;
}

/**
 * The calls, unless a database that was kept (`--on`) has them.
 * @throws when it holds anything else: calls drawn by a benchmark must not get among those of a house
 */
async function calls(sql: Sql, url: string, o: { n: number; seed: number; log: (l: string) => void }): Promise<void> {
  const [there] = await sql<{ calls: number; facts: boolean }[]>`
    select (select count(*)::int from call) as calls, exists (select from fact) as facts`;
  if (there!.facts || (there!.calls > 0 && there!.calls !== o.n))
    throw new Error(`this database is in use: it holds ${there!.calls} calls${there!.facts ? ' and facts' : ''}`);
  if (there!.calls === o.n) return o.log(`${o.n} calls are there from an earlier run`);
  const { took, value } = await timed(() =>
    fillCalls(url, { calls: o.n, from: FROM, to: TO, seed: o.seed, tell: o.log }),
  );
  o.log(`${o.n} calls in ${value} records: ${minutes(took)}, ${await gigabytes(sql)}`);
}

const minutes = (took: number): string =>
  took < 90_000 ? `${(took / 1000).toFixed(1)} s` : `${(took / 60_000).toFixed(1)} min`;

export const reports: Bench = {
  name: 'reports',
  title: 'reports over five years of calls from rollups, beside the same SQL over the records',
  async run({ databaseUrl, seed, scale, calls: wished, log }: BenchContext): Promise<BenchResult> {
    const sql = connect(databaseUrl, { max: 1, name: 'watchfloor-bench' });
    try {
      const n = wished ?? Math.round(CALLS * scale);
      await calls(sql, databaseUrl, { n, seed, log });
      const built = await timed(() => keepUp(sql, { zone: ZONE, now: () => TO + DAY / 2, tell: log }));
      log(`rollups and series of five years from nothing: ${minutes(built.took)}, together ${await gigabytes(sql)}`);
      if (built.value > 0) await sql.unsafe('vacuum analyze'); // of a database that was kept that is done
      const rows: BenchResult['rows'][number][] = [];
      const goals: BenchResult['goals'][number][] = [];
      for (const q of QUESTIONS) {
        const { raw, rows: lines } = await checked(sql, q);
        const took = await quickest(sql, q, ROUNDS);
        log(`${q.name}: equal in ${lines} rows; ${ms(took)} beside ${ms(raw)}`);
        rows.push({
          question: q.name,
          rows: lines,
          rollups: ms(took),
          records: ms(raw),
          ratio: (raw / took).toFixed(0),
        });
        goals.push({ goal: `${q.name} ≤ ${q.goalMs} ms`, got: ms(took), met: took <= q.goalMs });
        // with few calls the records are quick too
        if (q.times && n >= 1_000_000)
          goals.push({
            goal: `${q.name}: ${q.times} × as quick as the records`,
            got: `${(raw / took).toFixed(0)} ×`,
            met: raw / took >= q.times,
          });
      }
      for (const [length, grain, goalMs] of [
        ['day', 'half-hour', 50],
        ['year', 'month', 300],
        ['year', 'day', 300],
      ] as const) {
        const w = await worst(sql, length, grain);
        const name = `every report of a ${length} by ${grain}, slowest of ${w.n}`;
        rows.push({ question: name, rows: '', rollups: `${ms(w.took)} (${w.name})`, records: '', ratio: '' });
        goals.push({ goal: `${name} ≤ ${goalMs} ms`, got: `${ms(w.took)} (${w.name})`, met: w.took <= goalMs });
      }
      const passes: number[] = [];
      for (let i = 0; i < ROUNDS; i++) passes.push(await pass(sql, i));
      rows.push({ question: 'a new call is counted', rows: 1, rollups: ms(median(passes)), records: '', ratio: '' });
      goals.push({ goal: 'a pass of the keeper ≤ 300 ms', got: ms(median(passes)), met: median(passes) <= 300 });
      return { rows, goals };
    } finally {
      await sql.end({ timeout: 1 });
    }
  },
};

async function gigabytes(sql: Sql): Promise<string> {
  const [s] = await sql<{ n: number }[]>`select pg_database_size(current_database()) as n`;
  return `${(Number(s!.n) / 1e9).toFixed(2)} GB`;
}
