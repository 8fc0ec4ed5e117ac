import type { LngLat } from '../city/rows.ts';
import type { Fact } from '../fact.ts';
import type { Officer } from '../incidents/rows.ts';
import type { Tables } from '../tables.ts';
import type { Instant } from '../time.ts';
import type { AreaPolygons } from './area.ts';
import type { PeopleSource } from './people.ts';

/** Evacuations in the live state: collection `evacuation` of the topic `incidents`, id = readable number, 'V20261122-0002'. */
export const EVACUATIONS = 'evacuation';
/** In the live state; the oldest leaves. All stay in the table. */
export const MAX_EVACUATIONS = 10;
export const MAX_ARRIVED = 1_000_000;

export type ShelterFill = {
  /** `registry:ID` or `map:ID`. */
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly at: LngLat;
  /** What it holds. */
  readonly places: number;
  /** Who is to go there: never more than its places. */
  readonly assigned: number;
  /** Who is there, as somebody counted; it may be more than it holds, and then the screen says so. */
  readonly arrived: number;
};

export type EvacuationRow = {
  readonly incident: string | null;
  readonly title: string;
  readonly at: LngLat;
  readonly area: AreaPolygons;
  /** Residents, and the range of the estimate. */
  readonly people: number;
  readonly low: number;
  readonly high: number;
  readonly blocks: number;
  /** What the count of people rests on; plans of before it was kept do not say. */
  readonly peopleFrom?: PeopleSource;
  readonly shelters: readonly ShelterFill[];
  /** People without a place that a road leads to. */
  readonly left: number;
  /** They walk; left out: they are driven. */
  readonly onFoot?: boolean;
  /** Mean and longest time on the way of those who have a place, seconds; null of nobody. */
  readonly meanS: number | null;
  readonly longestS: number | null;
  /** What the times rest on. */
  readonly closedSegments: number;
  readonly measuredSegments: number;
  readonly sensitive: boolean;
  readonly by: Officer;
  /** When it was computed last. */
  readonly plannedAt: Instant;
  readonly drill: boolean;
};
export type EvacuationPlan = Omit<EvacuationRow, 'plannedAt' | 'drill'>;

export type EvacuationFactBody =
  /** Computed, for the first time or anew; arrivals of shelters that stay are kept by whoever computes it. */
  | { kind: 'evacuation.planned'; body: { id: string; plan: EvacuationPlan } }
  | { kind: 'evacuation.arrived'; body: { id: string; shelter: string; arrived: number; by: Officer } }
  | { kind: 'evacuation.ended'; body: { id: string; by: Officer } };

/** Folds facts into `evacuation`. Bounded: an ended one leaves, and of more than {@link MAX_EVACUATIONS} the oldest. */
export function foldEvacuations(tables: Tables, fact: Fact): void {
  switch (fact.kind) {
    case 'evacuation.planned': {
      const { id, plan } = fact.body;
      tables.put<EvacuationRow>(EVACUATIONS, id, { ...plan, plannedAt: fact.at, drill: fact.drill ?? false });
      const all = [...tables.all<EvacuationRow>(EVACUATIONS)];
      all
        .sort(([ida, a], [idb, b]) => b.plannedAt - a.plannedAt || (ida < idb ? 1 : -1))
        .slice(MAX_EVACUATIONS)
        .forEach(([old]) => tables.delete(EVACUATIONS, old));
      return;
    }
    case 'evacuation.arrived': {
      const { id, shelter, arrived } = fact.body;
      const row = tables.get<EvacuationRow>(EVACUATIONS, id);
      if (!row) return;
      const shelters = row.shelters.map((s) => (s.id === shelter ? { ...s, arrived } : s));
      return tables.put<EvacuationRow>(EVACUATIONS, id, { ...row, shelters });
    }
    case 'evacuation.ended':
      return tables.delete(EVACUATIONS, fact.body.id);
    default:
      return;
  }
}
