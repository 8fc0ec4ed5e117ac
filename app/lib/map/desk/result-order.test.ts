import { expect, test } from 'vitest';
import { inOrder, type SortValue } from './result-order.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly timeS: number | null;
}
const rows: Row[] = [
  { id: 'a', name: '消防站 10', timeS: 300 },
  { id: 'b', name: '消防站 2', timeS: null },
  { id: 'd', name: '中山站', timeS: 120 },
  { id: 'c', name: '安定站', timeS: 120 },
];
const ids = (value: (row: Row) => SortValue, down: boolean): string =>
  inOrder(rows, { value, key: (r) => r.id }, down, 'zh-CN').map((r) => r.id).join(''); // prettier-ignore

test('results are sorted by any column both ways; what is unknown stands last, and equals by their key', () => {
  expect(ids((r) => r.timeS, false)).toBe('cdab');
  expect(ids((r) => r.timeS, true)).toBe('acdb');
  expect(ids((r) => r.name, true)).toBe([...ids((r) => r.name, false)].reverse().join(''));
});

test('names are sorted as the language does: Chinese by its sound', () => {
  expect(ids((r) => r.name, false)).toMatch(/^c.*d$/);
});
