import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import { mix, rgb, type Rgb } from '../colours.ts';
import type { Theme } from '../palette.ts';
import { STRONG } from '../style.ts';
import { HEAT_RADIUS_PX, HEAT_ZOOM } from './heat.ts';

/** How cases are coloured by their number: one hue from near the ground to far from it, so that lightness alone tells the order. */

const [hue, ground, ink] = [rgb('outbound'), rgb('ground'), rgb('ink')];
const css = ([r, g, b]: Rgb): string => `rgb(${r}, ${g}, ${b})`;
export const RAMP: Readonly<Record<Theme, readonly string[]>> = {
  dark: [mix(ground, hue, 0.25), mix(ground, hue, 0.45), mix(ground, hue, 0.7), hue, mix(hue, ink, 0.6)].map(css),
  light: [mix(hue, ink, 0.6), hue, mix(hue, ground, 0.28), mix(hue, ground, 0.5), mix(hue, ground, 0.75)].map(css),
};
/** Ink that reads on each colour of the ramp. */
const INKS: Readonly<Record<Theme, readonly string[]>> = {
  dark: [ink, ink, ground, ground, ground].map(css),
  light: [ground, ground, ground, ink, ink].map(css),
};

const byClass = (colours: readonly string[]): ExpressionSpecification =>
  ['match', ['get', 'class'], ...colours.slice(1).flatMap((c, i) => [i + 1, c]), colours[0]!] as never;
const [FIRST_ZOOM, LAST_ZOOM] = [8, 18];

export function caseGround(theme: Theme): LayerSpecification[] {
  const ramp = RAMP[theme];
  return [
    {
      id: 'case-heat',
      source: 'caseHeat',
      type: 'heatmap',
      paint: {
        'heatmap-radius': HEAT_RADIUS_PX,
        'heatmap-weight': ['get', 'weight'],
        // a level of zoom makes four pixels of one
        'heatmap-intensity': [
          'interpolate',
          ['exponential', 4],
          ['zoom'],
          FIRST_ZOOM,
          4 ** (FIRST_ZOOM - HEAT_ZOOM),
          LAST_ZOOM,
          4 ** (LAST_ZOOM - HEAT_ZOOM),
        ],
        'heatmap-color': [
          'interpolate',
          ['linear'],
          ['heatmap-density'],
          0,
          'rgba(0, 0, 0, 0)',
          ...ramp.flatMap((c, i) => [(i + 1) / ramp.length, c]),
        ] as never,
        'heatmap-opacity': 0.78,
      },
    },
    {
      id: 'case-area',
      source: 'caseAreas',
      type: 'fill',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': byClass(ramp), 'fill-opacity': 0.62, 'fill-outline-color': css(ground) },
    },
    {
      id: 'case-area-count',
      source: 'caseAreas',
      type: 'symbol',
      filter: ['==', ['geometry-type'], 'Point'],
      layout: {
        'text-field': ['get', 'text'],
        'text-font': STRONG,
        'text-size': ['case', ['get', 'large'], 15, 12],
        'text-line-height': 1.15,
        // a district's name stands at the same place
        'text-anchor': ['case', ['get', 'large'], 'top', 'center'],
        'text-offset': ['case', ['get', 'large'], ['literal', [0, 0.9]], ['literal', [0, 0]]],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: {
        'text-color': byClass(INKS[theme]),
        'text-halo-color': byClass(ramp),
        'text-halo-width': 1.4,
      },
    },
  ];
}
