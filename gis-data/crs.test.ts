import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromWgs84, SYSTEMS, toWgs84 } from './crs.ts';

const metres = (a: readonly [number, number], b: readonly [number, number]): number =>
  Math.hypot((a[0] - b[0]) * 111_320 * Math.cos((a[1] * Math.PI) / 180), (a[1] - b[1]) * 110_950);

test('a position anywhere in China comes back within 1 m from every system', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 80, max: 125, noNaN: true }),
      fc.double({ min: 22, max: 48, noNaN: true }),
      fc.constantFrom(...SYSTEMS),
      (lng, lat, system) => {
        expect(metres(toWgs84(fromWgs84([lng, lat], system), system), [lng, lat])).toBeLessThan(1);
      },
    ),
    { numRuns: 2000 },
  );
});

test('GCJ-02 lies hundreds of metres off WGS-84 in the east of China, by the published figure for Beijing', () => {
  const shifted = fromWgs84([116.397, 39.909], 'GCJ02');
  expect(metres(shifted, [116.40324, 39.9104])).toBeLessThan(5);
});

test('what is no position is refused', () => {
  expect(() => toWgs84([200, 30], 'GCJ02')).toThrow(RangeError);
  expect(() => toWgs84([120, Number.NaN], 'BD09')).toThrow(RangeError);
});
