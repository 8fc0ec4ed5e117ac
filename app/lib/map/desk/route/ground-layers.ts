import type { LayerSpecification } from 'maplibre-gl';
import { COLOURS as c } from '../../colours.ts';

/** How what the route tool draws lies on the map's ground (layers.ts makes its features). @param i inks of the theme */
export function routeToolLayers(i: { ink: string; other: string; casing: string }): readonly LayerSpecification[] {
  const source = 'routeTool';
  const look = (...which: string[]): unknown[] => ['in', ['get', 'look'], ['literal', which]];
  const wide = (at10: number, at16: number): unknown[] => [
    'interpolate',
    ['exponential', 1.4],
    ['zoom'],
    10,
    at10,
    16,
    at16,
  ];
  const round = { 'line-cap': 'round', 'line-join': 'round' };
  return [
    {
      ...{ id: 'tool-area', source, type: 'fill' },
      filter: look('avoid', 'block-area'),
      paint: {
        'fill-color': ['match', ['get', 'look'], 'avoid', i.ink, c.bad],
        'fill-opacity': ['match', ['get', 'look'], 'avoid', 0.1, 0.16],
      },
    },
    {
      ...{ id: 'tool-avoid', source, type: 'line' },
      filter: look('avoid'),
      paint: { 'line-color': i.ink, 'line-width': 2, 'line-dasharray': [1, 1.4] },
    },
    {
      ...{ id: 'tool-block', source, type: 'line', layout: round },
      filter: look('block-area'),
      paint: { 'line-color': c.bad, 'line-width': 2.2 },
    },
    {
      ...{ id: 'tool-block-case', source, type: 'line', layout: round },
      filter: look('block-line'),
      paint: { 'line-color': c.ground, 'line-width': 9, 'line-opacity': 0.85 },
    },
    {
      ...{ id: 'tool-block-line', source, type: 'line' },
      filter: look('block-line'),
      paint: { 'line-color': c.bad, 'line-width': 5, 'line-dasharray': [1.2, 0.5] },
    },
    // the way that is looked at stands out by a rim of light
    {
      ...{ id: 'tool-halo', source, type: 'line', layout: round },
      filter: look('halo'),
      paint: { 'line-color': i.ink, 'line-width': wide(14, 25), 'line-opacity': 0.5 },
    },
    {
      ...{ id: 'tool-other-case', source, type: 'line', layout: round },
      filter: look('other'),
      paint: { 'line-color': i.casing, 'line-width': wide(7, 13), 'line-opacity': 0.85 },
    },
    {
      ...{ id: 'tool-other', source, type: 'line', layout: { 'line-cap': 'round', 'line-join': 'round' } },
      filter: look('other'),
      paint: {
        'line-color': ['case', ['get', 'chosen'], i.ink, i.other],
        'line-width': wide(3.6, 7.5),
        'line-opacity': ['case', ['get', 'chosen'], 1, 0.85],
      },
    },
  ] as LayerSpecification[];
}
