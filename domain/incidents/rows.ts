import type { IncidentArea } from '../around/area.ts';
import type { LngLat } from '../city/rows.ts';
import type { WayTerms } from '../city/travel.ts';
import type { Instant } from '../time.ts';

/**
 * Rows of the topic `incidents`: incidents that somebody has to look after, routes that were chosen on the desks, and what the
 * desks put on the walls.
 */
export const INCIDENT_COLLECTIONS = {
  /** id = readable number, '20261122-0007'. */
  incident: 'incident',
  /** id = readable number, 'R20261122-0003'. */
  route: 'route',
  /** id = wall scene; what a desk asked that wall to look at. */
  wallView: 'wallView',
} as const;

/** Classes of GB/T 35561-2017: natural disaster, accident, public health, social safety. */
export const INCIDENT_CLASSES = ['naturalDisaster', 'accident', 'publicHealth', 'socialSafety'] as const;
export type IncidentClass = (typeof INCIDENT_CLASSES)[number];

/** I (gravest) to IV. */
export const INCIDENT_LEVELS = [1, 2, 3, 4] as const;
export type IncidentLevel = (typeof INCIDENT_LEVELS)[number];

/** States of workflow §4. `referred`, `evaluated` and `merged` come with the command desk. */
export const INCIDENT_STATES = [
  'reported',
  'verifying',
  'confirmed',
  'responding',
  'referred',
  'controlled',
  'closed',
  'evaluated',
  'rejected',
  'merged',
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** Where a report came from: a hotline case, a partner's feed, or what the officer heard (telephone, field, own observation). */
export const REPORT_SOURCES = ['case', 'feed', 'phone', 'field', 'desk'] as const;
export type ReportSource = (typeof REPORT_SOURCES)[number];

/** A person of the house: account id and the name that stands on screens. */
export type Officer = { readonly account: number; readonly name: string };

export type IncidentRow = {
  /** Proposed while it is being verified, certain from confirmation on. */
  readonly class: IncidentClass;
  readonly level: IncidentLevel;
  readonly title: string;
  /** Place in words; null when nobody gave one. */
  readonly place: string | null;
  /** District that the point lies in; null outside of all. */
  readonly district: string | null;
  readonly at: LngLat;
  /** Keeps place and content off the walls (隐私). */
  readonly sensitive: boolean;
  readonly state: IncidentState;
  readonly stateSince: Instant;
  readonly reportedAt: Instant;
  readonly confirmedAt: Instant | null;
  readonly closedAt: Instant | null;
  /** Source of the first report. */
  readonly source: ReportSource;
  /** Case number or feed item of the first report; null for what the officer heard. */
  readonly sourceRef: string | null;
  /** Reports so far: first and continued ones. */
  readonly reports: number;
  /** Cases among the reports, at most {@link MAX_CASES_SHOWN}. */
  readonly cases: readonly string[];
  /** Who looks after it; null while nobody took it over. */
  readonly owner: Officer | null;
  /** Why it was rejected, or how it ended; null before. */
  readonly outcome: string | null;
  readonly drill: boolean;
  /** What it affects, by an estimate; left out or null: nobody said. */
  readonly area?: IncidentArea | null;
};

/** Case numbers kept in an incident's row; the long tail is in the table of reports. */
export const MAX_CASES_SHOWN = 20;

export const ROUTE_END_KINDS = ['point', 'place', 'case', 'incident', 'vehicle'] as const;
export type RouteEndKind = (typeof ROUTE_END_KINDS)[number];

export type RouteEnd = {
  readonly kind: RouteEndKind;
  /** Case number, incident number, vehicle id or place id; null for a bare point. */
  readonly ref: string | null;
  /** What stands on screens. */
  readonly label: string;
  readonly at: LngLat;
};

export type RouteLine = {
  /** [lng, lat] from start to end, simplified to at most {@link MAX_LINE_POINTS} points. */
  readonly line: readonly LngLat[];
  /** Metres along the road. */
  readonly lengthM: number;
  /** Seconds with the traffic of the moment at which the route was asked for. */
  readonly timeS: number;
  /** Named roads in the order of driving, at most {@link MAX_VIA}. */
  readonly via: readonly { readonly name: string; readonly nameEn: string | null }[];
};

/**
 * Why the quickest way is not the shortest one, as a code with figures, so that each screen says it in its own language.
 * `slow`: traffic on the shortest way costs so many seconds against free roads; `closed`: the shortest way in metres would pass a
 * closure; `class`: the best way uses faster roads; `easier`: on foot, it has fewer stairs or crossings to wait at; `same`: both are the
 * same way.
 */
export type RouteReason =
  | { readonly code: 'same' }
  | { readonly code: 'slow'; readonly road: string | null; readonly lossS: number }
  | { readonly code: 'closed'; readonly road: string | null; readonly count: number }
  | { readonly code: 'class'; readonly road: string | null; readonly savedS: number; readonly longerM: number }
  | { readonly code: 'easier'; readonly savedS: number; readonly longerM: number };

export type RouteRow = {
  readonly from: RouteEnd;
  readonly to: RouteEnd;
  /** Incident that one of the ends is; null when none is. */
  readonly incident: string | null;
  /** Vehicle that one of the ends is; null when none is. */
  readonly vehicle: string | null;
  /** Least length. */
  readonly shortest: RouteLine;
  /** Least time with present traffic and closures. */
  readonly best: RouteLine;
  readonly why: readonly RouteReason[];
  /** For whom it is; left out by routes of before this was kept: nobody knows. */
  readonly terms?: WayTerms;
  /** One of its ends is kept off the walls. */
  readonly sensitive: boolean;
  /** How many road segments had a measured speed when it was computed; 0: free speeds only. */
  readonly measuredSegments: number;
  readonly by: Officer;
  readonly chosenAt: Instant;
  /** Since when it is on the wall; null while it is not. */
  readonly shownAt: Instant | null;
  readonly shownBy: Officer | null;
  readonly drill: boolean;
};

/** Roads that a line names. */
export const MAX_VIA = 8;
/** Points of one stored line. */
export const MAX_LINE_POINTS = 400;
/** Routes on a wall at once: a fourth takes the place of the oldest. */
export const MAX_SHOWN_ROUTES = 3;
/** Routes in the live state, shown or not: older ones stay in the table. */
export const MAX_ROUTES = 20;

/** What a wall's map looks at because a desk asked for it. Without a row the wall shows the whole city. */
export type WallViewRow = {
  readonly center: LngLat;
  readonly zoom: number;
  /** What it is about, for the words on the wall. */
  readonly about: { readonly kind: 'incident' | 'route' | 'view'; readonly ref: string | null };
  /** What it is about is kept off the walls: they look at the neighbourhood, not at the place. */
  readonly sensitive: boolean;
  readonly by: Officer;
  readonly since: Instant;
};
