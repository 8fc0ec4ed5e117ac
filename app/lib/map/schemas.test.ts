import { createExpression, featureFilter, validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { expect, test } from 'vitest';
import { SOURCE, mapStyle, type StyleOptions } from './style.ts';

const options = (schema: 'openmaptiles' | 'protomaps', lang: 'zh' | 'en' = 'zh'): StyleOptions => ({
  theme: 'light',
  lang,
  tilesUrl: 'http://here/tiles/{z}/{x}/{y}',
  version: 'file.1.2',
  bounds: [118.5, 31, 119.1, 31.4],
  attribution: 'somebody',
  own: { schema, minZoom: 0, maxZoom: 14 },
});

type Layer = ReturnType<typeof mapStyle>['layers'][number];
/** Ids of the layers of our style that draw a feature of theirs at a zoom. */
function drawnBy(schema: 'openmaptiles' | 'protomaps', layer: string, type: 1 | 2 | 3, properties: Record<string, string | number | boolean>, zoom = 16): string[] {
  const form = { 1: ['symbol', 'circle'], 2: ['line', 'symbol'], 3: ['fill', 'line'] }[type];
  return mapStyle(options(schema)).layers.filter((l: Layer) => {
    if (!('source' in l) || l.source !== SOURCE || l['source-layer'] !== layer || !form.includes(l.type)) return false;
    if (zoom < (l.minzoom ?? 0) || zoom >= (l.maxzoom ?? 24)) return false;
    return featureFilter(l.filter as never, 'layers[0].filter').filter({ zoom }, { type, properties } as never);
  }).map((l) => l.id);
} // prettier-ignore

test('the style over tiles of either schema is valid, in both languages', () => {
  for (const schema of ['openmaptiles', 'protomaps'] as const)
    for (const lang of ['zh', 'en'] as const)
      expect(validateStyleMin(mapStyle(options(schema, lang)) as never)).toEqual([]);
});

test('roads, water, woods, houses and places of OpenMapTiles are drawn as ours are', () => {
  const of = (layer: string, type: 1 | 2 | 3, p: Record<string, string | number>): string[] =>
    drawnBy('openmaptiles', layer, type, p);
  expect(of('transportation', 2, { class: 'motorway' })).toEqual(['motorway-casing', 'motorway']);
  expect(of('transportation', 2, { class: 'motorway', ramp: 1 })).toEqual(['link-casing', 'link']);
  expect(of('transportation', 2, { class: 'minor' })).toEqual(['residential-casing', 'residential']);
  expect(of('transportation', 2, { class: 'primary', brunnel: 'tunnel' })).toEqual(['tunnel']);
  expect(of('transportation', 2, { class: 'path', subclass: 'cycleway' })).toEqual(['footway']);
  expect(of('transportation', 2, { class: 'path', subclass: 'steps' })).toEqual(['steps']);
  expect(of('transportation', 2, { class: 'rail' })).toEqual(['rail', 'rail-tie']);
  expect(of('transportation_name', 2, { class: 'primary', name: '中山路' })).toEqual(['road-name']);
  expect(of('transportation_name', 2, { class: 'primary' })).toEqual([]);
  expect(of('water', 3, { class: 'lake' })).toEqual(['water', 'shore']);
  expect(of('landcover', 3, { class: 'wood' })).toEqual(['forest-far']);
  expect(of('building', 3, {})).toEqual(['building']);
  expect(of('boundary', 2, { admin_level: 6 })).toEqual(['district-border-glow', 'district-border']);
  expect(of('poi', 1, { class: 'hospital', rank: 3 })).toEqual(['place-dot', 'place-name']);
});

test('and of Protomaps', () => {
  const of = (layer: string, type: 1 | 2 | 3, p: Record<string, string | number | boolean>): string[] =>
    drawnBy('protomaps', layer, type, p);
  expect(of('roads', 2, { kind: 'highway', kind_detail: 'motorway' })).toEqual(['motorway-casing', 'motorway']);
  expect(of('roads', 2, { kind: 'major_road', kind_detail: 'trunk', is_tunnel: true })).toEqual(['tunnel']);
  expect(of('roads', 2, { kind: 'rail', kind_detail: 'subway' })).toEqual(['metro']);
  expect(of('roads', 2, { kind: 'minor_road', kind_detail: 'residential', name: 'x' })).toContain('road-name');
  expect(of('roads', 2, { kind: 'path', kind_detail: 'steps' })).toEqual(['steps']);
  expect(of('earth', 3, { kind: 'earth' })).toEqual(['ground']);
  expect(of('landuse', 3, { kind: 'park' })).toEqual(['park']);
  expect(of('buildings', 3, { kind: 'building' })).toEqual(['building']);
});

test('names come in the language of the screen, and fall back to the local one', () => {
  const nameOf = (lang: 'zh' | 'en', properties: Record<string, string>): unknown => {
    const layer = mapStyle(options('openmaptiles', lang)).layers.find((l) => l.id === 'place-name')!;
    const text = (layer.layout as Record<string, unknown>)['text-field'];
    const made = createExpression(text as never, { type: 'string' } as never);
    if (made.result !== 'success') throw new Error(JSON.stringify(made.value));
    return made.value.evaluate({ zoom: 16 }, { type: 1, properties } as never);
  };
  const full = { name: 'Монако', 'name:zh': '摩纳哥', 'name:en': 'Monaco' };
  expect([nameOf('zh', full), nameOf('en', full), nameOf('zh', { name: '路' }), nameOf('en', { name: '路' })]).toEqual([
    '摩纳哥',
    'Monaco',
    '路',
    '路',
  ]);
});
