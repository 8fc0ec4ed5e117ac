import { expect, test } from 'vitest';
import type { FeedRow, TrafficEventRow, VehicleSignal } from '#domain/city/rows.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { cameraMove, feedAgeMs, feedLines, fleetFigures, newestAt, trafficFigures } from './city-view.ts';

const NOW = 1_795_000_000_000;

test('every vehicle counts once: at work, free, lost, or out of service', () => {
  const v = (state: VehicleSignal['state'], ageMs = 0, online = true) => ({
    at: NOW - ageMs,
    body: { state, online } as VehicleSignal,
  });
  const values = new Map([
    ['a', v('en_route')],
    ['b', v('on_scene', 3 * MINUTE)],
    ['c', v('available')],
    ['d', v('returning')],
    ['e', v('en_route', 11 * MINUTE)],
    ['f', v('available', 0, false)],
    ['g', v('unavailable')],
  ]);
  expect(fleetFigures(values, NOW)).toEqual({ atWork: 2, free: 2, lost: 2, total: 7 });
});

test('only events that hold now are counted', () => {
  const e = (over: Partial<TrafficEventRow>): TrafficEventRow =>
    ({ startsAt: NOW - HOUR, endsAt: null, sentAt: NOW - HOUR, closed: false, ...over }) as TrafficEventRow;
  const rows = new Map([
    ['a', e({ closed: true })],
    ['b', e({})],
    ['c', e({ startsAt: NOW + HOUR })],
    ['d', e({ endsAt: NOW - 1, closed: true })],
  ]);
  expect(trafficFigures(rows, NOW)).toEqual({ events: 2, closures: 1 });
});

test('a feed keeps its place on the wall whatever its state, and is as old as its content where content must come', () => {
  const feed = (kind: FeedRow['kind'], freshS: number | null): FeedRow =>
    ({ kind, link: 'live', freshS, contactS: null }) as FeedRow;
  const feeds = new Map([
    ['v', feed('vehicle-positions', 30)],
    ['w', feed('weather-warnings', null)],
  ]);
  const figures = new Map([
    ['w', { body: { contactAt: NOW - 5000, messageAt: NOW - HOUR } }],
    ['v', { body: { contactAt: NOW - 1000, messageAt: NOW - 9000 } }],
  ]);
  const lines = feedLines(feeds, figures, NOW);
  expect(lines.map((l) => [l.id, feedAgeMs(l)])).toEqual([
    ['w', 5000],
    ['v', 9000],
  ]);
  expect(feedLines(feeds, new Map(), NOW).map(feedAgeMs)).toEqual([null, null]);
});

test('the newest measurement tells how old a panel is', () => {
  expect(
    newestAt(
      new Map([
        ['a', { at: 3 }],
        ['b', { at: 7 }],
      ]),
    ),
  ).toBe(7);
  expect(newestAt(new Map())).toBeNull();
});

test('the camera moves when a desk asks, goes home when it lets go, and else stays', () => {
  const a = { center: [118, 31], zoom: 14, since: 1 } as const;
  const b = { center: [118.1, 31], zoom: 13, since: 2 } as const;
  expect(cameraMove(null, null)).toBeNull();
  expect(cameraMove(null, a)).toEqual({ center: [118, 31], zoom: 14 });
  expect(cameraMove(a, { ...a })).toBeNull();
  expect(cameraMove(a, b)).toEqual({ center: [118.1, 31], zoom: 13 });
  expect(cameraMove(b, null)).toBe('home');
});
