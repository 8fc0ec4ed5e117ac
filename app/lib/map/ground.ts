import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import { aroundLayers } from './desk/around/ground-layers.ts';
import { measureLayers } from './desk/measure/ground-layers.ts';
import { routeToolLayers } from './desk/route/ground-layers.ts';
import { COLOURS } from './colours.ts';
import { caseGround } from './layers/case-ground.ts';
import { ownLayers } from './own-layers/ground-layers.ts';
import type { Theme } from './palette.ts';

/**
 * What lies on the ground of the map, under its labels: areas and lines. One GeoJSON source each; the layers that draw it stand here
 * in the order of drawing, lowest first.
 */
export const GROUND_SOURCES = [
  'caseHeat',
  'caseAreas',
  'own',
  'hot',
  'reach',
  'around',
  'warnings',
  'speeds',
  'traffic',
  'routeTool',
  'routes',
  'trail',
  'cameras',
  'draft',
  'found',
  'measure',
] as const;
export type GroundSource = (typeof GROUND_SOURCES)[number];

const c = COLOURS;
/** Sand of the shortest way, beside the accent of the best one: told apart by dashes too. */
export const SHORTEST_COLOUR = '#e6d3a3';
export const BEST_COLOUR = c.accent;
/** Ink and accent on a light ground; the other hues keep theirs, and cased lines keep their dark casing. */
const INKS = {
  dark: { ink: c.ink, quiet: c['ink-2'], accent: c.accent, free: '#4d7f74', other: c['ink-2'], casing: c.ground },
  light: { ink: '#23292d', quiet: '#4c555b', accent: '#1d6f63', free: '#5f9c8e', other: '#7d878d', casing: '#ffffff' },
} as const;
const level = (property: string): ExpressionSpecification => [
  'match',
  ['get', property],
  'red',
  c['level-1'],
  'orange',
  c['level-2'],
  'yellow',
  c['level-3'],
  'blue',
  c['level-4'],
  c['ink-3'],
];
/** Widths grow with the zoom, so that a line stays a line of its road. */
const width = (at10: number, at16: number): ExpressionSpecification => [
  'interpolate',
  ['exponential', 1.4],
  ['zoom'],
  10,
  at10,
  16,
  at16,
];
const way = (which: 'best' | 'shortest'): ExpressionSpecification => ['==', ['get', 'way'], which];
const look = (which: string): ExpressionSpecification => ['==', ['get', 'look'], which];
const speed: ExpressionSpecification = ['number', ['feature-state', 'flow'], -1];

type Line = Omit<LayerSpecification & { type: 'line' }, 'source' | 'id'>;
const line = (source: GroundSource, id: string, spec: Omit<Line, 'type'>): LayerSpecification => ({
  id,
  source,
  type: 'line',
  ...spec,
  layout: { 'line-cap': 'round', 'line-join': 'round', ...spec.layout },
});

