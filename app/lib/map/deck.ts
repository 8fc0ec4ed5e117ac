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
const SIGN = 1.35;
const RIM = 1.8;
/** Flat layers over a flat map: nothing may hide behind anything. */
const FLAT = { depthCompare: 'always', depthWriteEnabled: false } as const;

type Values = Float64Array | Float32Array | Uint8Array;
interface Attribute {
  readonly value: Values;
  readonly size: number;
}
const kept = new WeakMap<Values, Attribute>();
/** An array as an attribute, the same for the same array: the card takes only what is another object than before. */
function attribute(value: Values, size: number): Attribute {
  let a = kept.get(value);
  if (!a) kept.set(value, (a = { value, size }));
  return a;
}

const numbers = new WeakMap<object, number>();
let last = 0;
/** A number for an array: deck.gl compares triggers deeply, which for ten thousand marks takes longer than drawing them. */
function numberOf(array: object): number {
  let n = numbers.get(array);
  if (n === undefined) numbers.set(array, (n = ++last));
  return n;
}

const angles = new WeakMap<Float32Array, Float32Array>();
/** deck.gl turns counter-clockwise. */
function anglesOf(headings: Float32Array): Float32Array {
  let made = angles.get(headings);
  if (!made) angles.set(headings, (made = headings.map((x) => -(x || 0))));
  return made;
}

const arrowSizes = new WeakMap<Float32Array, { readonly radii: Float32Array; readonly sizes: Float32Array }>();
/** A mark without a heading gets an arrow of no size. */
function arrowSizesOf(headings: Float32Array, radii: Float32Array): Float32Array {
  let made = arrowSizes.get(headings);
  if (made?.radii !== radii) {
    made = { radii, sizes: radii.map((r, i) => (Number.isNaN(headings[i]) ? 0 : r)) };
    arrowSizes.set(headings, made);
  }
  return made.sizes;
}

/**
 * Data of a layer. deck.gl takes a new object as new data and works everything out anew, the accessors called for each mark; here only
 * another number of marks is new data, and each attribute is renewed when its array is another one.
 */
const dataOf = (length: number, attributes: Readonly<Record<string, Attribute>>) => ({
  data: { length, attributes: attributes as Record<string, Attribute> },
  dataComparator: (a: unknown, b?: unknown) => (a as { length: number }).length === (b as { length: number } | undefined)?.length,
  updateTriggers: Object.fromEntries(Object.entries(attributes).map(([k, a]) => [k, numberOf(a.value)])) as Record<string, unknown>,
}); // prettier-ignore

/**
 * Marks → layers of the graphics card: a disc with a rim, its sign, and an arrow for what moves. Arrays go to the card as they are.
 */
export function markLayers({ name, marks, positions = marks.positions, faded = false, size = 1 }: NamedMarks): Layer[] {
  const opacity = faded ? 0.35 : 1;
  const length = marks.ids.length;
  if (length === 0) return [];
  const at = attribute(positions, 2);
  const layers: Layer[] = [];
  if (marks.headings) layers.push(arrows(name, marks, at, marks.headings, opacity, size));
  layers.push(
    new ScatterplotLayer({
      id: name,
      ...dataOf(length, {
        getPosition: at,
        getFillColor: attribute(marks.fills, 4),
        getLineColor: attribute(marks.lines, 4),
        getRadius: attribute(marks.radii, 1),
      }),
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
  at: Attribute,
  icons: readonly string[],
  inks: Uint8Array,
  opacity: number,
  size: number,
): Layer {
  const { image, mapping } = atlas();
  const data = dataOf(marks.ids.length, {
    getPosition: at,
    getColor: attribute(inks, 4),
    getSize: attribute(marks.radii, 1),
  });
  return new IconLayer({
    id: `${name}-signs`,
    ...data,
    iconAtlas: image as never,
    iconMapping: mapping as never,
    getIcon: ((_: unknown, { index }: { index: number }) => icons[index]) as never,
    sizeUnits: 'pixels',
    sizeScale: size * SIGN,
    updateTriggers: { ...data.updateTriggers, getIcon: numberOf(icons) },
    opacity,
    parameters: FLAT,
  });
}

function arrows(
  name: string,
  marks: MarkSet,
  at: Attribute,
  headings: Float32Array,
  opacity: number,
  size: number,
): Layer {
  const { image, mapping } = atlas();
  return new IconLayer({
    id: `${name}-arrows`,
    ...dataOf(marks.ids.length, {
      getPosition: at,
      getColor: attribute(marks.lines, 4),
      getAngle: attribute(anglesOf(headings), 1),
      getSize: attribute(arrowSizesOf(headings, marks.radii), 1),
    }),
    iconAtlas: image as never,
    iconMapping: mapping as never,
    getIcon: () => 'heading',
    sizeUnits: 'pixels',
    sizeScale: size * ARROW,
    opacity,
    parameters: FLAT,
  });
}
