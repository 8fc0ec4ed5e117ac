import { ANSWER_WITHIN_MS, CASE_OF_CALL_MS, CLOCKS_MS } from '#domain/calls/matters.ts';
import { AFTER_VISIT_MS, BEFORE_VISIT_MS, STORED_SOURCES, type StoredSource } from '#domain/calls/sources.ts';
import { DAY, HOUR, MINUTE, type Instant } from '#domain/time.ts';
import { toTs, type Sql, type Tx } from '../db.ts';
import { halfHourOrigin, instant } from './part-sql.ts';

/** What has changed: marks of triggers (store/migrations/0070_stats.sql) become stretches to count anew, source by source. */

export const HALF_HOUR = 30 * MINUTE;
const MARKS_AT_MOST = 50_000;
/** A pass counts at most this much of each source; the rest stays marked. A kill loses no more than one pass. */
const PASS_MS = 14 * DAY;
/** Stretches of one source in a pass: more of them are joined over the gaps between, for each costs its statements. */
const STRETCHES_AT_MOST = 12;
const GAPS: readonly number[] = [0, 2 * HOUR, 12 * HOUR, 3 * DAY];
/** Corrections scattered over years stay scattered, so many in a pass. */
const SCATTERED_AT_MOST = 60;

export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}
export type Work = Map<StoredSource, Stretch[]>;

/** A mark of a table, and what it means; 'visit' and 'segment' reach further (see `places`). '=x' is source x and nothing else. */
const SOURCES_OF_MARK: Readonly<Record<string, readonly StoredSource[]>> = {
  call: ['call', 'refusal', 'inbound'],
  segment: ['seat'],
  visit: ['visit', 'seat'],
};
const MARKS_OF_ALL = [
  'call',
  'line',
  'ivr',
  'visit',
  'segment',
  'time',
  'rest',
  'move',
  'rating',
  '=accepted',
] as const;

/** Counts everything anew: marks it all; passes do the rest. Figures stay as they are until their stretch has its turn. */
export async function markAll(sql: Sql | Tx): Promise<void> {
  await sql`insert into stat_mark (source, from_at, to_at) values ('all', '-infinity', 'infinity')`;
}

/** Stretches as whole half-hours, ascending, none nearer to the next than `gap` milliseconds. */
export function merged(list: readonly Stretch[], origin: Instant, gap = 0): Stretch[] {
  const down = (t: number): number => Math.floor((t - origin) / HALF_HOUR) * HALF_HOUR + origin;
  const out: { from: number; to: number }[] = [];
  const sorted = list
    .map((x) => ({ from: down(x.from), to: down(x.to + HALF_HOUR - 1) }))
    .sort((a, b) => a.from - b.from);
  for (const s of sorted) {
    const last = out.at(-1);
    if (last && s.from <= last.to + gap) last.to = Math.max(last.to, s.to);
    else out.push(s);
  }
  return out;
}

/** The same half-hours and perhaps some between them, in few stretches. */
function few(list: readonly Stretch[], origin: Instant): Stretch[] {
  let out: Stretch[] = [];
  for (const gap of GAPS) {
    out = merged(list, origin, gap);
    if (out.length <= STRETCHES_AT_MOST) break;
  }
  return out;
}

/**
 * Takes marks inside the caller's transaction and says what to count anew for them. What is more than a pass may do is marked again.
 * @returns `more`: marks are left
 */
export async function takeWork(tx: Tx, zone: string): Promise<{ marks: number; more: boolean; work: Work }> {
  const rows = await tx<{ source: string; call_id: string | null; a: number; b: number }[]>`
    with taken as (
      delete from stat_mark where id in (select id from stat_mark order by id limit ${MARKS_AT_MOST}) returning source, call_id, from_at, to_at)
    select distinct source, call_id,
      case when from_at = '-infinity' then '-Infinity'::float8 else extract(epoch from from_at)::float8 * 1000 end as a,
      case when to_at = 'infinity' then 'Infinity'::float8 else extract(epoch from to_at)::float8 * 1000 end as b
    from taken`;
  if (rows.length === 0) return { marks: 0, more: false, work: new Map() };
  const [left] = await tx<{ more: boolean }[]>`select exists (select from stat_mark) as more`;
  const endless = rows.some((r) => !Number.isFinite(r.a) || !Number.isFinite(r.b));
  const ends = endless ? await extent(tx) : null;
  const byMark = new Map<string, Stretch[]>();
  const named = rows.flatMap((r) => r.call_id ?? []);
  if (named.length > 0) byMark.set('=inbound', await halfHoursOfCalls(tx, named));
  for (const r of rows) {
    if (r.call_id !== null) continue;
    const s = {
      from: Number.isFinite(r.a) ? r.a : (ends?.from ?? 0),
      to: Number.isFinite(r.b) ? r.b : (ends?.to ?? 0),
    };
    if (s.to <= s.from) continue;
    for (const mark of r.source === 'all' ? MARKS_OF_ALL : [r.source]) {
      const list = byMark.get(mark);
      if (list) list.push(s);
      else byMark.set(mark, [s]);
    }
  }
  const all = await bySource(tx, byMark, halfHourOrigin(zone));
  const { work, later } = onePass(all);
  if (later.length > 0)
    await tx`
      insert into stat_mark (source, from_at, to_at)
      select m->>'source', (m->>'from')::timestamptz, (m->>'to')::timestamptz from jsonb_array_elements(${tx.json(later)}) m`;
  return { marks: rows.length, more: left!.more || later.length > 0, work };
}

