import type { PartName } from './parts.ts';

/** What a formula may name: counted parts, and the time that a trunk's channels offer, which follows from its size. */
export type Quantity = PartName | 'channel_ms';
export type Quantities = Partial<Record<Quantity, number>>;
/** How many of each; whole numbers, so that a figure stays an exact fraction until it is rounded once. */
export type Terms = Quantities;

/** A figure before rounding: `part / whole`, both whole numbers. */
export interface Fraction {
  readonly part: number;
  readonly whole: number;
}

export type Unit = 'calls' | 'visits' | 'cases' | 'times' | 'percent' | 's' | 'perHour' | 'points';

/** Why there is no figure: 'empty': its denominator is 0 (R4); 'unknown': what it needs is not recorded or not set. */
export type NoFigure = 'empty' | 'unknown';

export const addTerms = (terms: Terms, of: Quantities): number =>
  Object.entries(terms).reduce((sum, [name, times]) => sum + times * (of[name as Quantity] ?? 0), 0);

/** The value, not rounded; null when the whole is 0. */
export const valueOf = (f: Fraction): number | null => (f.whole === 0 ? null : f.part / f.whole);

/** Largest whole number for which doubles are exact. */
const EXACT = Number.MAX_SAFE_INTEGER;

/**
 * `part × scale / whole` with so many decimals, half up (R5), exact: 1/8 as a percentage with one decimal is 12.5, 0.05 with
 * one decimal 0.1, whatever the binary fraction says.
 * @returns null when the whole is 0
 */
export function rounded({ part, whole }: Fraction, decimals: number, scale = 1): number | null {
  return whole === 0 ? null : roundedOrNaN(part, whole, decimals, scale);
}

/** The same of bare numbers, for columns of them: NaN when the whole is 0 or not known. */
export function roundedOrNaN(part: number, whole: number, decimals: number, scale: number): number {
  if (whole === 0 || Number.isNaN(whole)) return NaN;
  const up = 10 ** decimals;
  const top = part * scale * up * 2 + whole;
  if (Math.abs(top) <= EXACT && Math.abs(whole) * 2 <= EXACT) return Math.floor(top / (whole * 2)) / up;
  const big = BigInt(Math.round(part)) * BigInt(scale * up * 2) + BigInt(whole);
  const over = BigInt(whole) * 2n;
  const floor = big >= 0n || big % over === 0n ? big / over : big / over - 1n;
  return Number(floor) / up;
}

/** `roundedOrNaN` of whole columns, to be read only; a number is the whole of every cell. */
export function roundedColumn(
  part: Float64Array,
  whole: Float64Array | number,
  decimals: number,
  scale: number,
): Float64Array {
  if (whole === 1 && decimals === 0 && scale === 1) return part; // counts are whole as they are
  const up = 10 ** decimals;
  const twice = scale * up * 2;
  const out = new Float64Array(part.length);
  for (let k = 0; k < out.length; k++) {
    const w = typeof whole === 'number' ? whole : whole[k]!;
    const top = part[k]! * twice + w;
    // the same steps as for one number, without a call for each of a hundred thousand
    out[k] =
      w !== 0 && Math.abs(top) <= EXACT && Math.abs(w) * 2 <= EXACT
        ? Math.floor(top / (w * 2)) / up
        : roundedOrNaN(part[k]!, w, decimals, scale);
  }
  return out;
}

/** Decimals of a figure where people read it, and what it is multiplied by: walls show whole seconds, exports 0.01 (R5). */
export function shownAs(unit: Unit, where: 'wall' | 'export'): { decimals: number; scale: number } {
  switch (unit) {
    case 'percent':
      return { decimals: 1, scale: 100 };
    case 'perHour':
    case 'points':
      return { decimals: 1, scale: 1 };
    case 's':
      return { decimals: where === 'wall' ? 0 : 2, scale: 1 };
    default:
      return { decimals: 0, scale: 1 };
  }
}

/** A figure as people read it; null when its whole is 0. */
export function shown(f: Fraction, unit: Unit, where: 'wall' | 'export'): number | null {
  const { decimals, scale } = shownAs(unit, where);
  return rounded(f, decimals, scale);
}
