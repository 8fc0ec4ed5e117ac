import { expect, test } from 'vitest';
import { parseConfig } from '../config.ts';
import type { Fact } from '../fact.ts';
import { Tables } from '../tables.ts';
import { DAY, HOUR, MINUTE } from '../time.ts';
import { feedSpecs } from './feed-config.ts';
import { foldCity } from './fold.ts';
import { aqiGrade, windForce } from './metrics.ts';
import { CITY_COLLECTIONS as C, type FeedFigures, type FeedRow, type WarningRow } from './rows.ts';
import { closureHolds, feedHealth, say, warningPhase, warningsInForce } from './view.ts';

const NOW = Date.parse('2026-07-10T12:00:00+08:00');
const ZONE = 'Asia/Shanghai';
const NONE = { zh: null, en: null, other: null };

const warning = (more: Partial<WarningRow> = {}): WarningRow => ({
  feed: 'weather-warnings',
  sender: 's',
  senderName: null,
  identifier: 'i',
  sentAt: NOW,
  firstSentAt: NOW,
  messages: 1,
  categories: ['Met'],
  event: NONE,
  eventCode: null,
  level: 'yellow',
  levelFrom: 'declared',
  severity: 'Moderate',
  urgency: 'Expected',
  certainty: 'Likely',
  headline: NONE,
  description: NONE,
  instruction: NONE,
  areas: [],
  effectiveAt: NOW,
  onsetAt: null,
  expiresAt: NOW + HOUR,
  drill: false,
  ...more,
});
let n = 0;
const fact = (draft: Pick<Fact, 'kind' | 'body'>, at = NOW): Fact =>
  ({ n: ++n, at, recordedAt: at, subject: 's', actor: 'test', ...draft }) as Fact;
const feed = (link: FeedRow['link'], error: string | null = null) =>
  ({
    kind: 'feed.linked',
    body: {
      feed: 'f',
      kind: 'air-quality',
      partner: 'environment',
      zh: '空',
      en: 'air',
      simulated: false,
      link,
      error,
      intervalS: 60,
      freshS: 600,
      contactS: 135,
    },
  }) as const;

test('an update replaces the rows it names in one fold, and an end takes them away', () => {
  const t = new Tables();
  foldCity(t, fact({ kind: 'warning.issued', body: { id: 'a', replaces: [], warning: warning() } }), ZONE);
  foldCity(
    t,
    fact({ kind: 'warning.issued', body: { id: 'b', replaces: ['a'], warning: warning({ level: 'red' }) } }),
    ZONE,
  );
  expect([...t.all(C.warning).keys()]).toEqual(['b']);
  foldCity(t, fact({ kind: 'warning.ended', body: { ids: ['b', 'never-seen'], reason: 'cancelled' } }), ZONE);
  expect(t.all(C.warning).size).toBe(0);
});

test('a new city day sweeps what is over and keeps what still holds', () => {
  const t = new Tables();
  const put = (id: string, w: WarningRow): void =>
    foldCity(t, fact({ kind: 'warning.issued', body: { id, replaces: [], warning: w } }), ZONE);
  put('over', warning({ expiresAt: NOW + HOUR }));
  put('holds', warning({ expiresAt: NOW + 2 * DAY }));
  put('open', warning({ expiresAt: null }));
  put('open and old', warning({ expiresAt: null, sentAt: NOW - 3 * DAY }));
  foldCity(t, fact({ kind: 'day.opened', body: { day: '2026-07-11' } }), ZONE);
  expect([...t.all(C.warning).keys()]).toEqual(['holds', 'open']);
});

test('a feed keeps the time since when its link is what it is, while its description changes', () => {
  const t = new Tables();
  foldCity(t, fact(feed('live'), NOW), ZONE);
  foldCity(t, fact(feed('live'), NOW + MINUTE), ZONE);
  expect(t.get<FeedRow>(C.feed, 'f')!.since).toBe(NOW);
  foldCity(t, fact(feed('away', 'HTTP 500'), NOW + 2 * MINUTE), ZONE);
  expect(t.get<FeedRow>(C.feed, 'f')).toMatchObject({ since: NOW + 2 * MINUTE, error: 'HTTP 500' });
  foldCity(t, fact({ kind: 'feed.removed', body: { feed: 'f' } }), ZONE);
  expect(t.all(C.feed).size).toBe(0);
});

