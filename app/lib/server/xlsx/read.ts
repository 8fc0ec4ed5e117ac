import { posix } from 'node:path';
import { setImmediate as others } from 'node:timers/promises';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { archive, type Archive } from './unzip.ts';

/**
 * The first sheet of an Excel workbook (ECMA-376) as texts, as far as a list that people fill in needs it: texts, numbers, dates
 * as clocks, results of formulas. Sizes are bounded, and a long sheet is read in pieces between which others are served.
 */

export interface SheetRow {
  /** Number of the row in the sheet, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Unpacked; a sheet of 10,000 rows and ten columns has some 6 MB. */
const PART_AT_MOST = 32 * 1024 * 1024;
const COLUMNS_AT_MOST = 100;
const TEXT_AT_MOST = 32_767;
const STRINGS_AT_MOST = 500_000;
const STYLES_AT_MOST = 65_536;
const PIECE = 128 * 1024;
const DAY_MS = 86_400_000;

/**
 * @param rowsAtMost rows with anything in them that are read; one more is read where there is one, and then no further
 * @returns null when it is no workbook, or one that is encrypted, broken or too large
 */
export async function readSheet(bytes: Uint8Array, rowsAtMost: number): Promise<SheetRow[] | null> {
  const zip = archive(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (!zip) return null;
  try {
    const book = await bookOf(zip);
    if (!book) return null;
    const strings = await sharedStrings(zip, book.strings);
    const dates = await dateStyles(zip, book.styles);
    return await rowsOf(zip, book, strings, dates, rowsAtMost);
  } catch (e) {
    // whatever is wrong with what somebody sent: it is no workbook that can be read
    if (e instanceof Error) return null;
    throw e;
  }
}

type Handlers = {
  open?: (name: string, attribute: (name: string) => string | undefined) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
  /** True: nothing more is wanted. */
  done?: () => boolean;
};

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Reads a part of the archive; names come without their prefixes. @returns false when there is no such part */
async function parsePart(zip: Archive, name: string, h: Handlers): Promise<boolean> {
  const bytes = await zip.read(name, PART_AT_MOST);
  if (!bytes) return false;
  const parser = new SaxesParser();
  parser.on('error', (e) => {
    throw e;
  });
  parser.on('opentag', (tag: SaxesTagPlain) =>
    h.open?.(local(tag.name), (n) => Object.entries(tag.attributes).find(([k]) => k === n || local(k) === n)?.[1]),
  );
  parser.on('closetag', (tag) => h.close?.(local(tag.name)));
  parser.on('text', (text) => h.text?.(text));
  const text = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0; at < bytes.length; at += PIECE) {
    parser.write(text.decode(bytes.subarray(at, at + PIECE), { stream: true }));
    if (h.done?.()) return true;
    await others();
  }
  parser.close();
  return true;
}

interface Book {
  readonly sheet: string;
  readonly strings: string | null;
  readonly styles: string | null;
  /** Days are counted from 1904. */
  readonly from1904: boolean;
}

/** Where the parts of a workbook are: its first sheet that is not hidden. */
async function bookOf(zip: Archive): Promise<Book | null> {
  let id: string | undefined;
  let from1904 = false;
  const there = await parsePart(zip, 'xl/workbook.xml', {
    open: (name, attribute) => {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attribute('date1904') ?? '');
      if (name === 'sheet' && (attribute('state') ?? 'visible') === 'visible') id ??= attribute('id');
    },
  });
  if (!there || id === undefined) return null;
  const parts = new Map<string, string>();
  await parsePart(zip, 'xl/_rels/workbook.xml.rels', {
    open: (name, attribute) => {
      if (name !== 'Relationship') return;
      const target = posix.join('/xl', attribute('Target') ?? '');
      const absolute = attribute('Target')?.startsWith('/') ? attribute('Target')! : target;
      parts.set(attribute('Id') ?? '', absolute.slice(1));
      parts.set((attribute('Type') ?? '').split('/').at(-1)!, absolute.slice(1));
    },
  });
  const sheet = parts.get(id);
  if (sheet === undefined) return null;
  return { sheet, strings: parts.get('sharedStrings') ?? null, styles: parts.get('styles') ?? null, from1904 };
}

