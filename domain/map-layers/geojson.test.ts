import { expect, test } from 'vitest';
import type { LngLat } from '../city/rows.ts';
import { MAX_FEATURES, MAX_VERTICES, readLayerFile } from './geojson.ts';

const same = (at: LngLat): LngLat => at;
const feature = (type: string, coordinates: unknown, properties: unknown = {}): object => ({
  ...{ type: 'Feature', properties },
  geometry: { type, coordinates },
});
const read = (...features: unknown[]) => readLayerFile(JSON.stringify({ type: 'FeatureCollection', features }), same);
const SQUARE = [
  [120, 23],
  [121, 23],
  [121, 24],
  [120, 23],
];

test('points, lines and areas are taken, single or many, in WGS-84 and without heights', () => {
  const shifted = readLayerFile(
    `\uFEFF${JSON.stringify(
      feature('MultiPoint', [
        [120, 23, 7],
        [121, 24],
      ]),
    )}`,
    ([lng, lat]) => [lng + 0.1, lat],
  );
  expect(shifted).toMatchObject({
    ok: true,
    value: {
      features: [
        {
          shape: {
            kind: 'point',
            points: [
              [120.1, 23],
              [121.1, 24],
            ],
          },
        },
      ],
    },
  });
  const file = read(
    feature('Point', [120, 23]),
    feature('LineString', SQUARE),
    feature('MultiLineString', [SQUARE, SQUARE]),
    feature('Polygon', [SQUARE, SQUARE]),
    feature('MultiPolygon', [[SQUARE]]),
  );
  expect(file).toMatchObject({ ok: true, value: { counts: { points: 1, lines: 2, areas: 2 } } });
});

test('what cannot be drawn is left out and counted by its reason; the rest stands', () => {
  const file = read(
    feature('Point', [120, 23]),
    null,
    { type: 'Point', coordinates: [120, 23] },
    feature('GeometryCollection', [1]),
    { ...feature('Point', []), geometry: null },
    feature('Point', ['120', '23']),
    feature('Point', [23, 120]),
    feature('LineString', [[120, 23]]),
    feature('Polygon', [SQUARE.slice(0, 3)]),
    feature('Polygon', [[...SQUARE.slice(0, 3), [120.5, 23]]]),
    feature('Polygon', [
      [
        [120, 23],
        [1e999, 23],
        [121, 24],
        [120, 23],
      ],
    ]),
  );
  expect(file).toMatchObject({
    ok: true,
    value: {
      counts: { points: 1, lines: 0, areas: 0 },
      faults: { feature: 2, geometry: 2, position: 3, line: 1, ring: 2 },
    },
  });
});

test('a file is refused whole when it is no GeoJSON, when nothing is left, and when it is more than a map bears', () => {
  const code = (text: string): unknown => {
    const r = readLayerFile(text, same);
    return r.ok ? 'taken' : r.code;
  };
  for (const text of ['', 'name,lng,lat', '[]', 'null', '{"type":"FeatureCollection"}'])
    expect(code(text)).toBe('layer-file');
  expect(read(feature('Point', [200, 23]))).toMatchObject({ code: 'layer-nothing', reason: '1' });
  expect(read()).toMatchObject({ code: 'layer-nothing' });
  const many = Array.from({ length: MAX_FEATURES + 1 }, () => feature('Point', [120, 23]));
  expect(read(...many)).toMatchObject({ code: 'layer-features' });
  expect(read(...many.slice(1))).toMatchObject({ ok: true });
  const long = Array.from({ length: MAX_VERTICES }, (_, i) => [120 + i * 1e-5, 23]);
  expect(read(feature('LineString', long))).toMatchObject({ ok: true });
  expect(read(feature('LineString', long), feature('Point', [120, 23]))).toMatchObject({ code: 'layer-vertices' });
});

test('names and properties are short plain texts: no objects, no line ends, no more than a panel shows', () => {
  const props = {
    ...{ 名称: ' 起点\n广场 ', 'name:en': 'Start', 车道: 2, 封闭: true, nested: { a: 1 }, empty: '', none: null },
    html: '<b onclick=x>y</b>',
    long: '长'.repeat(1000),
    __proto__: 'x',
  };
  const file = read(feature('Point', [120, 23], props));
  if (!file.ok) throw new Error(file.code);
  const [f] = file.value.features;
  expect(f).toMatchObject({ name: '起点 广场', nameEn: 'Start' });
  expect(f!.props.slice(0, 3)).toEqual([
    ['车道', '2'],
    ['封闭', 'true'],
    ['html', '<b onclick=x>y</b>'],
  ]);
  expect(f!.props[3]![1]).toHaveLength(300);
  const wide = read(
    feature('Point', [120, 23], Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${i}`, i]))),
  );
  expect(wide.ok && wide.value.features[0]!.props).toHaveLength(16);
});
