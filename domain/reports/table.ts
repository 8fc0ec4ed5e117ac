import { addParts, type Parts } from '../calls/count.ts';
import {
  roundedColumn,
  shown,
  shownAs,
  valueOf,
  type Fraction,
  type NoFigure,
  type Quantities,
  type Quantity,
  type Terms,
  type Unit,
} from '../calls/figure.ts';
import { isThere, partsAt, partsOver, partsTogether, type GridGroup, type PartGrid } from '../calls/grid.ts';
import { INDICATORS, type Indicator, type IndicatorKey } from '../calls/indicators.ts';
import type { PartName } from '../calls/parts.ts';
import { figure, scoped } from '../calls/scope.ts';
import type { Dimension } from '../calls/sources.ts';
import type { Instant } from '../time.ts';
import { indexFor, workIndex, type IndexVersion, type WorkIndex } from './work-index.ts';

export type Figure = Fraction | NoFigure;

export interface Column {
  readonly key: IndicatorKey;
  readonly indicator: Indicator;
  /** Scoped to the breakdown; null: not known in it. */
  readonly scoped: Indicator | null;
}

export interface StatRow {
  /** Index of the interval; null: over all of them. */
  readonly interval: number | null;
  /** A value for each dimension of the breakdown; null: over all groups. '' is a group of its own: rows that have none. */
  readonly group: readonly string[] | null;
  readonly figures: readonly Figure[];
  readonly parts: Quantities;
}

/**
 * A figure by interval in columns, to be read only: the exact fractions `part[i] / whole[i]`; where the whole is 0 there is none (R4),
 * where it is NaN it is unknown. A number is the whole of every interval.
 */
export interface FigureSeries {
  readonly part: Float64Array;
  readonly whole: Float64Array | number;
}

export interface StatTable {
  readonly columns: readonly Column[];
  readonly by: readonly Dimension[];
  readonly edges: readonly Instant[];
  /** Each interval of each group that has anything, by interval and then group; without a breakdown every interval. Made when first asked for. */
  readonly rows: readonly StatRow[];
  /** Each interval over all groups, where there are several intervals and a breakdown; else none. Made when first asked for. */
  readonly intervals: readonly StatRow[];
  /** Each group over the whole period; with one interval the rows say the same. */
  readonly groups: readonly StatRow[];
  readonly total: StatRow;
  /**
   * A column by interval, of one of `groups` or (null) of all together: what a line of years is drawn from, without its rows.
   * @returns null when the figure is unknown in this breakdown
   */
  readonly series: (column: number, group: number | null) => FigureSeries | null;
  /** How the work index of a row comes about; null: it is no column here. */
  readonly index: (row: StatRow) => WorkIndex | null;
}

export interface TableOptions {
  readonly columns: readonly IndicatorKey[];
  readonly by: readonly Dimension[];
  /** The breakdown together with what rows are narrowed to; none: `by`. What cannot be narrowed so is unknown. */
  readonly narrowed?: readonly Dimension[];
  readonly edges: readonly Instant[];
  /** What the work index is made of, oldest first; needed where it is a column. */
  readonly index?: readonly IndexVersion[];
  /** Time that the channels of a trunk offer in a stretch (all trunks: null); undefined when nobody set their number. */
  readonly channelMs?: (trunk: string | null, from: Instant, to: Instant) => number | undefined;
}

export const columnsFor = (keys: readonly IndicatorKey[], by: readonly Dimension[]): Column[] =>
  keys.map((key) => ({ key, indicator: INDICATORS[key], scoped: scoped(INDICATORS[key], by) }));

/**
 * A report's table from counted parts. Totals are computed from added parts, never from the rows' figures (R5).
 * @param grid parts of every source that the columns need, broken down as asked
 */
