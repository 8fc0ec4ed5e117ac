import type { Role } from '#domain/access.ts';
import type { FiguresReport, ListReport, StatReport } from '#domain/reports/catalogue.ts';
import { LISTS } from '#domain/reports/lists.ts';
import type { FiguresQuery, ListQueryWish, Period } from '#domain/reports/query.ts';
import { clock, listSheet, statSheet, type Sheet, type SheetCell } from '#domain/reports/sheet.ts';
import { refuse, accept, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { Labels, type LabelSource } from '#lib/reports/labels.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import type { WorkSheet } from '#lib/server/xlsx/workbook.ts';
import type { Sql } from '#store/db.ts';
import { readList, ROWS_AT_MOST, type ListRow } from '#store/reports/lists.ts';
import { indicesOf, type Ran } from './figures.ts';
import { mayFilter, rowsFor } from './rows.ts';

/** Reports as files: the same sheet for CSV and Excel, and a second one of what it shows and how its figures count. */

export const EXPORT_AT_MOST = 100_000;

export interface FileOf {
  readonly sheet: Sheet;
  /** Columns at the left that name a row. */
  readonly lead: number;
  /** Name and value, one a line. */
  readonly about: readonly (readonly [string, string])[];
}

export function figuresFile(
  r: FiguresReport,
  { query: q, result, compared }: Ran,
  locale: Locale,
  source: LabelSource,
): Result<FileOf, 'report-export'> {
  const { words, zone } = locale;
  const w = words.reports;
  const labels = new Labels(locale, source);
  const rows = result.table.rows.length + result.table.groups.length;
  if (rows > EXPORT_AT_MOST) return refuse('report-export', String(rows));
  const { thresholds } = result;
  const sheet = statSheet(result.table, {
    lang: locale.lang,
    zone,
    grain: q.grain,
    where: 'export',
    names: { value: (d, v) => labels.value(d, v), figure: (key) => labels.figure(key, thresholds) },
    ...(compared ? { compared } : {}),
  });
  return accept({
    sheet,
    lead: (q.grain === 'none' ? 0 : 1) + q.by.length,
    about: [
      ...head(r, q, locale),
      [w.sheet.grain, w.grains[q.grain]],
      [w.sheet.by, q.by.map((d) => w.dimensions[d]).join(' · ') || w.whole],
      [w.sheet.filters, filtersOf(q, labels, locale)],
      ...(compared ? [[w.sheet.compared, span(compared, zone)] as const] : []),
      [w.sheet.asOf, result.keptAt === null ? w.neverKept : clock(result.keptAt, zone)],
      ...(result.gapTotalMs > 0 ? [[w.sheet.gap, String(Math.round(result.gapTotalMs / 1000))] as const] : []),
      ...thresholds.map((p): [string, string] => [
        `${w.thresholds} ${p.queue === '' ? w.allQueues : labels.value('queue', p.queue)}${p.from > q.from ? ` ${w.since(clock(p.from, zone))}` : ''}`,
        w.thresholdLine(
          String(p.values.connectS),
          String(p.values.serviceLevelS),
          String(p.values.goalPercent),
          `${p.values.edge1S}/${p.values.edge2S}/${p.values.edge3S}`,
          p.values.shortAbandonS === 0 ? w.shortOff : w.shortUnder(String(p.values.shortAbandonS)),
        ),
      ]),
      ...indicesOf(result, compared).map((v): [string, string] => {
        const made = labels.index(v);
        return [words.workIndex.how(made.since), made.entries.join('; ')];
      }),
      ...(result.index.length > 0 ? [[words.workIndex.title, words.workIndex.definition] as const] : []),
      ['', w.sheet.units],
      [w.sheet.column, w.sheet.formula],
      ...result.table.columns.map((c): [string, string] => [
        labels.figure(c.key, thresholds),
        `${labels.formula(c.key, thresholds)}${c.scoped === null ? ` · ? ${w.unknown[c.indicator.missing === undefined ? 'breakdown' : 'missing']}` : ''}`,
      ]),
    ],
  });
}

const span = (p: Period, zone: string): string =>
  `${clock(p.from, zone).slice(0, 16)} – ${clock(p.to, zone).slice(0, 16)}`;

const head = (r: StatReport, p: Period, locale: Locale): [string, string][] => {
  const w = locale.words.reports;
  return [
    [w.sheet.report, `${r.id} ${r[locale.lang]}`],
    [w.sheet.period, span(p, locale.zone)],
    [w.sheet.zone, locale.zone],
  ];
};

function filtersOf(q: FiguresQuery, labels: Labels, { words }: Locale): string {
  const w = words.reports;
  const each = Object.entries(q.only) as [keyof FiguresQuery['only'], readonly string[]][];
  return (
    each.map(([d, values]) => `${w.dimensions[d]}: ${values.map((v) => labels.value(d, v)).join(', ')}`).join('; ') ||
    w.sheet.none
  );
}

/** A whole list, with the words of the page for what records say in codes. */
export async function listFile(
  sql: Sql,
  r: ListReport,
  q: ListQueryWish,
  role: Role,
  locale: Locale,
  source: LabelSource,
): Promise<Result<FileOf & { readonly masked: boolean }, 'report-export' | 'report-only' | 'report-number'>> {
  const may = mayFilter(role, q);
  if (!may.ok) return may;
  const rows: ListRow[] = [];
  try {
    for (let more = true; more;) {
      const next = await readList(sql, { ...q, zone: locale.zone, limit: ROWS_AT_MOST, offset: rows.length });
      rows.push(...next.rows);
      more = next.more;
      if (rows.length > EXPORT_AT_MOST || (more && rows.length === EXPORT_AT_MOST))
        return refuse('report-export', String(rows.length));
    }
  } catch (e) {
    if (e instanceof RangeError) return refuse('report-only', e.message);
    throw e;
  }
  const w = locale.words.reports;
  const labels = new Labels(locale, source);
  const named = rowsFor(role, rows).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, typeof value === 'string' ? labels.field(key, value) : value]),
    ),
  );
  const masked = !seesCallers(role);
  return accept({
    sheet: listSheet(LISTS[q.list], named, locale.lang),
    lead: 1,
    masked,
    about: [
      ...head(r, q, locale),
      [w.view, w.views[q.list]],
      [
        w.sheet.filters,
        Object.entries(q.filter)
          .map(([k, v]) => `${w.dimensions[k as 'queue']}: ${String(v)}`)
          .join('; ') || w.sheet.none,
      ],
      [w.sheet.numbers, masked ? w.sheet.numbersMasked : w.sheet.numbersFull],
    ],
  });
}

const text = (t: string): SheetCell => ({ is: 'text', text: t });

/** The sheets of an Excel file. */
export function workSheets(
  name: string,
  file: FileOf,
  made: { readonly at: Instant; readonly by: string },
  { words, zone }: Locale,
): WorkSheet[] {
  const w = words.reports.sheet;
  const about = [...file.about, [w.made, clock(made.at, zone)], [w.madeBy, made.by]] as const;
  return [
    {
      name,
      header: file.sheet.header,
      rows: file.sheet.rows,
      totals: file.sheet.totals,
      lead: file.lead,
      widths: file.sheet.header.map((h, i) =>
        i < Math.max(1, file.lead) ? 20 : Math.min(30, Math.max(11, h.length + 4)),
      ),
    },
    {
      name: w.about,
      header: [w.report, name],
      rows: about.map(([k, v]) => [text(k), text(v)]),
      totals: [],
      lead: 0,
      widths: [28, 90],
    },
  ];
}
