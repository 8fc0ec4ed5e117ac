import { isDeepStrictEqual } from 'node:util';
import { reportNamed, type FiguresReport } from '#domain/reports/catalogue.ts';
import type { Grain } from '#domain/reports/grain.ts';
import type { Dimension } from '#domain/calls/sources.ts';
import { DAY, startOfDay, type Instant } from '#domain/time.ts';
import { connect, type Sql } from '#store/db.ts';
import { keepStats, keepUp } from '#store/reports/keep.ts';
import { runStat, type StatQuery } from '#store/reports/run.ts';
import { median, ms, type Bench, type BenchContext, type BenchResult } from './bench.ts';

const ZONE = 'Asia/Shanghai';
const TO = startOfDay('2026-11-01', ZONE);
const YEARS = 5;
const FROM = startOfDay('2021-11-01', ZONE);
/** At scale 1; days and months of the rollups are then as many as they would be with any number of calls, half-hours a fifth. */
const VISITS = 110_000;
const ROUNDS = 7;

/** Five years of visits with their seats' parts, spread as days are; drawn in the database, the same for the same seed. */
async function fill(sql: Sql, visits: number, seed: number): Promise<void> {
  await sql`select setseed(${(seed % 1000) / 1000})`;
  const seconds = (TO - FROM) / 1000;
  await sql.unsafe(`
    create temp table drawn as
    select n, timestamptz '${new Date(FROM).toISOString()}' + make_interval(secs => (n - 1 + random()) * ${seconds / visits}) as t,
      (array['zixun', 'tousu', 'qiuzhu', 'chengguan', 'yingshang', 'yingji'])[1 + floor(random() * 6)::int] as queue,
      (1001 + floor(random() * 60))::int::text as seat, floor(power(random(), 3) * 90)::int as wait, random() as x,
      20 + floor(random() * 280)::int as talk
    from generate_series(1, ${visits}) n`);
  await sql.unsafe(`
    insert into queue_visit (t_queue, visit_id, call_id, queue, seat_no, t_answer, t_abandon, t_leave, outcome, wait_s)
    select t, 'v' || n, 'c' || n, queue, case when x < 0.9 then seat end, case when x < 0.9 then t + make_interval(secs => wait) end,
      case when x >= 0.9 then t + make_interval(secs => wait) end, t + make_interval(secs => wait),
      case when x < 0.9 then 'answered' else 'abandoned' end, wait from drawn`);
  await sql.unsafe(`
    insert into seat_segment (t_from, segment_id, seat_no, call_id, direction, visit_id, queue, t_ring, t_answer, t_hangup, ring_ms, holds,
      hold_ms, talk_s, t_wrap_end, outcome, ended_by)
    select t, 's' || n, seat, 'c' || n, 'in', 'v' || n, queue, t, t + make_interval(secs => wait), t + make_interval(secs => wait + talk),
      wait * 1000, 0, 0, talk, t + make_interval(secs => wait + talk + 15), 'answered', 'caller' from drawn where x < 0.9`);
  await sql.unsafe('analyze queue_visit, seat_segment');
}

interface Question {
  readonly name: string;
  readonly report: string;
  readonly by: readonly Dimension[];
  readonly from: Instant;
  readonly to: Instant;
  readonly grain: Grain;
  readonly goalMs: number;
}

const day = (text: string): Instant => startOfDay(text, ZONE);
const QUESTIONS: readonly Question[] = [
  {
    name: 'a day by skill group, half-hours',
    report: 'R-06',
    by: ['queue'],
    from: day('2025-06-18'),
    to: day('2025-06-19'),
    grain: 'half-hour',
    goalMs: 50,
  },
  {
    name: 'a day by seat, hours',
    report: 'R-04',
    by: ['seat'],
    from: day('2025-06-18'),
    to: day('2025-06-19'),
    grain: 'hour',
    goalMs: 50,
  },
  {
    name: 'a year by skill group, months',
    report: 'R-06',
    by: ['queue'],
    from: day('2025-01-01'),
    to: day('2026-01-01'),
    grain: 'month',
    goalMs: 300,
  },
  {
    name: 'a year by seat, months',
    report: 'R-04',
    by: ['seat'],
    from: day('2025-01-01'),
    to: day('2026-01-01'),
    grain: 'month',
    goalMs: 300,
  },
  {
    name: 'a year by skill group, days',
    report: 'R-06',
    by: ['queue'],
    from: day('2025-01-01'),
    to: day('2026-01-01'),
    grain: 'day',
    goalMs: 300,
  },
  { name: 'five years, months', report: 'R-11', by: [], from: FROM, to: TO, grain: 'month', goalMs: 50 },
  { name: 'five years, weeks', report: 'R-11', by: [], from: FROM, to: TO, grain: 'week', goalMs: 50 },
  { name: 'five years, days', report: 'R-11', by: [], from: FROM, to: TO, grain: 'day', goalMs: 50 },
];

const asked = (q: Question, raw: boolean): StatQuery => ({
  columns: (reportNamed(q.report) as FiguresReport).columns,
  from: q.from,
  to: q.to,
  grain: q.grain,
  by: q.by,
  zone: ZONE,
  ...(raw ? { raw: true } : {}),
});

async function timed<T>(run: () => Promise<T>): Promise<{ took: number; value: T }> {
  const began = performance.now();
  const value = await run();
  return { took: performance.now() - began, value };
}

/** From the commit of a call to its figure, with the keeper that ingest runs. */
async function pass(sql: Sql, n: number): Promise<number> {
  await sql`
    insert into queue_visit (t_queue, visit_id, call_id, queue, t_leave, outcome, wait_s)
    values (now(), ${`live${n}`}, ${`live${n}`}, 'zixun', now(), 'abandoned', 3)`;
  return (await timed(() => keepStats(sql, { zone: ZONE, now: Date.now() }))).took;
}

export const reports: Bench = {
  name: 'reports',
  title: `reports over ${YEARS} years from rollups, beside the same SQL over the records`,
  async run({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult> {
    const sql = connect(databaseUrl, { max: 1, name: 'watchfloor-bench' });
    try {
      const visits = Math.round(VISITS * scale);
      const filled = await timed(() => fill(sql, visits, seed));
      log(`${visits} visits and their seats' parts in ${(filled.took / 1000).toFixed(1)} s`);
      const built = await timed(() => keepUp(sql, { zone: ZONE, now: () => TO + DAY }));
      log(`rollups of ${YEARS} years from nothing in ${(built.took / 1000).toFixed(1)} s`);
      await sql.unsafe('analyze stat_visit, stat_seat');
      const rows: BenchResult['rows'][number][] = [];
      const goals: BenchResult['goals'][number][] = [];
      for (const q of QUESTIONS) {
        const raw = await timed(() => runStat(sql, asked(q, true)));
        const first = await runStat(sql, asked(q, false));
        if (!isDeepStrictEqual(first.table.rows, raw.value.table.rows))
          throw new Error(`${q.name}: the figures differ`);
        const took: number[] = [];
        for (let i = 0; i < ROUNDS; i++) took.push((await timed(() => runStat(sql, asked(q, false)))).took);
        rows.push({
          question: q.name,
          rows: first.table.rows.length,
          rollups: ms(median(took)),
          records: ms(raw.took),
          ratio: (raw.took / median(took)).toFixed(0),
        });
        goals.push({ goal: `${q.name} ≤ ${q.goalMs} ms`, got: ms(median(took)), met: median(took) <= q.goalMs });
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
