import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRows, detectEncoding, jsonRows, textAt, type RawRow } from './read.ts';
import { parseRow } from './parse.ts';
import { MAPS } from './file-map.ts';
import { mapCase, readTime } from '#domain/cases/mapping.ts';

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size);
}
async function all(rows: AsyncIterable<RawRow>): Promise<RawRow[]> {
  const out: RawRow[] = [];
  for await (const r of rows) out.push(r);
  return out;
}
const quoted = (c: string): string => `"${c.replaceAll('"', '""')}"`;

test('cells come back as they were written, wherever the file is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string()), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 40 }),
      async (cells, size) => {
        const kept = cells.map(
          ([a, b]) => [a.replaceAll('\r', '').replaceAll('\ufffd', ''), b.replaceAll('\r', '')] as const,
        );
        const text = `a,b\n${kept.map(([a, b]) => `${quoted(a)},${quoted(b)}\n`).join('')}`;
        const rows = await all(csvRows(pieces(text, size), { delimiter: ',' }));
        expect(rows.map((r) => [r.cell('a'), r.cell('b'), r.error])).toEqual(kept.map(([a, b]) => [a, b, null]));
      },
    ),
    { numRuns: 60 },
  );
});

test('an open quotation mark spoils its own line and none of the 200 after it', async () => {
  const good = Array.from({ length: 200 }, (_, i) => `g${i},x`);
  const rows = await all(csvRows(pieces(['a,b', 'f,"x', ...good].join('\n'), 64), { delimiter: ',' }));
  expect(rows.filter((r) => r.error !== null).map((r) => r.line)).toEqual([2]);
  expect(rows.filter((r) => r.error === null)).toHaveLength(200);
});

test('no text at all makes the readers or the parser throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (text) => {
      for (const rows of [
        await all(csvRows(pieces(text, 7), { delimiter: ',' })),
        await all(jsonRows(pieces(text, 7))),
      ])
        for (const row of rows) for (const m of MAPS) parseRow(m.mapping, row.cell, (at) => at, Date.UTC(2026, 0, 1));
    }),
    { numRuns: 200 },
  );
});

test('whatever stands in the cells, a row becomes a case or a refusal with its reason', () => {
  const columns = [
    'case_id',
    'requested_at',
    'area',
    'category',
    'subcategory',
    'description',
    'address',
    'lat',
    'lon',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('2016-02-01 10:00')), {
        minLength: 9,
        maxLength: 9,
      }),
      (cells) => {
        const r = parseRow(
          MAPS[0]!.mapping,
          (name) => cells[columns.indexOf(name)],
          (at) => at,
          Date.UTC(2026, 0, 1),
        );
        if (r.ok && r.value.kind === 'case') {
          expect(r.value.record.title.length).toBeLessThanOrEqual(120);
          expect(JSON.stringify(r.value.record).isWellFormed()).toBe(true);
        } else if (!r.ok) expect(r.reason.length).toBeGreaterThan(0);
      },
    ),
  );
});

test('the encoding is told by the bytes, also where a character is cut off at the end', () => {
  const utf8 = new TextEncoder().encode('热线');
  expect(detectEncoding(utf8)).toBe('utf-8');
  expect(detectEncoding(utf8.subarray(0, 4))).toBe('utf-8');
  expect(detectEncoding(Buffer.from('c8c8cfdf', 'hex'))).toBe('gb18030');
});

test.each([
  ['2016-02-01 10:00:00', 'ymd', '2016-02-01T02:00:00Z'],
  ['2016/2/1 9:05', 'ymd', '2016-02-01T01:05:00Z'],
  ['2016-02-01', 'ymd', '2016-01-31T16:00:00Z'],
  ['2016-02-01T10:00:00+01:00', 'ymd', '2016-02-01T09:00:00Z'],
  ['10/21/18 0:59', 'mdy', '2018-10-20T16:59:00Z'],
  ['10/21/2018 12:05:00 AM', 'mdy', '2018-10-20T16:05:00Z'],
  ['21.10.2018 13:00', 'dmy', '2018-10-21T05:00:00Z'],
  ['2016-13-01 10:00', 'ymd', null],
  ['soon', 'mdy', null],
] as const)('the time %s (%s) is %s', (text, dates, iso) => {
  expect(readTime(text, { zone: 'Asia/Shanghai', dates })).toBe(iso === null ? null : Date.parse(iso));
});

test('usual Chinese words of type, state and source are understood, their own table comes first, others are unknown', () => {
  const mapping = {
    ...MAPS[0]!.mapping,
    fields: { externalId: 'id', acceptedAt: 'at', title: 'title', type: 't', state: 's', source: 'c' },
    values: { state: { 归档: 'merged' } },
  };
  const read = (cells: Record<string, string>): unknown => {
    const r = mapCase(
      mapping,
      (c) => ({ id: '1', at: '2016-02-01 10:00', title: 'x', ...cells })[c],
      (at) => at,
    );
    return r.ok && r.value.kind === 'case' ? [r.value.fields.type, r.value.fields.state, r.value.fields.source] : r;
  };
  expect(read({ t: '投诉', s: '归档', c: '来电' })).toEqual(['complaint', 'merged', 'phone']);
  expect(read({ t: '投訴', s: '已办结', c: '微信' })).toEqual(['complaint', 'closed', 'wechat']);
  expect(read({ t: '其他', s: '', c: 'phone' })).toEqual([null, null, 'phone']);
});

test('a path goes into objects and never up to what every object has', () => {
  expect(textAt({ a: { b: 3 } }, 'a.b')).toBe('3');
  expect(textAt({ a: null }, 'a.b')).toBeUndefined();
  expect(textAt({}, 'constructor.name')).toBeUndefined();
});
