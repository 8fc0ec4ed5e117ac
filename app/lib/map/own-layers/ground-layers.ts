import type { LayerSpecification } from 'maplibre-gl';
import { COLOURS as c } from '../colours.ts';

/** Looks of the house's own layers, by turns: told apart by their dashes besides their colours, which nothing else on the map has. */
export const LOOKS = [
  { colour: '#c2d46e', dash: null },
  { colour: '#e3a58c', dash: [4, 2] },
  { colour: '#d79ce0', dash: [1, 1.6] },
  { colour: '#86d39a', dash: [6, 2, 1, 2] },
] as const;

/** How they lie on the map's ground (layers.ts makes their features). @param i inks of the theme */
export function ownLayers(i: { casing: string }): readonly LayerSpecification[] {
  const source = 'own';
  const of = (...kinds: string[]): unknown[] => ['in', ['get', 'kind'], ['literal', kinds]];
  const colour = ['match', ['get', 'look'], ...LOOKS.flatMap((l, n) => [n, l.colour]), c.ink];
  const wide = (plain: number, chosen: number): unknown[] => ['case', ['get', 'chosen'], chosen, plain];
  return [
    {
      ...{ id: 'own-area', source, type: 'fill', filter: of('area') },
      paint: { 'fill-color': colour, 'fill-opacity': wide(0.14, 0.28) },
    },
    {
      ...{ id: 'own-case', source, type: 'line', filter: of('line') },
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': i.casing, 'line-width': wide(6, 8), 'line-opacity': 0.7 },
    },
    ...LOOKS.map((l, n) => ({
      ...{ id: `own-line-${n}`, source, type: 'line', filter: ['all', of('line', 'area'), ['==', ['get', 'look'], n]] },
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': l.colour,
        'line-width': ['case', ['==', ['get', 'kind'], 'area'], wide(1.6, 2.6), wide(3.2, 5)],
        ...(l.dash ? { 'line-dasharray': l.dash } : {}),
      },
    })),
    {
      ...{ id: 'own-point', source, type: 'circle', filter: of('point') },
      paint: {
        'circle-radius': wide(5, 7),
        'circle-color': colour,
        'circle-stroke-color': i.casing,
        'circle-stroke-width': 1.8,
      },
    },
  ] as LayerSpecification[];
}