/** The layers on a ground of one theme: ids, filters and widths are the same in all. */
export function groundLayers(theme: Theme): readonly LayerSpecification[] {
  const i = INKS[theme];
  return [
    ...caseGround(theme),
    ...ownLayers(theme, i.casing),
    {
      id: 'hot-area',
      source: 'hot',
      type: 'fill',
      paint: { 'fill-color': i.ink, 'fill-opacity': 0.07 },
    },
    line('hot', 'hot-rim', {
      paint: { 'line-color': i.quiet, 'line-width': 1.5, 'line-dasharray': [1, 2.2], 'line-opacity': 0.8 },
    }),
    // the nearer area lies on the farther one, and so is the denser
    {
      id: 'reach-area',
      source: 'reach',
      type: 'fill',
      filter: ['has', 'ring'],
      paint: { 'fill-color': i.accent, 'fill-opacity': 0.08 },
    },
    line('reach', 'reach-rim', {
      filter: ['==', ['get', 'ring'], 0],
      paint: { 'line-color': i.accent, 'line-width': 2 },
    }),
    line('reach', 'reach-rim-2', {
      filter: ['==', ['get', 'ring'], 1],
      paint: { 'line-color': i.accent, 'line-width': 1.6, 'line-dasharray': [4, 2.5], 'line-opacity': 0.85 },
    }),
    line('reach', 'reach-rim-3', {
      filter: ['>=', ['get', 'ring'], 2],
      paint: { 'line-color': i.accent, 'line-width': 1.4, 'line-dasharray': [0.5, 2.5], 'line-opacity': 0.85 },
    }),
    {
      id: 'reach-stations',
      source: 'reach',
      type: 'circle',
      filter: ['!', ['has', 'ring']],
      paint: {
        'circle-radius': 4.5,
        'circle-color': c.ground,
        'circle-stroke-color': i.accent,
        'circle-stroke-width': 2.5,
      },
    },
    ...aroundLayers(i),
    {
      id: 'warning-area',
      source: 'warnings',
      type: 'fill',
      paint: { 'fill-color': level('level'), 'fill-opacity': ['case', ['get', 'drill'], 0.03, 0.07] },
    },
    line('warnings', 'warning-rim', {
      filter: ['!', ['get', 'drill']],
      paint: { 'line-color': level('level'), 'line-width': 1.4, 'line-opacity': 0.55 },
    }),
    line('warnings', 'warning-rim-drill', {
      filter: ['get', 'drill'],
      paint: { 'line-color': level('level'), 'line-width': 1.8, 'line-dasharray': [3, 3] },
    }),
    // free roads keep quiet; slow ones get wider with their colour, so that width says it too
    line('speeds', 'speed', {
      layout: { 'line-cap': 'butt' },
      paint: {
        'line-color': ['step', speed, c.ground, 0, c.bad, 0.4, c.wrap, 0.7, i.free],
        'line-opacity': ['step', speed, 0, 0, 0.95, 0.4, 0.9, 0.7, 0.55],
        'line-width': [
          'interpolate',
          ['exponential', 1.4],
          ['zoom'],
          10,
          ['step', speed, 0.8, 0, 2.4, 0.4, 1.8, 0.7, 0.9],
          16,
          ['step', speed, 2, 0, 9, 0.4, 7, 0.7, 3.5],
        ],
      },
    }),
    line('traffic', 'traffic-case', {
      filter: ['!', ['get', 'upcoming']],
      paint: { 'line-color': c.ground, 'line-width': width(5, 14), 'line-opacity': 0.8 },
    }),
    line('traffic', 'traffic-works', {
      filter: ['any', look('works'), look('lanes'), look('other')],
      paint: {
        'line-color': c.break,
        'line-width': width(2.5, 8),
        'line-dasharray': [1.6, 1.2],
        'line-opacity': upcoming(),
      },
    }),
    line('traffic', 'traffic-slow', {
      filter: look('slow'),
      paint: { 'line-color': c.wrap, 'line-width': width(2.5, 8), 'line-opacity': upcoming() },
    }),
    line('traffic', 'traffic-closed', {
      filter: look('closed'),
      layout: { 'line-cap': 'butt' },
      paint: {
        'line-color': c.bad,
        'line-width': width(3, 9),
        'line-dasharray': [0.8, 0.6],
        'line-opacity': upcoming(),
      },
    }),
    ...routeToolLayers(i),
    line('routes', 'route-case', {
      filter: way('best'),
      paint: { 'line-color': c.ground, 'line-width': width(9, 17), 'line-opacity': 0.85 },
    }),
    line('routes', 'route-case-shortest', {
      filter: way('shortest'),
      paint: { 'line-color': c.ground, 'line-width': width(6, 12), 'line-opacity': 0.85 },
    }),
    line('routes', 'route-best', {
      filter: way('best'),
      paint: { 'line-color': BEST_COLOUR, 'line-width': width(5.5, 12) },
    }),
    line('routes', 'route-shortest', {
      filter: way('shortest'),
      layout: { 'line-cap': 'butt' },
      paint: { 'line-color': SHORTEST_COLOUR, 'line-width': width(2.6, 5), 'line-dasharray': [2.2, 1.5] },
    }),
    ...trailLayers(i),
    {
      id: 'camera-view',
      source: 'cameras',
      type: 'fill',
      minzoom: 13.5,
      paint: { 'fill-color': i.accent, 'fill-opacity': ['case', ['get', 'open'], 0.28, 0.12] },
    },
    line('cameras', 'camera-rim', {
      minzoom: 13.5,
      paint: { 'line-color': i.accent, 'line-width': 1, 'line-opacity': ['case', ['get', 'open'], 0.9, 0.4] },
    }),
    // how far off an address may be
    {
      id: 'found-area',
      source: 'found',
      type: 'fill',
      paint: { 'fill-color': i.ink, 'fill-opacity': 0.06 },
    },
    line('found', 'found-rim', {
      paint: { 'line-color': i.ink, 'line-width': 1.8, 'line-dasharray': [2, 2], 'line-opacity': 0.9 },
    }),
    line('draft', 'draft-line', {
      paint: { 'line-color': i.ink, 'line-width': 1.6, 'line-dasharray': [2, 3], 'line-opacity': 0.7 },
    }),
    ...measureLayers(i),
  ];
}

/** The older, the fainter and the thinner. Ends are cut, because round ones would show where faint lines join. */
function trailLayers(i: (typeof INKS)[Theme]): LayerSpecification[] {
  const byAge = (now: number, oldest: number): ExpressionSpecification => [
    'interpolate',
    ['linear'],
    ['get', 'age'],
    0,
    now,
    1,
    oldest,
  ];
  const widths = (more: number): ExpressionSpecification => [
    'interpolate',
    ['exponential', 1.4],
    ['zoom'],
    10,
    byAge(3 + more, 1.5 + more),
    16,
    byAge(6 + more, 3 + more),
  ];
  return [
    line('trail', 'trail-case', {
      layout: { 'line-cap': 'butt' },
      paint: { 'line-color': i.casing, 'line-width': widths(2.5), 'line-opacity': byAge(0.8, 0.1) },
    }),
    line('trail', 'trail-line', {
      layout: { 'line-cap': 'butt' },
      paint: { 'line-color': i.ink, 'line-width': widths(0), 'line-opacity': byAge(0.95, 0.2) },
    }),
  ];
}

function upcoming(): ExpressionSpecification {
  return ['case', ['get', 'upcoming'], 0.4, 0.95];
}
