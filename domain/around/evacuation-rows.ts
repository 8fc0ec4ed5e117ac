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
  /** Of its places, those that others hold, who are no people of this evacuation: as its registry or somebody told. */
  readonly taken?: number;
  /** What the registry told last: what somebody entered by hand stands until the registry tells something new. */
  readonly told?: { readonly places: number; readonly taken: number };
  /** Who is to go there, those who have arrived among them: never more than its free places. */
  readonly assigned: number;
  /** Who had come beyond the plan when it was computed: they hold places (domain/around/replan.ts). */
  readonly extra?: number;
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
/** What is new of a shelter; what is left out stays. */
export type ShelterChange = { readonly id: string } & Partial<Pick<ShelterFill, 'places' | 'taken' | 'told'>>;

/** Places that are left for those of this evacuation. */
export const freePlaces = (s: Pick<ShelterFill, 'places' | 'taken'>): number => Math.max(0, s.places - (s.taken ?? 0));

/** Shelters for which a plan no longer holds, and why. */
export interface Outdated {
  readonly id: string;
  /** `full`: not all who are to go there have a place; `more`: more have come than were to. */
  readonly why: 'full' | 'more';
  /** People without a place, or beyond the plan. */
  readonly people: number;
}

/**
 * Where a plan is out of date because shelters filled otherwise than it thought; empty: it holds. Who is beyond what a shelter holds is
 * told by itself: no plan mends that.
 */
export function outdated(row: Pick<EvacuationRow, 'shelters'>): Outdated[] {
  return row.shelters.flatMap((s): Outdated[] => {
    const [free, planned] = [freePlaces(s), s.assigned + (s.extra ?? 0)];
    if (s.assigned > 0 && planned > free) return [{ id: s.id, why: 'full', people: planned - free }];
    const there = Math.min(s.arrived, free);
    return there > planned ? [{ id: s.id, why: 'more', people: there - planned }] : [];
  });
}

/** Shelters with what is new of some of them. */
export function withChanges(shelters: readonly ShelterFill[], changes: readonly ShelterChange[]): ShelterFill[] {
  const by = new Map(changes.map((c) => [c.id, c]));
  return shelters.map((s) => ({ ...s, ...by.get(s.id) }));
}

export type EvacuationPlan = Omit<EvacuationRow, 'plannedAt' | 'drill'>;

export type EvacuationFactBody =
  /** Computed, for the first time or anew; arrivals of shelters that stay are kept by whoever computes it. */
  | { kind: 'evacuation.planned'; body: { id: string; plan: EvacuationPlan } }
  | { kind: 'evacuation.arrived'; body: { id: string; shelter: string; arrived: number; by: Officer } }
  /** Places of shelters, or what others hold of them, have changed: told by somebody, or (`by` null) by the registry. */
  | { kind: 'evacuation.filled'; body: { id: string; shelters: ShelterChange[]; by: Officer | null } }
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
    case 'evacuation.filled': {
      const row = tables.get<EvacuationRow>(EVACUATIONS, fact.body.id);
      if (!row) return;
      const shelters = withChanges(row.shelters, fact.body.shelters);
      return tables.put<EvacuationRow>(EVACUATIONS, fact.body.id, { ...row, shelters });
    }
    case 'evacuation.ended':
      return tables.delete(EVACUATIONS, fact.body.id);
    default:
      return;
  }
}
