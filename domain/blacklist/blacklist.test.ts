import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE } from '../time.ts';
import { IMPORT_ROWS_AT_MOST, type ImportRecord } from '../import-table.ts';
import { readImport } from './import.ts';
import { barDelivery, barState, type BarEntry } from './rows.ts';
import { barNumber, decideBar } from './rules.ts';
import { barDifference, OURS, type WantedBar } from './sync.ts';

const NOW = Date.parse('2027-01-15T02:00:00Z');
const AT = { zone: 'Asia/Shanghai', now: NOW };
const HEAD = ['号码', '方向', '原因', '生效时间', '截止时间'];
const file = (...rows: readonly (readonly string[])[]): ImportRecord[] =>
  [HEAD, ...rows].map((cells, i) => ({ line: i + 1, cells }));
const none = new Set<string>();

test.each([
  ['+86 138-0000-0000', '13800000000'],
  ['008613800000000', '13800000000'],
  ['１３８００００００００', '13800000000'],
  ['(025) 8300 1234', '02583001234'],
  ['86100', '86100'],
])('%s is the number %s', (text, number) => {
  expect(barNumber(text)).toBe(number);
});

test('a bar needs a number, a reason and an end to come, and never shuts out an emergency number', () => {
  const input = { number: '13800000000', direction: 'in', reason: '骚扰', from: null, until: null };
  const code = (more: Partial<typeof input> | { until: number; from?: number }) => {
    const r = decideBar({ ...input, ...more }, NOW);
    return r.ok ? r.value : r.code;
  };
  expect(code({})).toEqual({ number: '13800000000', direction: 'in', reason: '骚扰', from: NOW, until: null });
  expect(code({ number: '12' })).toBe('bar-number');
  expect(code({ number: '１１０' })).toBe('bar-emergency');
  expect(code({ direction: 'sideways' })).toBe('bar-direction');
  expect(code({ reason: ' \n ' })).toBe('reason-needed');
  expect(code({ until: NOW })).toBe('bar-until');
  expect(code({ from: NOW + 10, until: NOW + 5 })).toBe('bar-until');
});

test('a file with one wrong row is not taken, and each wrong row is told with its line', () => {
  const r = readImport(
    file(
      ['13800000000', '呼入', '骚扰', '', ''],
      ['13800000001', '左', '骚扰', '', ''],
      ['', '', '', '', ''],
      ['+8613800000000', '双向', '骚扰', '', ''],
      ['13800000002', '呼出', '', '', '2020-01-01'],
      ['13800000003', '呼出', '欺诈', '2027-13-01', ''],
    ),
    none,
    AT,
  );
  expect(r).toMatchObject({
    ok: false,
    code: 'import-errors',
    rows: 5,
    errors: [
      { line: 3, code: 'bar-direction', value: '左' },
      { line: 5, code: 'import-duplicate', value: '2' },
      { line: 6, code: 'reason-needed' },
      { line: 7, code: 'bar-from', value: '2027-13-01' },
    ],
  });
});

test('a last day counts whole, in the city’s zone, and columns may stand in any order', () => {
  const r = readImport(
    [
      { line: 1, cells: ['Until', 'Number', 'Reason', 'Direction'] },
      { line: 2, cells: ['2027-01-31', '13800000000', 'fraud', 'Outbound'] },
      { line: 3, cells: ['2027/2/1 18:30', '13800000001', 'fraud', 'both'] },
    ],
    none,
    AT,
  );
  expect(r.ok && r.bars.map((b) => new Date(b.until!).toISOString())).toEqual([
    '2027-01-31T16:00:00.000Z',
    '2027-02-01T10:30:00.000Z',
  ]);
});

