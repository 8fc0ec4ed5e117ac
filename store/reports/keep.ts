import { PARTS, partsOf, type PartName } from '#domain/calls/parts.ts';
import { AFTER_VISIT_MS, BEFORE_VISIT_MS, STORED_SOURCES, type StoredSource } from '#domain/calls/sources.ts';
import type { ThresholdPeriod } from '#domain/calls/thresholds.ts';
import { cityDay, DAY, HOUR, MINUTE, startOfDay, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';
import {
  aggregate,
  bucketed,
  dimensions,
  groupKey,
  halfHourOrigin,
  instant,
  needsThresholds,
  quoted,
  thresholdJoin,
} from './part-sql.ts';
import { thresholdsInForce } from './thresholds.ts';

/** One keeper at a time, also beside a rebuild by command. */
const KEEP_LOCK = 7_770_070;
const HALF_HOUR = 30 * MINUTE;
/** A pass counts at most this long a stretch anew; the rest stays marked. A kill loses no more than one pass. */
const STRETCH_MS = 7 * DAY;
const MARKS_AT_MOST = 20_000;
/** A longer stretch is replaced as it is: to look for what changed, row by row, would cost more than to write it. */
const REPLACE_WHOLE_MS = 6 * HOUR;

interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

export interface Kept {
  /** Marks taken; 0: nothing had changed. */
  readonly marks: number;
  /** True: there is more to do, call again at once. */
  readonly more: boolean;
  /** Half-hours counted anew, over all sources. */
  readonly halfHours: number;
}

/**
 * One pass: takes the marks and counts what they name anew, in one transaction, so that a kill at any instant leaves either all of
 * it or the marks. Advances the closed days up to the city day of `now`.
 */
export async function keepStats(sql: Sql, o: { zone: string; now: Instant }): Promise<Kept> {
  return (await sql.begin(async (t) => {
    const tx = t as unknown as Tx;
    await tx`select pg_advisory_xact_lock(${KEEP_LOCK})`;
    const closed = await closedDays(tx, o.zone);
    const { marks, left, byStretch } = await takeMarks(tx);
    const dirty = await resolve(tx, byStretch, o.zone);
    const periods = await thresholdsInForce(tx);
    let halfHours = 0;
    for (const [source, stretches] of dirty)
      for (const s of stretches) {
        await countAnew(tx, source, s, periods, o.zone);
        halfHours += (s.to - s.from) / HALF_HOUR;
      }
    const until = startOfDay(cityDay(o.now, o.zone), o.zone);
    const grown = closed !== null && until > closed ? { from: closed, to: until } : null;
    for (const source of STORED_SOURCES) {
      const all = [...(dirty.get(source) ?? []), ...(grown ? [grown] : [])];
      await rollUp(tx, source, all, { until, zone: o.zone });
    }
    await tx`update stat_state set zone = ${o.zone}, closed_until = greatest(closed_until, ${toTs(until)}), kept_at = ${toTs(o.now)}`;
    return { marks, more: left, halfHours };
  })) as Kept;
}

/** Whether a pass would do anything: something is marked, a day has ended, or the city's zone is another. */
export async function statsDue(sql: Sql, o: { zone: string; now: Instant }): Promise<boolean> {
  const today = toTs(startOfDay(cityDay(o.now, o.zone), o.zone));
  const [r] = await sql<{ due: boolean }[]>`
    select exists (select from stat_mark) or zone is distinct from ${o.zone} or closed_until is distinct from greatest(closed_until, ${today}) as due
    from stat_state`;
  return r!.due;
}

/** Counts everything anew: marks it all; passes do the rest. Figures stay as they are until their stretch has its turn. */
export async function markAll(sql: Sql | Tx): Promise<void> {
  await sql`insert into stat_mark (source, from_at, to_at) values ('all', '-infinity', 'infinity')`;
}

/** Passes until nothing is marked. @returns half-hours counted anew */
export async function keepUp(sql: Sql, o: { zone: string; now: () => Instant; signal?: AbortSignal }): Promise<number> {
  let halfHours = 0;
  for (;;) {
    const kept = await keepStats(sql, { zone: o.zone, now: o.now() });
    halfHours += kept.halfHours;
    if (!kept.more || o.signal?.aborted) return halfHours;
  }
}

/** Days of another zone are no days of this one: all of it is counted anew then. @returns until when days are closed */
async function closedDays(tx: Tx, zone: string): Promise<Instant | null> {
  const [s] = await tx<{ zone: string | null; closed_until: Date | null }[]>`select zone, closed_until from stat_state`;
  if (s!.zone === zone) return s!.closed_until && fromTs(s!.closed_until);
  if (s!.zone !== null) {
    await tx.unsafe(`truncate ${STORED_SOURCES.map((x) => `stat_${x}`).join(', ')}`);
    await tx`update stat_state set closed_until = null`;
    await markAll(tx);
  }
  return null;
}

type ByMark = Map<string, Stretch[]>;

/** Takes marks, clipped to where there are rows; what is longer than a pass may count is marked again. */
async function takeMarks(tx: Tx): Promise<{ marks: number; left: boolean; byStretch: ByMark }> {
  const rows = await tx<{ source: string; a: number; b: number }[]>`
    with taken as (
      delete from stat_mark where id in (select id from stat_mark order by id limit ${MARKS_AT_MOST}) returning source, from_at, to_at)
    select distinct source,
      case when from_at = '-infinity' then '-Infinity'::float8 else extract(epoch from from_at)::float8 * 1000 end as a,
      case when to_at = 'infinity' then 'Infinity'::float8 else extract(epoch from to_at)::float8 * 1000 end as b
    from taken`;
  let left = rows.length > 0 && (await tx`select 1 from stat_mark limit 1`).length > 0;
  const ends = rows.some((r) => !Number.isFinite(r.a) || !Number.isFinite(r.b)) ? await extent(tx) : null;
  const byStretch: ByMark = new Map();
  let budget = STRETCH_MS;
  const later: { source: string; from: string; to: string }[] = [];
  for (const r of rows) {
    const from = Number.isFinite(r.a) ? r.a : (ends?.from ?? 0);
    const to = Number.isFinite(r.b) ? r.b : (ends?.to ?? 0);
    if (to <= from) continue;
    const now = Math.min(to, from + Math.max(budget, DAY));
    if (to - from > DAY) budget = Math.max(DAY, budget - (now - from));
    if (now < to) later.push({ source: r.source, from: toTs(now), to: toTs(to) });
    for (const source of r.source === 'all' ? MARKS_OF_ALL : [r.source])
      byStretch.set(source, [...(byStretch.get(source) ?? []), { from, to: now }]);
  }
  if (later.length > 0) {
    left = true;
    await tx`
      insert into stat_mark (source, from_at, to_at)
      select m->>'source', (m->>'from')::timestamptz, (m->>'to')::timestamptz from jsonb_array_elements(${tx.json(later)}) m`;
  }
  return { marks: rows.length, left, byStretch };
}

/** What a mark of a table means for the sources; 'visit' and 'segment' reach further (see resolve). */
const SOURCES_OF_MARK: Readonly<Record<string, readonly StoredSource[]>> = {
  call: ['call', 'refusal'],
  segment: ['seat'],
  visit: ['visit', 'seat'],
};
const MARKS_OF_ALL = ['call', 'line', 'ivr', 'visit', 'segment', 'time', 'rest', 'move', 'rating'] as const;

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
    ...STORED_SOURCES.map((s) => [`stat_${s}`, 'bucket', 'bucket'] as const),
  ];
  const each = tables.map(([t, a, b]) => `(select min(${a}) from ${t}), (select max(${b}) from ${t})`).join(', ');
  const [r] = await tx.unsafe<{ a: number | null; b: number | null }[]>(
    `select extract(epoch from min(x))::float8 * 1000 as a, extract(epoch from max(x))::float8 * 1000 as b from unnest(array[${each}]) x`,
  );
  return r!.a === null ? null : { from: r!.a - DAY, to: r!.b! + DAY };
}

