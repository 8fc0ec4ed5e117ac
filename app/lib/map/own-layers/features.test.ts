import { expect, test } from 'vitest';
import type { LngLat } from '#domain/city/rows.ts';
import type { LayerFeature, LayerShape } from '#domain/map-layers/geojson.ts';
import { drawn, featureAt, groundOf } from './features.ts';

const feature = (shape: LayerShape): LayerFeature => ({ name: '', nameEn: '', props: [], shape });
const square = (half: number): LngLat[] => [
  [120 - half, 23 - half],
  [120 + half, 23 - half],
  [120 + half, 23 + half],
  [120 - half, 23 + half],
  [120 - half, 23 - half],
];
const large = feature({ kind: 'area', polygons: [[square(0.1), square(0.01)]] });
const small = feature({ kind: 'area', polygons: [[square(0.05)]] });
const line = feature({ kind: 'line', lines: [[[119.96, 23.02], [120.04, 23.02]]] }); // prettier-ignore
const point = feature({ kind: 'point', points: [[120.03, 23.02]] });

test('a press finds a point before a line before an area, and the smaller area before the larger', () => {
  const all = drawn([large, small, line, point]);
  const at = (lng: number, lat: number): number | undefined => featureAt(all, [lng, lat], 14)?.n;
  expect(at(120.03, 23.02)).toBe(3);
  expect(at(120, 23.02)).toBe(2);
  expect(at(120.03, 23.03)).toBe(1);
  expect(at(120.08, 23)).toBe(0);
  expect(at(120.2, 23)).toBeUndefined();
});

test('a hole of an area is not the area, and a near miss of a line counts by pixels of the zoom', () => {
  expect(featureAt(drawn([large]), [120, 23], 14)).toBeNull();
  // 7 pixels at zoom 14 are about 0.0003°, at zoom 10 sixteen times as much
  expect(featureAt(drawn([line]), [120, 23.0202], 14)?.n).toBe(0);
  expect(featureAt(drawn([line]), [120, 23.0006 + 0.02], 14)).toBeNull();
  expect(featureAt(drawn([line]), [120, 23.0006 + 0.02], 10)?.n).toBe(0);
});

test('across layers a line lies over any area, and a small area over a large one', () => {
  const rank = (f: LayerFeature, at: LngLat): number => featureAt(drawn([f]), at, 14)!.rank;
  expect(rank(line, [120, 23.02])).toBeLessThan(rank(small, [120, 23.02]));
  expect(rank(small, [120, 23.02])).toBeLessThan(rank(large, [120, 23.02]));
});

test('each part of a feature is drawn, and the chosen one is marked', () => {
  const many = feature({ kind: 'point', points: [[1, 2], [3, 4]] }); // prettier-ignore
  const ground = groundOf(drawn([many, line]), 2, 1);
  expect(ground.map((f) => [f.geometry.type, f.properties])).toEqual([
    ['Point', { look: 2, kind: 'point', chosen: false }],
    ['Point', { look: 2, kind: 'point', chosen: false }],
    ['LineString', { look: 2, kind: 'line', chosen: true }],
  ]);
});
