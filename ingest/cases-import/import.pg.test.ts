import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { factsAfter, newestCursor } from '#store/facts.ts';
import { testDatabase } from '#tests/support/database.ts';
import { readDistricts } from './districts.ts';
import { chooseMap } from './file-map.ts';
import { importFile, type ImportSummary } from './index.ts';
import { columnsOfFile } from './read.ts';

const { sql } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'wf-import-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

async function imported(file: string, boundaries: string | null = null): Promise<ImportSummary> {
  const map = chooseMap(null, await columnsOfFile(file));
  if (!map.ok) throw new Error(map.reason);
  const districts = boundaries === null ? null : readDistricts(boundaries);
  if (districts && !districts.ok) throw new Error(districts.reason);
  return await importFile({
    sql,
    file,
    map: map.value,
    districts: districts?.value ?? null,
    reports: folder,
    now: Date.now(),
    zone: 'Asia/Shanghai',
  });
}

test('a file that is imported twice brings nothing new, and one fact tells its old cases together', async () => {
  const from = await newestCursor(sql);
  expect(await imported(fixture('hotline-200.csv'))).toMatchObject({
    read: 200,
    new: 200,
    rejected: 0,
    encoding: 'utf-8',
  });
  expect((await factsAfter(sql, from)).map((f) => [f.kind, f.body])).toMatchObject([
    ['history.loaded', { what: 'cases:tainan1999', rows: 200 }],
  ]);
  const cursor = await newestCursor(sql);
  expect(await imported(fixture('hotline-200.csv'))).toMatchObject({ read: 200, new: 0, changed: 0, unchanged: 200 });
  expect(await newestCursor(sql)).toBe(cursor);
});

test('points that mean “not found” are no points, and categories of several spellings are one', async () => {
  const [r] = await sql`
    select count(*) filter (where geom is null)::int as none, count(*) filter (where category[2] = '妨害安寧')::int as spelt,
      count(*) filter (where own_district like '% %')::int as spaced from hotline_case`;
  expect(r!.none).toBeGreaterThan(5);
  expect(r).toMatchObject({ spelt: 0, spaced: 0 });
});

test('the change feed over the file corrects and withdraws, each with its fact, and a second time nothing', async () => {
  const from = await newestCursor(sql);
  const first = await imported(fixture('hotline-200.jsonl'));
  expect(first).toMatchObject({ read: 243, new: 0, corrected: 40, withdrawn: 3, rejected: 0 });
  const kinds = (await factsAfter(sql, from)).map((f) => f.kind);
  expect(kinds.filter((k) => k === 'case.corrected')).toHaveLength(40);
  expect(kinds.filter((k) => k === 'case.withdrawn')).toHaveLength(3);
  const again = await newestCursor(sql);
  const second = await imported(fixture('hotline-200.jsonl'));
  // the feed tells the three withdrawn cases again before it takes them back
  expect(second).toMatchObject({ corrected: 0, withdrawn: 3 });
  expect((await factsAfter(sql, again)).map((f) => f.kind)).toEqual([...new Array(3).fill('case.registered'), ...new Array(3).fill('case.withdrawn')]); // prettier-ignore
});

test('every row that cannot be used stands in the report with line, code and reason, and the others go in', async () => {
  const done = await imported(fixture('broken.csv'));
  expect(done).toMatchObject({ read: 10, new: 2, rejected: 8 });
  expect(done.reasons).toEqual({
    'no-id': 1,
    'bad-time': 1,
    'bad-position': 1,
    columns: 1,
    csv: 2,
    'in-the-future': 1,
    'no-content': 1,
  });
  const report = readFileSync(done.report!, 'utf8').trim().split('\r\n');
  expect(report).toHaveLength(9);
  expect(report.find((line) => line.includes('bad-time'))).toMatch(/^4,bad-time,.*昨天/);
});

test('a packed file in GB18030 reads as the plain one in UTF-8', async () => {
  const rows =
    'case_id,requested_at,area,category,subcategory,description,address,lat,lon\nGB1,2016-02-01 10:00:00,东区,噪音举发,妨碍安宁,吵闹,甲和路,22.98,120.22\n';
  // the GB18030 bytes of the row's Chinese, as iconv writes them
  const GB: Record<string, string> = {
    东区: 'b6abc7f8',
    噪音举发: 'd4ebd2f4bed9b7a2',
    妨碍安宁: 'b7c1b0adb0b2c4fe',
    吵闹: 'b3b3c4d6',
    甲和路: 'bcd7bacdc2b7',
  };
  let bytes = Buffer.alloc(0);
  for (const part of rows.split(/([\u4e00-\u9fff]+)/))
    bytes = Buffer.concat([bytes, GB[part] ? Buffer.from(GB[part].replaceAll(' ', ''), 'hex') : Buffer.from(part)]);
  const file = join(folder, 'gb.csv.gz');
  writeFileSync(file, gzipSync(bytes));
  expect(await imported(file)).toMatchObject({ read: 1, new: 1, encoding: 'gb18030' });
  const [r] = await sql`select own_district, category from hotline_case where case_no = 'GB1'`;
  expect(r).toEqual({ own_district: '东区', category: ['噪音举发', '妨碍安宁'] });
});

test('a file that breaks off in the middle fails, and what came before stays', async () => {
  const whole = gzipSync(readFileSync(fixture('hotline-200.csv')));
  const file = join(folder, 'cut.csv.gz');
  writeFileSync(file, whole.subarray(0, whole.length - 200));
  await expect(imported(file)).rejects.toThrow();
});

const shared = join(import.meta.dirname, '../../../shared/data');
describe.skipIf(!existsSync(shared))('the Tainan files (skipped where ../shared is absent)', () => {
  test('each year twice: second time nothing new; districts compared and told', { timeout: 240_000 }, async () => {
    const boundaries = join(shared, 'boundaries/tainan_districts_wgs84.geojson');
    const file = join(shared, 'cases_311/tainan1999_2015.csv.gz');
    const first = await imported(file, boundaries);
    expect(first).toMatchObject({ read: 11_473, new: 11_473, rejected: 0 });
    expect(first.compared).toBeGreaterThan(11_000);
    expect(first.mismatches).toBeGreaterThan(100);
    const second = await imported(file, boundaries);
    expect(second).toMatchObject({ new: 0, changed: 0, unchanged: 11_473, mismatches: first.mismatches });
    const feed = await imported(join(shared, 'cases_311/tainan1999_changefeed_2016w05.jsonl.gz'), boundaries);
    expect(feed).toMatchObject({ read: 559, new: 503, rejected: 0 });
    expect(feed.corrected).toBeGreaterThan(0);
  });
});
