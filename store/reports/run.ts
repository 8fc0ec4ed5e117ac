import type { ThresholdPeriod } from '#domain/calls/thresholds.ts';
import { intervalOf } from '#domain/calls/count.ts';
import type { Indicator, IndicatorKey } from '#domain/calls/indicators.ts';
import { partsNeeded } from '#domain/calls/scope.ts';
import type { Dimension } from '#domain/calls/sources.ts';
import type { GapRow } from '#domain/floor/rows.ts';
import { gapTime } from '#domain/floor/view.ts';
import { earlierFrom, earlierTo, grainEdges, type CompareWith, type Grain } from '#domain/reports/grain.ts';
import { columnsFor, compareFigures, statTable, type Comparison, type StatTable } from '#domain/reports/table.ts';
import { indexParts, indicesUsed, type IndexVersion } from '#domain/reports/work-index.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';
import { addOpen, readOpen, type OpenAt } from './open.ts';
import { readCounts, type Only } from './read.ts';
import { thresholdsInForce, trunkSizes } from './thresholds.ts';
import { indexVersions } from './work-index.ts';

export type { OpenAt };

export interface StatQuery {
  readonly columns: readonly IndicatorKey[];
  readonly from: Instant;
  readonly to: Instant;
  readonly grain: Grain;
  readonly by: readonly Dimension[];
  readonly only?: Only;
  readonly zone: string;
  /** Counts from the records instead of the rollups: slow, to check. */
  readonly raw?: boolean;
  /** Adds what runs at that instant and has no record yet, where the period reaches so far; left out: only what is over. */
  readonly open?: OpenAt;
}

export interface StatResult {
  readonly table: StatTable;
  /** Thresholds that were in force for the figures, by skill group. */
  readonly thresholds: readonly ThresholdPeriod[];
  /** What the work index of the figures is made of, oldest first; none where it is no column. */
  readonly index: readonly IndexVersion[];
  /** Milliseconds in which the switch was not heard: of each interval, and of the whole. Figures of those are lower bounds. */
  readonly gapMs: readonly number[];
  readonly gapTotalMs: number;
  /** When the rollups were last brought up to date; null: never. */
  readonly keptAt: Instant | null;
  /** Changes that are not counted yet reach into the period. */
  readonly pending: boolean;
}

/** What runs began no longer than this before: a report of an earlier period need not ask for it. */
const OPEN_AT_MOST_MS = 7 * DAY;

/**
 * Runs a report: reads the counted parts in one snapshot, and computes.
 * @throws RangeError when the period is empty or has too many intervals
 */
export async function runStat(sql: Sql, q: StatQuery): Promise<StatResult> {
  const edges = grainEdges(q.from, q.to, q.grain, q.zone);
  // where rows are narrowed to some groups, what cannot be narrowed so is unknown, as if it were broken down
  const narrowed = [...new Set([...q.by, ...(Object.keys(q.only ?? {}) as Dimension[])])];
  const columns = columnsFor(q.columns, narrowed);
  return (await sql.begin('isolation level repeatable read read only', async (t) => {
    const tx = t as unknown as Tx;
    const [state] = await tx<{ closed_until: Date | null; kept_at: Date | null; pending: boolean }[]>`
      select closed_until, kept_at, exists (select from stat_mark where from_at < ${toTs(q.to)} and to_at > ${toTs(q.from)}) as pending
      from stat_state`;
    const periods = await thresholdsInForce(tx);
    const versions = columns.some((c) => c.indicator.derived) ? await indexVersions(tx) : [];
    const index = columns.some((c) => c.indicator.derived) ? indicesUsed(versions, edges) : [];
    const parts = [
      ...new Set([...columns.flatMap((c) => (c.scoped ? partsNeeded(c.scoped) : [])), ...indexParts(index, narrowed)]),
    ];
    const wish = { parts, by: q.by, only: q.only ?? {}, edges, zone: q.zone };
    const grid = await readCounts(tx, {
      ...wish,
      grain: q.grain,
      periods,
      closed: state!.closed_until ? fromTs(state!.closed_until) : q.from,
      ...(q.raw ? { raw: true } : {}),
    });
    if (q.open && q.open.now > q.from && q.open.now < q.to + OPEN_AT_MOST_MS)
      addOpen(await readOpen(sql, tx, { ...q.open, zone: q.zone }), { ...wish, periods }, grid);
    const sizes = await trunkSizes(tx);
    const gaps = await gapsWithin(tx, q.from, q.to, q.open?.now ?? q.to);
    return {
      table: statTable(grid, {
        columns: q.columns,
        by: q.by,
        narrowed,
        edges,
        index: versions,
        channelMs: channels(sizes, q.only?.trunk),
      }),
      index,
      thresholds: periods.filter((p) => p.from < q.to && p.to > q.from),
      gapMs: gapTimes(gaps, edges),
      gapTotalMs: gapTime(gaps, q.from, q.to),
      keptAt: state!.kept_at && fromTs(state!.kept_at),
      pending: state!.pending,
    };
  })) as StatResult;
}

