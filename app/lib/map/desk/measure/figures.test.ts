import { expect, test } from 'vitest';
import type { LngLat } from '#domain/city/rows.ts';
import { makeLocale } from '#lib/i18n/locale.ts';
import { measured, sayAreaM2, sayLegM } from './figures.ts';

const zh = makeLocale('zh-CN', 'Asia/Shanghai');
const en = makeLocale('en', 'Asia/Shanghai');
const [a, b, c, d]: readonly LngLat[] = [[120.2, 22.99], [120.201, 22.99], [120.201, 22.991], [120.2, 22.991]]; // prettier-ignore

test('a point has no length, two have one, three close to a shape; one that crosses itself has a perimeter and no area', () => {
  expect(measured([a!])).toEqual({ legsM: [], lengthM: 0, closed: null });
  const two = measured([a!, b!]);
  expect(two.closed).toBe(null);
  expect(two.lengthM).toBeCloseTo(102.54, 1);
  const four = measured([a!, b!, c!, d!]);
  expect(four.legsM.length).toBe(3);
  // PostGIS says 426.547 m and 11,354.5 m²
  expect(four.closed?.perimeterM).toBeCloseTo(426.547, 2);
  expect(four.closed?.areaM2).toBeCloseTo(11_354.5, -1);
  expect(four.closed!.perimeterM).toBeGreaterThan(four.lengthM);
  const crossed = measured([a!, c!, b!, d!]);
  expect(crossed.closed?.areaM2).toBe(null);
  expect(crossed.closed?.perimeterM).toBeGreaterThan(crossed.lengthM);
});

test('lengths and areas are told in the unit of their size, with three digits or more', () => {
  expect([3.4, 999.4, 999.6, 12_345, 123_456].map((m) => sayLegM(m, en))).toEqual(['3 m', '999 m', '1 km', '12.35 km', '123.5 km']); // prettier-ignore
  expect([820, 9999.6, 46_400, 999_949, 999_950, 7_263_000, 123_456_000].map((m2) => sayAreaM2(m2, en))).toEqual(['820 m²', '1 ha', '4.64 ha', '99.99 ha', '1 km²', '7.26 km²', '123.5 km²']); // prettier-ignore
  expect([sayLegM(1234, zh), sayAreaM2(46_400, zh)]).toEqual(['1.23 公里', '4.64 公顷']);
});
