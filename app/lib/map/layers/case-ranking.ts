import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { Box } from '../geo.ts';
import type { DistrictShape } from './case-views.ts';
import { hexCounts, hexesIn, hexKey, hexMiddle } from './hexagons.ts';

/** What hexagons and districts say in colours, as a list: the most cases first. */

export interface RankedArea {
  readonly id: string;
  /** Of a hexagon the street that most of its cases name; null: none does. */
  readonly name: string | null;
  readonly count: number;
  readonly at: LngLat;
  /** Null: a district. */
  readonly hex: { readonly key: number; readonly z: number } | null;
}

const fullest = (a: RankedArea, b: RankedArea): number => b.count - a.count || (a.id < b.id ? -1 : 1);
const holds = ([w, s, e, n]: Box, [lng, lat]: LngLat): boolean => lng >= w && lng <= e && lat >= s && lat <= n;

/** The fullest hexagons whose middle lies in a box, at most `most`. @param say how a street of a district is told; empty: unnamed */
export function rankHexes(
  rows: readonly (readonly [string, CaseRow])[],
  z: number,
  box: Box,
  most: number,
  say: (district: string | null, street: string | null) => string = (d, s) => `${d ?? ''}${s ?? ''}`,
): RankedArea[] {
  const counts = hexCounts(rows, z);
  const top = hexesIn(counts, z, box)
    .map((key): RankedArea => ({
      id: String(key),
      name: null,
      count: counts.get(key)!,
      at: hexMiddle(key, z),
      hex: { key, z },
    })) // prettier-ignore
    .filter((h) => holds(box, h.at))
    .sort(fullest)
    .slice(0, most);
  const names = new Map(top.map((h) => [h.hex!.key, new Map<string, number>()]));
  for (const [, r] of rows) {
    const place = say(r.district, r.street);
    const of = r.at && place !== '' ? names.get(hexKey(r.at, z)) : undefined;
    of?.set(place, (of.get(place) ?? 0) + 1);
  }
  return top.map((h) => {
    const most_ = [...names.get(h.hex!.key)!].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
    return { ...h, name: most_?.[0] ?? null };
  });
}

/** Districts with a case that reach into a box. */
export function rankDistricts(
  shapes: readonly DistrictShape[],
  counts: ReadonlyMap<string, number>,
  [w, s, e, n]: Box,
  english: boolean,
): RankedArea[] {
  const seen = (d: DistrictShape): boolean => {
    const corners = d.polygons.flatMap((p) => p[0] ?? []);
    const [lngs, lats] = [corners.map((c) => c[0]), corners.map((c) => c[1])];
    const within = (list: readonly number[], from: number, to: number): boolean =>
      list.some((x) => x >= from) && list.some((x) => x <= to);
    return within(lngs, w, e) && within(lats, s, n);
  };
  return shapes
    .filter((d) => (counts.get(d.name) ?? 0) > 0 && seen(d))
    .map((d) => ({ id: d.name, name: (english && d.nameEn) || d.name, count: counts.get(d.name)!, at: d.label, hex: null }))
    .sort(fullest);
} // prettier-ignore