export function statTable(grid: PartGrid, o: TableOptions): StatTable {
  const narrowed = o.narrowed ?? o.by;
  const columns = columnsFor(o.columns, narrowed);
  const made = new Map<IndexVersion, (q: Quantities) => WorkIndex>();
  const index = (interval: number | null, q: Quantities): WorkIndex => {
    const version = indexFor(o.index ?? [], o.edges[interval === null ? o.edges.length - 1 : interval + 1]!);
    const make = made.get(version) ?? workIndex(version, narrowed);
    made.set(version, make);
    return make(q);
  };
  const groups = grid.groups();
  const quantities = (interval: number | null, group: readonly string[] | null, parts: Parts): Quantities => {
    const channels = channelTime(o, interval, group);
    return channels === undefined ? parts : { ...parts, channel_ms: channels };
  };
  const row = (interval: number | null, group: readonly string[] | null, parts: Parts): StatRow => {
    const q = quantities(interval, group, parts);
    return {
      interval,
      group,
      parts: q,
      figures: columns.map((c) => (c.indicator.derived ? index(interval, q).index : figure(c.scoped, q))),
    };
  };
  /** Its figures are worked out when they are looked at: of years by the hour a screen looks at a page. */
  const later = (interval: number, g: GridGroup): StatRow => {
    let made: StatRow | undefined;
    const own = (): StatRow => (made ??= row(interval, g.group, partsAt(g, interval) ?? {}));
    return {
      interval,
      group: g.group,
      get figures() {
        return own().figures;
      },
      get parts() {
        return own().parts;
      },
    };
  };
  const makeRows = (): StatRow[] => {
    const rows: StatRow[] = [];
    const all = o.by.length === 0 ? [groups[0] ?? { group: [], parts: new Map() }] : groups;
    for (let i = 0; i < grid.intervals; i++)
      for (const g of all) if (o.by.length === 0 || isThere(g, i)) rows.push(later(i, g));
    return rows;
  };
  const makeIntervals = (): StatRow[] => {
    if (o.by.length === 0 || grid.intervals === 1) return [];
    return Array.from({ length: grid.intervals }, (_, i) => {
      const each = groups.flatMap((g) => partsAt(g, i) ?? []);
      const parts: Parts = {};
      for (const p of each) addParts(parts, p);
      return each.length > 0 ? [row(i, null, parts)] : [];
    }).flat();
  };
  let rows: readonly StatRow[] | undefined;
  let intervals: readonly StatRow[] | undefined;
  const overall: Parts = {};
  const groupRows = groups.map((g) => {
    const parts = partsOver(g);
    addParts(overall, parts);
    return row(null, g.group, parts);
  });
  return {
    columns,
    by: o.by,
    edges: o.edges,
    get rows() {
      return (rows ??= makeRows());
    },
    get intervals() {
      return (intervals ??= makeIntervals());
    },
    groups: groupRows,
    total: row(null, null, overall),
    index: (r) => (columns.some((c) => c.indicator.derived) ? index(r.interval, r.parts) : null),
    series: (column, group) => {
      const i = columns[column]!.scoped;
      const g = group === null ? null : groups[group]!;
      const parts = g ? g.parts : partsTogether(groups, grid.intervals);
      if (i?.derived) {
        const each = Array.from(
          { length: grid.intervals },
          (_, k) => row(k, g?.group ?? null, partsAt({ group: [], parts }, k) ?? {}).figures[column]!,
        );
        return {
          part: Float64Array.from(each, (f) => (typeof f === 'string' ? 0 : f.part)),
          whole: Float64Array.from(each, (f) => (typeof f === 'string' ? 0 : f.whole)),
        };
      }
      return i && figureSeries(i, parts, grid.intervals, (k) => channelTime(o, k, g?.group ?? null));
    },
  };
}

/** Time that the channels of a row's trunk (or of all) offer in its interval. */
function channelTime(o: TableOptions, interval: number | null, group: readonly string[] | null): number | undefined {
  const from = o.edges[interval ?? 0]!;
  const to = interval === null ? o.edges.at(-1)! : o.edges[interval + 1]!;
  return o.channelMs?.(group !== null && o.by[0] === 'trunk' ? group[0]! : null, from, to);
}

/** `figure` of every interval at once. */
function figureSeries(
  i: Indicator,
  parts: ReadonlyMap<PartName, Float64Array>,
  intervals: number,
  channelMs: (interval: number) => number | undefined,
): FigureSeries {
  const needsChannels = (i.of.channel_ms ?? i.over?.channel_ms) !== undefined;
  const offered = needsChannels ? Float64Array.from({ length: intervals }, (_, k) => channelMs(k) ?? NaN) : undefined;
  const added = (terms: Terms, times: number): Float64Array => {
    const there = (Object.entries(terms) as [Quantity, number][]).flatMap(([name, n]) => {
      const numbers = name === 'channel_ms' ? offered : parts.get(name);
      return numbers ? [{ numbers, n: n * times }] : [];
    });
    if (there.length === 1 && there[0]!.n === 1) return there[0]!.numbers; // most are a part as it stands
    const out = new Float64Array(intervals);
    for (const { numbers, n } of there) for (let k = 0; k < intervals; k++) out[k]! += n * numbers[k]!;
    return out;
  };
  const divide = i.divide ?? 1;
  const part = added(i.of, 1);
  const whole = i.over ? added(i.over, divide) : divide;
  if (i.needs === undefined) return { part, whole };
  const needed = parts.get(i.needs);
  const some = new Float64Array(intervals);
  if (needed)
    for (let k = 0; k < intervals; k++) if (needed[k]) some[k] = typeof whole === 'number' ? whole : whole[k]!;
  return { part, whole: some };
}

/**
 * The values of a series as people read them, rounded as `shown` rounds.
 * @returns NaN where there is none
 */
export function shownSeries({ part, whole }: FigureSeries, unit: Unit, where: 'wall' | 'export'): Float64Array {
  const { decimals, scale } = shownAs(unit, where);
  return roundedColumn(part, whole, decimals, scale);
}

/** A figure beside that of an earlier period. */
export interface Comparison {
  readonly before: Figure;
  /** Now − before, as shown; of rates in points. Null when either is not there. */
  readonly difference: number | null;
  /** Share by which a count or sum grew; null for rates and points, or when before is 0 or not there. */
  readonly growth: number | null;
}

export function compareFigures(i: Indicator, now: Figure, before: Figure): Comparison {
  if (typeof now === 'string' || typeof before === 'string') return { before, difference: null, growth: null };
  const [a, b] = [shown(now, i.unit, 'export')!, shown(before, i.unit, 'export')!];
  const was = valueOf(before);
  const decimals = i.unit === 'percent' ? 10 : 100;
  return {
    before,
    difference: Math.round((a - b) * decimals) / decimals,
    growth: i.unit === 'percent' || i.unit === 'points' || !was ? null : valueOf(now)! / was - 1,
  };
}
