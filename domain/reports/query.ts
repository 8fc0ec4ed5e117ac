import { INDICATORS, type IndicatorKey } from '../calls/indicators.ts';
import { SOURCES, type Dimension } from '../calls/sources.ts';
import { accept, refuse, type Result } from '../result.ts';
import { cityDay, MINUTE, parseLocal, startOfDay, zoneOffset, type Instant } from '../time.ts';
import { shiftDay } from '../trend.ts';
import type { FiguresReport, ListReport } from './catalogue.ts';
import { GRAINS, grainEdges, grainStart, onHalfHour, type CompareWith, type Grain } from './grain.ts';
import type { ListFilter, ListName } from './lists.ts';
import { isIndexFigure } from './work-index.ts';

/**
 * What somebody wishes to see of a report, as texts of an address or of a command line, and what becomes of it: the command,
 * the screen, its files and its drills read the same wish in the same way.
 */
export interface ReportWish {
  /** One of PERIODS; `from` and `to` are then not asked. */
  readonly period?: string;
  readonly from?: string;
  readonly to?: string;
  readonly grain?: string;
  /** 'queue,seat', 'none'; absent: as the report usually is. */
  readonly by?: string;
  /** Dimension (or of lists also number, other, band) → wanted values; '' stands for none. */
  readonly only: Readonly<Record<string, readonly string[]>>;
  /** Keys of indicators; absent or empty: all of the report. */
  readonly columns?: readonly string[];
  /** 'year', 'month', 'week', 'period', 'none', or the time at which the earlier period begins. */
  readonly with?: string;
  /** Of a list with several views. */
  readonly view?: string;
}

export type WishRefusal =
  | 'report-period'
  | 'report-period-empty'
  | 'report-half-hour'
  | 'report-grain'
  | 'report-too-fine'
  | 'report-by'
  | 'report-only'
  | 'report-columns'
  | 'report-with'
  | 'report-view';

export interface Period {
  readonly from: Instant;
  /** Not part of the period. */
  readonly to: Instant;
}

/** Periods by name; 'last-…' are whole, the others end with today. */
export const PERIODS = [
  'today',
  'yesterday',
  'week',
  'last-week',
  'month',
  'last-month',
  'quarter',
  'last-quarter',
  'year',
  'last-year',
  'days-7',
  'days-30',
] as const;
export type PeriodName = (typeof PERIODS)[number];

export const isPeriod = (text: unknown): text is PeriodName => (PERIODS as readonly unknown[]).includes(text);

/** The whole of a named period: that of today ends with the city's day. */
export function namedPeriod(name: PeriodName, now: Instant, zone: string): Period {
  const today = cityDay(now, zone);
  const at = (days: number): Instant => startOfDay(shiftDay(today, days), zone);
  switch (name) {
    case 'today':
      return { from: at(0), to: at(1) };
    case 'yesterday':
      return { from: at(-1), to: at(0) };
    case 'days-7':
      return { from: at(-6), to: at(1) };
    case 'days-30':
      return { from: at(-29), to: at(1) };
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return { from: grainStart(now, name, zone), to: at(1) };
    default: {
      const grain = name.slice('last-'.length) as 'week' | 'month' | 'quarter' | 'year';
      const to = grainStart(now, grain, zone);
      return { from: grainStart(to - 1, grain, zone), to };
    }
  }
}

/**
 * Reads a time as addresses and people write it: epoch milliseconds, '2026-03-02', '2026-03-02 09:30' or '2026-03-02T09:30' of the city.
 * @param after a day stands for the instant after it: the last day of a period belongs to it
 * @returns null when it is none
 */
export function timeOf(text: string, zone: string, after = false): Instant | null {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const dayOnly = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const t = parseLocal(dayOnly ? `${text} 00:00` : text, zone);
  // 30 February is no day: a calendar that rolls over must not answer for it
  if (t === null || cityDay(t, zone) !== text.slice(0, 10).replaceAll('/', '-')) return null;
  return dayOnly && after ? startOfDay(shiftDay(text, 1), zone) : t;
}

/** First half-hour of the city that begins at t or later. */
export function halfHourFrom(t: Instant, zone: string): Instant {
  const start = grainStart(t, 'half-hour', zone);
  return start === t ? t : start + 30 * MINUTE;
}

