import { shown, shownAs, type Unit } from '../calls/figure.ts';
import type { IndicatorKey } from '../calls/indicators.ts';
import type { Dimension } from '../calls/sources.ts';
import { cityDay, zoneOffset, type Instant } from '../time.ts';
import type { Grain } from './grain.ts';
import type { ListColumn } from './lists.ts';
import type { Comparison, Figure, StatRow, StatTable } from './table.ts';

export type Lang = 'zh' | 'en';

/**
 * A report as rows of typed cells: what table, CSV, Excel and print are made of. A number is already rounded (R5);
 * 'empty' has no denominator (R4), 'unknown' is not recorded.
 */
export type SheetCell =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'number'; readonly n: number; readonly decimals: number; readonly unit?: Unit }
  /** `as` how fine it is: of an interval its beginning; left out: to the second. */
  | { readonly is: 'time'; readonly t: Instant; readonly as?: 'minute' | 'day' | 'month' }
  | { readonly is: 'empty' | 'unknown' };

export interface Sheet {
  readonly header: readonly string[];
  readonly rows: readonly (readonly SheetCell[])[];
  /** Totals, below the rows; may be none. */
  readonly totals: readonly (readonly SheetCell[])[];
}

const text = (t: string): SheetCell => ({ is: 'text', text: t });
const DIMENSIONS: Readonly<Record<Dimension, readonly [zh: string, en: string]>> = {
  trunk: ['线路', 'Trunk'],
  point: ['功能点', 'Point'],
  queue: ['技能组', 'Skill group'],
  seat: ['座席号', 'Seat'],
  reason: ['原因', 'Reason'],
  kind: ['方式', 'Kind'],
  team: ['班组', 'Team'],
  department: ['部门', 'Department'],
  provider: ['服务商', 'Provider'],
  type: ['类型', 'Type'],
  unit: ['承办单位', 'Unit'],
};
const UNITS: Readonly<Record<Unit, readonly [string, string]>> = {
  calls: ['', ''],
  visits: ['', ''],
  cases: ['', ''],
  times: ['', ''],
  percent: [' %', ' %'],
  s: ['(秒)', ' (s)'],
  perHour: ['', ''],
  points: ['', ''],
};

export function figureCell(f: Figure, unit: Unit, where: 'wall' | 'export'): SheetCell {
  if (typeof f === 'string') return { is: f };
  const { decimals } = shownAs(unit, where);
  return { is: 'number', n: shown(f, unit, where)!, decimals, unit };
}

/** Name of an interval: days as 2026-03-02, months as 2026-03, quarters as 2026-Q1. */
export function intervalName(t: Instant, grain: Grain, zone: string): string {
  const day = cityDay(t, zone);
  switch (grain) {
    case 'half-hour':
    case 'hour':
      return clock(t, zone).slice(0, 16);
    case 'day':
    case 'week':
    case 'none':
      return day;
    case 'month':
      return day.slice(0, 7);
    case 'quarter':
      return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
    case 'year':
      return day.slice(0, 4);
  }
}

/** An interval as a cell: a date where a spreadsheet has such a date, else its name. */
function intervalCell(t: Instant, grain: Grain, zone: string): SheetCell {
  switch (grain) {
    case 'half-hour':
    case 'hour':
      return { is: 'time', t, as: 'minute' };
    case 'day':
    case 'week':
      return { is: 'time', t, as: 'day' };
    case 'month':
      return { is: 'time', t, as: 'month' };
    default:
      return text(intervalName(t, grain, zone));
  }
}

/** '2026-03-02 09:00:05' in the city's zone: what Excel reads as a date. */
export const clock = (t: Instant, zone: string): string =>
  new Date(t + zoneOffset(zone, t)).toISOString().slice(0, 19).replace('T', ' ');

export interface SheetOptions {
  readonly lang: Lang;
  readonly zone: string;
  readonly grain: Grain;
  /** Whole seconds on walls, 0.01 in exports (R5). */
  readonly where: 'wall' | 'export';
  /** Names instead of the records' own values, and of figures whose name depends on thresholds. */
  readonly names?: {
    readonly value: (d: Dimension, value: string) => string;
    readonly figure: (key: IndicatorKey) => string;
  };
  /** The earlier period beside it: for rows, groups and total in their order. */
  readonly compared?: {
    readonly rows: readonly (readonly Comparison[])[];
    readonly groups: readonly (readonly Comparison[])[];
    readonly total: readonly Comparison[];
  };
}