/** Stretches as whole half-hours, ascending, without overlap. */
export function merged(list: readonly Stretch[], origin: Instant): Stretch[] {
  const down = (t: number): number => Math.floor((t - origin) / HALF_HOUR) * HALF_HOUR + origin;
  const out: { from: number; to: number }[] = [];
  for (const s of list
    .map((x) => ({ from: down(x.from), to: down(x.to + HALF_HOUR - 1) }))
    .sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && s.from <= last.to) last.to = Math.max(last.to, s.to);
    else out.push({ ...s });
  }
  return out;
}

async function resolve(tx: Tx, marks: ByMark, zone: string): Promise<Map<StoredSource, Stretch[]>> {
  const origin = halfHourOrigin(zone);
  const out = new Map<StoredSource, Stretch[]>();
  const add = (s: StoredSource, more: readonly Stretch[]): void => void out.set(s, [...(out.get(s) ?? []), ...more]);
  for (const [mark, list] of marks) {
    for (const s of SOURCES_OF_MARK[mark] ?? [mark as StoredSource]) add(s, list);
    if (mark !== 'segment' && mark !== 'visit') continue;
    // a seat's part counts where its visit began, and alone where it began itself: either change touches both places
    for (const s of merged(list, origin)) add('seat', await otherPlaces(tx, mark, s));
  }
  for (const [s, list] of out) out.set(s, merged(list, origin));
  return out;
}

async function otherPlaces(tx: Tx, mark: 'segment' | 'visit', s: Stretch): Promise<Stretch[]> {
  const [own, other] = mark === 'segment' ? ['s.t_from', 'v.t_queue'] : ['v.t_queue', 's.t_from'];
  const [before, after] = mark === 'segment' ? [AFTER_VISIT_MS, BEFORE_VISIT_MS] : [BEFORE_VISIT_MS, AFTER_VISIT_MS];
  const rows = await tx.unsafe<{ t: number }[]>(`
    select distinct extract(epoch from half_hour(${other}))::float8 * 1000 as t
    from seat_segment s join queue_visit v on v.visit_id = s.visit_id
    where ${own} >= ${instant(s.from)} and ${own} < ${instant(s.to)}
      and ${other} >= ${instant(s.from - before)} and ${other} < ${instant(s.to + after)}`);
  return rows.map((r) => ({ from: r.t, to: r.t + HALF_HOUR }));
}

