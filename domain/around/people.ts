import type { LngLat } from '../city/rows.ts';
import type { Instant } from '../time.ts';

/** What a count of people rests on; the screen says it beside the number. */
export type PeopleSource =
  | {
      readonly kind: 'buildings';
      readonly attribution: string;
      readonly loadedAt: Instant;
      /** There is a population grid, but it does not tell of the whole of this area. */
      readonly beyondGrid: boolean;
    }
  | {
      readonly kind: 'grid';
      readonly source: string;
      /** YYYY or YYYY-MM-DD. */
      readonly asOf: string;
      /** As the source states it, ± percent. */
      readonly errorPct: number;
      /** Side of a cell, metres. */
      readonly cellM: number;
    };

/** One cell of a population grid. */
export interface GridCell {
  /** Its middle. */
  readonly at: LngLat;
  /** From the middle to its sides, degrees of longitude and latitude. */
  readonly half: readonly [number, number];
  /** More than 0. */
  readonly people: number;
}

/** Why a value of a grid is not taken. */
export const CELL_FAULTS = ['no-data', 'negative', 'unreadable', 'outside', 'twice'] as const;
export type CellFault = (typeof CELL_FAULTS)[number];
export const noFaults = (): Record<CellFault, number> => ({
  ...{ 'no-data': 0, negative: 0, unreadable: 0, outside: 0, twice: 0 },
});

/** Grids write it where nothing is known: −9999, −99999, the least float … No error of counting is so far below nothing. */
const NO_DATA_BELOW = -9999;

/**
 * People of a cell as its file tells them.
 * @param noData what the file itself declares
 * @returns people, 0 or more, or why the value says nothing
 */
export function peopleIn(value: number, noData: number | null): number | 'no-data' | 'negative' {
  if (Number.isNaN(value) || value === noData || value <= NO_DATA_BELOW || !Number.isFinite(value)) return 'no-data';
  return value < 0 ? 'negative' : value;
}

/** Denser than the densest quarters of the earth: the unit of the file is likely another one than people per cell. */
export const DENSEST_PER_KM2 = 300_000;

/**
 * Side of the cells of a grid that does not tell it, from the middles of some of them: the median gap between neighbouring values.
 * @param values longitudes or latitudes, degrees, any order
 * @returns degrees; null when there are fewer than two
 */
export function gridStep(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  // two values of the same column differ by rounding alone
  const gaps = sorted.flatMap((v, i) => (i > 0 && v - sorted[i - 1]! > 1e-5 ? [v - sorted[i - 1]!] : []));
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? null;
}
