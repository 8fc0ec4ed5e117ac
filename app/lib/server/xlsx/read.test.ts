import { expect, test } from 'vitest';
import { readImport } from '#domain/blacklist/import.ts';
import { IMPORT_ROWS_AT_MOST } from '#domain/import-table.ts';
import { parseLocal } from '#domain/time.ts';
import { recordsOf } from '../import-file.ts';
import { readSheet } from './read.ts';
import { workbook } from './workbook.ts';
import { zip } from './zip.ts';

const ZONE = 'Asia/Shanghai';
const AT = { zone: ZONE, now: parseLocal('2026-03-02 09:00', ZONE)! };

async function bytes(of: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const b of of) all.push(b);
  return Buffer.concat(all);
}
/** A workbook as other programs write them: texts and dates by number, parts where the relations say. */
const made = (sheet: Iterable<string>, more: { book?: string; strings?: string; styles?: string } = {}) =>
  bytes(
    zip([
      {
        name: 'xl/workbook.xml',
        text: [
          more.book ??
            `<x:workbook xmlns:x="m" xmlns:r="r"><x:sheets><x:sheet name="隐藏" state="hidden" r:id="rId9"/><x:sheet name="名单" r:id="rId1"/></x:sheets></x:workbook>`,
        ],
      },
      {
        name: 'xl/_rels/workbook.xml.rels',
        text: [
          `<Relationships><Relationship Id="rId1" Type="t/worksheet" Target="worksheets/list.xml"/><Relationship Id="rId2" Type="t/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="t/styles" Target="styles.xml"/></Relationships>`,
        ],
      },
      { name: 'xl/sharedStrings.xml', text: [more.strings ?? '<sst/>'] },
      { name: 'xl/styles.xml', text: [more.styles ?? '<styleSheet/>'] },
      { name: 'xl/worksheets/list.xml', text: sheet },
    ]),
  );
const cells = async (b: Uint8Array, most = 100) => (await readSheet(b, most))?.map((r) => [r.line, ...r.cells]);

test('texts, numbers, dates and gaps of a sheet come as people see them, with the rows’ own numbers', async () => {
  const book = await made(
    [
      `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>原因</t></is></c></row>`,
      `<row r="2"/><row r="5"><c r="A5"><v>1.38E10</v></c><c r="B5" s="1"><v>46388.75</v></c><c r="C5" s="2"><v>46388</v></c>`,
      `<c r="D5" s="3"><v>0.5</v></c><c r="E5" t="str"><f>A1&amp;B1</f><v>甲&lt;乙</v></c><c r="F5" t="b"><v>1</v></c></row></sheetData></worksheet>`,
    ],
    {
      strings: '<sst><si><r><t>号</t></r><r><t>码</t></r><rPh><t>hao ma</t></rPh></si></sst>',
      styles:
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy/m/d h:mm"/><numFmt numFmtId="165" formatCode="[Red]0.0&quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="165"/></cellXfs></styleSheet>',
    },
  );
  expect(await cells(book)).toEqual([
    [1, '号码', '', '原因'],
    [5, '13800000000', '2027-01-01 18:00:00', '2027-01-01', '0.5', '甲<乙', 'TRUE'],
  ]);
});

test('a list that was filled in with our template is taken whole; a wrong row is told by its number in the sheet', async () => {
  const text = (t: string) => ({ is: 'text', text: t }) as const;
  const file = async (...rows: string[][]) =>
    bytes(
      workbook(
        [
          {
            name: '名单',
            header: ['号码', '方向', '原因', '生效时间', '截止时间'],
            rows: rows.map((r) => r.map(text)),
            totals: [],
            lead: 0,
            widths: [18],
            asText: true,
          },
        ],
        ZONE,
      ),
    );
  const read = async (...rows: string[][]) => readImport((await recordsOf(await file(...rows)))!, new Set(), AT);
  const good = await read(['057112345678', '呼入', '骚扰', '2027-01-01 08:00', '2027-06-30']);
  expect(good).toMatchObject({ ok: true, bars: [{ number: '057112345678', direction: 'in' }] });
  expect(await read(['16600000001', '呼入', '骚扰'], ['12', '呼入', '骚扰'])).toMatchObject({
    code: 'import-errors',
    errors: [{ line: 3, code: 'bar-number' }],
  });
});

test('a sheet is read no further than shows that it has too many rows, and one of that many is taken', async () => {
  function* rows(n: number): Generator<string> {
    yield '<worksheet><sheetData><row><c t="str"><v>号码</v></c><c t="str"><v>方向</v></c><c t="str"><v>原因</v></c></row>';
    for (let i = 0; i < n; i++)
      yield `<row><c><v>${16_000_000_000 + i}</v></c><c t="str"><v>呼入</v></c><c t="str"><v>骚扰</v></c></row>`;
    yield '</sheetData></worksheet>';
  }
  const read = async (n: number) => {
    const records = (await recordsOf(await made(rows(n))))!;
    return [records.length, readImport(records, new Set(), AT)] as const;
  };
  const [, full] = await read(IMPORT_ROWS_AT_MOST);
  expect(full.ok && full.bars.length).toBe(IMPORT_ROWS_AT_MOST);
  const [length, over] = await read(IMPORT_ROWS_AT_MOST * 3);
  expect(over).toMatchObject({ ok: false, code: 'import-rows' });
  expect(length).toBe(IMPORT_ROWS_AT_MOST + 2);
});

test('what is no workbook, is broken, locked or unpacks to far too much is refused and never throws', async () => {
  const good = await made(['<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>']);
  expect(await cells(good)).toEqual([[1, '1']]);
  for (let cut = 0; cut < good.length; cut += 7) expect(await readSheet(good.subarray(0, cut), 10)).toBeNull();
  for (let at = 0; at < good.length; at += 3) {
    const bad = Buffer.from(good);
    bad[at]! ^= 0x5a;
    await readSheet(bad, 10);
  }
  expect(await cells(await made(['<worksheet><sheetData><row><c></row>']))).toBeUndefined();
  expect(await cells(await made(['<a/>'], { book: '<workbook><sheets/></workbook>' }))).toBeUndefined();
  const blank = ' '.repeat(1024 * 1024);
  expect(await readSheet(await made(Array<string>(40).fill(blank)), 10)).toBeNull();
  expect(await recordsOf(Buffer.from('PK\u0003\u0004 and then nothing'))).toBeNull();
});