/**
 * The period wished for; nothing wished: today. What lies ahead is left out, up to the running half-hour, so that a comparison
 * sets equal stretches beside one another.
 */
export function periodOf(
  wish: Pick<ReportWish, 'period' | 'from' | 'to'>,
  now: Instant,
  zone: string,
): Result<Period, WishRefusal> {
  let { from, to }: Period = namedPeriod('today', now, zone);
  if (wish.period) {
    if (!isPeriod(wish.period)) return refuse('report-period', wish.period);
    ({ from, to } = namedPeriod(wish.period, now, zone));
  } else if (wish.from || wish.to) {
    const first = wish.from ? timeOf(wish.from, zone) : from;
    if (first === null) return refuse('report-period', wish.from!);
    const last = wish.to ? timeOf(wish.to, zone, true) : startOfDay(shiftDay(cityDay(first, zone), 1), zone);
    if (last === null) return refuse('report-period', wish.to!);
    [from, to] = [first, last];
  }
  to = Math.min(to, halfHourFrom(now, zone));
  return to > from ? accept({ from, to }) : refuse('report-period-empty', `${wish.from ?? ''} – ${wish.to ?? ''}`);
}

export const DIMENSIONS: readonly Dimension[] = [
  ...new Set(Object.values(SOURCES).flatMap((s) => Object.keys(s.by))),
] as Dimension[];
export type Only = Partial<Record<Dimension, readonly string[]>>;

export interface FiguresQuery extends Period {
  readonly columns: readonly IndicatorKey[];
  readonly grain: Grain;
  readonly by: readonly Dimension[];
  readonly only: Only;
  readonly compare: CompareWith | null;
}

const oneOf = <T extends string>(text: string, of: readonly T[]): T | undefined => of.find((x) => x === text);

/** The breakdown of a report that a wish names, whatever the order; undefined: the report has none such. */
function breakdown(r: FiguresReport, by: string | undefined): readonly Dimension[] | undefined {
  if (by === undefined) return r.by[0];
  const wish = by === 'none' || by === '' ? [] : by.split(',');
  return r.by.find((b) => b.length === wish.length && b.every((d) => wish.includes(d)));
}

/** How a figures report is wished for in `period`. Refusals name what was asked. */
export function figuresQuery(
  r: FiguresReport,
  wish: ReportWish,
  { from, to }: Period,
  zone: string,
): Result<FiguresQuery, WishRefusal> {
  if (!onHalfHour(from, zone) || !onHalfHour(to, zone))
    return refuse('report-half-hour', 'figures count half-hours: the period must begin and end with one');
  const grain = wish.grain === undefined ? r.grains[0] : oneOf<Grain>(wish.grain, GRAINS);
  if (!grain || !r.grains.includes(grain))
    return refuse('report-grain', `one of ${r.grains.join(', ')}, not “${wish.grain}”`);
  const by = breakdown(r, wish.by);
  if (!by)
    return refuse(
      'report-by',
      `one of those that ${r.id} can be broken down by ${r.by.map((b) => b.join(',') || 'none').join(' | ')}`,
    );
  const wrong = Object.keys(wish.only).find((d) => !oneOf(d, DIMENSIONS));
  if (wrong !== undefined) return refuse('report-only', `one of ${DIMENSIONS.join(', ')}, not “${wrong}”`);
  const asked = wish.columns ?? [];
  const stranger = asked.find((k) => !r.columns.some((c) => c === k));
  if (stranger !== undefined) return refuse('report-columns', `${stranger}: ${r.id} has ${r.columns.join(', ')}`);
  const said = by.flatMap((d) => r.without?.[d] ?? []);
  const compare = compareOf(wish.with ?? r.compare ?? 'none', zone);
  if (!compare.ok) return compare;
  try {
    grainEdges(from, to, grain, zone);
  } catch (e) {
    return refuse('report-too-fine', (e as RangeError).message);
  }
  return accept({
    from,
    to,
    grain,
    by,
    only: wish.only as Only,
    columns: r.columns.filter((c) => (asked.length > 0 ? asked.includes(c) : !said.includes(c))),
    compare: compare.value,
  });
}

function compareOf(text: string, zone: string): Result<CompareWith | null, WishRefusal> {
  if (text === 'none' || text === '') return accept(null);
  const named = oneOf(text, ['year', 'month', 'week', 'period'] as const);
  if (named) return accept(named);
  const from = timeOf(text, zone);
  return from === null || !onHalfHour(from, zone)
    ? refuse('report-with', `year, month, week, period, none or a time, not “${text}”`)
    : accept({ from });
}

