import { crc32, inflateRawSync } from 'node:zlib';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import type { SheetCell } from '#domain/reports/sheet.ts';
import { parseLocal } from '#domain/time.ts';
import { workbook } from './workbook.ts';

const ZONE = 'Asia/Shanghai';
const AT = parseLocal('2026-03-02 09:30:05', ZONE)!;
const rows: SheetCell[][] = [
  [
    { is: 'time', t: AT },
    { is: 'text', text: '技能组 <甲> & "乙"\u0000' },
    { is: 'number', n: 1234.5, decimals: 2 },
    { is: 'empty' },
  ],
  [
    { is: 'time', t: AT, as: 'day' },
    { is: 'text', text: '=HYPERLINK("http://x")' },
    { is: 'number', n: -3, decimals: 0 },
    { is: 'unknown' },
  ],
];

async function bytes(of: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const b of of) all.push(b);
  return Buffer.concat(all);
}
const sheet = (more: object = {}) => ({
  name: '综合/统计:表',
  header: ['时间', '技能组', '数', '率'],
  rows,
  totals: [
    [{ is: 'text', text: '合计' } as const, { is: 'empty' } as const, { is: 'number', n: 7, decimals: 0 } as const],
  ],
  lead: 1,
  widths: [20, 12],
  ...more,
});

interface XmlCell {
  readonly '@_s': string;
  readonly v?: string;
  readonly is?: { readonly t: { readonly '#text': string } };
}

/** The files of an archive by its directory at the end, as any program but ours reads it. */
function unzipped(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const out = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    const length = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const file = inflateRawSync(zip.subarray(data, data + zip.readUInt32LE(at + 20)));
    const name = zip.subarray(at + 46, at + 46 + length).toString();
    expect([crc32(file), file.length], name).toEqual([zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24)]);
    out.set(name, file.toString());
    at += 46 + length;
  }
  return out;
}

test('a workbook read back by other means has real dates and numbers, whole Chinese, and no formula', async () => {
  const files = unzipped(await bytes(workbook([sheet()], ZONE)));
  for (const [name, text] of files) expect(XMLValidator.validate(text), name).toBe(true);
  const xml = new XMLParser({ ignoreAttributes: false, parseTagValue: false });
  const read = xml.parse(files.get('xl/worksheets/sheet1.xml')!).worksheet;
  const cells = read.sheetData.row.map((r: { c: object[] }) => r.c) as XmlCell[][];
  expect(cells[0]!.map((c) => c.is!.t['#text'])).toEqual(['时间', '技能组', '数', '率']);
  // 2026-03-02 is day 46083 of spreadsheets
  expect(Number(cells[1]![0]!.v)).toBeCloseTo(46_083 + (9 * 3600 + 30 * 60 + 5) / 86_400, 9);
  expect(cells[1]![1]!.is!.t['#text']).toBe('技能组 <甲> & "乙"');
  expect([cells[1]![2]!.v, cells[2]![2]!.v, cells[3]![2]!.v]).toEqual(['1234.5', '-3', '7']);
  expect(cells[2]![1]!.is!.t['#text']).toBe('=HYPERLINK("http://x")');
  expect(files.get('xl/worksheets/sheet1.xml')).not.toContain('<f>');
  expect(read.sheetViews.sheetView.pane['@_state']).toBe('frozen');
  const formats = xml.parse(files.get('xl/styles.xml')!).styleSheet;
  const format = (c: XmlCell): string => {
    const id = formats.cellXfs.xf[Number(c['@_s'])]['@_numFmtId'];
    return formats.numFmts.numFmt.find((f: Record<string, string>) => f['@_numFmtId'] === id)['@_formatCode'];
  };
  expect([cells[1]![0]!, cells[2]![0]!, cells[1]![2]!, cells[2]![2]!].map(format)).toEqual([
    'yyyy-mm-dd hh:mm:ss',
    'yyyy-mm-dd',
    '#,##0.00',
    '#,##0',
  ]);
  expect(files.get('xl/workbook.xml')).toContain('name="综合 统计 表"');
});

test('a hundred thousand rows are written in pieces, and the others get their turn meanwhile', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  function* many() {
    for (let i = 0; i < 100_000; i++) yield rows[i % 2]!;
  }
  let pieces = 0;
  let size = 0;
  for await (const b of workbook([sheet({ rows: many() })], ZONE)) {
    pieces++;
    size += b.length;
  }
  clearInterval(timer);
  expect(pieces).toBeGreaterThan(20);
  expect(turns).toBeGreaterThan(20);
  expect(size).toBeLessThan(20_000_000);
}, 60_000);

test('rows that cannot be read end the file with that error and not with half a report', async () => {
  async function* broken(): AsyncGenerator<SheetCell[]> {
    yield rows[0]!;
    await Promise.resolve();
    throw new Error('the database is away');
  }
  await expect(bytes(workbook([sheet({ rows: broken() })], ZONE))).rejects.toThrow('the database is away');
});
