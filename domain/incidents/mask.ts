import { maskFreeText, streetLevel } from '../cases/mask.ts';
import { EVACUATIONS, type EvacuationRow } from '../around/evacuation-rows.ts';
import { cutNear, snap } from '../geo.ts';
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
    case EVACUATIONS: {
      const plan = row as EvacuationRow;
      return plan.sensitive ? null : { ...plan, title: maskFreeText(plan.title), at: snap(plan.at, GRID), area: [] };
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
      area: null,
    };
  return {
    ...row,
    title: maskFreeText(row.title),
    place: row.place === null ? null : streetLevel(row.place),
    at: snap(row.at, GRID),
    outcome: row.outcome === null ? null : maskFreeText(row.outcome),
    // its middle is the exact place
    area: null,
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
  // the fleet's own names: '抢修6号车' holds no house number
  if (end.kind === 'vehicle') return { ...end, at: snap(end.at, GRID) };
  if (!personal(end, sensitive)) return { ...end, label: maskFreeText(end.label), at: snap(end.at, GRID) };
  return { ...end, label: end.ref ?? '', at: snap(end.at, GRID_SENSITIVE) };
}
