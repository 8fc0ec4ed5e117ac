import { tableRows, type ImportRecord, type NoTable, type RowError, type WrongRows } from '../import-table.ts';
import { cityDay, DAY, HOUR, parseLocal, startOfDay, type Instant } from '../time.ts';
import type { Bar, BarDirection } from './rows.ts';
import { barNumber, decideBar, type BarRefusal } from './rules.ts';

/** Columns of the template, in its order; a file may have them in any order, in either language. */
export const IMPORT_COLUMNS = ['number', 'direction', 'reason', 'from', 'until'] as const;
export type ImportColumn = (typeof IMPORT_COLUMNS)[number];

/** Heads and directions as files write them, lower case. */
export const COLUMN_NAMES: Readonly<Record<ImportColumn, readonly string[]>> = {
  number: ['号码', '电话号码', 'number'],
  direction: ['方向', '限制方向', 'direction'],
  reason: ['原因', 'reason'],
  from: ['生效时间', 'from'],
  until: ['截止时间', '失效时间', 'until'],
};
const DIRECTION_NAMES: Readonly<Record<string, BarDirection>> = {
  呼入: 'in',
  来电: 'in',
  in: 'in',
  inbound: 'in',
  呼出: 'out',
  去电: 'out',
  out: 'out',
  outbound: 'out',
  双向: 'both',
  呼入呼出: 'both',
  both: 'both',
};

export type ImportErrorCode = BarRefusal | 'import-duplicate';
/** Its value: what stands there, or the line of the first of two. */
export type ImportError = RowError<ImportErrorCode>;

export type ImportRead =
  | { readonly ok: true; readonly bars: readonly Bar[]; readonly skipped: readonly { line: number; number: string }[] }
  | NoTable
  | WrongRows<ImportErrorCode>;

/**
 * A whole file or nothing: one wrong row and none is taken, with every wrong row told. Numbers that are barred already are left
 * as they are, and told.
 * @param barred numbers that are on the list
 */
export function readImport(
  records: readonly ImportRecord[],
  barred: ReadonlySet<string>,
  { zone, now }: { readonly zone: string; readonly now: Instant },
): ImportRead {
  const table = tableRows(records, COLUMN_NAMES, ['number', 'direction', 'reason']);
  if (!table.ok) return table;
  const { rows } = table;
  const errors: ImportError[] = [];
  const bars: Bar[] = [];
  const skipped: { line: number; number: string }[] = [];
  const seen = new Map<string, number>();
  for (const { line, cell } of rows) {
    const number = barNumber(cell('number'));
    const first = seen.get(number);
    if (first !== undefined) errors.push({ line, code: 'import-duplicate', value: String(first) });
    else seen.set(number, line);
    const read = readRow(cell, zone, now);
    if ('code' in read) errors.push({ line, ...read });
    else if (first === undefined) {
      if (barred.has(number)) skipped.push({ line, number });
      else bars.push(read);
    }
  }
  return errors.length > 0
    ? { ok: false, code: 'import-errors', errors, rows: rows.length }
    : { ok: true, bars, skipped };
}

function readRow(
  cell: (c: ImportColumn) => string,
  zone: string,
  now: Instant,
): Bar | { code: BarRefusal; value: string } {
  const [from, until] = [instantOf(cell('from'), zone, '00:00:00'), instantOf(cell('until'), zone, '24:00:00')];
  if (from === 'none') return { code: 'bar-from', value: cell('from') };
  if (until === 'none') return { code: 'bar-until', value: cell('until') };
  const r = decideBar(
    {
      number: cell('number'),
      direction: DIRECTION_NAMES[cell('direction').toLowerCase()] ?? cell('direction'),
      reason: cell('reason'),
      from,
      until,
    },
    now,
  );
  if (r.ok) return r.value;
  const shown = {
    'bar-number': 'number',
    'bar-emergency': 'number',
    'bar-direction': 'direction',
    'bar-until': 'until',
  } as const;
  return { code: r.code, value: r.code in shown ? cell(shown[r.code as keyof typeof shown]) : '' };
}

/** '2027-01-31', '2027/1/31 18:00' in the city's zone, a last day with its whole; null where nothing stands, 'none' where no time does. */
function instantOf(text: string, zone: string, clock: '00:00:00' | '24:00:00'): Instant | null | 'none' {
  if (text === '') return null;
  if (!/^\d{4}[-/]\d{1,2}[-/]\d{1,2}$/.test(text)) return parseLocal(text, zone) ?? 'none';
  const start = parseLocal(`${text} 00:00`, zone);
  if (start === null) return 'none';
  return clock === '00:00:00' ? start : startOfDay(cityDay(start + DAY + HOUR, zone), zone);
}
