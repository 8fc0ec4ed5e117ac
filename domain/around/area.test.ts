import { expect, test } from 'vitest';
import type { LngLat } from '../city/rows.ts';
import { metres } from '../geo.ts';
import { circleArea, halfAngle, windArea, windChanged, type Wind, freshWind } from './area.ts';

const AT: LngLat = [118.8, 31.2];
const wind = (fromDeg: number | null, speedMps: number): Wind => ({
  ...{ station: '城北', stationEn: null, fromDeg, speedMps, at: 0, distanceM: 900 },
});
const bearing = (p: LngLat): number =>
  (Math.atan2((p[0] - AT[0]) * Math.cos((AT[1] * Math.PI) / 180), p[1] - AT[1]) * 180) / Math.PI;

test('a sector reaches downwind, and no farther than the circle elsewhere', () => {
  // from the west: it blows to the east
  const { polygons, inputs, model } = windArea(AT, wind(270, 3), { reachM: 2000, isolationM: 150 });
  expect(model).toBe('wind-sector/1');
  expect(inputs.halfAngleDeg).toBe(40);
  for (const p of polygons[0]![0]!) {
    const off = Math.abs(bearing(p) - 90);
    const m = metres(AT, p);
    if (m > 200) expect(off).toBeLessThan(40.5);
    expect(Math.min(Math.abs(m - 2000), Math.abs(m - 150))).toBeLessThan(12);
  }
});

test('weak wind, and wind of no direction, blow all around', () => {
  expect([
    halfAngle(wind(10, 0.4)),
    halfAngle(wind(null, 5)),
    halfAngle(wind(10, 1.5)),
    halfAngle(wind(10, 9)),
  ]).toEqual([180, 180, 60, 25]);
  const ring = windArea(AT, wind(10, 0.4), { reachM: 800, isolationM: 100 }).polygons[0]![0]!;
  expect(ring.every((p) => Math.abs(metres(AT, p) - 800) < 6)).toBe(true);
  expect(ring[0]).toEqual(ring.at(-1));
});

test('rings are closed', () => {
  for (const { polygons } of [circleArea(AT, 500), windArea(AT, wind(355, 6), { reachM: 900, isolationM: 90 })])
    for (const ring of polygons.flat()) expect(ring[0]).toEqual(ring.at(-1));
});

test('an area is computed anew when the wind turns or changes, across north too', () => {
  expect(windChanged(wind(355, 3), wind(4, 3))).toBe(false);
  expect(windChanged(wind(355, 3), wind(8, 3))).toBe(true);
  expect(windChanged(wind(90, 3), wind(90, 4.2))).toBe(true);
  expect(windChanged(wind(90, 3), wind(null, 3))).toBe(true);
});

test('the wind of now is that of the nearest station that measured it within three hours', () => {
  const now = 10 * 3_600_000;
  const reading = (at: number, lng: number, values: object) => ({
    at,
    body: { zh: `站${lng}`, en: null, at: [lng, 31.2], values },
  });
  const old = reading(now - 3 * 3_600_000, 118.8, { windSpeed: 9, windDirection: 10 });
  const dumb = reading(now, 118.801, { temperature: 20, windSpeed: null });
  const far = reading(now, 118.9, { windSpeed: 2, windDirection: 90 });
  const near = reading(now - 60_000, 118.82, { windSpeed: 4 });
  const gone = { at: now, body: { gone: now } };
  expect(freshWind([old, dumb, gone], [118.8, 31.2], now)).toBeNull();
  expect(freshWind([old, far, dumb, gone, near], [118.8, 31.2], now)).toMatchObject({
    station: '站118.82',
    speedMps: 4,
    fromDeg: null,
  });
});
