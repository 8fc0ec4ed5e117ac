import { expect, test } from 'vitest';
import { emptyCaseDay } from '#domain/cases/counters.ts';
import type { CaseDayRow, CaseRow } from '#domain/cases/rows.ts';
import { partsOf } from '#domain/cases/view.ts';
import { makeLocale } from '#lib/i18n/locale.ts';
import { bars, caseFigures, caseHeadlines, hotWhy, inOrderOf, isNew, caseFreshness, STALE_AFTER_S } from './view.ts';

const NOW = 1_795_320_000_000;
const zh = makeLocale('zh-CN', 'Asia/Shanghai');
const en = makeLocale('en', 'Asia/Shanghai');
const row = (change: Partial<CaseRow>): CaseRow => ({
  type: 'complaint',
  category: ['a'],
  title: 't',
  district: null,
  street: null,
  place: null,
  at: null,
  state: 'registered',
  stateSince: NOW,
  urgency: 'normal',
  sensitive: false,
  source: 'phone',
  origin: 'o',
  simulated: false,
  acceptedAt: NOW,
  closedAt: null,
  unit: null,
  dueAt: null,
  repeatOf: null,
  satisfaction: null,
  incident: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  corrections: 0,
  ...change,
});
const day = (change: Partial<CaseDayRow>): CaseDayRow => ({ ...emptyCaseDay('2026-11-22'), ...change });

test('bars that do not all fit still sum to the total', () => {
  const counts = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`d${i}`, i + 1]));
  for (let room = 1; room < 14; room++) {
    const list = bars(partsOf(counts), room, (k) => k, String);
    expect(list.length).toBeLessThanOrEqual(room);
    expect(list.reduce((n, b) => n + b.count, 0)).toBe(78);
  }
});

test('the smallest parts are those that stand together', () => {
  const list = bars(
    partsOf({ a: 5, b: 1, c: 9, d: 2 }),
    3,
    (k) => k,
    (n) => `+${n}`,
  );
  expect(list.map((b) => [b.label, b.count, b.rest])).toEqual([
    ['c', 9, false],
    ['a', 5, false],
    ['+2', 3, true],
  ]);
});

test('types keep their own order, whatever their size', () => {
  expect(inOrderOf(partsOf({ z: 3, complaint: 9, consultation: 1 }), ['consultation', 'complaint'])).toMatchObject([
    { key: 'consultation' },
    { key: 'complaint' },
    { key: 'z' },
  ]);
});

test('urgent cases are counted while they are open, and call for somebody until a desk took note', () => {
  const cases = new Map([
    ['1', row({ urgency: 'urgent' })],
    ['2', row({ urgency: 'veryUrgent', acknowledgedAt: NOW })],
    ['3', row({ urgency: 'urgent', state: 'closed' })],
    ['4', row({ acceptedAt: NOW - 2 * 3_600_000 })],
  ]);
  const f = caseFigures(cases, day({ total: 4 }), null, 0, NOW);
  expect(f).toMatchObject({ lastHour: 3, urgentOpen: 2, unacknowledged: 1 });
  const urgent = caseHeadlines(f, null, zh).find((h) => h.key === 'urgent')!;
  expect(urgent).toMatchObject({ value: '2', calls: true, sub: '待确认 1' });
});

test('the phases on the wall sum to the cases of the day, and an unknown one appears when there is one', () => {
  const keys = (byState: CaseDayRow['byState'], total: number): string[] =>
    caseHeadlines(caseFigures(new Map(), day({ total, byState }), null, 0, NOW), null, zh)
      .map((h) => h.key)
      .filter((k) => ['pending', 'processing', 'done', 'unknown'].includes(k));
  expect(keys({ registered: 2, handling: 1, closed: 4 }, 7)).toEqual(['pending', 'processing', 'done']);
  expect(keys({ unknown: 3 }, 3)).toContain('unknown');
});

test('a day without a case has no shares, and without history nothing usual', () => {
  const heads = caseHeadlines(caseFigures(new Map(), day({}), null, 0, NOW), null, zh);
  expect(heads.find((h) => h.key === 'done')!.sub).toBe('–');
  expect(heads.find((h) => h.key === 'lastHour')!.sub).toBe('尚无往期');
});

test('a case is new for half a minute, and one of the future is not new for ever', () => {
  expect(isNew(row({ acceptedAt: NOW - 29_000 }), NOW)).toBe(true);
  expect(isNew(row({ acceptedAt: NOW - 31_000 }), NOW)).toBe(false);
  expect(isNew(row({ acceptedAt: NOW + 3_600_000 }), NOW)).toBe(false);
});

test('why an issue stands out is said with its figures in both languages', () => {
  const rising = { code: 'rising', count: 12, minutes: 60, baseline: 3.1, times: 3.9 } as const;
  expect(hotWhy(rising, zh)).toBe('近 60 分 12 件，往期 3.1');
  expect(hotWhy(rising, en)).toBe('12 in 60 min, usual 3.1');
  expect(hotWhy({ ...rising, baseline: 0, times: null }, en)).toContain('usually none');
  expect(hotWhy({ code: 'cluster', count: 9, minutes: 30, radiusM: 820.4 }, zh)).toContain('820 米');
});

test('cases are as old as the last word of the source that is most overdue, and never newer than what was read', () => {
  const signals = (all: Record<string, number | null>) =>
    new Map(Object.entries(all).map(([k, contactAt]) => [k, { body: { contactAt, limitS: null } }]));
  const fresh = (all: Record<string, number | null>, readAt: number | null = NOW) =>
    caseFreshness(signals(all), readAt, zh);
  expect(fresh({ 'weather-warnings': 9 })).toEqual({ asOf: NOW, staleAfterS: STALE_AFTER_S, reason: null });
  expect(fresh({ 'case-push:demo': NOW - 30_000 }).asOf).toBe(NOW - 30_000);
  expect(fresh({ 'case-push:demo': NOW }, NOW - 5000).asOf).toBe(NOW - 5000);
  expect(fresh({ 'case-pull:city': null }).asOf).toBeNull();
  expect(fresh({ 'case-push:demo': NOW }, null).asOf).toBeNull();
  const two = fresh({ 'case-push:demo': NOW, 'case-pull:city': NOW - 300_000 });
  expect(two.asOf).toBe(NOW - 300_000);
  expect(two.reason).toContain('city');
});
