import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#domain/time.ts';
import { FeedMeter } from './meter.ts';
import { testSpec } from './testing.ts';

const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2026-07-10T23:50:00+08:00');
const ONE = { accepted: 1, rejected: 0, quarantined: 0, outdated: 0 };
const pulled = (freshS: number | null = null) =>
  new FeedMeter(testSpec('m', 'traffic-events', { url: 'http://x.example', intervalS: 30, freshS }), ZONE, NOW);

test('one failure is a hiccup, two make a feed away, and any contact brings it back', () => {
  const m = pulled();
  m.contact(NOW);
  m.failure('HTTP 500');
  expect(m.link(NOW)).toEqual({ link: 'live', error: null });
  m.failure('HTTP 502');
  expect(m.link(NOW)).toEqual({ link: 'away', error: 'HTTP 502' });
  m.contact(NOW + 1000);
  expect(m.link(NOW + 1000)).toEqual({ link: 'live', error: null });
});

test('silence of two intervals makes a pulled feed away, however it came about', () => {
  const m = pulled();
  m.contact(NOW);
  expect(m.link(NOW + 75 * SECOND).link).toBe('live');
  expect(m.link(NOW + 76 * SECOND).link).toBe('away');
});

test('a feed whose last message was rejected is late until one can be used, also while it answers “unchanged”', () => {
  const m = pulled();
  m.message(NOW, NOW, ONE, null);
  m.message(NOW, null, { ...ONE, accepted: 0, rejected: 1 }, 'not XML');
  m.contact(NOW);
  expect(m.link(NOW)).toEqual({ link: 'late', error: 'the last message was rejected: not XML' });
  m.message(NOW, NOW, ONE, null);
  expect(m.link(NOW).link).toBe('live');
});

test('a partner that sends the same old content again and again is late, by the time of the content', () => {
  const m = pulled(600);
  m.message(NOW, NOW - 601 * SECOND, ONE, null);
  expect(m.link(NOW)).toMatchObject({ link: 'late' });
});

test('what was published before anybody listened is no delay of the feed', () => {
  const m = pulled();
  m.message(NOW, NOW - 3 * HOUR, ONE, null);
  expect(m.figures(NOW)).toMatchObject({ delayMs: null, delayP95Ms: null, messages: 1 });
  for (let i = 1; i <= 20; i++) m.message(NOW + i * SECOND, NOW + i * SECOND - i * 100, ONE, null);
  expect(m.figures(NOW + 20 * SECOND)).toMatchObject({
    delayMs: 2000,
    delayP50Ms: 1000,
    delayP95Ms: 1900,
    perHour: 21,
  });
});

test('counts are those of the city day, and begin again with it', () => {
  const m = pulled();
  m.message(NOW, NOW, { accepted: 3, rejected: 0, quarantined: 2, outdated: 1 }, null);
  expect(m.figures(NOW)).toMatchObject({
    accepted: 3,
    quarantined: 2,
    outdated: 1,
    since: Date.parse('2026-07-10T00:00:00+08:00'),
  });
  expect(m.figures(NOW + 11 * MINUTE)).toMatchObject({
    accepted: 0,
    messages: 0,
    since: Date.parse('2026-07-11T00:00:00+08:00'),
  });
});

test('a busy feed keeps no more than its ring, and its rate is still told', () => {
  const m = pulled();
  for (let i = 0; i < 36_000; i++) m.message(NOW + i * 100, null, ONE, null);
  const { perHour, messages } = m.figures(NOW + 36_000 * 100);
  expect(perHour).toBeGreaterThan(35_000);
  expect(perHour).toBeLessThan(37_000);
  expect(messages).toBeGreaterThan(20_000);
});
