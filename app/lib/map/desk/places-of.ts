import { CASE_COLLECTIONS, type CaseRow, type HotIssueRow } from '#domain/cases/rows.ts';
import type { LngLat, VehicleSignal } from '#domain/city/rows.ts';
import { INCIDENT_COLLECTIONS, type IncidentRow, type RouteEnd } from '#domain/incidents/rows.ts';
import type { Live } from '#lib/live/live.svelte.ts';
import type { Desk, Selected } from './desk.svelte.ts';

export interface PlacesOf {
  /** Where something chosen is, when it has a place. */
  readonly placeOf: (s: Selected) => LngLat | null;
  /** Something chosen as an end of a route; what has no row any more is a bare point. */
  readonly endOf: (s: Selected, at: LngLat) => RouteEnd;
}

/** What is chosen on the desk, as places: by the rows and signals of now. */
export function placesOf(live: Live, desk: Desk): PlacesOf {
  const incident = (id: string): IncidentRow | undefined =>
    live.rows<IncidentRow>('incidents', INCIDENT_COLLECTIONS.incident).get(id);
  const hotlineCase = (id: string): CaseRow | undefined => live.rows<CaseRow>('cases', CASE_COLLECTIONS.case).get(id);
  const vehicle = (id: string): VehicleSignal | undefined =>
    live.signals('vehicles').get(id)?.body as VehicleSignal | undefined;
  return {
    placeOf(s) {
      if (s.at) return s.at;
      switch (s.kind) {
        case 'incident':
          return incident(s.id)?.at ?? null;
        case 'case':
          return hotlineCase(s.id)?.at ?? null;
        case 'vehicle':
          return vehicle(s.id)?.at ?? null;
        case 'camera':
          return desk.cameras.shown.get(s.id)?.at ?? null;
        case 'hotIssue':
          return live.rows<HotIssueRow>('cases', CASE_COLLECTIONS.hotIssue).get(s.id)?.at ?? null;
        default:
          return null;
      }
    },
    endOf(s, at) {
      const bare = { kind: 'point', ref: null, label: s.name ?? '', at } as const;
      switch (s.kind) {
        case 'incident': {
          const row = incident(s.id);
          return row ? { kind: 'incident', ref: s.id, label: row.title, at: row.at } : bare;
        }
        case 'case': {
          const row = hotlineCase(s.id);
          return row?.at ? { kind: 'case', ref: s.id, label: row.title, at: row.at } : bare;
        }
        case 'vehicle': {
          const v = vehicle(s.id);
          return v ? { kind: 'vehicle', ref: s.id, label: v.zh, at: v.at } : bare;
        }
        case 'place':
          return { kind: 'place', ref: s.id, label: s.name ?? '', at };
        default:
          return bare;
      }
    },
  };
}