export function statSheet(t: StatTable, o: SheetOptions): Sheet {
  const l = o.lang === 'zh' ? 0 : 1;
  const timed = o.grain !== 'none';
  const beside = o.compared
    ? [
        ['同期', 'Before'],
        ['增减', 'Change'],
        ['增幅 %', 'Growth %'],
      ]
    : [];
  const header = [
    ...(timed ? [['时段', 'Period'][l]!] : []),
    ...t.by.map((d) => DIMENSIONS[d][l]!),
    ...t.columns.flatMap(({ key, indicator: i }) => {
      const name = `${o.names?.figure(key) ?? i[o.lang]}${UNITS[i.unit][l]}`;
      return [name, ...beside.map((b) => `${o.names?.figure(key) ?? i[o.lang]} ${b[l]!}`)];
    }),
  ];
  const valueName = (d: Dimension, v: string): string =>
    v === '' ? ['(无)', '(none)'][l]! : (o.names?.value(d, v) ?? v);
  const row = (r: StatRow, label: string | null, c?: readonly Comparison[]): SheetCell[] => [
    ...(timed ? [label === null ? intervalCell(t.edges[r.interval!]!, o.grain, o.zone) : text(label)] : []),
    ...t.by.map((d, i) =>
      text(r.group === null ? (i === 0 && !timed ? ['合计', 'Total'][l]! : '') : valueName(d, r.group[i]!)),
    ),
    ...r.figures.flatMap((f, i) => {
      const { unit } = t.columns[i]!.indicator;
      return [figureCell(f, unit, o.where), ...(c ? comparisonCells(c[i]!, unit, o.where) : [])];
    }),
  ];
  const total = ['合计', 'Total'][l]!;
  return {
    header,
    rows: t.rows.map((r, i) => row(r, null, o.compared?.rows[i])),
    totals: [
      ...(timed && t.by.length > 0 ? t.groups.map((r, i) => row(r, total, o.compared?.groups[i])) : []),
      ...(timed || t.by.length > 0 ? [row(t.total, total, o.compared?.total)] : []),
    ],
  };
}

function comparisonCells(c: Comparison, unit: Unit, where: 'wall' | 'export'): SheetCell[] {
  const { decimals } = shownAs(unit, where);
  return [
    figureCell(c.before, unit, where),
    c.difference === null ? { is: 'empty' } : { is: 'number', n: c.difference, decimals },
    c.growth === null
      ? { is: 'empty' }
      : { is: 'number', n: Math.round(c.growth * 1000) / 10, decimals: 1, unit: 'percent' },
  ];
}

/** A list of rows (details, live reports, drills). */
export function listSheet(
  columns: readonly ListColumn[],
  rows: readonly Readonly<Record<string, string | number | null>>[],
  lang: Lang,
): Sheet {
  return {
    header: columns.map((c) => `${c[lang]}${c.type === 's' ? UNITS.s[lang === 'zh' ? 0 : 1]! : ''}`),
    rows: rows.map((r) =>
      columns.map((c): SheetCell => {
        const x = r[c.key];
        if (x === null || x === undefined) return { is: 'empty' };
        if (typeof x === 'string') return text(x);
        if (c.type === 'time') return { is: 'time', t: x };
        return { is: 'number', n: x, decimals: Number.isInteger(x) ? 0 : 2 };
      }),
    ),
    totals: [],
  };
}

const TIME_LENGTH = { second: 19, minute: 16, day: 10, month: 7 } as const;

/** A cell as people read it; “–” has no denominator, “?” is not recorded. */
export function cellText(c: SheetCell, zone: string): string {
  switch (c.is) {
    case 'text':
      return c.text;
    case 'number':
      return c.n.toFixed(c.decimals);
    case 'time':
      return clock(c.t, zone).slice(0, TIME_LENGTH[c.as ?? 'second']);
    case 'empty':
      return '–';
    case 'unknown':
      return '?';
  }
}

/**
 * CSV that Excel opens as it is: a byte order mark for the Chinese, CRLF, numbers and dates it knows as such. A text that Excel
 * would take for a formula begins with an apostrophe.
 */
export function toCsv(s: Sheet, zone: string): string {
  const field = (t: string): string => (/[",\r\n]/.test(t) ? `"${t.replaceAll('"', '""')}"` : t);
  const safe = (t: string): string => (/^[=+\-@\t\r\n]/.test(t) ? `'${t}` : t);
  const cell = (c: SheetCell): string =>
    field(c.is === 'text' ? safe(c.text) : c.is === 'empty' ? '-' : cellText(c, zone));
  const lines = [s.header.map((h) => field(safe(h))), ...[...s.rows, ...s.totals].map((r) => r.map(cell))];
  return `\uFEFF${lines.map((l) => l.join(',')).join('\r\n')}\r\n`;
}

/** Columns that a terminal needs for a text: Chinese takes two. */
export function width(t: string): number {
  let n = 0;
  for (const ch of t)
    n += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(ch)
      ? 2
      : 1;
  return n;
}

/** The sheet with aligned columns, for a terminal. */
export function toText(s: Sheet, zone: string): string {
  const body = [...s.rows, ...s.totals].map((r) => r.map((c) => cellText(c, zone)));
  const right = s.header.map(
    (_, i) => s.rows.length > 0 && s.rows.every((r) => r[i]!.is !== 'text' && r[i]!.is !== 'time'),
  );
  const widths = s.header.map((h, i) => Math.max(width(h), ...body.map((r) => width(r[i]!))));
  const pad = (t: string, i: number): string => {
    const space = ' '.repeat(widths[i]! - width(t));
    return right[i] ? space + t : t + space;
  };
  const line = (r: readonly string[]): string => r.map(pad).join('  ').trimEnd();
  const rule = widths.map((w) => '─'.repeat(w)).join('  ');
  const [rows, totals] = [body.slice(0, s.rows.length), body.slice(s.rows.length)];
  return [line(s.header), rule, ...rows.map(line), ...(totals.length > 0 ? [rule, ...totals.map(line)] : [])].join(
    '\n',
  );
}
