import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse as parseNow } from 'csv-parse/sync';

/** Reading files as streams: packed or not, UTF-8 or GB18030, CSV or JSON lines. Memory does not grow with the file. */

export type Encoding = 'utf-8' | 'gb18030';

/** One row as it stands in the file; `error`: it could not be taken apart. */
export interface RawRow {
  /** Line in the unpacked file on which the row ends, from 1. */
  readonly line: number;
  readonly cell: (name: string) => string | undefined;
  readonly raw: string;
  readonly error: { readonly code: string; readonly reason: string } | null;
}

/** Bytes looked at to tell the encoding. */
const SAMPLE = 256 * 1024;
/** A row larger than this is an unclosed quotation mark. */
const MAX_ROW = 512 * 1024;

/**
 * UTF-8 unless the sample is not; then GB18030, which Chinese systems of the last decades write (GB2312 and GBK are parts of it).
 */
export function detectEncoding(sample: Uint8Array): Encoding {
  try {
    // stream: a character cut off at the end of the sample is no mistake
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}

/** The unpacked bytes of a file; what is packed is told by its first bytes, not by its name. @throws when it cannot be read */
async function unpacked(path: string): Promise<Readable> {
  const file = await open(path);
  const head = Buffer.alloc(2);
  const { bytesRead } = await file.read(head, 0, 2, 0).finally(() => file.close());
  const bytes = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (bytesRead < 2 || head[0] !== 0x1f || head[1] !== 0x8b) return bytes;
  const gunzip = createGunzip();
  bytes.on('error', (e) => gunzip.destroy(e));
  return bytes.pipe(gunzip);
}

/** The text of a file in pieces, and its encoding. Bytes that the encoding does not have become U+FFFD. @throws as {@link unpacked} */
export async function readText(path: string): Promise<{ encoding: Encoding; text: AsyncGenerator<string> }> {
  const bytes = (await unpacked(path))[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first: Buffer[] = [];
  let size = 0;
  let ended = false;
  while (size < SAMPLE) {
    const next = await bytes.next();
    if (next.done) {
      ended = true;
      break;
    }
    first.push(next.value);
    size += next.value.length;
  }
  const sample = Buffer.concat(first);
  const encoding = detectEncoding(sample);
  async function* text(): AsyncGenerator<string> {
    const decoder = new TextDecoder(encoding);
    try {
      yield decoder.decode(sample, { stream: true });
      while (!ended) {
        const next = await bytes.next();
        if (next.done) break;
        yield decoder.decode(next.value, { stream: true });
      }
      yield decoder.decode();
    } finally {
      await bytes.return?.();
    }
  }
  return { encoding, text: text() };
}

/** Names in the first line of CSV, or of the first object of JSON lines. @throws as {@link unpacked}, or when neither is there */
export async function columnsOfFile(path: string): Promise<string[]> {
  const bytes = await unpacked(path);
  let sample: Buffer = Buffer.alloc(0);
  for await (const part of bytes as AsyncIterable<Buffer>) {
    sample = Buffer.concat([sample, part]);
    if (sample.length >= SAMPLE) break; // leaving the loop closes the file
  }
  const text = new TextDecoder(detectEncoding(sample)).decode(sample);
  const first = text.split(/\r?\n/).find((line) => line.trim() !== '');
  if (first === undefined) throw new Error(`${path} is empty`);
  if (first.trimStart().startsWith('{')) return Object.keys(JSON.parse(first) as object);
  const [columns] = parseNow(first, { bom: true, relax_quotes: true });
  return columns!.map((c) => c.trim());
}

const damaged = (raw: string): RawRow['error'] =>
  raw.includes('\ufffd') ? { code: 'encoding', reason: 'holds bytes that the file’s encoding does not have' } : null;

/** Lines that one quoted cell may reach over; a quotation mark that is still open after them was never meant to be one. */
const MAX_LINES = 50;
/** Records taken apart in one go. */
const CHUNK = 200;

interface CsvRecord {
  /** Line on which it ends. */
  readonly line: number;
  readonly raw: string;
}

/** Lines joined where a quoted cell goes on: until every quotation mark has its pair. */
async function* csvRecords(text: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let open: string[] = [];
  let marks = 0;
  let line = 0;
  for await (const piece of lines(text)) {
    line++;
    const raw = piece.endsWith('\r') ? piece.slice(0, -1) : piece;
    if (open.length === 0 && raw.trim() === '') continue;
    open.push(raw);
    marks += marksIn(raw);
    if (marks % 2 === 1 && open.length < MAX_LINES) continue;
    yield { line, raw: open.join('\n') };
    open = [];
    marks = 0;
  }
  if (open.length > 0) yield { line, raw: open.join('\n') };
}

function marksIn(text: string): number {
  let n = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) n++;
  return n;
}

/**
 * Rows of CSV. The first line names the columns unless `header` does. A row with another number of cells, or with a quotation mark
 * in the wrong place, is told as an error, and the next one is read.
 */
export async function* csvRows(
  text: AsyncIterable<string>,
  { delimiter, header }: { delimiter: string; header?: readonly string[] | undefined },
): AsyncGenerator<RawRow, void> {
  let at = header && new Map(header.map((name, i) => [name, i]));
  let chunk: CsvRecord[] = [];
  function* taken(): Generator<RawRow> {
    for (const one of takeApart(chunk, delimiter)) {
      if (!at && one.cells) at = new Map(one.cells.map((name, i) => [name.trim(), i]));
      else if (one.cells?.length !== at?.size && one.record.raw.includes('\n'))
        // a mark without its pair took the lines after it along: each by itself, so that it spoils its own and no other
        for (const line of takeApart(linesOf(one.record), delimiter)) yield rowOf(line, at ?? new Map());
      else yield rowOf(one, at ?? new Map());
    }
    chunk = [];
  }
  for await (const record of csvRecords(text)) {
    chunk.push(record);
    if (chunk.length >= CHUNK) yield* taken();
  }
  yield* taken();
}

function linesOf({ line, raw }: CsvRecord): CsvRecord[] {
  const all = raw.split('\n');
  return all.map((l, i) => ({ line: line - all.length + 1 + i, raw: l })).filter((l) => l.raw.trim() !== '');
}

function rowOf({ record: { line, raw }, cells, error }: TakenApart, at: ReadonlyMap<string, number>): RawRow {
  const wrong =
    cells === null
      ? { code: 'csv', reason: (error ?? 'not CSV').slice(0, 300) }
      : cells.length === at.size
        ? damaged(raw)
        : { code: 'columns', reason: `${cells.length} cells instead of ${at.size}` };
  return { line, raw, cell: (name) => cells?.[at.get(name) ?? -1], error: wrong };
}

interface TakenApart {
  readonly record: CsvRecord;
  readonly cells: string[] | null;
  readonly error: string | null;
}

/** All at once where all are well; one by one where one of them is not. */
function takeApart(chunk: readonly CsvRecord[], delimiter: string): TakenApart[] {
  const options = { bom: true, delimiter, relax_column_count: true, max_record_size: MAX_ROW };
  try {
    const all = parseNow(chunk.map((r) => r.raw).join('\n'), options);
    if (all.length === chunk.length) return chunk.map((record, i) => ({ record, cells: all[i]!, error: null }));
  } catch {
    // told below, with the record that it belongs to
  }
  return chunk.map((record) => {
    try {
      return { record, cells: parseNow(record.raw, options)[0] ?? [], error: null };
    } catch (e) {
      return { record, cells: null, error: (e as Error).message };
    }
  });
}

/** Rows of JSON lines; a cell is a path: 'caller.phone'. */
export async function* jsonRows(text: AsyncIterable<string>): AsyncGenerator<RawRow, void> {
  let line = 0;
  for await (const raw of lines(text)) {
    line++;
    if (raw.trim() === '') continue;
    let value: unknown;
    let error = damaged(raw);
    try {
      value = JSON.parse(raw);
      if (value === null || typeof value !== 'object') error = { code: 'not-json', reason: 'no JSON object' };
    } catch (e) {
      error = { code: 'not-json', reason: (e as Error).message.slice(0, 300) };
    }
    yield { line, cell: (path) => textAt(value, path), raw, error };
  }
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const part of text) {
    const pieces = (rest + part).split('\n');
    rest = pieces.pop()!;
    if (rest.length > MAX_ROW) {
      yield rest.slice(0, 4000);
      rest = '';
    }
    yield* pieces;
  }
  if (rest !== '') yield rest;
}

/** What stands at a path of JSON, as text; undefined for nothing, null, lists and objects. */
export function textAt(value: unknown, path: string): string | undefined {
  let at: unknown = value;
  for (const part of path.split('.')) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return typeof at === 'string' ? at : typeof at === 'number' || typeof at === 'boolean' ? String(at) : undefined;
}
