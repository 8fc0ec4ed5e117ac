import { expect, test } from 'vitest';
import { DAY, HOUR, startOfDay } from '#domain/time.ts';
import { missedAddress, periodOf, readMissedFilter } from './missed.ts';

const ZONE = 'Asia/Shanghai';
const NOW = startOfDay('2026-11-22', ZONE) + 9 * HOUR;
const read = (query: string) => readMissedFilter(new URLSearchParams(query), ZONE, NOW);

test('a list without a filter is what is open of the last seven days; an address brings its filter back', () => {
  expect(read('')).toEqual({ from: '2026-11-16', to: '2026-11-22', show: 'open', queue: '', by: '' });
  const filter = { from: '2026-11-01', to: '2026-11-03', show: 'hand', queue: '咨询&1', by: '12' } as const;
  expect(read(missedAddress(filter).split('?')[1]!)).toEqual(filter);
  expect(missedAddress(filter, { page: 2 })).toContain('page=2');
});

test('what is no filter becomes its default, and a period is never longer than can be shown', () => {
  expect(read('from=2026-02-30&to=x&show=every&by=me')).toEqual(read(''));
  expect(read('from=2020-01-01')).toMatchObject({ from: '2026-10-23', to: '2026-11-22' });
  expect(read('from=2026-11-30&to=2026-11-20')).toMatchObject({ from: '2026-11-20', to: '2026-11-20' });
});

test('a period is whole city days, also where a day has 25 hours', () => {
  const p = periodOf({ from: '2026-10-25', to: '2026-10-25' }, 'Europe/Berlin');
  expect(p.to - p.from).toBe(DAY + HOUR);
});
