import { pino } from 'pino';
import { connect, type Sql } from '#store/db.ts';
import type { LngLat } from '#store/gis.ts';
import { answerCases } from '#gis-data/around/desk.ts';
import { SpotKeeper } from '#gis-data/around/spot-keeper.ts';
import { ms, quantile, scaled, summary, type Bench, type BenchContext, type BenchResult } from './bench.ts';

/** Cases within 1 km of a place: the index in memory beside what somebody would write, ST_DWithin on geography with its index. */

const CASES = 3_000_000;
const RADIUS_M = 1000;
const PLACES = 120;
const ROUNDS = 5;
const GOAL_MS = 20;
/** Rows of one transaction. */
const CHUNK = 250_000;

/** Three in four cases lie around 3,000 centres, of which few have most; the others anywhere within 40 km. */
async function fill(sql: Sql, cases: number, seed: number, log: (line: string) => void): Promise<void> {
  await sql`set synchronous_commit = off`;
  // the benchmark asks for places only: these would cost minutes
  await sql`drop index hotline_case_search, hotline_case_geom, hotline_case_open, hotline_case_caller, hotline_case_accepted`;
  await sql`select setseed(${(seed % 1000) / 1000})`;
  await sql`create table centre as select n, 118.8 + (random() + random() - 1) * 0.2 as lng, 31.2 + (random() + random() - 1) * 0.17 as lat
    from generate_series(1, 3000) n`;
  await sql`create unique index on centre (n)`;
  for (let at = 0; at < cases; at += CHUNK) {
    const n = Math.min(CHUNK, cases - at);
    await sql`
      insert into hotline_case (case_no, origin, external_id, hash, type, category, title, detail, search_key, geom, state, state_since,
        urgency, sensitive, channel, simulated, accepted_at)
      select 'C' || (${at}::int + d.n), 'bench', (${at}::int + d.n)::text, '', 'complaint', '{}', 'case', '', '',
        st_setsrid(case when x < 0.75 then
          st_point(c.lng + sqrt(-2 * ln(r)) * cos(6.2832 * s) * 0.004, c.lat + sqrt(-2 * ln(r)) * sin(6.2832 * s) * 0.0035)
          else st_point(118.8 + (r - 0.5) * 0.42, 31.2 + (s - 0.5) * 0.36) end, 4326),
        'closed', now(), 'normal', false, 'phone', true, now() - make_interval(secs => x * 1e8)
      from (select n, random() as x, 1e-9 + random() as r, random() as s, 1 + floor(3000 * power(random(), 3))::int as c
        from generate_series(1, ${n}::int) n) d
      join centre c on c.n = d.c`;
    log(`${at + n} of ${cases} cases`);
  }
  await sql`create index hotline_case_geography on hotline_case using gist ((geom::geography))`;
  await sql`analyze hotline_case`;
}

const naive = async (sql: Sql, at: LngLat): Promise<number[]> => {
  const rows = await sql<{ spot: number }[]>`
    select spot from hotline_case where withdrawn_at is null
      and st_dwithin(geom::geography, st_setsrid(st_point(${at[0]}, ${at[1]}), 4326)::geography, ${RADIUS_M})`;
  return rows.map((r) => r.spot);
};

async function run({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult> {
  const sql = connect(databaseUrl, { max: 1, name: 'watchfloor-bench-around' });
  try {
    const cases = scaled(CASES, scale, 1000);
    await fill(sql, cases, seed, log);
    const keeper = new SpotKeeper(sql, pino({ level: 'silent' }), Date.now);
    const rssBefore = process.memoryUsage.rss();
    const began = performance.now();
    await keeper.follow();
    await keeper.settled();
    const loadS = (performance.now() - began) / 1000;
    const index = keeper.index;
    if (!index || index.size !== cases) throw new Error(`the index holds ${index?.size ?? 0} of ${cases} cases`);
    const mb = (process.memoryUsage.rss() - rssBefore) / 1e6;

    const places = await sql<{ at: LngLat }[]>`
      select array[round(st_x(geom)::numeric, 6), round(st_y(geom)::numeric, 6)]::float8[] as at from hotline_case
      where spot % ${Math.max(1, Math.floor(cases / PLACES))} = 0 order by spot limit ${PLACES}`;
    const sizes: number[] = [];
    for (const { at } of places) {
      const mine = index.within(at, RADIUS_M).ids.sort((a, b) => a - b);
      const theirs = (await naive(sql, at)).sort((a, b) => a - b);
      if (mine.length !== theirs.length || mine.some((id, i) => id !== theirs[i]))
        throw new Error(`around ${at.join(', ')}: ${mine.length} ids, PostGIS says ${theirs.length}`);
      sizes.push(mine.length);
    }
    log(`${places.length} circles hold the same ids`);

    const took = { ids: [] as number[], rings: [] as number[], naive: [] as number[] };
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, { at }] of places.entries()) {
        let from = performance.now();
        index.within(at, RADIUS_M);
        took.ids.push(performance.now() - from);
        from = performance.now();
        answerCases(keeper, { at: [...at], radiiM: [500, 1000, 3000], limit: 200 });
        took.rings.push(performance.now() - from);
        // the database needs a hundred times as long: each place once is enough
        if (i % ROUNDS !== round) continue;
        from = performance.now();
        await naive(sql, at);
        took.naive.push(performance.now() - from);
      }
    const row = (what: string, samples: number[]): Record<string, string | number> => {
      const s = summary(samples);
      const p95 = quantile(Float64Array.from(samples).sort(), 0.95);
      return { what, n: s.n, p50: ms(s.p50), p95: ms(p95), max: ms(s.max) };
    };
    const p95 = quantile(Float64Array.from(took.ids).sort(), 0.95);
    const ratio = summary(took.naive).p50 / summary(took.ids).p50;
    return {
      rows: [
        row(`1 km, ids of ${cases} cases, in memory`, took.ids),
        row('0.5, 1 and 3 km: counts and the nearest 200, in memory', took.rings),
        row('1 km, ids, ST_DWithin on geography with its index', took.naive),
        { what: 'cases within 1 km', n: sizes.length, p50: summary(sizes).p50, p95: quantile(Float64Array.from(sizes).sort(), 0.95), max: summary(sizes).max },
        { what: `read into memory in ${loadS.toFixed(1)} s`, n: cases, p50: `${(index.bytes / 1e6).toFixed(0)} MB`, p95: `${mb.toFixed(0)} MB of the process`, max: '' },
      ],
      goals: [
        { goal: `1 km buffer p95 ≤ ${GOAL_MS} ms, same ids as PostGIS`, got: `${ms(p95)}, ${places.length} of ${places.length} the same`, met: p95 <= GOAL_MS },
        { goal: 'quicker than ST_DWithin on geography', got: `${ratio.toFixed(0)} ×`, met: ratio > 1 },
      ],
    }; // prettier-ignore
  } finally {
    await sql.end({ timeout: 5 });
  }
}

export const around: Bench = {
  name: 'around',
  title: 'Cases within 1 km: the index in memory beside ST_DWithin on geography',
  run,
};
