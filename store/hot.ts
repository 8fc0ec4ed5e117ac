import type { LngLat } from '#domain/city/rows.ts';
import { baselineKey, type Baseline, type HotCase } from '#domain/hot/hot-issues.ts';
import { cityDay, DAY, HOUR, startOfDay, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';

/** More cases a day than this are not compared text by text; the newest count. */
const CASES_MAX = 20_000;
/** Earlier days of the same weekday that the expectation rests on. */
const WEEKS = 4;

/** Today's cases in the small form that hot issues need, oldest first. */
export async function hotCases(sql: Sql, now: Instant, zone: string): Promise<HotCase[]> {
  const from = startOfDay(cityDay(now, zone), zone);
  const rows = await sql<
    {
      no: string;
      accepted_at: Date;
      category: string[];
      district: string | null;
      at: LngLat | null;
      title: string;
      detail: string;
      caller: string | null;
      open: boolean;
      simulated: boolean;
    }[]
  >`
    select case_no as no, accepted_at, category, district,
           case when geom is null then null else jsonb_build_array(st_x(geom), st_y(geom)) end as at,
           title, left(detail, 400) as detail, caller_key as caller,
           state not in ('closed', 'refused', 'merged', 'unknown') as open, simulated
    from hotline_case
    where accepted_at >= ${toTs(from)} and accepted_at <= ${toTs(now)} and withdrawn_at is null and not sensitive
    order by accepted_at desc limit ${CASES_MAX}`;
  return rows.reverse().map((r) => ({
    no: r.no,
    acceptedAt: fromTs(r.accepted_at),
    category: r.category,
    district: r.district,
    at: r.at,
    title: r.title,
    text: `${r.title} ${r.detail}`,
    caller: r.caller,
    open: r.open,
    simulated: r.simulated,
  }));
}

/** Means of the same weekday of the last four weeks: the hour before this time of day, and the day until it. */
export async function hotBaseline(sql: Sql, now: Instant, zone: string): Promise<Baseline> {
  const ends = Array.from({ length: WEEKS }, (_, i) => now - (i + 1) * 7 * DAY);
  const spans = ends.map((end) => ({
    from: startOfDay(cityDay(end, zone), zone) / 1000,
    hour: (end - HOUR) / 1000,
    to: end / 1000,
  }));
  const rows = await sql<{ category: string[]; district: string | null; hour: number; day: number }[]>`
    select category, district, count(*) filter (where accepted_at > to_timestamp(hour))::int as hour, count(*)::int as day
    from jsonb_to_recordset(${sql.json(spans)}) as s ("from" float8, hour float8, "to" float8)
    join hotline_case on accepted_at >= to_timestamp("from") and accepted_at <= to_timestamp("to") and withdrawn_at is null
    group by category, district`;
  const [known] = await sql<{ days: number }[]>`
    select count(*)::int as days from jsonb_to_recordset(${sql.json(spans)}) as s ("from" float8, "to" float8)
    where exists (select 1 from hotline_case where accepted_at >= to_timestamp("from") and accepted_at <= to_timestamp("to"))`;
  const days = known!.days;
  const hour = new Map<string, number>();
  const untilNow = new Map<string, number>();
  for (const r of rows) {
    hour.set(baselineKey(r.category, r.district), r.hour / days);
    untilNow.set(baselineKey(r.category, r.district), r.day / days);
  }
  return { days, hour: (key) => hour.get(key) ?? 0, untilNow: (key) => untilNow.get(key) ?? 0 };
}

/** How many cases today has: tells cheaply whether there is something new to look at. */
export async function hotCount(sql: Sql, now: Instant, zone: string): Promise<number> {
  const [r] = await sql<{ n: number }[]>`
    select count(*)::int as n from hotline_case where accepted_at >= ${toTs(startOfDay(cityDay(now, zone), zone))}`;
  return r!.n;
}
