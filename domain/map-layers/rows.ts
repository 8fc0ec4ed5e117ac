import type { AccountRole } from '../access.ts';
import type { Officer } from '../incidents/rows.ts';
import type { Instant } from '../time.ts';

/**
 * Layers of the house's own on the map (专题图层): an event's zones, the roads a marathon closes, places that flood. Each has a time
 * when it counts and roles who may see it; both are asked anew at every look.
 */

/** Part of each day, minutes after midnight in the city's zone; from later than until: over midnight. The end belongs to it no more. */
export type DayHours = { readonly from: number; readonly until: number };

/** When a layer counts: from the first instant, up to the last one without it; null: open on that side, or all day. */
export type Validity = {
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly hours: DayHours | null;
};

export type LayerCounts = { readonly points: number; readonly lines: number; readonly areas: number };

/** What may be changed of a layer; its features may not: other features are another layer. */
export type LayerFace = {
  readonly name: string;
  /** Empty: none was given. */
  readonly nameEn: string;
  readonly validity: Validity;
  readonly roles: readonly AccountRole[];
};
export type OwnLayer = LayerFace & {
  readonly id: string;
  readonly counts: LayerCounts;
  readonly file: string;
  /** Who brought it, and when. */
  readonly by: Officer;
  readonly addedAt: Instant;
};

/** Layers that are not withdrawn, at most: a list that people read, and a map that they can. */
export const MAX_LAYERS = 50;
export const MAX_LAYER_NAME = 60;
