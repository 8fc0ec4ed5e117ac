import type { IndicatorKey } from '#domain/calls/indicators.ts';
import type { Unit } from '#domain/calls/figure.ts';
import { shown } from '#domain/calls/figure.ts';
import type { ThresholdPeriod } from '#domain/calls/thresholds.ts';
import { CALL_TYPES, type FiguresReport } from '#domain/reports/catalogue.ts';
import type { Figure, StatRow, StatTable } from '#domain/reports/table.ts';
import type { Instant } from '#domain/time.ts';
import { goalOf } from './goals.ts';

/** What a report's chart draws: figures of one unit over intervals or over groups. Names of figures are the page's business. */

export const CHARTS = ['bar', 'line', 'pie'] as const;
export type ChartKind = (typeof CHARTS)[number];

export interface ChartSeries {
  /** A figure, a group, or a figure of the earlier period. */
  readonly key: IndicatorKey | null;
  readonly group: readonly string[] | null;
  readonly before: boolean;
  readonly values: readonly (number | null)[];
}
export type ChartData =
  | {
      readonly kind: 'bar' | 'line';
      readonly unit: Unit;
      /** The axis: intervals by their beginning, or groups. */
      readonly intervals: readonly Instant[] | null;
      readonly groups: readonly (readonly string[])[] | null;
      readonly series: readonly ChartSeries[];
      /** Groups that were left out as they have the least. */
      readonly left: number;
      /** In points. */
      readonly goal: number | null;
    }
  | {
      readonly kind: 'pie';
      readonly unit: Unit;
      /** Shares of one count by group, or of counts that together make a whole. */
      readonly parts: readonly PiePart[];
      /** Of the groups that are too small for a slice of their own. */
      readonly rest: number;
      readonly left: number;
    };

interface PiePart {
  readonly group: readonly string[] | null;
  readonly key: IndicatorKey;
  readonly value: number;
}

/** Points of an axis that a chart of this width can tell apart. */
const POINTS_AT_MOST = 800;
const BARS_AT_MOST = 24;
const LINES_AT_MOST = 6;
const SLICES_AT_MOST = 9;

export interface ChartWish {
  readonly kind: ChartKind;
  /** Of one unit; of a trend of groups and of a pie of groups the first. */
  readonly keys: readonly IndicatorKey[];
}

/** Columns of a report that together make a whole. */
export const WHOLES: Readonly<Record<string, readonly IndicatorKey[]>> = {
  'R-06': [
    'answeredB1',
    'answeredB2',
    'answeredB3',
    'answeredB4',
    'abandonedB1',
    'abandonedB2',
    'abandonedB3',
    'abandonedB4',
  ],
  'R-08': [
    'stateIdle',
    'stateTalking',
    'stateOutbound',
    'stateWrap',
    'stateBreak',
    'stateRinging',
    'stateBusy',
    'stateOther',
  ],
  'R-12': CALL_TYPES,
  'R-27': ['consultations', 'complaints', 'reportCases', 'otherCases'],
};

/** What a report draws unless asked otherwise. */
const USUAL: Readonly<Record<string, ChartWish>> = {
  'R-01': { kind: 'bar', keys: ['inbound'] },
  'R-02': { kind: 'bar', keys: ['ivrSteps'] },
  'R-03': { kind: 'bar', keys: ['inbound', 'answered', 'abandoned'] },
  'R-04': { kind: 'bar', keys: ['answered', 'connected'] },
  'R-05': { kind: 'bar', keys: ['seatTime', 'wrap', 'idle'] },
  'R-06': { kind: 'bar', keys: ['answered', 'abandoned'] },
  'R-07': { kind: 'bar', keys: ['dialled', 'connected'] },
  'R-08': { kind: 'pie', keys: ['stateIdle'] },
  'R-09': { kind: 'bar', keys: ['rest'] },
  'R-10': { kind: 'line', keys: ['connectRate', 'serviceLevel'] },
  'R-11': { kind: 'line', keys: ['connect15'] },
  'R-12': { kind: 'bar', keys: ['inbound', 'dialled'] },
  'R-13': { kind: 'bar', keys: ['inCalls', 'dialled'] },
  'R-26': { kind: 'bar', keys: ['inbound'] },
  'R-27': { kind: 'bar', keys: ['cases', 'dispatches'] },
  'R-39': { kind: 'bar', keys: ['firstAnswer'] },
};

/** What to draw: the wish where the report can, else its usual. Keys that are not among the columns, or of another unit than the first, fall out. */
export function chartWish(
  r: FiguresReport,
  t: StatTable,
  kind: string | null,
  keys: readonly string[],
): ChartWish | null {
  if (kind === 'none') return null;
  const usual = USUAL[r.id] ?? { kind: 'bar' as const, keys: [] };
  const known = t.columns.filter((c) => c.scoped !== null);
  const wanted = keys.length > 0 ? keys : usual.keys;
  const chosen = known.filter((c) => wanted.includes(c.key));
  const first = chosen[0] ?? known[0];
  if (!first) return null;
  return {
    // groups side by side are no course: a line says nothing of them, nor of one interval
    kind: CHARTS.find((k) => k === kind) ?? (usual.kind === 'line' && t.edges.length <= 2 ? 'bar' : usual.kind),
    keys: (chosen.length > 0 ? chosen : [first])
      .filter((c) => c.indicator.unit === first.indicator.unit)
      .map((c) => c.key),
  };
}

