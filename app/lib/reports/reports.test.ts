import { expect, test } from 'vitest';
import { REPORTS } from '#domain/reports/catalogue.ts';
import { changed, drillAddress, withGroup, wishOf } from './address.ts';
import { finds, GROUPS } from './catalogue.ts';

test('every report of the catalogue stands in one group and in no other', () => {
  const listed = Object.values(GROUPS).flat();
  expect([...listed].sort()).toEqual(REPORTS.map((r) => r.id).sort());
});

test('a report is found by its number in any spelling and by part of a name in either language', () => {
  const r06 = REPORTS.find((r) => r.id === 'R-06')!;
  for (const typed of ['R-06', 'r6', '06', '技能组', 'skill', ' ', '放弃'])
    expect(finds(typed, r06, '放弃'), typed).toBe(true);
  for (const typed of ['R-16', '60', '座席登录']) expect(finds(typed, r06, ''), typed).toBe(false);
});

test('an address says what it wishes for, and a value that no house has is left out', () => {
  const wish = wishOf(
    new URLSearchParams(
      `period=week&grain=day&queue=general&queue=&seat=${'x'.repeat(200)}&columns=offered,asa&page=3`,
    ),
  );
  expect(wish).toEqual({ period: 'week', grain: 'day', only: { queue: ['general', ''] }, columns: ['offered', 'asa'] });
});

test('a change of an address keeps the rest and begins at the first page', () => {
  const params = new URLSearchParams('period=week&queue=a&page=4');
  expect(changed(params, { grain: 'hour', queue: ['b', 'c'] })).toBe('period=week&grain=hour&queue=b&queue=c');
  expect(changed(params, { period: null, queue: [] })).toBe('');
});

test('the rows behind a cell are asked for by its stretch, its group, and what the report is narrowed to', () => {
  const only = withGroup({ queue: ['a', 'b'], seat: ['1'] }, ['queue'], ['b']);
  expect(only).toEqual({ queue: ['b'], seat: ['1'] });
  const address = new URL(
    drillAddress('R-06', { key: 'offered', from: 1_700_000_000_000, to: 1_700_000_001_000, only, by: ['queue'] }),
    'http://own',
  );
  expect(address.pathname).toBe('/reports/R-06/rows');
  expect(wishOf(address.searchParams)).toEqual({ from: '1700000000000', to: '1700000001000', by: 'queue', only });
});
