import { expect, test } from 'vitest';
import type { CityEventRow, TrafficEventRow, WarningRow } from '#domain/city/rows.ts';
import type { RouteRow } from '#domain/incidents/rows.ts';
import { HOUR } from '#domain/time.ts';
import { circleRing, middleOf } from '../geo.ts';
import { cityEventMarks } from './city-events.ts';
import { routeBounds, routeLines, shownRoutes } from './routes.ts';
import { trafficLines, trafficMarks } from './traffic.ts';
import { warningAreas } from './warnings.ts';

const NOW = Date.parse('2026-11-22T01:00:00Z');
const square = [
  [118.7, 32],
  [118.8, 32],
  [118.8, 32.1],
  [118.7, 32],
] as const;
const warning = (over: Partial<WarningRow>): WarningRow =>
  ({
    level: 'blue',
    drill: false,
    urgency: 'Expected',
    sentAt: NOW - HOUR,
    effectiveAt: NOW - HOUR,
    expiresAt: NOW + HOUR,
    areas: [{ desc: '', polygons: [square], circles: [], geocodes: [] }],
    ...over,
  }) as WarningRow;

test('warnings in force lie on the map, the gravest on top, circles as rings', () => {
  const made = warningAreas(
    new Map([
      ['blue', warning({})],
      ['over', warning({ expiresAt: NOW - 1 })],
      [
        'red',
        warning({
          level: 'red',
          areas: [{ desc: '', polygons: [], circles: [{ at: [118.75, 32.05], radiusM: 3000 }], geocodes: [] }],
        }),
      ],
    ]),
    NOW,
  );
  expect(made.features.map((f) => f.properties.id)).toEqual(['blue', 'red']);
  expect(made.features[1]!.geometry).toMatchObject({ type: 'Polygon' });
});

test('a circle is closed and everywhere as far from its centre as its radius', () => {
  const ring = circleRing([118.75, 32.05], 3000);
  expect(ring[0]).toEqual(ring.at(-1));
  for (const [lng, lat] of ring) {
    const m = Math.hypot((lng - 118.75) * 111_195 * Math.cos((32.05 * Math.PI) / 180), (lat - 32.05) * 111_195);
    expect(Math.abs(m - 3000)).toBeLessThan(15);
  }
});

const line = [
  [118.7, 32],
  [118.72, 32],
  [118.78, 32],
] as const;
const traffic = (over: Partial<TrafficEventRow>): TrafficEventRow =>
  ({
    kind: 'roadworks',
    closed: false,
    lanesClosed: false,
    geometry: { type: 'LineString', coordinates: line },
    sentAt: NOW,
    startsAt: NOW - HOUR,
    endsAt: null,
    ...over,
  }) as TrafficEventRow;

test('a closed stretch looks closed whatever its kind, and what is over is gone', () => {
  const rows = new Map([
    ['works', traffic({})],
    ['closed', traffic({ closed: true })],
    ['over', traffic({ endsAt: NOW - 1 })],
    ['later', traffic({ startsAt: NOW + HOUR })],
    ['point', traffic({ geometry: { type: 'Point', coordinates: [118.7, 32] } })],
  ]);
  expect(
    trafficLines(rows, NOW).features.map((f) => [f.properties.id, f.properties.look, f.properties.upcoming]),
  ).toEqual([
    ['works', 'works', false],
    ['closed', 'closed', false],
    ['later', 'works', true],
  ]);
  const marks = trafficMarks(rows, NOW);
  expect(marks.ids).toEqual(['works', 'closed', 'later', 'point']);
  expect(marks.icons![1]).toBe('traffic-closure');
  expect([...marks.positions.slice(0, 2)].map((x) => x.toFixed(3))).toEqual(['118.740', '32.000']);
});

test('an event without a place is on no map, and does no harm', () => {
  expect(trafficMarks(new Map([['x', traffic({ geometry: null })]]), NOW).ids).toEqual([]);
  expect(middleOf([])).toBeNull();
});

test('each partner has its own layer, and closed events leave it', () => {
  const event = (over: Partial<CityEventRow>): CityEventRow =>
    ({
      partner: 'police',
      at: [118.7, 32],
      severity: 1,
      status: 'open',
      occurredAt: NOW,
      updatedAt: NOW,
      endsAt: null,
      ...over,
    }) as CityEventRow;
  const rows = new Map([
    ['a', event({})],
    ['b', event({ partner: 'urbanManagement' })],
    ['c', event({ status: 'closed' })],
    ['d', event({ at: null })],
  ]);
  expect(cityEventMarks(rows, 'police', NOW).ids).toEqual(['a']);
  expect(cityEventMarks(rows, 'urbanManagement', NOW).ids).toEqual(['b']);
});

const route = (shownAt: number | null, shortest = line as readonly (readonly [number, number])[]): RouteRow =>
  ({
    shortest: { line: shortest, lengthM: 1, timeS: 1 },
    best: { line, lengthM: 1, timeS: 1 },
    shownAt,
  }) as unknown as RouteRow;

test('both lines of every route are drawn, all best ones below the shortest ones', () => {
  const made = routeLines(
    new Map([
      ['R1', route(1)],
      ['R2', route(2)],
    ]),
  );
  expect(made.features.map((f) => `${f.properties.id} ${f.properties.way}`)).toEqual([
    'R1 best',
    'R2 best',
    'R1 shortest',
    'R2 shortest',
  ]);
});

test('a line that was cut away for the wall is not drawn', () => {
  expect(routeLines([['R1', route(1, [])]]).features.map((f) => f.properties.way)).toEqual(['best']);
  expect(routeBounds(route(1, []))).toEqual([118.7, 32, 118.78, 32]);
});

test('the routes on the wall are those that are shown, oldest first', () => {
  const rows = new Map([
    ['R3', route(3)],
    ['R0', route(null)],
    ['R1', route(1)],
  ]);
  expect(shownRoutes(rows).map(([id]) => id)).toEqual(['R1', 'R3']);
});
