import { expect, test } from 'vitest';
import type { RouteLine } from '#domain/incidents/rows.ts';
import { differenceOf, waysOf } from './ways.ts';

const way = (lengthM: number, timeS: number, ...roads: string[]): RouteLine => ({
  line: [
    [118, 31],
    [118.1, 31],
  ],
  lengthM,
  timeS,
  via: roads.map((name) => ({ name, nameEn: null })),
});
const best = way(5000, 300, '中街', '环路');
const shortest = way(4000, 400, '中街');

test('the ways are the best, the shortest and the others by number, and one that is the shortest is not told twice', () => {
  const other = way(5200, 330, '滨江路');
  expect(waysOf({ best, shortest, alternatives: [way(4000, 400, '中街'), other] })).toEqual([
    { id: 'best', line: best },
    { id: 'shortest', line: shortest },
    { id: 1, line: other },
  ]);
  expect(waysOf({ best, shortest })).toHaveLength(2);
});

test('another way differs by its time, its length and the roads that the best one does not take, each named once', () => {
  const other = way(4600, 345, '中街', '滨江路', '建平路', '滨江路', '东三街', '西二街');
  expect(differenceOf(other, best)).toMatchObject({
    moreS: 45,
    moreM: -400,
    roads: [{ name: '滨江路' }, { name: '建平路' }, { name: '东三街' }],
  });
  expect(differenceOf(best, best)).toEqual({ moreS: 0, moreM: 0, roads: [] });
});