test('10,000 rows are taken and one more is refused; an empty file and missing columns are told', () => {
  const rows = (n: number): ImportRecord[] =>
    file(...Array.from({ length: n }, (_, i) => [String(13_000_000_000 + i), '呼入', '骚扰', '', '']));
  const full = readImport(rows(IMPORT_ROWS_AT_MOST), none, AT);
  expect(full.ok && full.bars.length).toBe(IMPORT_ROWS_AT_MOST);
  expect(readImport(rows(IMPORT_ROWS_AT_MOST + 1), none, AT)).toMatchObject({ code: 'import-rows' });
  expect(readImport(file(), none, AT)).toMatchObject({ code: 'import-empty' });
  expect(
    readImport(
      [
        { line: 1, cells: ['号码'] },
        { line: 2, cells: ['138'] },
      ],
      none,
      AT,
    ),
  ).toMatchObject({
    code: 'import-columns',
    detail: '方向、原因',
  });
});

test('a file is taken whole or not at all: every row is a bar, or skipped because it is barred, or none is taken', () => {
  const cell = fc.constantFrom(
    '13800000000',
    '13800000001',
    '400123',
    '12',
    '',
    '呼入',
    'both',
    '骚扰',
    '2030-01-01',
    'x',
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 12 }),
      fc.subarray(['13800000000', '400123']),
      (rows, barred) => {
        const r = readImport(file(...rows), new Set(barred), AT);
        const filled = rows.filter((x) => x.some((c) => c !== '')).length;
        if (r.ok) {
          expect(r.bars.length + r.skipped.length).toBe(filled);
          expect(new Set(r.bars.map((b) => b.number)).size).toBe(r.bars.length);
          for (const b of r.bars) expect(barred).not.toContain(b.number);
        } else if (r.code === 'import-errors') {
          expect(r.errors.length).toBeGreaterThan(0);
          for (const e of r.errors) expect(e.line).toBeGreaterThan(1);
        }
      },
    ),
  );
});

const entry = (more: Partial<BarEntry>): BarEntry => ({
  id: '1',
  number: '13800000000',
  direction: 'in',
  reason: '骚扰',
  from: NOW,
  until: null,
  source: 'page',
  by: '班长',
  addedAt: NOW,
  ended: null,
  told: false,
  ...more,
});

test('an entry comes into force and expires by the clock alone, and what the switch still holds is to be taken back', () => {
  const e = entry({ from: NOW + MINUTE, until: NOW + 2 * MINUTE });
  expect([0, 1, 2].map((m) => barState(e, NOW + m * MINUTE))).toEqual(['scheduled', 'in-force', 'expired']);
  expect([0, 1].map((m) => barDelivery(e, NOW + m * MINUTE))).toEqual(['none', 'to-tell']);
  const told = { ...e, told: true };
  expect([1, 2].map((m) => barDelivery(told, NOW + m * MINUTE))).toEqual(['told', 'to-take-back']);
  expect(barState(entry({ ended: { at: NOW, by: '班长', reason: '误加' } }), NOW)).toBe('lifted');
});

test('after its differences are repaired the switch holds the wanted numbers and those of others, and nothing more', () => {
  const number = fc.constantFrom('100', '200', '300', '400');
  const direction = fc.constantFrom('in' as const, 'out' as const, 'both' as const);
  const wanted = fc.uniqueArray(fc.record({ id: fc.constantFrom('1', '2', '3'), number, direction }), {
    selector: (w: WantedBar) => w.number,
  });
  const value = fc.constantFrom(`${OURS}1`, `${OURS}2`, `${OURS}9`, '1');
  fc.assert(
    fc.property(
      wanted,
      fc.array(fc.tuple(number, value)),
      fc.constantFrom('in' as const, 'out' as const),
      (w, h, list) => {
        const held = new Map<string, string>(h);
        const d = barDifference(list, w, held);
        for (const p of d.put) held.set(p.number, p.value);
        for (const n of d.remove) held.delete(n);
        const ours = [...held].filter(([, v]) => v.startsWith(OURS));
        const should = w.filter((x) => x.direction === 'both' || x.direction === list);
        expect(new Map(ours)).toEqual(new Map(should.map((x) => [x.number, OURS + x.id])));
        expect(held.size - ours.length).toBe(d.foreign);
        const again = barDifference(list, w, held);
        expect([again.put, again.remove]).toEqual([[], []]);
      },
    ),
  );
});
