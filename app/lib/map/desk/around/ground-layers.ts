import type { LayerSpecification } from 'maplibre-gl';
import { COLOURS as c } from '../../colours.ts';

/** How the surroundings lie on the map's ground (layers.ts makes their features). @param i inks of the theme */
export function aroundLayers(i: { ink: string; quiet: string; accent: string }): readonly LayerSpecification[] {
  const source = 'around';
  const estimate = ['estimate', 'area'];
  return [
    {
      ...{ id: 'around-area', source, type: 'fill' },
      filter: ['in', ['get', 'look'], ['literal', [...estimate, 'drawn', 'ring']]],
      paint: {
        'fill-color': ['match', ['get', 'look'], estimate, c['level-2'], i.accent],
        'fill-opacity': ['match', ['get', 'look'], estimate, 0.16, 0.05],
      },
    },
    {
      ...{ id: 'around-ring', source, type: 'line' },
      filter: ['in', ['get', 'look'], ['literal', ['ring', 'drawn']]],
      paint: { 'line-color': i.accent, 'line-width': 1.8 },
    },
    {
      ...{ id: 'around-line', source, type: 'line' },
      filter: ['==', ['get', 'look'], 'line'],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': i.ink, 'line-width': 3 },
    },
    // an estimate is no boundary: it is drawn broken
    {
      ...{ id: 'around-estimate', source, type: 'line' },
      filter: ['in', ['get', 'look'], ['literal', estimate]],
      paint: { 'line-color': c['level-2'], 'line-width': 2, 'line-dasharray': [3, 2] },
    },
    {
      ...{ id: 'around-flow', source, type: 'line' },
      filter: ['==', ['get', 'look'], 'flow'],
      paint: { 'line-color': i.ink, 'line-width': ['get', 'width'], 'line-opacity': 0.45 },
    },
    {
      ...{ id: 'around-thing', source, type: 'circle' },
      filter: ['==', ['get', 'look'], 'thing'],
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 2.2, 16, 5.5],
        'circle-color': [
          'match',
          ['get', 'group'],
          'hazard',
          c['level-1'],
          'target',
          c['level-3'],
          'shelter',
          i.accent,
          i.quiet,
        ],
        'circle-stroke-color': c.ground,
        'circle-stroke-width': 1,
      },
    },
  ] as LayerSpecification[];
}
