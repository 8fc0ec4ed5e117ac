import { expect, test } from 'vitest';
import { casesAddress, readCases, readVisits, visitsAddress } from './filter.ts';

const params = (address: string): URLSearchParams => new URL(address, 'http://own').searchParams;

test('a filter comes back from its address as it went in', () => {
  const visits = { from: 1, to: 2, outcome: 'answered', withinS: 15, queue: 'general' } as const;
  expect(readVisits(params(visitsAddress(visits)))).toEqual(visits);
  const cases = { from: 5, to: 9, category: '环境保护, 噪音&', district: '(none)', urgent: true, numbers: ['a', 'b'] };
  expect(readCases(params(casesAddress(cases)))).toEqual(cases);
  expect(readCases(params(casesAddress({ phase: 'open', overdueAt: 7 })))).toEqual({ phase: 'open', overdueAt: 7 });
});

test('an address that is no filter is refused and not guessed', () => {
  for (const q of ['', 'from=1', 'from=x&to=2', 'from=5&to=2', 'from=1&to=2&outcome=all', 'from=1&to=2&withinS=-3'])
    expect(readVisits(new URLSearchParams(q))).toBeNull();
  expect(readCases(new URLSearchParams('phase=maybe'))).toBeNull();
  expect(readCases(new URLSearchParams({ type: 'x'.repeat(101) }))).toBeNull();
  expect(readCases(new URLSearchParams({ numbers: Array(200).fill('1').join(',') }))).toBeNull();
});
