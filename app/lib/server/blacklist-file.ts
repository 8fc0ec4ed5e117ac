import { parse } from 'csv-parse/sync';
import { COLUMN_NAMES, IMPORT_COLUMNS, type ImportRecord } from '#domain/blacklist/import.ts';
import { BOM, csvLine } from '#lib/rows/csv.ts';

/** 10,000 rows with long reasons are far below. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** Text of a file as spreadsheets of this country save it: UTF-8, or GB18030. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Records of a CSV with commas, semicolons or tabs; null: it is none. */
export function recordsOf(bytes: Uint8Array): ImportRecord[] | null {
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

/** A file to fill in: the heads and one row that shows how. */
export const template = (language: 'zh-CN' | 'en'): string => {
  const at = language === 'en' ? -1 : 0;
  const head = IMPORT_COLUMNS.map((c) => COLUMN_NAMES[c].at(at)!);
  const example =
    language === 'en'
      ? ['13800000000', 'inbound', 'repeated harassment', '2027-01-01 08:00', '2027-06-30']
      : ['13800000000', '呼入', '多次骚扰', '2027-01-01 08:00', '2027-06-30'];
  return BOM + csvLine(head) + csvLine(example);
};