/** Texts that cells refer to by number; readings beside characters (rPh) are left out. */
async function sharedStrings(zip: Archive, part: string | null): Promise<string[]> {
  const all: string[] = [];
  if (part === null) return all;
  let text = '';
  let inText = false;
  let aside = false;
  await parsePart(zip, part, {
    open: (name) => {
      if (name === 'si') text = '';
      else if (name === 'rPh') aside = true;
      else if (name === 't') inText = !aside;
    },
    text: (t) => {
      if (inText && text.length < TEXT_AT_MOST) text += t;
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'rPh') aside = false;
      else if (name === 'si' && all.push(text.slice(0, TEXT_AT_MOST)) > STRINGS_AT_MOST)
        throw new RangeError('too many texts');
    },
  });
  return all;
}

/** Formats of dates and times that have a number and no code (ECMA-376 18.8.30), those of East Asia too. */
const isDateFormat = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
/** Of a code what is no quoted text, colour, condition or currency: [h] is a time, [Red] is none. */
const isDateCode = (code: string): boolean =>
  /[ymdhs]/i.test(
    code
      .split(';')[0]!
      .replace(/"[^"]*"|\\.|_./g, '')
      .replace(/\[(?![hms]+\])[^\]]*\]/gi, ''),
  );

/** Which styles of cells show a number as a date. */
async function dateStyles(zip: Archive, part: string | null): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  if (part === null) return styles;
  let inCells = false;
  await parsePart(zip, part, {
    open: (name, attribute) => {
      if (name === 'numFmt') codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '');
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells && styles.length < STYLES_AT_MOST) {
        const id = Number(attribute('numFmtId') ?? 0);
        const code = codes.get(id);
        styles.push(code === undefined ? isDateFormat(id) : isDateCode(code));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles;
}

/** 'BC12' is column 54. */
function columnOf(reference: string): number {
  let n = 0;
  for (const c of reference) {
    const letter = c.charCodeAt(0) - 64;
    if (letter < 1 || letter > 26) break;
    n = n * 26 + letter;
  }
  return n - 1;
}

/** A date as clocks show it: '2027-01-31', or with the minute where it has one. */
function dateText(serial: number, from1904: boolean): string {
  const days = serial + (from1904 ? 1462 : 0) - 25_569;
  const at = new Date(Math.round((days * DAY_MS) / 1000) * 1000);
  if (Number.isNaN(at.getTime())) return String(serial);
  const [day, clock] = at.toISOString().split('T') as [string, string];
  return Number.isInteger(serial) ? day : `${day} ${clock.slice(0, 8)}`;
}

/** A number as people read it: telephone numbers have no exponent. */
const numberText = (v: string): string => {
  const n = Number(v);
  return Number.isSafeInteger(n) ? n.toFixed(0) : String(n);
};

async function rowsOf(
  zip: Archive,
  book: Book,
  strings: readonly string[],
  dates: readonly boolean[],
  rowsAtMost: number,
): Promise<SheetRow[] | null> {
  const rows: SheetRow[] = [];
  let line = 0;
  let cells: string[] = [];
  let column = -1;
  let type = '';
  let style = 0;
  let value = '';
  let taking = false;
  const textOf = (): string => {
    if (value === '') return '';
    if (type === 's') return strings[Number(value)] ?? '';
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    if (type !== '' && type !== 'n') return value;
    if (!Number.isFinite(Number(value))) return value;
    return dates[style] ? dateText(Number(value), book.from1904) : numberText(value);
  };
  const there = await parsePart(zip, book.sheet, {
    open: (name, attribute) => {
      if (name === 'row') {
        line = Number(attribute('r') ?? line + 1);
        cells = [];
        column = -1;
      } else if (name === 'c') {
        const at = attribute('r');
        column = at === undefined ? column + 1 : columnOf(at);
        type = attribute('t') ?? '';
        style = Number(attribute('s') ?? 0);
        value = '';
      } else if (name === 'v' || name === 't') taking = true;
    },
    text: (t) => {
      if (taking && value.length < TEXT_AT_MOST) value += t;
    },
    close: (name) => {
      if (name === 'v' || name === 't') taking = false;
      else if (name === 'c' && column >= 0 && column < COLUMNS_AT_MOST) {
        while (cells.length < column) cells.push('');
        cells[column] = textOf().trim();
      } else if (name === 'row' && rows.length <= rowsAtMost && cells.some((c) => c !== '')) rows.push({ line, cells });
    },
    done: () => rows.length > rowsAtMost,
  });
  return there ? rows : null;
}
