import { fail } from '@sveltejs/kit';
import { parse } from 'csv-parse/sync';
import { IMPORT_ROWS_AT_MOST, type ImportRecord, type NoTable, type WrongRows } from '#domain/import-table.ts';
import { BOM, csvLine } from '#lib/rows/csv.ts';
import { refused } from './guard.ts';
import { settings } from './runtime.ts';
import { readSheet } from './xlsx/read.ts';
import { workbook } from './xlsx/workbook.ts';

/** Files that people fill in and send: CSV or Excel, read whole and bounded, and the templates for them. */

/** The front server takes forms of 2 MB (BODY_SIZE_LIMIT): 10,000 rows; more come in several files. */
const FILE_BYTES_AT_MOST = 2_000_000;
/** Wrong rows of a file that are told one by one. */
const ERRORS_TOLD = 200;

/** The records of the file that a form brings, or the answer that refuses it. */
export async function fileRecords(
  form: FormData,
): Promise<
  | { readonly ok: true; readonly name: string; readonly records: readonly ImportRecord[] }
  | { readonly ok: false; readonly answer: ReturnType<typeof refused> }
> {
  const no = (code: string) => ({ ok: false, answer: refused(code) }) as const;
  const file = form.get('file');
  if (!(file instanceof File) || file.size === 0) return no('import-empty');
  if (file.size > FILE_BYTES_AT_MOST) return no('import-large');
  const records = await recordsOf(new Uint8Array(await file.arrayBuffer()));
  return records ? { ok: true, name: file.name, records } : no('import-format');
}

/** What an action answers when nothing of a file was taken. */
export const notTaken = (read: NoTable | WrongRows<string>) =>
  read.code === 'import-errors'
    ? fail(400, {
        refused: read.code,
        rows: read.rows,
        count: read.errors.length,
        errors: read.errors.slice(0, ERRORS_TOLD),
      })
    : refused(read.code, read.detail);

/** Archives, and so workbooks, begin so. */
const isArchive = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/** Records of an Excel workbook's first sheet, or of a CSV; of a sheet no more rows than show that they are too many. Null: it is neither. */
export async function recordsOf(bytes: Uint8Array): Promise<readonly ImportRecord[] | null> {
  // the heads are a row too
  return isArchive(bytes) ? await readSheet(bytes, IMPORT_ROWS_AT_MOST + 1) : csvRecords(bytes);
}

/** Text of a file as spreadsheets of this country save it: UTF-8, or GB18030. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Records of a CSV with commas, semicolons or tabs; null: it is none. */
function csvRecords(bytes: Uint8Array): ImportRecord[] | null {
  try {
    const rows = parse(textOf(bytes), {
      bom: true,
      delimiter: [',', ';', '\t'],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 64 * 1024,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ line: info.lines, cells: record.map(cellOf) }));
  } catch {
    return null;
  }
}

/** Spreadsheets keep a number's zeros by an apostrophe or ="…" before it. */
const cellOf = (text: string): string =>
  text
    .trim()
    .replace(/^="(.*)"$/, '$1')
    .replace(/^'/, '');

export interface Template {
  /** Of the file, without its ending; also of the sheet. */
  readonly name: string;
  readonly head: readonly string[];
  /** One row that shows how. */
  readonly example: readonly string[];
}

/** A file to fill in, as ?format= asks: xlsx, or else csv. */
export async function templateFile({ name, head, example }: Template, url: URL): Promise<Response> {
  const excel = url.searchParams.get('format') === 'xlsx';
  const row = example.map((text) => ({ is: 'text', text }) as const);
  const sheet = { name, header: head, rows: [row], totals: [], lead: 0, widths: [18], asText: true };
  const body = excel
    ? Buffer.concat(await Array.fromAsync(workbook([sheet], settings().zone)))
    : BOM + csvLine(head) + csvLine(example);
  return new Response(body, {
    headers: {
      'content-type': excel
        ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
        : 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.${excel ? 'xlsx' : 'csv'}"`,
    },
  });
}
