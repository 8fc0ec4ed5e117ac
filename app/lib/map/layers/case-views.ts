import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { collection, type Box, type Collection, type Feature, inRing } from '../geo.ts';
import { classLimits, classOf } from './classes.ts';
import { heatWeight, type Heat } from './heat.ts';
import { hexesIn, hexMiddle, hexRing, type HexCounts } from './hexagons.ts';

/** How the layer of cases is drawn; all of them follow the same filter. */
export const CASE_VIEWS = ['points', 'hexagons', 'heat', 'districts'] as const;
export type CaseView = (typeof CASE_VIEWS)[number];
export const isCaseView = (text: string | null): text is CaseView => (CASE_VIEWS as readonly (string | null)[]).includes(text); // prettier-ignore

/** A district as the desk gets it from its server. */
export interface DistrictShape {
  readonly name: string;
  readonly nameEn: string | null;
  readonly label: LngLat;
  readonly polygons: readonly (readonly (readonly LngLat[])[])[];
  /** Estimated residents; null: the city's buildings tell none. */
  readonly people: number | null;
}

type Shown = Feature<{ class: number; text: string; large: boolean }>;

const label = (at: LngLat, text: string, cls: number, large: boolean): Shown => ({
  type: 'Feature',
  properties: { class: cls, text, large },
  geometry: { type: 'Point', coordinates: at },
});
const area = (rings: readonly (readonly LngLat[])[], cls: number): Shown => ({
  type: 'Feature',
  properties: { class: cls, text: '', large: false },
  geometry: { type: 'Polygon', coordinates: rings },
});

/** Hexagons in a box with their counts; limits are those of the whole city. */
export function hexAreas(
  counts: HexCounts,
  z: number,
  box: Box,
  number: (n: number) => string,
): { ground: Collection; limits: readonly number[] } {
  const limits = classLimits(counts.values(), { whole: true });
  const ground = hexesIn(counts, z, box).flatMap((key): Shown[] => {
    const n = counts.get(key)!;
    const cls = classOf(n, limits);
    return [area([hexRing(key, z)], cls), label(hexMiddle(key, z), number(n), cls, false)];
  });
  return { ground: collection(ground), limits };
}

/** Points of heat with their weights. */
export const heatGround = (found: Heat): Collection =>
  collection(
    found.points.map(({ at, count }) => ({
      type: 'Feature',
      properties: { weight: count * heatWeight(found.topPerKm2, at[1]) },
      geometry: { type: 'Point', coordinates: at },
    })),
  );

/** What a district is coloured by: cases per 10,000 residents where residents of all are known, else the cases. */
export const perPeople = (shapes: readonly DistrictShape[]): boolean =>
  shapes.length > 0 && shapes.every((s) => (s.people ?? 0) >= 1);

/** Districts with a case, coloured; each says its count, and below it the cases per 10,000 residents. */
export function districtAreas(
  shapes: readonly DistrictShape[],
  counts: ReadonlyMap<string, number>,
  say: { number: (n: number) => string; rate: (perTenThousand: number) => string },
): { ground: Collection; limits: readonly number[]; rates: boolean } {
  const rates = perPeople(shapes);
  const valueOf = (s: DistrictShape): number => {
    const n = counts.get(s.name) ?? 0;
    return rates ? Number(((n / s.people!) * 10_000).toFixed(1)) : n;
  };
  const limits = classLimits(shapes.map(valueOf), { whole: !rates });
  const ground = shapes.flatMap((s): Shown[] => {
    const n = counts.get(s.name) ?? 0;
    if (n === 0) return [];
    const cls = classOf(valueOf(s), limits);
    const text = rates ? `${say.number(n)}\n${say.rate(valueOf(s))}` : say.number(n);
    return [...s.polygons.map((rings) => area(rings, cls)), label(s.label, text, cls, true)];
  });
  return { ground: collection(ground), limits, rates };
}

/** The district that holds a place; null outside of all. */
export const districtAt = (shapes: readonly DistrictShape[], at: LngLat): DistrictShape | null =>
  shapes.find((s) => s.polygons.some((rings) => rings.filter((ring) => inRing(ring, at)).length % 2 === 1)) ?? null;

/** Numbers of the cases that name a district. */
export const casesOfDistrict = (rows: readonly (readonly [string, CaseRow])[], name: string): string[] =>
  rows.flatMap(([no, r]) => (r.district === name ? [no] : []));
