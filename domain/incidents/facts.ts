import type { IncidentArea, NewArea } from '../around/area.ts';
import type { Scene } from '../access.ts';
import type { LngLat } from '../city/rows.ts';
import type { IncidentClass, IncidentLevel, Officer, ReportSource, RouteRow, WallViewRow } from './rows.ts';

/** What is said about an incident, first and whenever it is corrected. */
export type IncidentContent = {
  readonly class: IncidentClass;
  readonly level: IncidentLevel;
  readonly title: string;
  readonly place: string | null;
  readonly district: string | null;
  readonly at: LngLat;
  readonly sensitive: boolean;
};

/** Facts of incidents (workflow §4), of chosen routes, and of what desks put on walls. Subject = the number or the scene. */
export type IncidentFactBody =
  /** E1. */
  | {
      kind: 'incident.reported';
      body: { id: string; source: ReportSource; sourceRef: string | null; content: IncidentContent };
    }
  /** E1 on an incident that is already open: a continued report. */
  | {
      kind: 'incident.reportAdded';
      body: { id: string; seq: number; source: ReportSource; sourceRef: string | null };
    }
  /** E2; `from`: who had it before, with the reason for taking it from them. */
  | { kind: 'incident.taken'; body: { id: string; owner: Officer; from: Officer | null; reason: string | null } }
  /** E3. */
  | { kind: 'incident.confirmed'; body: { id: string; content: IncidentContent; by: Officer } }
  /** E4; `passedTo`: police matters go to 110, ordinary ones back to the case. */
  | {
      kind: 'incident.rejected';
      body: { id: string; reason: string; passedTo: 'case' | 'police' | null; by: Officer };
    }
  /** Class, level, title, place or point were corrected. */
  | { kind: 'incident.changed'; body: { id: string; content: IncidentContent; by: Officer } }
  /** E6 without a plan: work at the place has begun. */
  | { kind: 'incident.responding'; body: { id: string; by: Officer } }
  /** E9. */
  | { kind: 'incident.controlled'; body: { id: string; by: Officer } }
  /** E10. */
  | { kind: 'incident.closed'; body: { id: string; summary: string; by: Officer } }
  /** What it affects, by an estimate; `by` null: computed anew because the wind changed. */
  | { kind: 'incident.areaSet'; body: { id: string; area: NewArea & Pick<IncidentArea, 'by'> } }
  | { kind: 'incident.areaCleared'; body: { id: string; by: Officer } }
  | { kind: 'route.chosen'; body: { id: string; route: Omit<RouteRow, 'shownAt' | 'shownBy' | 'chosenAt' | 'drill'> } }
  | { kind: 'route.shown'; body: { id: string; by: Officer } }
  /** `replaced`: a newer route took its place. */
  | { kind: 'route.hidden'; body: { id: string; by: Officer; replaced: boolean } }
  /** A desk asked a wall to look somewhere; `view: null` gives the wall back its own view. */
  | { kind: 'wall.shown'; body: { scene: Scene; view: Omit<WallViewRow, 'by' | 'since'> | null; by: Officer } }
  /** Somebody opened a case with its contacts at the desk: who read what is kept. */
  | { kind: 'desk.caseRead'; body: { caseNo: string; account: number } };
