/** Lists that people fill in as a table and import: heads in any order and either language, one matter in each row. */

/** Rows of one file. */
export const IMPORT_ROWS_AT_MOST = 10_000;

/** One record of a file: its cells, and the line it begins at. */
export interface ImportRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Why a file is not looked at row by row. */
export interface NoTable {
  readonly ok: false;
  readonly code: 'import-empty' | 'import-rows' | 'import-columns';
  /** The names of columns that are missing. */
  readonly detail: string;
}

/** What is wrong in a row. */
export interface RowError<Code extends string> {
  readonly line: number;
  readonly code: Code;
  readonly value: string;
}
/** One wrong row and none is taken. */
export interface WrongRows<Code extends string> {
  readonly ok: false;
  readonly code: 'import-errors';
  readonly errors: readonly RowError<Code>[];
  readonly rows: number;
}

export interface ImportRow<C extends string> {
  readonly line: number;
  /** Trimmed; '' where the file has no such column. */
  readonly cell: (column: C) => string;
}

/**
 * The rows of a file below its heads; empty ones are left out.
 * @param names of each column, as files write them, lower case; the first is what it is called when it is missing
 * @param needed columns that a file must have
 */
export function tableRows<C extends string>(
  [head, ...all]: readonly ImportRecord[],
  names: Readonly<Record<C, readonly string[]>>,
  needed: readonly NoInfer<C>[],
): { readonly ok: true; readonly rows: readonly ImportRow<C>[] } | NoTable {
  const rows = all.filter((r) => r.cells.some((c) => c.trim() !== ''));
  if (!head || rows.length === 0) return { ok: false, code: 'import-empty', detail: '' };
  if (rows.length > IMPORT_ROWS_AT_MOST) return { ok: false, code: 'import-rows', detail: '' };
  const heads = head.cells.map((h) => h.trim().toLowerCase());
  const at = (column: C): number => heads.findIndex((h) => names[column].includes(h));
  const missing = needed.filter((c) => at(c) === -1);
  if (missing.length > 0)
    return { ok: false, code: 'import-columns', detail: missing.map((c) => names[c][0]).join('、') };
  const places = new Map((Object.keys(names) as C[]).map((c) => [c, at(c)]));
  return {
    ok: true,
    rows: rows.map(({ line, cells }) => ({ line, cell: (c) => (cells[places.get(c)!] ?? '').trim() })),
  };
}
