import { startOfDay, type Instant } from '../time.ts';
import type { Fact } from '../fact.ts';
import type { Tables } from '../tables.ts';
import {
  INCIDENT_COLLECTIONS as C,
  MAX_CASES_SHOWN,
  MAX_ROUTES,
  type IncidentRow,
  type IncidentState,
  type RouteRow,
  type WallViewRow,
} from './rows.ts';

/** Ended incidents stay on the screens until the next city day begins. */
const ENDED: ReadonlySet<IncidentState> = new Set(['closed', 'rejected', 'evaluated', 'merged']);

/**
 * Folds facts into `incident`, `route` and `wallView`.
 * Bounded: ended incidents leave with the new day; of routes the newest {@link MAX_ROUTES} stay, and those that nobody shows leave
 * with the new day.
 */
export function foldIncidents(tables: Tables, fact: Fact, zone: string): void {
  switch (fact.kind) {
    case 'incident.reported': {
      const { id, source, sourceRef, content } = fact.body;
      return tables.put<IncidentRow>(C.incident, id, {
        ...content,
        state: 'reported',
        stateSince: fact.at,
        reportedAt: fact.at,
        confirmedAt: null,
        closedAt: null,
        source,
        sourceRef,
        reports: 1,
        cases: source === 'case' && sourceRef !== null ? [sourceRef] : [],
        owner: null,
        outcome: null,
        drill: fact.drill ?? false,
        area: null,
      });
    }
    case 'incident.reportAdded': {
      const { source, sourceRef, seq } = fact.body;
      return edit(tables, fact.body.id, (row) => ({
        ...row,
        reports: seq,
        cases:
          source === 'case' &&
          sourceRef !== null &&
          row.cases.length < MAX_CASES_SHOWN &&
          !row.cases.includes(sourceRef)
            ? [...row.cases, sourceRef]
            : row.cases,
      }));
    }
    case 'incident.taken': {
      const { owner } = fact.body;
      return edit(tables, fact.body.id, (row) =>
        row.state === 'reported' ? { ...row, owner, state: 'verifying', stateSince: fact.at } : { ...row, owner },
      );
    }
    case 'incident.confirmed': {
      const { content } = fact.body;
      return edit(tables, fact.body.id, (row) => ({
        ...row,
        ...content,
        ...into('confirmed', fact.at),
        confirmedAt: fact.at,
      }));
    }
    case 'incident.changed': {
      const { content } = fact.body;
      return edit(tables, fact.body.id, (row) => ({ ...row, ...content }));
    }
    case 'incident.rejected': {
      const { reason } = fact.body;
      return edit(tables, fact.body.id, (row) => ({
        ...row,
        ...into('rejected', fact.at),
        closedAt: fact.at,
        outcome: reason,
      }));
    }
    case 'incident.areaSet': {
      const { area } = fact.body;
      return edit(tables, fact.body.id, (row) => ({ ...row, area: { ...area, at: fact.at } }));
    }
    case 'incident.areaCleared':
      return edit(tables, fact.body.id, (row) => ({ ...row, area: null }));
    case 'incident.responding':
      return edit(tables, fact.body.id, (row) => ({ ...row, ...into('responding', fact.at) }));
    case 'incident.controlled':
      return edit(tables, fact.body.id, (row) => ({ ...row, ...into('controlled', fact.at) }));
    case 'incident.closed': {
      const { summary } = fact.body;
      return edit(tables, fact.body.id, (row) => ({
        ...row,
        ...into('closed', fact.at),
        closedAt: fact.at,
        outcome: summary,
      }));
    }
    case 'day.opened':
      return sweep(tables, startOfDay(fact.body.day, zone));
    default:
      return foldShown(tables, fact);
  }
}

/** What desks chose and put on walls. */
function foldShown(tables: Tables, fact: Fact): void {
  switch (fact.kind) {
    case 'route.chosen': {
      const { id, route } = fact.body;
      tables.put<RouteRow>(C.route, id, {
        ...route,
        chosenAt: fact.at,
        shownAt: null,
        shownBy: null,
        drill: fact.drill ?? false,
      });
      return dropOldRoutes(tables);
    }
    case 'route.shown': {
      const row = tables.get<RouteRow>(C.route, fact.body.id);
      if (row) tables.put<RouteRow>(C.route, fact.body.id, { ...row, shownAt: fact.at, shownBy: fact.body.by });
      return;
    }
    case 'route.hidden': {
      const row = tables.get<RouteRow>(C.route, fact.body.id);
      if (row) tables.put<RouteRow>(C.route, fact.body.id, { ...row, shownAt: null, shownBy: null });
      return;
    }
    case 'wall.shown': {
      const { scene, view, by } = fact.body;
      if (view) tables.put<WallViewRow>(C.wallView, scene, { ...view, by, since: fact.at });
      else tables.delete(C.wallView, scene);
      return;
    }
    default:
      return;
  }
}

const into = (state: IncidentState, at: Instant): Pick<IncidentRow, 'state' | 'stateSince'> => ({
  state,
  stateSince: at,
});

function edit(tables: Tables, id: string, change: (row: IncidentRow) => IncidentRow): void {
  const row = tables.get<IncidentRow>(C.incident, id);
  if (row) tables.put<IncidentRow>(C.incident, id, change(row));
}

/** Oldest first; of equals the smaller id, so that every copy drops the same one. */
function dropOldRoutes(tables: Tables): void {
  const routes = [...tables.all<RouteRow>(C.route)];
  if (routes.length <= MAX_ROUTES) return;
  routes
    .filter(([, r]) => r.shownAt === null)
    .sort(([ida, a], [idb, b]) => a.chosenAt - b.chosenAt || (ida < idb ? -1 : 1))
    .slice(0, routes.length - MAX_ROUTES)
    .forEach(([id]) => tables.delete(C.route, id));
}

function sweep(tables: Tables, dayStart: Instant): void {
  for (const [id, row] of [...tables.all<IncidentRow>(C.incident)])
    if (ENDED.has(row.state) && row.stateSince < dayStart) tables.delete(C.incident, id);
  for (const [id, row] of [...tables.all<RouteRow>(C.route)])
    if (row.shownAt === null && row.chosenAt < dayStart) tables.delete(C.route, id);
}