/** `gapTime` of every interval; of years of half-hours only those are asked for that a gap touches. */
function gapTimes(gaps: readonly GapRow[], edges: readonly Instant[]): number[] {
  const out = new Array<number>(edges.length - 1).fill(0);
  const end = edges.at(-1)!;
  const touched = new Set<number>();
  for (const g of gaps) {
    const last = intervalOf(edges, Math.min(g.to ?? end, end) - 1);
    for (let i = intervalOf(edges, Math.max(g.from, edges[0]!)); i >= 0 && i <= last; i++) touched.add(i);
  }
  for (const i of touched) {
    const [from, to] = [edges[i]!, edges[i + 1]!];
    out[i] = gapTime(
      gaps.filter((g) => g.from < to && (g.to ?? Infinity) > from),
      from,
      to,
    );
  }
  return out;
}

/** @param now a gap that goes on reaches so far */
async function gapsWithin(tx: Tx, from: Instant, to: Instant, now: Instant): Promise<GapRow[]> {
  const rows = await tx<{ gap_id: string; t_from: Date; t_to: Date | null; why: GapRow['why'] }[]>`
    select gap_id, t_from, t_to, why from floor_gap where t_from < ${toTs(to)} and coalesce(t_to, 'infinity') > ${toTs(from)}`;
  return rows.map((g) => ({ id: g.gap_id, from: fromTs(g.t_from), to: g.t_to ? fromTs(g.t_to) : now, why: g.why }));
}

type Size = { readonly trunk: string; readonly from: Instant; readonly channels: number };

/** What trunks offer in a stretch; a trunk whose size is not known for all of it offers an unknown time, and so does the sum. */
function channels(
  sizes: readonly Size[],
  only?: readonly string[],
): (trunk: string | null, from: Instant, to: Instant) => number | undefined {
  const of = (trunk: string, from: Instant, to: Instant): number | undefined => {
    const own = sizes.filter((s) => s.trunk === trunk && s.from < to);
    if (own.length === 0 || own[0]!.from > from) return undefined;
    return own.reduce((sum, s, i) => {
      const end = Math.min(own[i + 1]?.from ?? to, to);
      return sum + Math.max(0, end - Math.max(s.from, from)) * s.channels;
    }, 0);
  };
  const known = [...new Set(sizes.map((s) => s.trunk))].filter((t) => !only || only.includes(t));
  return (trunk, from, to) => {
    if (trunk !== null) return of(trunk, from, to);
    const each = known.map((t) => of(t, from, to));
    return each.length === 0 || each.includes(undefined) ? undefined : each.reduce<number>((a, b) => a + b!, 0);
  };
}

export interface Compared {
  readonly from: Instant;
  readonly to: Instant;
  readonly table: StatTable;
  /** As that of a StatResult, of the earlier period. */
  readonly index: readonly IndexVersion[];
  /** For each row of the table now (rows, intervals, groups, total), one for each column. */
  readonly rows: readonly (readonly Comparison[])[];
  readonly intervals: readonly (readonly Comparison[])[];
  readonly groups: readonly (readonly Comparison[])[];
  readonly total: readonly Comparison[];
}

/** The same report of an earlier period, interval by interval beside `now`. */
export async function compareStat(sql: Sql, q: StatQuery, now: StatTable, how: CompareWith): Promise<Compared> {
  const from = earlierFrom(q.from, q.to, how, q.zone);
  const to = earlierTo(q.from, q.to, how, q.zone);
  const { table, index } = await runStat(sql, { ...q, from, to });
  const key = (r: { interval: number | null; group: readonly string[] | null }): string =>
    `${r.interval}\u0000${r.group?.join('\u0000')}`;
  const before = new Map([...table.rows, ...table.intervals, ...table.groups, table.total].map((r) => [key(r), r]));
  const beside = (r: StatTable['total']): Comparison[] =>
    now.columns.map((c, i) =>
      compareFigures(c.indicator, r.figures[i]!, before.get(key(r))?.figures[i] ?? nothing(c.scoped)),
    );
  return {
    from,
    to,
    table,
    index,
    rows: now.rows.map(beside),
    intervals: now.intervals.map(beside),
    groups: now.groups.map(beside),
    total: beside(now.total),
  };
}

/** The figure of a group that had nothing: a count of 0, an empty rate or index. */
const nothing = (i: Indicator | null) =>
  i === null ? ('unknown' as const) : i.over || i.derived ? ('empty' as const) : { part: 0, whole: 1 };
