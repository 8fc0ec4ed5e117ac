import type { LayerSpecification } from 'maplibre-gl';

/** How a measured line lies on the map's ground (layers.ts makes its features). @param i inks of the theme */
export function measureLayers(i: { ink: string; casing: string }): readonly LayerSpecification[] {
  const source = 'measure';
  const look = (which: string): unknown[] => ['==', ['get', 'look'], which];
  const round = { 'line-cap': 'round', 'line-join': 'round' };
  return [
    {
      ...{ id: 'measure-area', source, type: 'fill', filter: look('area') },
      paint: { 'fill-color': i.ink, 'fill-opacity': 0.09 },
    },
    {
      ...{ id: 'measure-closing', source, type: 'line', filter: look('closing') },
      paint: { 'line-color': i.ink, 'line-width': 1.6, 'line-dasharray': [2, 3], 'line-opacity': 0.7 },
    },
    {
      ...{ id: 'measure-case', source, type: 'line', filter: look('line'), layout: round },
      paint: { 'line-color': i.casing, 'line-width': 6, 'line-opacity': 0.8 },
    },
    {
      ...{ id: 'measure-line', source, type: 'line', filter: look('line'), layout: round },
      paint: { 'line-color': i.ink, 'line-width': 2.4 },
    },
    {
      ...{ id: 'measure-point', source, type: 'circle', filter: look('point') },
      paint: { 'circle-radius': 4, 'circle-color': i.ink, 'circle-stroke-color': i.casing, 'circle-stroke-width': 1.5 },
    },
  ] as LayerSpecification[];
}
