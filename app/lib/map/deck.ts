import type { Layer } from '@deck.gl/core';
import { IconLayer, ScatterplotLayer } from '@deck.gl/layers';
import { atlas } from './atlas.ts';
import type { MarkSet } from './marks.ts';

/** A set of marks with a name, as the map gets it: later ones are drawn over earlier ones. */
export interface NamedMarks {
  readonly name: string;
  readonly marks: MarkSet;
  /** Positions to draw instead of those of the set: where gliding marks are now. A new array each time something moved. */
  readonly positions?: Float64Array;
  /** The source is silent: all of it looks old. */
  readonly faded?: boolean;
  /** Factor on every size: marks are smaller where the whole city is seen. */
  readonly size?: number;
}

/** The heading's arrow lies just outside of the disc (see atlas.ts). */
const ARROW = 3.7;
const RIM = 1.8;
/** Flat layers over a flat map: nothing may hide behind anything. */
const FLAT = { depthCompare: 'always', depthWriteEnabled: false } as const;

/**
 * Marks → layers of the graphics card: a disc with a rim, its sign, and an arrow for what moves. Arrays go to the card as they are.
 */
export function markLayers({ name, marks, positions = marks.positions, faded = false, size = 1 }: NamedMarks): Layer[] {
  const opacity = faded ? 0.35 : 1;
  const length = marks.ids.length;
  if (length === 0) return [];
  const at = { value: positions, size: 2 };
  const layers: Layer[] = [];
  if (marks.headings) layers.push(arrows(name, marks, at, opacity, size));
  layers.push(
    new ScatterplotLayer({
      id: name,
      data: {
        length,
        attributes: {
          getPosition: at,
          getFillColor: { value: marks.fills, size: 4 },
          getLineColor: { value: marks.lines, size: 4 },
          getRadius: { value: marks.radii, size: 1 },
        },
      },
      radiusUnits: 'pixels',
      radiusScale: size,
      lineWidthUnits: 'pixels',
      getLineWidth: RIM,
      stroked: true,
      filled: true,
      antialiasing: true,
      pickable: true,
      opacity,
      parameters: FLAT,
    }),
  );
  if (marks.icons && marks.inks) layers.push(signs(name, marks, at, marks.icons, marks.inks, opacity, size));
  return layers;
}

function signs(
  name: string,
  marks: MarkSet,
  at: { value: Float64Array; size: number },
  icons: readonly string[],
  inks: Uint8Array,
  opacity: number,
  size: number,
): Layer {
  const { image, mapping } = atlas();
  return new IconLayer({
    id: `${name}-signs`,
    data: { length: marks.ids.length, attributes: { getPosition: at, getColor: { value: inks, size: 4 } } },
    iconAtlas: image as never,
    iconMapping: mapping as never,
    getIcon: ((_: unknown, { index }: { index: number }) => icons[index]) as never,
    getSize: ((_: unknown, { index }: { index: number }) => marks.radii[index]! * 1.35) as never,
    sizeUnits: 'pixels',
    sizeScale: size,
    updateTriggers: { getIcon: icons, getSize: marks.radii },
    opacity,
    parameters: FLAT,
  });
}

function arrows(
  name: string,
  marks: MarkSet,
  at: { value: Float64Array; size: number },
  opacity: number,
  size: number,
): Layer {
  const { image, mapping } = atlas();
  const headings = marks.headings!;
  return new IconLayer({
    id: `${name}-arrows`,
    data: { length: marks.ids.length, attributes: { getPosition: at, getColor: { value: marks.lines, size: 4 } } },
    iconAtlas: image as never,
    iconMapping: mapping as never,
    getIcon: () => 'heading',
    // deck.gl turns counter-clockwise; a mark without a heading gets an arrow of no size
    getAngle: ((_: unknown, { index }: { index: number }) => -(headings[index] || 0)) as never,
    getSize: ((_: unknown, { index }: { index: number }) =>
      Number.isNaN(headings[index]) ? 0 : marks.radii[index]! * ARROW) as never,
    sizeUnits: 'pixels',
    sizeScale: size,
    updateTriggers: { getAngle: headings, getSize: headings },
    opacity,
    parameters: FLAT,
  });
}