async function countAnew(
  tx: Tx,
  s: StoredSource,
  { from, to }: Stretch,
  periods: readonly ThresholdPeriod[],
  zone: string,
): Promise<void> {
  const dims = dimensions(s);
  const parts = partsOf(s);
  const groups = ['r.bucket', ...dims.map((d) => groupKey(s, d))];
  const counted = `
    select 'h'::"char" as level, r.bucket, ${[...dims.map((d) => `${groupKey(s, d)} as ${d}`), ...parts.map((p) => `${aggregate(p)} as ${p}`)].join(', ')}
    from (${bucketed(s, from, to, zone)}) r ${needsThresholds(s) ? thresholdJoin(s, periods) : ''}
    group by ${groups.join(', ')}`;
  await replace(tx, s, 'h', { from, to }, counted);
}

/** Puts what was counted in place of what stands there; a group that did not change is not written. */
async function replace(
  tx: Tx,
  s: StoredSource,
  level: 'h' | 'd' | 'm',
  { from, to }: Stretch,
  counted: string,
): Promise<void> {
  const key = ['level', 'bucket', ...dimensions(s)];
  const parts = partsOf(s);
  const same = key.map((k) => `n.${k} = o.${k}`).join(' and ');
  const row = (of: string): string => `(${parts.map((p) => `${of}.${p}`).join(', ')})`;
  const within = `o.level = '${level}' and o.bucket >= ${instant(from)} and o.bucket < ${instant(to)}`;
  if (to - from > REPLACE_WHOLE_MS && (level === 'h' || to - from > 31 * DAY)) {
    await tx.unsafe(`delete from stat_${s} o where ${within}`);
    await tx.unsafe(
      `insert into stat_${s} (${[...key, ...parts].join(', ')}) select ${[...key, ...parts].join(', ')} from (${counted}) n`,
    );
    return;
  }
  await tx.unsafe(`
    with counted as materialized (${counted}),
    gone as (
      delete from stat_${s} o
      where ${within} and not exists (select from counted n where ${same}))
    insert into stat_${s} as o (${[...key, ...parts].join(', ')})
    select ${[...key, ...parts].join(', ')} from counted
    on conflict (${key.join(', ')}) do update set ${parts.map((p) => `${p} = excluded.${p}`).join(', ')}
      where ${row('o')} is distinct from ${row('excluded')}`);
}

/** Days of half-hours, months of days, for what changed before the end of the closed days. */
async function rollUp(
  tx: Tx,
  s: StoredSource,
  changed: readonly Stretch[],
  o: { until: Instant; zone: string },
): Promise<void> {
  const monthStart = (t: Instant): Instant => startOfDay(`${cityDay(t, o.zone).slice(0, 7)}-01`, o.zone);
  const nextMonth = (t: Instant): Instant => monthStart(monthStart(t) + 32 * DAY);
  const nextDay = (t: Instant): Instant =>
    startOfDay(cityDay(startOfDay(cityDay(t, o.zone), o.zone) + 36 * HOUR, o.zone), o.zone);
  const whole = (
    list: readonly Stretch[],
    first: (t: Instant) => Instant,
    next: (t: Instant) => Instant,
    until: Instant,
  ): Stretch[] =>
    merged(
      list.filter((x) => x.from < until).map((x) => ({ from: first(x.from), to: Math.min(next(x.to - 1), until) })),
      halfHourOrigin(o.zone),
    );
  const days = whole(changed, (t) => startOfDay(cityDay(t, o.zone), o.zone), nextDay, o.until);
  for (const d of days) await sumUp(tx, s, 'h', 'd', d, o.zone);
  const months = whole(changed, monthStart, nextMonth, monthStart(o.until));
  for (const m of months) await sumUp(tx, s, 'd', 'm', m, o.zone);
}

async function sumUp(
  tx: Tx,
  s: StoredSource,
  below: 'h' | 'd',
  level: 'd' | 'm',
  { from, to }: Stretch,
  zone: string,
): Promise<void> {
  const dims = dimensions(s);
  const parts = partsOf(s);
  const local = `date_trunc('${level === 'd' ? 'day' : 'month'}', bucket at time zone ${quoted(zone)}) at time zone ${quoted(zone)}`;
  const within = `bucket >= ${instant(from)} and bucket < ${instant(to)}`;
  await replace(
    tx,
    s,
    level,
    { from, to },
    `select '${level}'::"char" as level, ${[`${local} as bucket`, ...dims, ...parts.map((p) => `${PARTS[p].merge}(${p})${cast(p)} as ${p}`)].join(', ')}
     from stat_${s} where level = '${below}' and ${within}
     group by ${[local, ...dims].join(', ')}`,
  );
}

/** Sums come in a wider type than their column has. */
const cast = (p: PartName): string => {
  const { value, merge } = PARTS[p];
  return merge === 'max' || value === 'one' || value === 'begun' ? '::integer' : '::bigint';
};