test('a feed whose worker died looks stale although its last word was “live”', () => {
  const t = new Tables();
  foldCity(t, fact(feed('live')), ZONE);
  const row = t.get<FeedRow>(C.feed, 'f')!;
  const figures = { contactAt: NOW, messageAt: NOW - 5 * MINUTE } as FeedFigures;
  expect(feedHealth(row, figures, NOW + 60_000)).toMatchObject({
    link: 'live',
    stale: false,
    contentAgeMs: 6 * MINUTE,
  });
  expect(feedHealth(row, figures, NOW + 136_000)).toMatchObject({ link: 'late', stale: true });
  expect(feedHealth({ ...row, contactS: null }, figures, NOW + 6 * MINUTE)).toMatchObject({ link: 'late' });
  expect(feedHealth(row, null, NOW)).toMatchObject({ contentAgeMs: null, contactAgeMs: null });
});

test('a warning holds from its effective time to the moment before its end, and not when its danger is past', () => {
  expect(warningPhase(warning(), NOW - 1)).toBe('upcoming');
  expect(warningPhase(warning(), NOW + HOUR - 1)).toBe('active');
  expect(warningPhase(warning(), NOW + HOUR)).toBe('over');
  expect(warningPhase(warning({ urgency: 'Past' }), NOW)).toBe('over');
  expect(warningPhase(warning({ expiresAt: null }), NOW + DAY)).toBe('over');
});

test('real warnings stand before drills, the strongest first', () => {
  const rows: [string, WarningRow][] = [
    ['drill', warning({ drill: true, level: 'red' })],
    ['blue', warning({ level: 'blue' })],
    ['none', warning({ level: null })],
    ['red', warning({ level: 'red' })],
    ['over', warning({ expiresAt: NOW })],
  ];
  expect(warningsInForce(rows, NOW).map(([id]) => id)).toEqual(['red', 'blue', 'none', 'drill']);
});

test('a closure holds only between its beginning and its end', () => {
  const c = { closed: true, direction: 'both', event: 'e', from: NOW, until: NOW + HOUR } as const;
  expect([NOW - 1, NOW, NOW + HOUR].map((t) => closureHolds(c, t))).toEqual([false, true, false]);
  expect(closureHolds({ ...c, until: null }, NOW + DAY)).toBe(true);
  expect(closureHolds({ ...c, closed: false }, NOW)).toBe(false);
});

test('a text is said in the reader’s language, else in another that it came in', () => {
  expect(say({ zh: '雨', en: null, other: null }, 'en')).toBe('雨');
  expect(say({ zh: '雨', en: 'rain', other: null }, 'en')).toBe('rain');
  expect(say({ zh: null, en: null, other: 'sade' }, 'zh')).toBe('sade');
  expect(say(NONE, 'zh')).toBeNull();
});

test('grades of air and wind are those of the standards', () => {
  expect([50, 51, 150, 200, 300, 301].map(aqiGrade)).toEqual([
    'excellent',
    'good',
    'light',
    'moderate',
    'heavy',
    'severe',
  ]);
  expect([0, 0.3, 5.4, 10.8, 17.2, 32.7, 61.3].map(windForce)).toEqual([0, 1, 3, 6, 8, 12, 17]);
});

const config = (env: Record<string, string>) => {
  const { config: c, mistakes } = parseConfig(env);
  return { mistakes, specs: mistakes.length > 0 ? [] : feedSpecs(c) };
};

test('in demo a real address replaces just that simulator, and in live none is asked for', () => {
  const FEEDS =
    '[{"id":"traffic-events","url":"https://t.example.cn/d2","crs":"gcj02"},{"id":"police-north","kind":"police-incidents","push":true}]';
  const demo = config({ MODE: 'demo', FEEDS }).specs;
  expect(demo.filter((s) => !s.simulated).map((s) => [s.id, s.url, s.crs])).toEqual([
    ['traffic-events', 'https://t.example.cn/d2', 'gcj02'],
    ['police-north', null, 'wgs84'],
  ]);
  expect(demo.filter((s) => s.simulated)).toHaveLength(6);
  expect(config({ MODE: 'live', FEEDS }).specs.map((s) => s.id)).toEqual(['traffic-events', 'police-north']);
  expect(config({ MODE: 'live' }).specs).toEqual([]);
});

test.each([
  ['{}', /array/i],
  ['[{"id":"x"}]', /kind of the feed x/],
  ['[{"id":"x","kind":"police-incidents"}]', /a url, or push/],
  ['[{"id":"air-quality","kind":"police-incidents"}]', /gives the feed air-quality/],
  ['[{"id":"air-quality","url":"file:///etc/passwd"}]', /http/],
  ['[{"id":"air-quality"},{"id":"air-quality"}]', /twice/],
  ['[{"id":"air-quality","inverval":3}]', /inverval/],
])('FEEDS=%s is a mistake that the start reports', (FEEDS, reason) => {
  expect(config({ FEEDS }).mistakes).toEqual([expect.stringMatching(reason)]);
});
