import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { worldPixel, worldPlace, type Box } from '../geo.ts';

/**
 * Cases counted in hexagons of the Mercator plane, a corner up. They are as large on the screen at every whole zoom, so that a count
 * fits into each; a hexagon is named by its zoom, column and row, and whoever knows a place and the zoom knows its hexagon.
 */

/** From the middle to a corner, pixels at the whole zoom. */
export const HEX_PX = 34;
const ACROSS = Math.sqrt(3) * HEX_PX;
const UP = 1.5 * HEX_PX;
/** Columns lean to the left with each row, so that they may be negative: by less than this at any zoom. */
const LEAN = 2 ** 24;
const ROWS = 2 ** 24;

/** Number of cases by the key of their hexagon. */
export type HexCounts = ReadonlyMap<number, number>;

/** Key of the hexagon that holds a place. @param z whole zoom, 0–18 */
export function hexKey(at: LngLat, z: number): number {
  const [x, y] = worldPixel(at, z);
  const row = y / UP;
  const column = x / ACROSS - row / 2;
  // the nearest of the hexagons around: of three coordinates whose sum is 0 the one that rounding moved most gives way
  let q = Math.round(column);
  let r = Math.round(row);
  const third = Math.round(-column - row);
  const [dq, dr, dt] = [Math.abs(q - column), Math.abs(r - row), Math.abs(third + column + row)];
  if (dq > dr && dq > dt) q = -r - third;
  else if (dr > dt) r = -q - third;
  return (q + LEAN) * ROWS + r;
}

/** Cases with a place, counted by hexagon: one pass. */
export function hexCounts(rows: readonly (readonly [string, CaseRow])[], z: number): HexCounts {
  const counts = new Map<number, number>();
  for (const [, { at }] of rows) {
    if (!at) continue;
    const key = hexKey(at, z);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Middle of a hexagon in pixels of its zoom. */
function middle(key: number): [number, number] {
  const r = key % ROWS;
  const q = Math.floor(key / ROWS) - LEAN;
  return [(q + r / 2) * ACROSS, r * UP];
}

/** Where a hexagon's count is written. */
export const hexMiddle = (key: number, z: number): LngLat => worldPlace(middle(key), z);

/** A hexagon as a closed ring of seven points. */
export function hexRing(key: number, z: number): LngLat[] {
  const [x, y] = middle(key);
  return [0, 1, 2, 3, 4, 5, 0].map((i) => {
    const a = (Math.PI / 3) * i + Math.PI / 6;
    return worldPlace([x + HEX_PX * Math.cos(a), y + HEX_PX * Math.sin(a)], z);
  });
}

/** Keys whose middles lie in a box, or at most half a hexagon outside of it. */
export function hexesIn(counts: HexCounts, z: number, box: Box): number[] {
  const [left, bottom] = worldPixel([box[0], box[1]], z);
  const [right, top] = worldPixel([box[2], box[3]], z);
  return [...counts.keys()].filter((key) => {
    const [x, y] = middle(key);
    return x >= left - HEX_PX && x <= right + HEX_PX && y >= top - HEX_PX && y <= bottom + HEX_PX;
  });
}

/** Numbers of the cases of one hexagon, in their order. */
export const casesOfHex = (rows: readonly (readonly [string, CaseRow])[], key: number, z: number): string[] =>
  rows.flatMap(([no, { at }]) => (at && hexKey(at, z) === key ? [no] : []));

/** From side to side on the ground, metres. @param lat degrees */
export const hexWidthM = (z: number, lat: number): number =>
  (ACROSS / (512 * 2 ** z)) * 40_075_017 * Math.cos((lat * Math.PI) / 180);