/** May this figure's parts be set beside one another as shares of a whole? A rate, an average and a longest wait may not. */
export const isShareable = (t: StatTable, key: IndicatorKey): boolean => {
  const c = t.columns.find((x) => x.key === key);
  return (
    c?.scoped != null && c.scoped.derived === undefined && c.scoped.over === undefined && c.scoped.needs === undefined
  );
};

const value = (f: Figure | undefined, unit: Unit): number | null =>
  f === undefined || typeof f === 'string' ? null : shown(f, unit, 'export');

/**
 * The chart of a table; null when nothing of it can be drawn. Over intervals without a breakdown; by group over the whole period
 * as bars; as lines the groups' trends.
 * @param thresholds in force in the period
 * @param before figures of the earlier period, row for row as `t`
 */
export function chartData(
  r: FiguresReport,
  t: StatTable,
  wish: ChartWish,
  thresholds: readonly ThresholdPeriod[],
  before?: { rows: readonly (readonly { before: Figure }[])[]; groups: readonly (readonly { before: Figure }[])[] },
): ChartData | null {
  const at = (key: IndicatorKey): number => t.columns.findIndex((c) => c.key === key);
  const first = t.columns[at(wish.keys[0]!)];
  if (!first) return null;
  const { unit } = first.indicator;
  if (wish.kind === 'pie') return pie(r, t, wish);
  const timed = t.edges.length > 2;
  const goal = wish.keys.length === 1 ? goalOf(first.key, thresholds) : null;
  const base = { kind: wish.kind, unit, goal };
  if (t.by.length > 0 && timed && wish.kind === 'line') {
    if (t.edges.length - 1 > POINTS_AT_MOST) return null;
    const i = at(first.key);
    const top = mostFirst(t.groups, i, unit).slice(0, LINES_AT_MOST);
    const byGroup = new Map(
      top.map((g) => [g.group!.join('\u0000'), Array<number | null>(t.edges.length - 1).fill(null)]),
    );
    for (const row of t.rows) {
      const line = byGroup.get(row.group!.join('\u0000'));
      if (line) line[row.interval!] = value(row.figures[i], unit);
    }
    return {
      ...base,
      intervals: t.edges.slice(0, -1),
      groups: null,
      series: top.map((g) => ({
        key: null,
        group: g.group,
        before: false,
        values: byGroup.get(g.group!.join('\u0000'))!,
      })),
      left: t.groups.length - top.length,
    };
  }
  const rows = t.by.length > 0 ? (timed ? t.groups : t.rows) : t.rows;
  if (t.by.length === 0 && rows.length > POINTS_AT_MOST) return null;
  const order = t.by.length > 0 ? mostFirst(rows, at(first.key), unit).slice(0, BARS_AT_MOST) : rows;
  const place = new Map(rows.map((row, i) => [row, i]));
  const earlier = before && (t.by.length > 0 && timed ? before.groups : before.rows);
  return {
    ...base,
    intervals: t.by.length > 0 ? null : t.edges.slice(0, -1),
    groups: t.by.length > 0 ? order.map((row) => row.group!) : null,
    series: wish.keys.flatMap((key): ChartSeries[] => {
      const i = at(key);
      const now = { key, group: null, before: false, values: order.map((row) => value(row.figures[i], unit)) };
      if (!earlier) return [now];
      const then = order.map((row) => value(earlier[place.get(row)!]?.[i]?.before, unit));
      return [now, { key, group: null, before: true, values: then }];
    }),
    left: rows.length - order.length,
  };
}

const mostFirst = (rows: readonly StatRow[], column: number, unit: Unit): StatRow[] =>
  [...rows].sort((a, b) => (value(b.figures[column], unit) ?? -1) - (value(a.figures[column], unit) ?? -1));

function pie(r: FiguresReport, t: StatTable, { keys }: ChartWish): ChartData | null {
  const whole = WHOLES[r.id]?.filter((k) => isShareable(t, k)) ?? [];
  const parts: PiePart[] =
    whole.includes(keys[0]!) || t.by.length === 0
      ? whole.map((key) => ({ group: null, key, value: of(t.total, t, key) }))
      : isShareable(t, keys[0]!)
        ? (t.edges.length > 2 ? t.groups : t.rows).map((g) => ({
            group: g.group,
            key: keys[0]!,
            value: of(g, t, keys[0]!),
          }))
        : [];
  const some = parts.filter((p) => p.value > 0).sort((a, b) => b.value - a.value);
  if (some.length === 0) return null;
  const kept = some[0]!.group === null ? some : some.slice(0, SLICES_AT_MOST);
  return {
    kind: 'pie',
    unit: t.columns.find((c) => c.key === some[0]!.key)!.indicator.unit,
    parts: kept,
    rest: some.slice(kept.length).reduce((sum, p) => sum + p.value, 0),
    left: some.length - kept.length,
  };
}

const of = (row: StatRow, t: StatTable, key: IndicatorKey): number => {
  const i = t.columns.findIndex((c) => c.key === key);
  return value(row.figures[i], t.columns[i]!.indicator.unit) ?? 0;
};
