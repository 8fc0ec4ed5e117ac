import { expect, test } from 'vitest';
import type { FeedFigures, FeedRow } from '#domain/city/rows.ts';
import { LAYERS, layerKey, layerOfKey, layerState } from './layer-list.ts';

const NOW = 1_795_000_000_000;
const feed = (over: Partial<FeedRow>): FeedRow =>
  ({ kind: 'traffic-events', link: 'live', simulated: false, freshS: null, contactS: 60, ...over }) as FeedRow;
const figures = (contactS: number, messageS: number): { body: Partial<FeedFigures> } => ({
  body: { contactAt: NOW - contactS * 1000, messageAt: NOW - messageS * 1000 },
});

test('every layer has a key of its own', () => {
  expect(new Set(LAYERS.map(layerKey)).size).toBe(LAYERS.length);
  for (const l of LAYERS) expect(layerOfKey(layerKey(l))).toBe(l);
  expect(layerOfKey('x')).toBeNull();
});

test('killing one feed greys only its layer', () => {
  const feeds = new Map([
    ['t', feed({})],
    ['p', feed({ kind: 'police-incidents' })],
  ]);
  const heard = new Map([
    ['t', figures(300, 300)],
    ['p', figures(5, 40)],
  ]);
  expect(layerState('traffic', feeds, heard, NOW)).toMatchObject({ stale: true, ageMs: 300_000 });
  expect(layerState('police', feeds, heard, NOW)).toMatchObject({ stale: false, ageMs: 40_000 });
  expect(layerState('cases', feeds, heard, NOW)).toMatchObject({ stale: false, connected: true });
});

test('a layer with two feeds is fresh as long as one of them is', () => {
  const feeds = new Map([
    ['a', feed({ kind: 'air-quality', link: 'away' })],
    ['w', feed({ kind: 'weather-observations', simulated: true })],
  ]);
  expect(layerState('readings', feeds, new Map([['w', figures(1, 1)]]), NOW)).toMatchObject({
    stale: false,
    simulated: true,
  });
});

test('a layer without its feed says that it is not connected', () => {
  expect(layerState('speeds', new Map(), new Map(), NOW)).toMatchObject({ connected: false, ageMs: null });
});
