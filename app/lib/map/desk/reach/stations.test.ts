import { expect, test } from 'vitest';
import type { FoundStation } from '../requests.ts';
import { sortedStations } from './stations.ts';

const station = (id: string, timeS: number | null, distanceM: number): FoundStation => ({
  ...{ id, name: `消防站${id}`, nameEn: `Station ${id}`, at: [118, 31], distanceM, timeS },
  roadM: timeS === null ? null : timeS * 10,
});
const list = [station('a', 300, 900), station('b', null, 100), station('c', 120, 2000), station('d', 120, 50)];
const ids = (...how: [Parameters<typeof sortedStations>[1], boolean]): string =>
  sortedStations(list, ...how, 'en').map((s) => s.id).join(''); // prettier-ignore

test('stations are sorted by any column both ways; what has no way stands last, and equals by id', () => {
  expect(ids('timeS', false)).toBe('cdab');
  expect(ids('timeS', true)).toBe('acdb');
  expect(ids('distanceM', true)).toBe('cabd');
  expect(ids('name', false)).toBe('abcd');
});
