import type { IndicatorKey } from '#domain/calls/indicators.ts';
import type { Unit } from '#domain/calls/figure.ts';
import type { Dimension } from '#domain/calls/sources.ts';
import type { ThresholdPeriod } from '#domain/calls/thresholds.ts';
import type { Grain } from '#domain/reports/grain.ts';
import type { Only, Period } from '#domain/reports/query.ts';
import type { IndexEntry, IndexVersion } from '#domain/reports/work-index.ts';
import type { Instant } from '#domain/time.ts';
import type { ChartData, ChartWish } from './chart-data.ts';

/** A figure as desks show it, already rounded: percent in points, time in whole seconds. */
export type Shown = number | 'empty' | 'unknown';

export interface ShownColumn {
  readonly key: IndicatorKey;
  /** I-01 … I-33. */
  readonly id: string;
  readonly unit: Unit;
  /** Why it is unknown; null: it is not. 'missing': no record tells it; 'breakdown': not in this breakdown. */
  readonly unknown: 'missing' | 'breakdown' | null;
  /** Whether its figures open the rows that they count. */
  readonly opens: boolean;
  /** In points. */
  readonly goal: number | null;
  readonly better: 'more' | 'less' | null;
}

export interface ShownCompared {
  readonly before: Shown;
  readonly difference: number | null;
  /** Share; of rates null. */
  readonly growth: number | null;
}

/** How a row's work index comes about. */
export interface ShownIndexPart extends IndexEntry {
  readonly figure: Shown;
  readonly unit: Unit;
  /** Null: left out, there is no figure. */
  readonly points: number | null;
  readonly opens: boolean;
}

export interface ShownRow {
  /** 'row'; 'interval': subtotal of an interval; 'group': of a group over the period; 'total'. */
  readonly kind: 'row' | 'interval' | 'group' | 'total';
  /** Beginning of the interval as it is named; null: over the whole period. */
  readonly label: Instant | null;
  /** The row's stretch. */
  readonly from: Instant;
  readonly to: Instant;
  readonly group: readonly string[] | null;
  readonly figures: readonly Shown[];
  readonly compared: readonly ShownCompared[] | null;
  /** Null: the work index is no column. */
  readonly index: readonly ShownIndexPart[] | null;
  /** Milliseconds of it in which the switch was not heard: its figures are lower bounds. */
  readonly gapMs: number;
}

/** A report of figures as its page draws it. */
export interface FiguresView extends Period {
  readonly kind: 'figures';
  readonly grain: Grain;
  readonly by: readonly Dimension[];
  readonly only: Only;
  readonly columns: readonly ShownColumn[];
  /** The rows of this page: rows with the subtotals of their intervals, then the groups' totals. */
  readonly rows: readonly ShownRow[];
  readonly total: ShownRow;
  readonly count: number;
  readonly page: number;
  readonly pageSize: number;
  readonly compared: Period | null;
  readonly thresholds: readonly ThresholdPeriod[];
  /** What the work index is made of in this period and in the one it is compared with, oldest first. */
  readonly index: readonly IndexVersion[];
  readonly gapMs: number;
  readonly keptAt: Instant | null;
  readonly pending: boolean;
  /** What the chart was asked to draw; null: none. */
  readonly chartWish: ChartWish | null;
  /** Null: nothing of it can be drawn. */
  readonly chart: ChartData | null;
}