export interface ListQueryWish extends Period {
  readonly list: ListName;
  readonly filter: ListFilter;
}

/** Filters of lists, beside the period. */
export const LIST_FILTERS = ['queue', 'seat', 'trunk', 'number', 'other', 'band'] as const;

export function listQuery(r: ListReport, wish: ReportWish, period: Period): Result<ListQueryWish, WishRefusal> {
  const list = wish.view === undefined ? r.views[0] : oneOf<ListName>(wish.view, r.views);
  if (!list) return refuse('report-view', `one of ${r.views.join(', ')}, not “${wish.view}”`);
  const wrong = Object.keys(wish.only).find((k) => !oneOf(k, LIST_FILTERS));
  if (wrong !== undefined) return refuse('report-only', `one of ${LIST_FILTERS.join(', ')}, not “${wrong}”`);
  const { number, other, band, ...lists } = wish.only;
  if (band && !/^[0-4]$/.test(band[0]!)) return refuse('report-only', 'band=0 to band=4');
  return accept({
    ...period,
    list,
    filter: {
      ...lists,
      ...(number ? { number: number[0]! } : {}),
      ...(other ? { other: other[0]! } : {}),
      ...(band ? { band: Number(band[0]) } : {}),
    },
  });
}

/** What a list can be narrowed to by choice. */
const LIST_CHOICES: Readonly<Record<ListName, readonly ('queue' | 'seat' | 'trunk')[]>> = {
  logins: ['seat'],
  journeys: ['queue', 'seat', 'trunk'],
  ivr: ['queue', 'seat', 'trunk'],
  'ivr-callers': ['trunk'],
  'ivr-only': ['trunk'],
  answered: ['queue', 'seat'],
  'outbound-answered': ['queue', 'seat'],
  'outbound-failed': ['queue', 'seat'],
  'outbound-numbers': ['queue', 'seat'],
  visits: ['queue', 'seat'],
  wraps: ['queue', 'seat'],
  'consults-external': ['queue', 'seat'],
  'consults-internal': ['queue', 'seat'],
  consults: ['queue', 'seat'],
  moves: ['queue', 'seat'],
  holds: ['queue', 'seat'],
};
/** Lists that can be narrowed by the other side of what they tell. */
export const hasOtherSide = (view: string): boolean =>
  ['consults-external', 'consults-internal', 'consults', 'moves'].includes(view);
export const listChoices = (view: string): Dimension[] =>
  Object.hasOwn(LIST_CHOICES, view) ? [...LIST_CHOICES[view as ListName]] : [];

/** An indicator by the key that columns have; undefined: there is none. */
export function indicatorNamed(key: string): IndicatorKey | undefined {
  return Object.hasOwn(INDICATORS, key) ? (key as IndicatorKey) : undefined;
}

export interface DrillWish extends Period {
  readonly key: IndicatorKey;
  readonly only: Only;
  readonly by: readonly Dimension[];
}

/** The rows behind a cell of a report: its column, its stretch, its group, and the breakdown that it stands in. */
export function drillQuery(
  r: FiguresReport,
  key: string,
  wish: ReportWish,
  { from, to }: Period,
  zone: string,
): Result<DrillWish, WishRefusal> {
  if (!onHalfHour(from, zone) || !onHalfHour(to, zone)) return refuse('report-half-hour', `${from} – ${to}`);
  // the figures that the work index is made of are told where it is a column
  const made = r.columns.includes('workIndex') && isIndexFigure(key) ? key : undefined;
  const column = r.columns.find((c) => c === key) ?? made;
  if (!column) return refuse('report-columns', key);
  const by = breakdown(r, wish.by ?? 'none');
  if (!by) return refuse('report-by', wish.by ?? 'none');
  const wrong = Object.keys(wish.only).find((d) => !oneOf(d, DIMENSIONS));
  if (wrong !== undefined) return refuse('report-only', wrong);
  return accept({ key: column, from, to, only: wish.only as Only, by });
}

/** '2026-03-02T09:30' of the city: what inputs of date and time take. */
export const localInput = (t: Instant, zone: string): string =>
  new Date(t + zoneOffset(zone, t)).toISOString().slice(0, 16);
