import type { LngLat } from '#domain/city/rows.ts';
import { areaM2, crossesItself, legM } from '#domain/ellipsoid.ts';
import type { Locale } from '#lib/i18n/locale.ts';

/** What is measured of a line: its legs in metres, and from three points on the shape that it closes to. */
export interface Measured {
  readonly legsM: readonly number[];
  readonly lengthM: number;
  /** `areaM2` null: it crosses itself. */
  readonly closed: { readonly perimeterM: number; readonly areaM2: number | null } | null;
}

export function measured(points: readonly LngLat[]): Measured {
  const legsM = points.slice(1).map((p, i) => legM(points[i]!, p));
  const lengthM = legsM.reduce((sum, m) => sum + m, 0);
  if (points.length < 3) return { legsM, lengthM, closed: null };
  const perimeterM = lengthM + legM(points.at(-1)!, points[0]!);
  return { legsM, lengthM, closed: { perimeterM, areaM2: crossesItself(points) ? null : areaM2(points) } };
}

/** Rounded to hundredths below a hundred, to tenths below a thousand. */
const sensible = (n: number): number => (n < 100 ? Math.round(n * 100) / 100 : n < 1000 ? Math.round(n * 10) / 10 : Math.round(n)); // prettier-ignore

/** Whole metres below a kilometre, then kilometres. */
export const sayLegM = (m: number, { words, format }: Locale): string =>
  Math.round(m) < 1000
    ? words.map.metres(format.number(Math.round(m)))
    : words.map.kilometres(format.number(sensible(m / 1000)));

/** Square metres below a hectare, hectares below a square kilometre, then square kilometres. */
export function sayAreaM2(m2: number, { words, format }: Locale): string {
  const w = words.measure;
  if (Math.round(m2) < 10_000) return w.squareMetres(format.number(Math.round(m2)));
  return m2 < 999_950
    ? w.hectares(format.number(sensible(m2 / 10_000)))
    : w.squareKilometres(format.number(sensible(m2 / 1_000_000)));
}
