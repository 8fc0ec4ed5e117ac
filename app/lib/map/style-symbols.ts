import type { DataDrivenPropertyValueSpecification, ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Palette } from './palette.ts';
import { REGULAR, SOURCE, STRONG } from './style.ts';

/** Names on the base map. Later layers win where two collide; districts and the city come last. */

/** A text size by zoom, in pixels. */
const size = (scale: number, ...stops: [zoom: number, px: number][]): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['zoom'],
  ...stops.flatMap(([z, px]) => [z, px * scale]),
];

export function symbols(p: Palette, scale: number, lang: 'zh' | 'en'): LayerSpecification[] {
  const name: DataDrivenPropertyValueSpecification<string> =
    lang === 'zh' ? ['get', 'name'] : ['coalesce', ['get', 'name_en'], ['get', 'name']];
  const halo = { 'text-halo-color': p.halo, 'text-halo-width': 1.4 * scale, 'text-halo-blur': 0.4 * scale };
  const symbol = { type: 'symbol' as const, source: SOURCE };
  const kindIs = (...kinds: string[]): ExpressionSpecification => ['in', ['get', 'kind'], ['literal', kinds]];
  const along = {
    'symbol-placement': 'line' as const,
    'text-max-angle': 32,
    'text-letter-spacing': lang === 'zh' ? 0.14 : 0.03,
  };
  return [
    {
      ...symbol, id: 'road-name', 'source-layer': 'road', minzoom: 12, filter: ['has', 'name'],
      layout: {
        ...along, 'text-field': name, 'text-font': REGULAR, 'symbol-spacing': 340 * scale,
        'text-size': ['interpolate', ['linear'], ['zoom'],
          12, ['match', ['get', 'kind'], ['motorway', 'expressway', 'primary'], 10.5 * scale, 0],
          13.5, ['match', ['get', 'kind'], ['motorway', 'expressway', 'primary'], 11.5 * scale, ['secondary'], 10.5 * scale, 0],
          15, ['match', ['get', 'kind'], ['motorway', 'expressway', 'primary'], 13 * scale, ['secondary', 'tertiary'], 11.5 * scale, 10.5 * scale],
          17, ['match', ['get', 'kind'], ['motorway', 'expressway', 'primary'], 16 * scale, 13 * scale]],
        'symbol-sort-key': ['match', ['get', 'kind'], ['motorway', 'expressway'], 0, 'primary', 1, 'secondary', 2, 'tertiary', 3, 4],
        'text-padding': 6 * scale,
      },
      paint: { 'text-color': p.roadLabel, ...halo, 'text-opacity': ['step', ['zoom'],
        ['match', ['get', 'kind'], ['motorway', 'expressway', 'primary'], 1, 0], 13.2,
        ['match', ['get', 'kind'], ['motorway', 'expressway', 'primary', 'secondary'], 1, 0], 14.4,
        ['match', ['get', 'kind'], ['residential', 'lane', 'pedestrian'], 0, 1], 15.4, 1] },
    },
    {
      ...symbol, id: 'water-name', 'source-layer': 'watername', minzoom: 9,
      layout: {
        ...along, 'text-field': name, 'text-font': REGULAR, 'symbol-spacing': 480 * scale, 'text-letter-spacing': lang === 'zh' ? 0.9 : 0.25,
        'text-size': ['interpolate', ['linear'], ['zoom'], 9, ['match', ['get', 'kind'], 'river', 13 * scale, 0], 13, ['match', ['get', 'kind'], 'river', 18 * scale, 11 * scale], 16, ['match', ['get', 'kind'], 'river', 24 * scale, 14 * scale]],
      },
      paint: { 'text-color': p.waterLabel, 'text-halo-color': p.water, 'text-halo-width': 1 * scale },
    },
    {
      ...symbol, id: 'area-name', 'source-layer': 'areaname', minzoom: 10,
      layout: {
        'text-field': name, 'text-font': REGULAR, 'text-max-width': 7, 'text-padding': 8 * scale, 'text-letter-spacing': lang === 'zh' ? 0.16 : 0.02,
        'text-size': ['interpolate', ['linear'], ['zoom'], 10, 10.5 * scale, 14, 12.5 * scale, 17, 16 * scale],
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 5],
      },
      paint: {
        'text-color': ['match', ['get', 'kind'], 'water', p.waterLabel, ['forest', 'park'], p.greenLabel, p.placeLabel], ...halo,
      },
    },
    {
      id: 'place-dot', type: 'circle', source: SOURCE, 'source-layer': 'place', minzoom: 13.5, filter: ['!', kindIs('park', 'water', 'estate', 'airport')],
      paint: {
        'circle-radius': size(scale, [13.5, 1.4], [17, 3]), 'circle-color': p.placeLabel,
        'circle-opacity': ['step', ['zoom'], ['case', ['<=', ['coalesce', ['get', 'rank'], 5], 3], 0.9, 0], 14.6, ['case', ['<=', ['coalesce', ['get', 'rank'], 5], 4], 0.9, 0], 15.6, 0.9],
      },
    },
    {
      ...symbol, id: 'place-name', 'source-layer': 'place', minzoom: 12.5, filter: ['!', kindIs('park', 'water', 'airport')],
      layout: {
        'text-field': name, 'text-font': REGULAR, 'text-size': size(scale, [12.5, 10.5], [16, 12.5], [18, 14]), 'text-max-width': 8,
        'text-variable-anchor-offset': ['top', [0, 0.45], 'bottom', [0, -0.45], 'left', [0.6, 0], 'right', [-0.6, 0]], 'text-justify': 'auto',
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 5], 'text-padding': 7 * scale,
      },
      paint: {
        'text-color': p.placeLabel, ...halo,
        'text-opacity': ['step', ['zoom'], ['case', ['<=', ['coalesce', ['get', 'rank'], 5], 2], 1, 0], 13.6, ['case', ['<=', ['coalesce', ['get', 'rank'], 5], 3], 1, 0], 14.6, ['case', ['<=', ['coalesce', ['get', 'rank'], 5], 4], 1, 0], 15.6, 1],
      },
    },
    {
      ...symbol, id: 'street-name', 'source-layer': 'label', minzoom: 12, maxzoom: 15.5, filter: kindIs('street'),
      layout: { 'text-field': name, 'text-font': REGULAR, 'text-size': size(scale, [12, 11], [15, 15]), 'text-letter-spacing': lang === 'zh' ? 0.22 : 0.04, 'text-padding': 10 * scale },
      paint: { 'text-color': p.streetLabel, ...halo },
    },
    // above its point: there stand the district's measurements
    {
      ...symbol, id: 'district-name', 'source-layer': 'label', minzoom: 8.5, maxzoom: 13.5, filter: kindIs('district'),
      layout: { 'text-field': name, 'text-font': STRONG, 'text-size': size(scale, [9, 12], [11, 17], [13, 24]), 'text-letter-spacing': lang === 'zh' ? 0.32 : 0.08, 'text-padding': 14 * scale, 'text-offset': [0, -1] },
      paint: { 'text-color': p.districtLabel, ...halo, 'text-halo-width': 1.8 * scale },
    },
    {
      ...symbol, id: 'city-name', 'source-layer': 'label', maxzoom: 9, filter: kindIs('city'),
      layout: { 'text-field': name, 'text-font': STRONG, 'text-size': size(scale, [6, 13], [9, 22]), 'text-letter-spacing': 0.3 },
      paint: { 'text-color': p.cityLabel, ...halo },
    },
  ]; // prettier-ignore
}
