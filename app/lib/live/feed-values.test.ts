import { expect, test } from 'vitest';
import { ofKnownFeeds } from './feed-values.ts';

const values = new Map([
  ['w:1', { body: { feed: 'w' } }],
  ['a:1', { body: { feed: 'a' } }],
]);

test('readings of a feed that was removed leave the screen, those of the others stay', () => {
  expect([...ofKnownFeeds('readings', values, new Map([['a', {}]])).keys()]).toEqual(['a:1']);
  expect([...ofKnownFeeds('segments', values, new Map()).keys()]).toEqual([]);
});

test('vehicles leave with the one feed that tells of them', () => {
  const cars = new Map([['car', { body: { zh: '消防1号' } }]]);
  expect(ofKnownFeeds('vehicles', cars, new Map([['vehicle-positions', {}]])).size).toBe(1);
  expect(ofKnownFeeds('vehicles', cars, new Map([['a', {}]])).size).toBe(0);
});

test('figures of sources belong to no feed’s row, and a screen that follows no feeds shows what it is sent', () => {
  expect(ofKnownFeeds('feeds', values, new Map()).size).toBe(2);
  expect(ofKnownFeeds('readings', values, null).size).toBe(2);
});

test('what is shown is a copy: it does not change under its reader', () => {
  const mine = new Map(values);
  const shown = ofKnownFeeds('readings', mine, null);
  mine.clear();
  expect(shown.size).toBe(2);
});
