import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { worldPixel, worldPlace, type Box } from '../geo.ts';
import { roundUp } from './classes.ts';

/**
 * Cases as heat. The map smooths with a bell of {@link HEAT_RADIUS_PX}; it gets the cases of each small cell as one point with a
 * weight, and the density in cases per km² at which its colour is full, so that the legend can say numbers.
 */

/** Three times the width (σ) of the bell that the map draws, pixels. */
export const HEAT_RADIUS_PX = 45;
const SIGMA_PX = HEAT_RADIUS_PX / 3;
/** Side of a cell whose cases become one point, pixels: not to be seen under the bell. */
export const HEAT_CELL_PX = 9;
/** Side of the squares whose density says how hot it gets: as wide as a bell is. */
const SQUARE_CELLS = 4;
export const SQUARE_PX = SQUARE_CELLS * HEAT_CELL_PX;

export interface HeatPoint {
  /** Mean place of the cases. */
  readonly at: LngLat;
  readonly count: number;
}
export interface Heat {
  readonly points: readonly HeatPoint[];
  /** Cases per km² of the hottest colour; 0: there are no cases. */
  readonly topPerKm2: number;
}

/** A whole number of 30 bits near the first cell: a map finds such keys in half the time of others. */
const NEAR = 2 ** 14;
const SPAN = 2 ** 25;
function keyOf(column: number, row: number): number {
  return column >= -NEAR && column < NEAR && row >= -NEAR && row < NEAR
    ? (column + NEAR) * 2 * NEAR + row + NEAR
    : 2 ** 31 + (column + SPAN) * 2 * SPAN + row + SPAN;
}

/** @param z whole zoom @param box only points within it are made; the top is that of all cases */
export function heat(rows: readonly (readonly [string, CaseRow])[], z: number, box: Box | null = null): Heat {
  const points = new Map<number, { x: number; y: number; n: number }>();
  const squares = new Map<number, number>();
  let first: readonly [number, number] | null = null;
  let lat = 0;
  for (const [, { at }] of rows) {
    if (!at) continue;
    const [x, y] = worldPixel(at, z);
    first ??= [Math.floor(x / SQUARE_PX), Math.floor(y / SQUARE_PX)];
    lat ||= at[1];
    const square = keyOf(Math.floor(x / SQUARE_PX) - first[0], Math.floor(y / SQUARE_PX) - first[1]);
    squares.set(square, (squares.get(square) ?? 0) + 1);
    if (box && (at[0] < box[0] || at[1] < box[1] || at[0] > box[2] || at[1] > box[3])) continue;
    const key = keyOf(
      Math.floor(x / HEAT_CELL_PX) - first[0] * SQUARE_CELLS,
      Math.floor(y / HEAT_CELL_PX) - first[1] * SQUARE_CELLS,
    );
    const cell = points.get(key);
    if (cell) {
      cell.x += x;
      cell.y += y;
      cell.n++;
    } else points.set(key, { x, y, n: 1 });
  }
  let most = 0;
  for (const n of squares.values()) if (n > most) most = n;
  return {
    points: Array.from(points.values(), (c) => ({ at: worldPlace([c.x / c.n, c.y / c.n], z), count: c.n })),
    topPerKm2: most === 0 ? 0 : roundUp(most / (SQUARE_PX / pixelsPerKm(z, lat)) ** 2),
  };
}

const pixelsPerKm = (z: number, lat: number): number => (512 * 2 ** z) / (40_075.017 * Math.cos((lat * Math.PI) / 180));

/** The zoom at which the map takes weights as they are. */
export const HEAT_ZOOM = 11;
/** A bell of the map at its middle: what MapLibre multiplies weights with, 1 / √(2π). */
const BELL = 1 / Math.sqrt(2 * Math.PI);

/**
 * Weight of one case at {@link HEAT_ZOOM}, so that as many cases per km² as `topPerKm2` everywhere give a density of 1. Each case adds
 * a bell of volume 2πσ²·BELL.
 */
export function heatWeight(topPerKm2: number, lat: number): number {
  if (topPerKm2 <= 0) return 0;
  const topPerPx2 = topPerKm2 / pixelsPerKm(HEAT_ZOOM, lat) ** 2;
  return 1 / (topPerPx2 * 2 * Math.PI * SIGMA_PX ** 2 * BELL);
}
