import type { Dimension } from '#domain/calls/sources.ts';
import type { IndicatorKey } from '#domain/calls/indicators.ts';
import { DIMENSIONS, LIST_FILTERS, type ReportWish } from '#domain/reports/query.ts';
import type { Instant } from '#domain/time.ts';

/** A report's whole state is its address: what is shown can be sent to a colleague, and the back button undoes a choice. */

/** What rows may be narrowed by, of figures and of lists. */
export const NARROW = [...new Set<string>([...DIMENSIONS, ...LIST_FILTERS])];
const MAX_VALUES = 500;
const MAX_LENGTH = 100;
const WISHES = ['period', 'from', 'to', 'grain', 'by', 'with', 'view'] as const;

/** What an address wishes for. Values that no house has (too long, too many) are left out. */
export function wishOf(params: URLSearchParams): ReportWish {
  const only: Record<string, string[]> = {};
  for (const name of NARROW) {
    const values = params.getAll(name).filter((v) => v.length <= MAX_LENGTH);
    if (values.length > 0) only[name] = values.slice(0, MAX_VALUES);
  }
  const plain = Object.fromEntries(
    WISHES.flatMap((name) => {
      const value = params.get(name);
      return value ? [[name, value.slice(0, MAX_LENGTH)]] : [];
    }),
  );
  const columns = params.get('columns')?.split(',').slice(0, 100);
  return { ...plain, only, ...(columns ? { columns } : {}) };
}

/**
 * The query part of an address with some of it changed; null or [] takes a name out. Another choice begins at the first page.
 */
export function changed(
  params: { toString(): string },
  change: Readonly<Record<string, string | readonly string[] | null>>,
): string {
  const next = new URLSearchParams(params.toString());
  next.delete('page');
  for (const [name, value] of Object.entries(change)) {
    next.delete(name);
    if (value === null) continue;
    for (const one of typeof value === 'string' ? [value] : value) next.append(name, one);
  }
  return next.toString();
}

/** The same at another page. */
export function atPage(params: { toString(): string }, page: number): string {
  const next = new URLSearchParams(params.toString());
  next.set('page', String(page));
  return `?${next.toString()}`;
}

/** The rows behind a figure: its cell's interval and group, and what the report is narrowed to. */
export interface Drill {
  readonly key: IndicatorKey;
  readonly from: Instant;
  readonly to: Instant;
  readonly only: Readonly<Partial<Record<Dimension, readonly string[]>>>;
  /** How the report is broken down: what a total counts depends on it. */
  readonly by: readonly Dimension[];
}

export function drillAddress(report: string, d: Drill): string {
  const params = new URLSearchParams({ key: d.key, from: String(d.from), to: String(d.to) });
  if (d.by.length > 0) params.set('by', d.by.join(','));
  for (const [dimension, values] of Object.entries(d.only)) for (const v of values) params.append(dimension, v);
  return `/reports/${report}/rows?${params.toString()}`;
}

/** A group of a row as a filter: with what the report is narrowed to already, the group decides its own dimension. */
export const withGroup = (
  only: Drill['only'],
  by: readonly Dimension[],
  group: readonly string[] | null,
): Drill['only'] => ({ ...only, ...Object.fromEntries(group === null ? [] : by.map((d, i) => [d, [group[i]!]])) });
