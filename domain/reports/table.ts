import { addParts, type Counted, type Parts } from '../calls/count.ts';
import { shown, valueOf, type Fraction, type NoFigure, type Quantities } from '../calls/figure.ts';
import { INDICATORS, type Indicator, type IndicatorKey } from '../calls/indicators.ts';
import { figure, scoped } from '../calls/scope.ts';
import type { Dimension } from '../calls/sources.ts';
import type { Instant } from '../time.ts';

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

export interface StatTable {
  readonly columns: readonly Column[];
  readonly by: readonly Dimension[];
  readonly edges: readonly Instant[];
  /** Each interval of each group that has anything, by interval and then group; without a breakdown every interval. */
  readonly rows: readonly StatRow[];
  /** Each group over the whole period; with one interval the rows say the same. */
  readonly groups: readonly StatRow[];
  readonly total: StatRow;
}

export interface TableOptions {
  readonly columns: readonly IndicatorKey[];
  readonly by: readonly Dimension[];
  /** The breakdown together with what rows are narrowed to; none: `by`. What cannot be narrowed so is unknown. */
  readonly narrowed?: readonly Dimension[];
  readonly edges: readonly Instant[];
  /** Time that the channels of a trunk offer in a stretch (all trunks: null); undefined when nobody set their number. */
  readonly channelMs?: (trunk: string | null, from: Instant, to: Instant) => number | undefined;
}

export const columnsFor = (keys: readonly IndicatorKey[], by: readonly Dimension[]): Column[] =>
  keys.map((key) => ({ key, indicator: INDICATORS[key], scoped: scoped(INDICATORS[key], by) }));

/**
 * A report's table from counted parts. Totals are computed from added parts, never from the rows' figures (R5).
 * @param counted parts of every source that the columns need, broken down as asked
 */
export function statTable(counted: Iterable<Counted>, o: TableOptions): StatTable {
  const columns = columnsFor(o.columns, o.narrowed ?? o.by);
  const cells = new Map<string, { interval: number; group: readonly string[]; parts: Parts }>();
  const groups = new Map<string, { group: readonly string[]; parts: Parts }>();
  const all: Parts = {};
  for (const c of counted) {
    const name = c.group.join('\u0000');
    addParts(cellOf(cells, `${c.interval}\u0000${name}`, { interval: c.interval, group: c.group }).parts, c.parts);
    addParts(cellOf(groups, name, { group: c.group }).parts, c.parts);
    addParts(all, c.parts);
  }
  if (o.by.length === 0)
    for (let i = 0; i < o.edges.length - 1; i++)
      cellOf(cells, `${i}\u0000`, { interval: i, group: [] as readonly string[] });
  const row = (interval: number | null, group: readonly string[] | null, parts: Parts): StatRow => {
    const from = o.edges[interval ?? 0]!;
    const to = interval === null ? o.edges.at(-1)! : o.edges[interval + 1]!;
    const trunk = group !== null && o.by[0] === 'trunk' ? group[0]! : null;
    const channels = o.channelMs?.(trunk, from, to);
    const q: Quantities = channels === undefined ? parts : { ...parts, channel_ms: channels };
    return { interval, group, parts: q, figures: columns.map((c) => figure(c.scoped, q)) };
  };
  return {
    columns,
    by: o.by,
    edges: o.edges,
    rows: [...cells.values()].sort(byPlace).map((c) => row(c.interval, c.group, c.parts)),
    groups: [...groups.values()]
      .sort((a, b) => compareGroups(a.group, b.group))
      .map((g) => row(null, g.group, g.parts)),
    total: row(null, null, all),
  };
}

function cellOf<T extends object>(map: Map<string, T & { parts: Parts }>, key: string, more: T): T & { parts: Parts } {
  let cell = map.get(key);
  if (!cell) map.set(key, (cell = { ...more, parts: {} }));
  return cell;
}

function compareGroups(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return 0;
}
const byPlace = (
  a: { interval: number; group: readonly string[] },
  b: { interval: number; group: readonly string[] },
): number => a.interval - b.interval || compareGroups(a.group, b.group);

/** A figure beside that of an earlier period. */
export interface Comparison {
  readonly before: Figure;
  /** Now − before, as shown; of rates in points. Null when either is not there. */
  readonly difference: number | null;
  /** Share by which a count or sum grew; null for rates, or when before is 0 or not there. */
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
    growth: i.unit === 'percent' || !was ? null : valueOf(now)! / was - 1,
  };
}
