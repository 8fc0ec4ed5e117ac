import { shown, type Unit } from '#domain/calls/figure.ts';
import { INDICATORS, type Indicator } from '#domain/calls/indicators.ts';
import type { FiguresReport } from '#domain/reports/catalogue.ts';
import { grainEdges } from '#domain/reports/grain.ts';
import type { FiguresQuery } from '#domain/reports/query.ts';
import type { Comparison, Figure, StatRow, StatTable } from '#domain/reports/table.ts';
import type { IndexVersion } from '#domain/reports/work-index.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { goalOf } from '#lib/reports/goals.ts';
import { chartData, chartWish } from '#lib/reports/chart-data.ts';
import type { FiguresView, Shown, ShownColumn, ShownCompared, ShownIndexPart, ShownRow } from '#lib/reports/view.ts';
import { settings } from '#lib/server/runtime.ts';
import type { Sql } from '#store/db.ts';
import type { Choices } from '#store/reports/choices.ts';
import { compareStat, runStat, type Compared, type StatResult } from '#store/reports/run.ts';

/** Cells that one answer may be computed from: a year of hours of a skill group, or of days of two hundred seats. */
const CELLS_AT_MOST = 150_000;

export interface Ran {
  readonly query: FiguresQuery;
  readonly result: StatResult;
  readonly compared: Compared | undefined;
}

/** Runs a report of figures; refused when it would have more rows than anybody reads and this process can hold. */
export async function runFigures(
  sql: Sql,
  q: FiguresQuery,
  choices: Choices,
  zone: string,
): Promise<Result<Ran, 'report-too-many'>> {
  const groups = q.by.reduce((n, d) => n * (q.only[d]?.length ?? Math.max(1, choices.of[d]?.length ?? 1)), 1);
  const cells = (grainEdges(q.from, q.to, q.grain, zone).length - 1) * groups;
  if (q.by.length > 0 && cells > CELLS_AT_MOST) return refuse('report-too-many', String(cells));
  // what runs now counts too, so that today so far is what the day will say of it (R8)
  const query = { ...q, zone, open: { now: Date.now(), reasons: settings().pauseReasons } };
  const result = await runStat(sql, query);
  const compared = q.compare === null ? undefined : await compareStat(sql, query, result.table, q.compare);
  return accept({ query: q, result, compared });
}

/** Rows of one page of the screen, and of what is printed. */
const PAGE_SIZE = 150;
export const PRINT_ROWS = 1500;

/** What the page of a report draws. */
export function figuresView(
  r: FiguresReport,
  { query: q, result, compared }: Ran,
  o: {
    readonly page: number;
    readonly size?: number;
    /** Key of the column that rows are ordered by, '-' before it for the greatest first; null: by time and group. */
    readonly sort: string | null;
    readonly chart: { readonly kind: string | null; readonly keys: readonly string[] };
  },
): FiguresView {
  const { table: t } = result;
  const size = o.size ?? PAGE_SIZE;
  const draw = rowDrawer(q, result);
  const beside = compared ? bySide(t, compared) : undefined;
  const body = bodyRows(t, o.sort);
  const page = Math.min(Math.max(1, o.page), Math.max(1, Math.ceil(body.length / size)));
  const wish = chartWish(r, t, o.chart.kind, o.chart.keys);
  return {
    kind: 'figures',
    from: q.from,
    to: q.to,
    grain: q.grain,
    by: q.by,
    only: q.only,
    columns: t.columns.map((c): ShownColumn => ({
      key: c.key,
      id: c.indicator.id,
      unit: c.indicator.unit,
      unknown: c.indicator.missing !== undefined ? 'missing' : c.scoped === null ? 'breakdown' : null,
      opens: (c.scoped?.opens.length ?? 0) > 0,
      goal: goalOf(c.key, result.thresholds),
      better: c.indicator.better ?? null,
    })),
    rows: body.slice((page - 1) * size, page * size).map(([kind, row]) => draw(kind, row, beside?.get(row))),
    total: draw('total', t.total, beside?.get(t.total)),
    count: body.length,
    page,
    pageSize: size,
    compared: compared ? { from: compared.from, to: compared.to } : null,
    thresholds: result.thresholds,
    index: indicesOf(result, compared),
    gapMs: result.gapTotalMs,
    keptAt: result.keptAt,
    pending: result.pending,
    chartWish: wish,
    chart: wish && chartData(r, t, wish, result.thresholds, compared),
  };
}

