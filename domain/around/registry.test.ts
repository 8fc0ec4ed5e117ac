import { expect, test } from 'vitest';
import type { LngLat } from '../city/rows.ts';
import { columnMap, readRegistry } from './registry.ts';

const HEAD = ['id', 'kind', 'name', 'lng', 'lat', 'capacity'];
const DEFAULTS = { source: 'civil affairs', asOf: '2026-05-01', crs: 'WGS84' };
const asIs = (at: LngLat): LngLat => {
  if (Math.abs(at[1]) > 90) throw new RangeError(`no position: ${at[0]}, ${at[1]}`);
  return at;
};

test('one wrong row and none is taken: every wrong row is told with its line', () => {
  const read = readRegistry(
    [
      HEAD,
      ['S1', 'shelter', '体育馆', '120.1', '23.1', '1,200'],
      ['S2', 'castle', '城堡', '120.1', '23.1', ''],
      ['S1', 'shelter', '又一个', '120.1', '23.1', ''],
      ['S3', 'shelter', '', '120.1', '23.1', ''],
      ['S4', 'shelter', '北', '120.1', '123.1', ''],
      ['S5', 'shelter', '东', '', '23.1', ''],
      ['S6', 'shelter', '西', '120.1', '23.1', 'many'],
    ],
    {},
    DEFAULTS,
    asIs,
  );
  expect(read.ok).toBe(false);
  if (read.ok) return;
  expect(read.errors.map((e) => e.line)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(read.errors[1]!.reason).toBe('id S1 is that of line 2');
});

test('heads in another language are named once, and a text can hold for every row', () => {
  const rows = [
    ['序號', '名稱', '經度', '緯度', '人數'],
    ['843', '崇和國小', '120.3547', '22.904', '290'],
  ];
  const columns = columnMap('id=序號,name=名稱,lng=經度,lat=緯度,capacity=人數,kind:=shelter,unit:=人');
  const read = readRegistry(rows, columns, DEFAULTS, asIs);
  expect(read).toMatchObject({
    ok: true,
    things: [{ id: '843', kind: 'shelter', name: '崇和國小', at: [120.3547, 22.904], capacity: 290, unit: '人' }],
  });
  expect(() => columnMap('lng')).toThrow('COLUMN=HEAD');
  expect(readRegistry(rows, columnMap('id=number'), DEFAULTS, asIs)).toMatchObject({ ok: false });
});

test('a file that does not say in which coordinate system it is, is refused', () => {
  const rows = [HEAD, ['S1', 'shelter', '馆', '120.1', '23.1', '']];
  expect(readRegistry(rows, {}, { ...DEFAULTS, crs: null }, asIs)).toMatchObject({
    ok: false,
    errors: [{ line: 2, reason: 'no coordinate system: a column crs, or --resources-crs' }],
  });
});

test('an area is read from WKT with its holes, and stands for the place where none is told', () => {
  const area = 'POLYGON((120 23, 121 23, 121 24, 120 24, 120 23), (120.4 23.4, 120.6 23.4, 120.6 23.6, 120.4 23.4))';
  const rows = [
    ['id', 'kind', 'name', 'area'],
    ['H1', 'hazard', '油库', area],
  ];
  const read = readRegistry(rows, {}, DEFAULTS, asIs);
  expect(read).toMatchObject({ ok: true, things: [{ at: [120.5, 23.5] }] });
  expect(read.ok && read.things[0]!.area!.map((p) => p.map((r) => r.length))).toEqual([[5, 4]]);
  const open = readRegistry(
    [rows[0]!, ['H1', 'hazard', '油库', 'POLYGON((120 23, 121 23, 121 24))']],
    {},
    DEFAULTS,
    asIs,
  );
  expect(open.ok).toBe(false);
});
