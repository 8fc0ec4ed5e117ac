import { digest } from '#domain/digest.ts';
import { TOPICS } from '#domain/folds.ts';
import { newestCursor } from '#store/facts.ts';
import type { Sql } from '#store/db.ts';
import { stateAt } from '#store/snapshots.ts';
import { CHAOS_ORIGIN } from './load.ts';
import type { Screen } from './screens.ts';

export interface Verdict {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Facts that may exist once per subject: one of them twice is something doubled. */
const ONCE = [
  'call.started',
  'call.ended',
  'visit.joined',
  'visit.answered',
  'visit.left',
  'visit.ended',
  'segment.ended',
  'case.registered',
];

async function doubledFacts(sql: Sql): Promise<Verdict> {
  const rows = await sql<{ kind: string; subject: string; n: number }[]>`
    select kind, subject, count(*)::int as n from fact where kind in ${sql(ONCE)} group by kind, subject having count(*) > 1 limit 5`;
  return {
    what: 'no fact doubled',
    ok: rows.length === 0,
    detail: rows.map((r) => `${r.kind} ${r.subject} ×${r.n}`).join(', ') || 'none',
  };
}

/** Rows and the facts that made them are written together or not at all. */
async function rowsAreFacts(sql: Sql, since: Date): Promise<Verdict> {
  const [r] = await sql<{ calls: number; ended: number; segments: number; segment_facts: number }[]>`
    select (select count(*) from call c where exists (select 1 from fact f where f.kind = 'call.ended' and f.subject = c.call_id and f.recorded_at >= ${since}))::int as calls,
           (select count(*) from fact where kind = 'call.ended' and recorded_at >= ${since})::int as ended,
           (select count(*) from seat_segment s where exists (select 1 from fact f where f.kind = 'segment.ended' and f.subject = s.segment_id and f.recorded_at >= ${since}))::int as segments,
           (select count(*) from fact where kind = 'segment.ended' and recorded_at >= ${since})::int as segment_facts`;
  const ok = r!.calls === r!.ended && r!.segments === r!.segment_facts;
  return {
    what: 'rows and facts agree',
    ok,
    detail: `calls ${r!.calls}/${r!.ended}, segments ${r!.segments}/${r!.segment_facts}`,
  };
}

/** Every case that was answered 2xx is there exactly once. */
async function casesKept(sql: Sql, accepted: ReadonlySet<string>): Promise<Verdict> {
  const ids = [...accepted];
  const [r] = await sql<{ n: number; distinct_n: number }[]>`
    select count(*)::int as n, count(distinct external_id)::int as distinct_n from hotline_case
    where origin = ${CHAOS_ORIGIN} and external_id in (select jsonb_array_elements_text(${sql.json(ids)}))`;
  const ok = r!.n === ids.length && r!.distinct_n === ids.length;
  return { what: 'every accepted case kept once', ok, detail: `${r!.distinct_n} of ${ids.length}, rows ${r!.n}` };
}

/** While the switch was not read there is a gap. */
async function gapsMarked(sql: Sql, outages: readonly { from: number; to: number }[]): Promise<Verdict> {
  const gaps = await sql<{ f: number; t: number | null }[]>`
    select (extract(epoch from t_from) * 1000)::float8 as f, (extract(epoch from t_to) * 1000)::float8 as t from floor_gap`;
  const bare = outages.filter((o) => !gaps.some((g) => g.f <= o.from + 2000 && (g.t === null || g.t >= o.from)));
  return {
    what: 'every outage of the switch marked',
    ok: bare.length === 0,
    detail: `${outages.length} outages, ${gaps.length} gaps, ${bare.length} unmarked`,
  };
}

async function screensAgree(sql: Sql, screens: readonly Screen[], zone: string): Promise<Verdict> {
  const wrong: string[] = [];
  for (const [i, s] of screens.entries()) {
    const n = s.cursor;
    if (n === null) {
      wrong.push(`screen ${i} has no state (${s.state})`);
      continue;
    }
    const state = await stateAt(sql, n, zone);
    for (const t of TOPICS) if (s.connection.digest(t) !== digest(state[t])) wrong.push(`screen ${i} ${t} at ${n}`);
  }
  const differences = screens.reduce((sum, s) => sum + s.connection.counts.differences, 0);
  const detail = `${screens.length} screens, ${wrong.length} differ${wrong.length ? `: ${wrong.slice(0, 3).join('; ')}` : ''}, ${differences} mended on the way`;
  return { what: "every screen's digest equals the server's", ok: wrong.length === 0 && differences === 0, detail };
}

/** Every fact whose commit was answered is there. */
async function committedKept(sql: Sql, cursors: readonly number[]): Promise<Verdict> {
  const [r] = await sql<{ n: number }[]>`
    select count(*)::int as n from fact where n in (select x::bigint from jsonb_array_elements_text(${sql.json(cursors as number[])}) x)`;
  return { what: 'every committed fact kept', ok: r!.n === cursors.length, detail: `${r!.n} of ${cursors.length}` };
}

/** A vehicle moves no faster than this between two positions: more means that one was invented or mixed up. */
async function positionsPlausible(sql: Sql): Promise<Verdict> {
  const [r] = await sql<{ n: number; fast: number }[]>`
    select count(*)::int as n, (count(*) filter (where kmh > 300))::int as fast from (
      select st_distance(st_point(lng, lat)::geography, lag(st_point(lng, lat)::geography) over w) / nullif(extract(epoch from at - lag(at) over w), 0) * 3.6 as kmh
      from vehicle_position window w as (partition by vehicle order by at)) x`;
  return { what: 'no position invented', ok: r!.fast === 0, detail: `${r!.n} positions, ${r!.fast} leaps` };
}

export async function judge(o: {
  sql: Sql;
  zone: string;
  since: Date;
  screens: readonly Screen[];
  accepted: ReadonlySet<string>;
  committed: readonly number[];
  outages: readonly { from: number; to: number }[];
}): Promise<Verdict[]> {
  const newest = await newestCursor(o.sql);
  return [
    { what: 'the feed goes on', ok: newest > 0, detail: `newest fact ${newest}` },
    await committedKept(o.sql, o.committed),
    await casesKept(o.sql, o.accepted),
    await doubledFacts(o.sql),
    await rowsAreFacts(o.sql, o.since),
    await gapsMarked(o.sql, o.outages),
    await positionsPlausible(o.sql),
    await screensAgree(o.sql, o.screens, o.zone),
  ];
}
