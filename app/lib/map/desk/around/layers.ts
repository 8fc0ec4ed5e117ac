import type { AreaPolygons, IncidentArea } from '#domain/around/area.ts';
import type { EvacuationRow } from '#domain/around/evacuation-rows.ts';
import { groupsOf } from '#domain/around/kinds.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { IncidentRow } from '#domain/incidents/rows.ts';
import { isOpen } from '#domain/incidents/incident.ts';
import { circleRing, collection, type Collection, type Feature } from '../../geo.ts';
import type { AroundDraft } from './around.svelte.ts';

type Props = Record<string, string | number | boolean | null>;
const polygon = (properties: Props, coordinates: readonly (readonly LngLat[])[]): Feature<Props> => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Polygon', coordinates },
});

const line = (properties: Props, coordinates: readonly LngLat[]): Feature<Props> => ({
  type: 'Feature',
  properties,
  geometry: { type: 'LineString', coordinates },
});

/** Open incidents with the area that they affect. */
export const affected = (
  rows: ReadonlyMap<string, IncidentRow>,
): { id: string; row: IncidentRow; area: IncidentArea }[] =>
  [...rows].flatMap(([id, row]) => (row.area && isOpen(row.state) ? [{ id, row, area: row.area }] : []));

/** Rings and areas of the tool, what it found, and what incidents affect; one list for the map's ground. */
export function aroundGround(
  d: AroundDraft,
  areas: readonly { readonly area: IncidentArea }[],
  evacuation: EvacuationRow | null,
): Collection {
  const features: Feature<Props>[] = [];
  for (const { area } of areas) for (const p of area.polygons) features.push(polygon({ look: 'area' }, p));
  if (d.from) {
    if (d.tab === 'around' && !d.byArea)
      for (const r of d.radiiM.toReversed()) features.push(polygon({ look: 'ring' }, [circleRing(d.from.at, r, 72)]));
    if (d.area) features.push(polygon({ look: 'drawn' }, d.area[0]!));
    if (d.line && d.tab === 'around') {
      features.push(line({ look: 'line' }, d.line), ...besideOf(d).map((p) => polygon({ look: 'drawn' }, p)));
    }
    if (d.tab !== 'around') for (const p of d.estimate?.polygons ?? []) features.push(polygon({ look: 'estimate' }, p));
    if (d.tab === 'around')
      for (const t of d.found?.things ?? [])
        features.push(point({ look: 'thing', group: t.kind === 'shelter' ? 'shelter' : groupsOf(t.kind)[0]! }, t.at));
  }
  if (evacuation) {
    for (const p of evacuation.area) features.push(polygon({ look: 'area' }, p));
    const from = middleOf(evacuation.area);
    for (const s of evacuation.shelters) {
      const width = 1 + (5 * s.assigned) / Math.max(1, evacuation.people);
      features.push(line({ look: 'flow', width }, [from, s.at]));
      features.push(point({ look: 'thing', group: 'shelter' }, s.at));
    }
  }
  return collection(features);
}

/** What the server made of the sides of the line that is shown; nothing while it is asked about another one. */
function besideOf({ found, line: shown }: AroundDraft): AreaPolygons {
  const extent = found?.extent;
  return extent && 'line' in extent && JSON.stringify(extent.line) === JSON.stringify(shown) ? (extent.area ?? []) : [];
}

const point = (properties: Props, coordinates: LngLat): Feature<Props> => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates },
});

/** The line that is being drawn, closed to its beginning once it is an area. @param area false: it stays a line */
export function drawingLine(corners: readonly LngLat[], area = true): Feature<Props>[] {
  if (corners.length < 2) return [];
  const line = area && corners.length > 2 ? [...corners, corners[0]!] : corners;
  return [{ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line } }];
}

/** Where the lines of an evacuation begin: the middle of the corners of its area. */
function middleOf(polygons: EvacuationRow['area']): LngLat {
  const corners = polygons.flatMap((p) => p[0]?.slice(1) ?? []);
  const sum = corners.reduce((s, [x, y]): [number, number] => [s[0] + x, s[1] + y], [0, 0] as [number, number]);
  return [sum[0] / corners.length, sum[1] / corners.length];
}

/** The northernmost point: where the words of an area stand. */
export function topOf(polygons: IncidentArea['polygons']): LngLat {
  return polygons.flat(2).reduce((top, p) => (p[1] > top[1] ? p : top));
}