/** The half-hours in which these calls began. */
async function halfHoursOfCalls(tx: Tx, ids: readonly string[]): Promise<Stretch[]> {
  const rows = await tx<{ t: number }[]>`
    select distinct extract(epoch from half_hour(t_setup))::float8 * 1000 as t from call
    where call_id = any(${[...new Set(ids)]}::text[]) and direction = 'in'`;
  return rows.map((r) => ({ from: r.t, to: r.t + HALF_HOUR }));
}

/** As much of it as a pass may do, and the rest as marks. */
function onePass(all: Work): { work: Work; later: { source: string; from: string; to: string }[] } {
  const work: Work = new Map();
  const later: { source: string; from: string; to: string }[] = [];
  for (const [source, list] of all) {
    let budget = PASS_MS;
    const now: Stretch[] = [];
    // the newest first: while years are counted anew, today stays fresh
    for (const s of list.toReversed()) {
      if (now.length >= SCATTERED_AT_MOST) budget = 0;
      const from = Math.max(s.from, s.to - budget);
      if (from < s.to) now.push({ from, to: s.to });
      if (from > s.from) later.push({ source: `=${source}`, from: toTs(s.from), to: toTs(from) });
      budget -= s.to - from;
    }
    work.set(source, now.toReversed());
  }
  return { work, later };
}

/** Where records or figures are, whole days around them; null when there are none. */
async function extent(tx: Tx): Promise<Stretch | null> {
  const tables: readonly (readonly [string, string, string])[] = [
    ['call', 't_setup', 't_end'],
    ['ivr_step', 't_in', 't_in'],
    ['queue_visit', 't_queue', 't_queue'],
    ['seat_segment', 't_from', 't_from'],
    ['seat_state', 't_from', 't_to'],
    ['call_move', 't', 't'],
    ['call_rating', 't', 't'],
    ['hotline_case', 'accepted_at', 'accepted_at'],
    ...STORED_SOURCES.map((s) => [`stat_${s}`, 'bucket', 'bucket'] as const),
  ];
  const each = tables.map(([t, a, b]) => `(select min(${a}) from ${t}), (select max(${b}) from ${t})`).join(', ');
  const [r] = await tx.unsafe<{ a: number | null; b: number | null }[]>(
    `select extract(epoch from min(x))::float8 * 1000 as a, extract(epoch from max(x))::float8 * 1000 as b from unnest(array[${each}]) x`,
  );
  return r!.a === null ? null : { from: r!.a - DAY, to: r!.b! + DAY };
}

async function bySource(tx: Tx, marks: ReadonlyMap<string, readonly Stretch[]>, origin: Instant): Promise<Work> {
  const out: Work = new Map();
  const add = (s: StoredSource, more: readonly Stretch[]): void => void out.set(s, [...(out.get(s) ?? []), ...more]);
  for (const [mark, list] of marks) {
    const own = mark.startsWith('=')
      ? [mark.slice(1) as StoredSource]
      : (SOURCES_OF_MARK[mark] ?? [mark as StoredSource]);
    const stretches = few(list, origin);
    for (const s of own) add(s, stretches);
    if (mark !== 'segment' && mark !== 'visit') continue;
    // a seat's part counts where its visit began, and alone where it began itself: either change touches both places
    for (const s of stretches) add('seat', await places(tx, mark, s));
    if (mark === 'segment')
      for (const s of stretches) {
        add('inbound', await placesOfMatters(tx, 'inbound', s));
        add('accepted', await placesOfMatters(tx, 'accepted', s));
      }
  }
  for (const [s, list] of out) out.set(s, few(list, origin));
  return out;
}

async function places(tx: Tx, mark: 'segment' | 'visit', s: Stretch): Promise<Stretch[]> {
  const [own, other] = mark === 'segment' ? ['s.t_from', 'v.t_queue'] : ['v.t_queue', 's.t_from'];
  const [before, after] = mark === 'segment' ? [AFTER_VISIT_MS, BEFORE_VISIT_MS] : [BEFORE_VISIT_MS, AFTER_VISIT_MS];
  // of a long stretch all that they can be: to look it up would cost more than to count a day too many
  if (s.to - s.from > 12 * HOUR) return [{ from: s.from - before, to: s.to + after }];
  const rows = await tx.unsafe<{ t: number }[]>(`
    select distinct extract(epoch from half_hour(${other}))::float8 * 1000 as t
    from seat_segment s join queue_visit v on v.visit_id = s.visit_id
    where ${own} >= ${instant(s.from)} and ${own} < ${instant(s.to)}
      and ${other} >= ${instant(s.from - before)} and ${other} < ${instant(s.to + after)}`);
  return rows.map((r) => ({ from: r.t, to: r.t + HALF_HOUR }));
}

/** Where the calls, or the cases, of seats' parts count that began in the stretch. */
async function placesOfMatters(tx: Tx, of: 'inbound' | 'accepted', s: Stretch): Promise<Stretch[]> {
  const [before, after] = of === 'inbound' ? [ANSWER_WITHIN_MS, CLOCKS_MS] : [CASE_OF_CALL_MS, CASE_OF_CALL_MS];
  if (s.to - s.from > 12 * HOUR) return [{ from: s.from - before, to: s.to + after }];
  const [at, join] =
    of === 'inbound'
      ? ['c.t_setup', `join call c on c.call_id = s.call_id and c.direction = 'in'`]
      : ['c.accepted_at', 'join call_case l on l.call_id = s.call_id join hotline_case c on c.case_no = l.case_no'];
  const rows = await tx.unsafe<{ t: number }[]>(`
    select distinct extract(epoch from half_hour(${at}))::float8 * 1000 as t from seat_segment s ${join}
    where s.t_from >= ${instant(s.from)} and s.t_from < ${instant(s.to)}
      and ${at} >= ${instant(s.from - before)} and ${at} < ${instant(s.to + after)}`);
  return rows.map((r) => ({ from: r.t, to: r.t + HALF_HOUR }));
}