/** What the work index is made of in either period, each once. */
export const indicesOf = (result: StatResult, compared: Compared | undefined): IndexVersion[] =>
  [...(compared?.index ?? []), ...result.index].filter((v, i, all) => all.findIndex((o) => o.from === v.from) === i);

type Kind = ShownRow['kind'];

/** Rows with the subtotal of their interval after them, then the groups' totals; in another order the rows alone. */
function bodyRows(t: StatTable, sort: string | null): (readonly [Kind, StatRow])[] {
  const column = t.columns.findIndex((c) => c.key === sort?.replace('-', ''));
  const groups = t.by.length > 0 && t.edges.length > 2 ? t.groups.map((g) => ['group', g] as const) : [];
  if (column >= 0) {
    const way = sort!.startsWith('-') ? -1 : 1;
    const unit = t.columns[column]!.indicator.unit;
    // what is not there stands last in both orders
    const of = (row: StatRow): number => valueOf(row.figures[column]!, unit) ?? way * Infinity;
    return [...t.rows.map((row) => ['row', row] as const).sort((a, b) => way * (of(a[1]) - of(b[1])) || 0), ...groups];
  }
  const out: (readonly [Kind, StatRow])[] = [];
  const subtotals = new Map(t.intervals.map((i) => [i.interval, i]));
  t.rows.forEach((row, i) => {
    out.push(['row', row]);
    const last = t.rows[i + 1]?.interval !== row.interval;
    const subtotal = last ? subtotals.get(row.interval) : undefined;
    if (subtotal) out.push(['interval', subtotal]);
  });
  return [...out, ...groups];
}

const valueOf = (f: Figure, unit: Unit): number | null => (typeof f === 'string' ? null : shown(f, unit, 'export'));
const shownOf = (f: Figure, unit: Unit): Shown => (typeof f === 'string' ? f : shown(f, unit, 'wall')!);

function rowDrawer(q: FiguresQuery, result: StatResult) {
  const { table: t, gapMs, gapTotalMs } = result;
  return (kind: Kind, row: StatRow, beside?: readonly Comparison[]): ShownRow => {
    const i = row.interval;
    const from: Instant = i === null ? q.from : t.edges[i]!;
    return {
      kind,
      label: i === null || q.grain === 'none' ? null : from,
      from,
      to: i === null ? q.to : t.edges[i + 1]!,
      group: row.group,
      figures: row.figures.map((f, c) => shownOf(f, t.columns[c]!.indicator.unit)),
      compared:
        beside?.map((b, c): ShownCompared => ({
          before: shownOf(b.before, t.columns[c]!.indicator.unit),
          difference: b.difference,
          growth: b.growth,
        })) ?? null,
      index: indexOf(t, row),
      gapMs: i === null ? gapTotalMs : gapMs[i]!,
    };
  };
}

function indexOf(t: StatTable, row: StatRow): ShownIndexPart[] | null {
  const made = t.index(row);
  if (!made) return null;
  return made.parts.map(({ entry, figure, points }) => {
    const i: Indicator = INDICATORS[entry.key];
    return { ...entry, figure: shownOf(figure, i.unit), unit: i.unit, points, opens: i.opens.length > 0 };
  });
}

function bySide(t: StatTable, c: Compared): Map<StatRow, readonly Comparison[]> {
  return new Map([
    ...t.rows.map((row, i) => [row, c.rows[i]!] as const),
    ...t.intervals.map((row, i) => [row, c.intervals[i]!] as const),
    ...t.groups.map((row, i) => [row, c.groups[i]!] as const),
    [t.total, c.total] as const,
  ]);
}
