import type { LayerSpecification, Map as MapLibreMap } from 'maplibre-gl';
import { groundLayers } from './ground.ts';
import type { Theme } from './palette.ts';
import { mapStyle, type StyleOptions } from './style.ts';

/** Paint that the map changes by itself while it is shown (what is silent fades): a theme leaves it alone. */
const OWN = /-opacity$/;

/** Every paint value that a theme sets, in the order of layers. Pure. */
export function themePaint(
  theme: Theme,
  style: Omit<StyleOptions, 'theme'>,
): [layer: string, property: string, value: unknown][] {
  const layers: readonly LayerSpecification[] = [...mapStyle({ ...style, theme }).layers, ...groundLayers(theme)];
  return layers.flatMap((layer) =>
    Object.entries(layer.paint ?? {})
      .filter(([property]) => !OWN.test(property))
      .map(([property, value]): [string, string, unknown] => [layer.id, property, value]),
  );
}

/** Gives a map that is shown the colours of a theme: nothing is loaded anew, and nothing flashes. */
export function applyTheme(map: MapLibreMap, theme: Theme, style: Omit<StyleOptions, 'theme'>): void {
  for (const [layer, property, value] of themePaint(theme, style))
    if (map.getLayer(layer)) map.setPaintProperty(layer, property as never, value as never);
}
