import { expect, test } from 'vitest';
import { caseContact, casePullContact, casePushContact, type ContactSignal } from './contact.ts';

const T = Date.UTC(2026, 10, 20, 2);
const signals = (all: Record<string, Partial<ContactSignal>>) =>
  new Map(Object.entries(all).map(([k, body]) => [k, { body: { contactAt: null, limitS: null, ...body } }]));

test('cases that only came from files have no source whose silence could be judged', () => {
  expect(caseContact(signals({ asterisk: { contactAt: T }, 'weather-warnings': { contactAt: T } }), 90)).toBeNull();
});

test('a system that is asked and does not answer decides, however lively the others are', () => {
  const all = signals({
    [casePullContact('city')]: { contactAt: T - 600_000, limitS: 19 },
    [casePullContact('water')]: { contactAt: T, limitS: 19 },
    [casePushContact('police')]: { contactAt: T },
  });
  expect(caseContact(all, 90)).toEqual({ name: 'city', contactAt: T - 600_000, limitS: 19, of: 3 });
});

test('a system that is asked each hour is not overdue after ten minutes', () => {
  const all = signals({
    [casePullContact('slow')]: { contactAt: T - 600_000, limitS: 7215 },
    [casePullContact('quick')]: { contactAt: T - 5000, limitS: 19 },
  });
  expect(caseContact(all, 90)?.name).toBe('quick');
});

test('those that push count together, by whoever spoke last', () => {
  const all = signals({
    [casePushContact('quiet')]: { contactAt: T - 3_600_000 },
    [casePushContact('busy')]: { contactAt: T - 2000 },
  });
  expect(caseContact(all, 90)).toEqual({ name: 'busy', contactAt: T - 2000, limitS: null, of: 1 });
});

test('a system that never answered is worse than any silence, and one that left the configuration does not count', () => {
  const silent = { [casePushContact('police')]: { contactAt: T - 86_400_000 } };
  expect(caseContact(signals({ ...silent, [casePullContact('new')]: { limitS: 19 } }), 90)).toMatchObject({
    name: 'new',
    contactAt: null,
  });
  expect(caseContact(signals({ ...silent, [casePullContact('old')]: { gone: T } }), 90)?.name).toBe('police');
});
