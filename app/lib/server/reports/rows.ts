import type { Role } from '#domain/access.ts';
import { maskNumber } from '#domain/floor/mask.ts';
import type { LiveReport } from '#domain/reports/catalogue.ts';
import { LISTS, type ListColumn } from '#domain/reports/lists.ts';
import type { ListQueryWish } from '#domain/reports/query.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { Cached } from '#lib/server/cached.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import { settings } from '#lib/server/runtime.ts';
import type { Sql } from '#store/db.ts';
import { readList, type ListRow } from '#store/reports/lists.ts';
import { LIVE_COLUMNS, readLive } from '#store/reports/live.ts';

/** Records as reports list them, for a role: what it may not see is taken out here. */

export interface RowsView {
  readonly kind: 'list' | 'live';
  /** When a live report was true; null: a list. */
  readonly at: Instant | null;
  readonly columns: readonly ListColumn[];
  readonly rows: readonly ListRow[];
  readonly page: number;
  readonly pageSize: number;
  /** There are more rows than these. */
  readonly more: boolean;
  readonly masked: boolean;
}

export const LIST_PAGE = 100;
/** Nobody turns two hundred pages; a longer list is narrowed or exported. */
export const LAST_PAGE = 200;

/** Fields of records that hold a citizen's number. */
const PERSONAL = new Set(['caller', 'called', 'to_number']);
/** Fields where an agent's own mobile may stand. */
const DEVICE = new Set(['extension']);

/** Takes from rows what a role may not see: numbers of citizens, and agents' own mobiles. */
export function rowsFor(role: Role, rows: readonly ListRow[]): readonly ListRow[] {
  if (seesCallers(role)) return rows;
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        typeof value !== 'string'
          ? value
          : PERSONAL.has(key)
            ? maskNumber(value)
            : DEVICE.has(key)
              ? value.replace(/\d{7,}/g, maskNumber)
              : value,
      ]),
    ),
  );
}

/** Longest number of a seat; more digits are a citizen's. */
const SEAT_DIGITS = 6;

/** May this role ask so? Who may not see numbers may not try them out either. */
export function mayFilter(role: Role, q: ListQueryWish): Result<null, 'report-number'> {
  const { number, other } = q.filter;
  const asksNumber = number !== undefined || (other !== undefined && other.replace(/\D/g, '').length > SEAT_DIGITS);
  return asksNumber && !seesCallers(role) ? refuse('report-number', '') : accept(null);
}

/** One page of a list; refused where the list cannot be narrowed so. */
export async function listView(
  sql: Sql,
  q: ListQueryWish,
  o: { readonly role: Role; readonly page: number },
): Promise<Result<RowsView, 'report-only' | 'report-number'>> {
  const may = mayFilter(o.role, q);
  if (!may.ok) return may;
  const page = Math.min(Math.max(1, o.page), LAST_PAGE);
  try {
    const { rows, more } = await readList(sql, {
      ...q,
      zone: settings().zone,
      limit: LIST_PAGE,
      offset: (page - 1) * LIST_PAGE,
    });
    return accept({
      kind: 'list',
      at: null,
      columns: LISTS[q.list],
      rows: rowsFor(o.role, rows),
      page,
      pageSize: LIST_PAGE,
      more: more && page < LAST_PAGE,
      masked: !seesCallers(o.role),
    });
  } catch (e) {
    if (e instanceof RangeError) return refuse('report-only', e.message);
    throw e;
  }
}

const live = new Cached<{ at: Instant; rows: ListRow[] }>(2000, 3);

/** A live report, as of two seconds ago at most: a hundred desks ask once. */
export async function liveView(sql: Sql, r: LiveReport, role: Role, now: Instant): Promise<RowsView> {
  const { zone, pauseReasons: reasons } = settings();
  const { at, rows } = await live.get(r.what, now, async () => ({
    at: now,
    rows: await readLive(sql, r.what, { zone, now, reasons }),
  }));
  return {
    kind: 'live',
    at,
    columns: LIVE_COLUMNS[r.what],
    rows: rowsFor(role, rows),
    page: 1,
    pageSize: rows.length,
    more: false,
    masked: !seesCallers(role),
  };
}
