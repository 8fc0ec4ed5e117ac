import { maskNumber } from '../floor/mask.ts';
import type { LngLat } from '../city/rows.ts';
import type { Row } from '../tables.ts';
import { INCIDENT_COLLECTIONS as C, type IncidentRow, type RouteEnd, type RouteRow, type WallViewRow } from './rows.ts';

/** Walls see points on this grid, degrees: about 100 m; of sensitive incidents about 1 km. */
const GRID = 0.001;
const GRID_SENSITIVE = 0.01;
/** Lines to a sensitive incident or a citizen's case end this far before it, metres. */
const CUT_M = 250;

/**
 * What a wall may see of the topic `incidents`. Titles lose telephone numbers, places lose house and room numbers, points move
 * to a grid. A sensitive incident shows its class, level, state and district only. Officers' names stay: they act in office.
 */
export function maskIncidents(collection: string, row: Row): Row | null {
  switch (collection) {
    case C.incident:
      return maskIncident(row as IncidentRow);
    case C.route:
      return maskRoute(row as RouteRow);
    case C.wallView: {
      const view = row as WallViewRow;
      return { ...view, center: snap(view.center, view.sensitive ? GRID_SENSITIVE : GRID) };
    }
    default:
      return row;
  }
}

function maskIncident(row: IncidentRow): IncidentRow {
  if (row.sensitive)
    return {
      ...row,
      title: '',
      place: row.district,
      at: snap(row.at, GRID_SENSITIVE),
      sourceRef: null,
      cases: [],
      outcome: null,
    };
  return {
    ...row,
    title: maskText(row.title),
    place: row.place === null ? null : maskAddress(row.place),
    at: snap(row.at, GRID),
    outcome: row.outcome === null ? null : maskText(row.outcome),
  };
}

/** An end at a citizen's case, or at an incident that is kept off the walls, is personal. */
const personal = (end: RouteEnd, sensitive: boolean): boolean =>
  end.kind === 'case' || (end.kind === 'incident' && sensitive);

function maskRoute(row: RouteRow): RouteRow {
  const hidden = [row.from, row.to].filter((e) => personal(e, row.sensitive));
  const cut = (line: readonly LngLat[]): readonly LngLat[] => hidden.reduce((l, e) => cutNear(l, e.at, CUT_M), line);
  return {
    ...row,
    from: maskEnd(row.from, row.sensitive),
    to: maskEnd(row.to, row.sensitive),
    shortest: { ...row.shortest, line: cut(row.shortest.line) },
    best: { ...row.best, line: cut(row.best.line) },
  };
}

function maskEnd(end: RouteEnd, sensitive: boolean): RouteEnd {
  if (!personal(end, sensitive)) return { ...end, label: maskAddress(maskText(end.label)), at: snap(end.at, GRID) };
  return { ...end, label: end.ref ?? '', at: snap(end.at, GRID_SENSITIVE) };
}

/** Numbers of seven digits and more are telephones, plates of papers, accounts: hidden in any free text. */
export function maskText(text: string): string {
  return text.replace(/\+?\d(?:[\s-]?\d){6,}/g, (n) => maskNumber(n));
}

/** '中山北路128号3幢502室' → '中山北路'; '12 Main Street, Flat 4' → 'Main Street'. A place without numbers stays. */
export function maskAddress(place: string): string {
  const text = maskText(place)
    .replace(/[A-Z]?[\d０-９]+(?:[-－—][\d０-９]+)?(?:号(?!线)|幢|栋|座|单元|室|户|楼|层|弄)[^，,、（(\s]*/g, '')
    .replace(/[一二三四五六七八九十百零〇]+(?:号(?!线)|幢|栋|单元|室)[^，,、（(\s]*/g, '')
    .replace(/\b(?:flat|room|unit|apt|apartment|no\.?|house)\s*[\w-]*\d[\w-]*/gi, '')
    .replace(/(^|[\s,])\d+[a-z]?(?=\s+\p{Lu})/gu, '$1');
  return text.replace(/\s{2,}/g, ' ').replace(/^[\s,，、]+|[\s,，、]+$/g, '');
}

/** The nearest point of a grid, written with as few decimals as the grid has. */
export function snap([lng, lat]: LngLat, grid: number): LngLat {
  const to = (x: number): number => Number((Math.round(x / grid) * grid).toFixed(4));
  return [to(lng), to(lat)];
}

/** Drops the points of a line that lie within `radiusM` of a place. */
export function cutNear(line: readonly LngLat[], place: LngLat, radiusM: number): readonly LngLat[] {
  const perLat = 111_195;
  const perLng = perLat * Math.cos((place[1] * Math.PI) / 180);
  return line.filter(([lng, lat]) => Math.hypot((lng - place[0]) * perLng, (lat - place[1]) * perLat) > radiusM);
}
