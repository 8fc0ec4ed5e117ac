/**
 * What stands on the map, described as plain arrays: the layer builders make it from rows, `deck.ts` gives it to the graphics card.
 * Arrays, and not objects per point, because ten thousand points a second must not make ten thousand objects.
 */
export interface MarkSet {
  /** Ids in order; index i of each array below belongs to ids[i]. */
  readonly ids: readonly string[];
  /** lng, lat, lng, lat … degrees. */
  readonly positions: Float64Array;
  /** r, g, b, a per mark. */
  readonly fills: Uint8Array;
  readonly lines: Uint8Array;
  /** Pixels of a screen at 1×. */
  readonly radii: Float32Array;
  /** Name of a picture in the atlas per mark; null: a plain disc. */
  readonly icons: readonly string[] | null;
  /** r, g, b, a of the picture. */
  readonly inks: Uint8Array | null;
  /** Degrees clockwise from north; NaN: no direction is drawn. */
  readonly headings: Float32Array | null;
}

/** Short text at a place: counts of clusters, measured values. */
export interface Label {
  readonly at: readonly [number, number];
  readonly text: string;
  readonly colour: readonly [number, number, number, number];
  /** Pixels at 1×. */
  readonly size: number;
  readonly offset: readonly [number, number];
  /** On a plate of its own, where it stands on nothing. */
  readonly plate: boolean;
}

type Rgba = readonly [number, number, number, number];

export interface MarkInput {
  readonly id: string;
  readonly at: readonly [number, number];
  readonly fill: Rgba;
  readonly line: Rgba;
  readonly radius: number;
  readonly icon?: string;
  readonly ink?: Rgba;
  readonly heading?: number | null;
}

/** Packs marks into arrays. */
export function markSet(marks: readonly MarkInput[]): MarkSet {
  const n = marks.length;
  const withIcons = marks.some((m) => m.icon !== undefined);
  const withHeadings = marks.some((m) => m.heading != null);
  const positions = new Float64Array(n * 2);
  const fills = new Uint8Array(n * 4);
  const lines = new Uint8Array(n * 4);
  const radii = new Float32Array(n);
  const inks = withIcons ? new Uint8Array(n * 4) : null;
  const headings = withHeadings ? new Float32Array(n) : null;
  const icons: string[] | null = withIcons ? [] : null;
  const ids: string[] = [];
  marks.forEach((m, i) => {
    ids.push(m.id);
    positions.set(m.at, i * 2);
    fills.set(m.fill, i * 4);
    lines.set(m.line, i * 4);
    radii[i] = m.radius;
    icons?.push(m.icon ?? '');
    if (m.ink) inks?.set(m.ink, i * 4);
    if (headings) headings[i] = m.heading ?? Number.NaN;
  });
  return { ids, positions, fills, lines, radii, icons, inks, headings };
}

export const NO_MARKS: MarkSet = markSet([]);
