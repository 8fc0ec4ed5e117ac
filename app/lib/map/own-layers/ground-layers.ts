import type { LayerSpecification } from 'maplibre-gl';
import { COLOURS as c } from '../colours.ts';
import type { Theme } from '../palette.ts';

/** Looks of the house's own layers, by turns: told apart by their dashes besides their colours, which nothing else on the map has. */
export const LOOKS = [
  { colour: '#c2d46e', onLight: '#76871a', dash: null },
  { colour: '#e3a58c', onLight: '#b05a38', dash: [4, 2] },
  { colour: '#d79ce0', onLight: '#96479f', dash: [1, 1.6] },
  { colour: '#86d39a', onLight: '#2c8547', dash: [6, 2, 1, 2] },
] as const;

/** How they lie on the map's ground (features.ts makes their features). @param casing around lines and points on this theme */
export function ownLayers(theme: Theme, casing: string): readonly LayerSpecification[] {
  const source = 'own';
  const of = (...kinds: string[]): unknown[] => ['in', ['get', 'kind'], ['literal', kinds]];
  const hue = (l: (typeof LOOKS)[number]): string => (theme === 'light' ? l.onLight : l.colour);
  const colour = ['match', ['get', 'look'], ...LOOKS.flatMap((l, n) => [n, hue(l)]), c.ink];
  const wide = (plain: number, chosen: number): unknown[] => ['case', ['get', 'chosen'], chosen, plain];
  return [
    {
      ...{ id: 'own-area', source, type: 'fill', filter: of('area') },
      paint: { 'fill-color': colour, 'fill-opacity': wide(0.14, 0.28) },
    },
    {
      ...{ id: 'own-case', source, type: 'line', filter: of('line') },
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': casing, 'line-width': wide(6, 8), 'line-opacity': 0.7 },
    },
    ...LOOKS.map((l, n) => ({
      ...{ id: `own-line-${n}`, source, type: 'line', filter: ['all', of('line', 'area'), ['==', ['get', 'look'], n]] },
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': hue(l),
        'line-width': ['case', ['==', ['get', 'kind'], 'area'], wide(1.6, 2.6), wide(3.2, 5)],
        ...(l.dash ? { 'line-dasharray': l.dash } : {}),
      },
    })),
    {
      ...{ id: 'own-point', source, type: 'circle', filter: of('point') },
      paint: {
        'circle-radius': wide(5, 7),
        'circle-color': colour,
        'circle-stroke-color': casing,
        'circle-stroke-width': 1.8,
      },
    },
  ] as LayerSpecification[];
}
