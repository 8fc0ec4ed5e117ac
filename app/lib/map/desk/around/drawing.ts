import type { LngLat } from '#domain/city/rows.ts';
import type { Extent } from './extent.ts';

/** An area that is drawn by hand, corner by corner. */

/** An area has so many corners at most; the server asks the same. */
export const MAX_CORNERS = 300;

export const withCorner = (
  corners: readonly LngLat[],
  [lng, lat]: LngLat,
  most: number = MAX_CORNERS,
): readonly LngLat[] =>
  corners.length < most ? [...corners, [Math.round(lng * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6]] : corners;

/** What a key does to the corners; `area` once it is one, null given up. */
export type Drawn = { readonly drawing: readonly LngLat[] } | { readonly area: readonly LngLat[] | null };

/**
 * Keys while an area is drawn: Space adds the middle of the map, Backspace takes a corner back, Enter ends from three on, Esc gives up.
 * @param limits corners of the shape: a line needs two
 * @returns null for other keys
 */
export function drawKey(
  corners: readonly LngLat[],
  key: string,
  middle: LngLat | null,
  { least, most } = { least: 3, most: MAX_CORNERS },
): Drawn | null {
  switch (key) {
    case 'Escape':
      return { area: null };
    case 'Enter':
      return corners.length < least ? { drawing: corners } : { area: corners };
    case 'Backspace':
      return { drawing: corners.slice(0, -1) };
    case ' ':
      return middle ? { drawing: withCorner(corners, middle, most) } : null;
    default:
      return null;
  }
}

/** Radii as somebody writes them; null when they are none that can be asked for. */
export function radiiOf(text: string): number[] | null {
  const radii = text
    .split(/[,，、\s]+/)
    .filter((t) => t !== '')
    .map(Number);
  const fits =
    radii.length >= 1 &&
    radii.length <= 5 &&
    radii.every((r, i) => Number.isFinite(r) && r >= 10 && r <= 20_000 && (i === 0 || r > radii[i - 1]!));
  return fits ? radii : null;
}

/** The smallest ring that holds a distance; null in an area. */
export const ringOf = (extent: Extent, distanceM: number): number | null =>
  'radiiM' in extent ? (extent.radiiM.find((r) => distanceM <= r + 0.01) ?? null) : null;
