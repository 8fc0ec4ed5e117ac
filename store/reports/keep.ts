import { PARTS, partsOf, type PartName } from '#domain/calls/parts.ts';
import { STORED_SOURCES, type StoredSource } from '#domain/calls/sources.ts';
import type { ThresholdPeriod } from '#domain/calls/thresholds.ts';
import { cityDay, DAY, HOUR, startOfDay, type Instant } from '#domain/time.ts';
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
import { HALF_HOUR, markAll, merged, takeWork, type Stretch } from './marks.ts';
import { dropSeries, packSeries } from './series.ts';
import { thresholdsInForce } from './thresholds.ts';

/** One keeper at a time, also beside a rebuild by command. */
const KEEP_LOCK = 7_770_070;
/** A longer stretch is replaced as it is: to look for what changed, row by row, would cost more than to write it. */
const REPLACE_WHOLE_MS = 6 * HOUR;

const TELL_EVERY_MS = 15_000;

export interface Kept {
  /** Marks taken; 0: nothing had changed. */
  readonly marks: number;
  /** True: there is more to do, call again at once. */
  readonly more: boolean;
  /** True: nothing is marked, and series are to be packed when there is time (`packStats`). */
  readonly toPack: boolean;
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
    const { marks, more, work } = await takeWork(tx, o.zone);
    const periods = await thresholdsInForce(tx);
    let halfHours = 0;
    for (const [source, stretches] of work)
      for (const s of stretches) {
        await countAnew(tx, source, s, periods, o.zone);
        halfHours += (s.to - s.from) / HALF_HOUR;
      }
    const until = startOfDay(cityDay(o.now, o.zone), o.zone);
    const grown = closed !== null && until > closed ? { from: closed, to: until } : null;
    for (const source of STORED_SOURCES) {
      const all = [...(work.get(source) ?? []), ...(grown ? [grown] : [])];
      await rollUp(tx, source, all, { until, zone: o.zone });
    }
    let dropped = false;
    for (const [source, stretches] of work) if (await dropSeries(tx, source, stretches)) dropped = true;
    const [state] = await tx<{ to_pack: boolean }[]>`
      update stat_state set zone = ${o.zone}, closed_until = greatest(closed_until, ${toTs(until)}), kept_at = ${toTs(o.now)},
        to_pack = to_pack or ${dropped} or closed_until is distinct from greatest(closed_until, ${toTs(until)})
      returning to_pack`;
    return { marks, more, halfHours, toPack: !more && state!.to_pack };
  })) as Kept;
}

/** How long a transaction packs series at most; what is marked meanwhile waits for it. */
const PACK_MS = 150;

/**
 * Packs some of the series that are missing (series.ts); nothing while something is marked.
 * @returns whether there is more to pack
 */
export async function packStats(sql: Sql, zone: string): Promise<boolean> {
  return (await sql.begin(async (t) => {
    const tx = t as unknown as Tx;
    await tx`select pg_advisory_xact_lock(${KEEP_LOCK})`;
    const [s] = await tx<{ zone: string | null; closed_until: Date | null; marked: boolean }[]>`
      select zone, closed_until, exists (select from stat_mark) as marked from stat_state`;
    if (s!.marked || s!.closed_until === null || s!.zone !== zone) return false;
    const more = await packSeries(tx, { zone, closed: fromTs(s!.closed_until), forMs: PACK_MS });
    if (!more) await tx`update stat_state set to_pack = false`;
    return more;
  })) as boolean;
}

/** Since when the oldest change that is not counted waits, and when a pass last ended; null: none waits, none ever ended. */
export async function figuresWaiting(
  sql: Sql,
): Promise<{ readonly waitingSince: Instant | null; readonly keptAt: Instant | null }> {
  const [r] = await sql<{ since: Date | null; kept_at: Date | null }[]>`
    select (select marked_at from stat_mark order by id limit 1) as since, kept_at from stat_state`;
  return { waitingSince: r!.since && fromTs(r!.since), keptAt: r!.kept_at && fromTs(r!.kept_at) };
}

/** Whether a pass would do anything: something is marked, a day has ended, or the city's zone is another. */
export async function statsDue(sql: Sql, o: { zone: string; now: Instant }): Promise<boolean> {
  const today = toTs(startOfDay(cityDay(o.now, o.zone), o.zone));
  const [r] = await sql<{ due: boolean }[]>`
    select exists (select from stat_mark) or zone is distinct from ${o.zone} or closed_until is distinct from greatest(closed_until, ${today}) as due
    from stat_state`;
  return r!.due;
}

/**
 * Passes until nothing is marked, and packs all series unless told not to.
 * @param tell a line of progress now and then
 * @returns half-hours counted anew
 */
export async function keepUp(
  sql: Sql,
  o: { zone: string; now: () => Instant; signal?: AbortSignal; pack?: boolean; tell?: (line: string) => void },
): Promise<number> {
  let halfHours = 0;
  let told = performance.now();
  const tell = (line: string): void => {
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    o.tell?.(line);
  };
  for (let pass = 1; ; pass++) {
    const kept = await keepStats(sql, { zone: o.zone, now: o.now() });
    halfHours += kept.halfHours;
    tell(`${Math.round(halfHours / 48)} days of sources counted`);
    if (o.signal?.aborted) return halfHours;
    if (!kept.more) {
      if (o.pack === false || !kept.toPack) return halfHours;
      for (let n = 1; await packStats(sql, o.zone); n++) tell(`series packed in ${n} transactions`);
      return halfHours;
    }
    // tables that were empty a moment ago: without statistics the next passes would be planned as if they
    // still were; after passes 1, 2, 4, 8 … they have not more than doubled
    if ((pass & (pass - 1)) === 0) await sql.unsafe(`analyze ${STORED_SOURCES.map((s) => `stat_${s}`).join(', ')}`);
  }
}

/** Days of another zone are no days of this one: all of it is counted anew then. @returns until when days are closed */
async function closedDays(tx: Tx, zone: string): Promise<Instant | null> {
  const [s] = await tx<{ zone: string | null; closed_until: Date | null }[]>`select zone, closed_until from stat_state`;
  if (s!.zone === zone) return s!.closed_until && fromTs(s!.closed_until);
  if (s!.zone !== null) {
    await tx.unsafe(`truncate stat_packed, stat_series, ${STORED_SOURCES.map((x) => `stat_${x}`).join(', ')}`);
    await tx`update stat_state set closed_until = null`;
    await markAll(tx);
  }
  return null;
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
  // records that were just written by the thousand have no statistics either
  const large = to - from > REPLACE_WHOLE_MS;
  if (large) await tx`set local enable_nestloop = off`;
  await replace(tx, s, 'h', { from, to }, counted);
  if (large) await tx`set local enable_nestloop = on`;
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
  // what was counted has no statistics: taken for a few rows, it would be compared row by row with the thousands that stand there
  await tx`set local enable_nestloop = off`;
  await replace(
    tx,
    s,
    level,
    { from, to },
    `select '${level}'::"char" as level, ${[`${local} as bucket`, ...dims, ...parts.map((p) => `${PARTS[p].merge}(${p})${cast(p)} as ${p}`)].join(', ')}
     from stat_${s} where level = '${below}' and ${within}
     group by ${[local, ...dims].join(', ')}`,
  );
  await tx`set local enable_nestloop = on`;
}

/** Sums come in a wider type than their column has. */
const cast = (p: PartName): string => {
  const { value, merge } = PARTS[p];
  return merge === 'max' || value === 'one' || value === 'begun' ? '::integer' : '::bigint';
};
