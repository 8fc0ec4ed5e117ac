import type { Instant } from '../time.ts';

/**
 * Rows of the topic `city`, and the bodies of the signal lanes that belong to it.
 * Collections: `feed`, `warning`, `trafficEvent`, `cityEvent`, `ownLayers`. Lanes: see {@link CITY_LANES}.
 */
export const CITY_COLLECTIONS = {
  /** id = feed id, for instance 'weather-warnings'. */
  feed: 'feed',
  /** id = CAP `sender,identifier`. */
  warning: 'warning',
  /** id = `feed:situationRecord id`. */
  trafficEvent: 'trafficEvent',
  /** id = `feed:partner's id`. */
  cityEvent: 'cityEvent',
  /** id = {@link OWN_LAYERS_ROW}; tells that the house's own layers changed, and nothing of them: they are asked for by right. */
  ownLayers: 'ownLayers',
} as const;

export const OWN_LAYERS_ROW = 'all';
/** `change`: number of the fact that changed them last. */
export type OwnLayersRow = { readonly change: number };

/** Signal lanes of the city: newest value per key (store/signals.ts). */
export const CITY_LANES = {
  /** key = vehicle id, body = {@link VehicleSignal}. */
  vehicles: 'vehicles',
  /** key = road edge id, body = {@link SegmentSignal}. */
  segments: 'segments',
  /** key = `feed:station id`, body = {@link ReadingSignal}. */
  readings: 'readings',
  /** key = road edge id, body = {@link ClosureSignal}: what the road engine must not drive through. */
  closures: 'closures',
  /** key = feed id, body = {@link FeedFigures}. */
  feeds: 'feeds',
} as const;

/** [lng, lat] in degrees, WGS-84. */
export type LngLat = readonly [number, number];

/** Free text of a partner, in the languages it sent; `other` only when neither Chinese nor English came. */
export interface Text {
  readonly zh: string | null;
  readonly en: string | null;
  readonly other: string | null;
}

export const FEED_KINDS = [
  'weather-warnings',
  'weather-observations',
  'traffic-events',
  'segment-speeds',
  'police-incidents',
  'air-quality',
  'urban-management',
  'vehicle-positions',
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** The body that a feed comes from (glossary §1), and our own fleet. */
export type Partner = 'weather' | 'traffic' | 'police' | 'environment' | 'urbanManagement' | 'fleet';

/** live: in touch and fresh; late: in touch, but the newest content is older than it may be; away: cannot be reached; waiting: not heard from yet. */
export type FeedLink = 'waiting' | 'live' | 'late' | 'away';

export type FeedRow = {
  readonly kind: FeedKind;
  readonly partner: Partner;
  readonly zh: string;
  readonly en: string;
  /** A simulator of ours speaks, not the partner: the screen shows DEMO. */
  readonly simulated: boolean;
  readonly link: FeedLink;
  /** Since when `link` is what it is. */
  readonly since: Instant;
  /** Why the feed is away or late, in English for the status page; null when it is well. */
  readonly error: string | null;
  /** Seconds between two pulls; null when the partner pushes. */
  readonly intervalS: number | null;
  /** Content older than this looks stale, seconds; null when silence is normal (no warning in force). */
  readonly freshS: number | null;
  /** Without any contact for so long the feed looks stale, seconds; null when the partner pushes at will. */
  readonly contactS: number | null;
};

/** Figures of one feed (F-01), lane `feeds`; counts are those of the city day that began at `since`. */
export interface FeedFigures {
  readonly since: Instant;
  /** Last time the partner answered or pushed, also with “nothing new”. */
  readonly contactAt: Instant | null;
  /** Last message that brought content. */
  readonly messageAt: Instant | null;
  /** The source's own time of that content. */
  readonly sourceAt: Instant | null;
  /** Received − source time of the last message, milliseconds. */
  readonly delayMs: number | null;
  readonly delayP50Ms: number | null;
  readonly delayP95Ms: number | null;
  readonly messages: number;
  readonly perHour: number;
  readonly accepted: number;
  /** Whole messages that could not be used. */
  readonly rejected: number;
  /** Single records set aside, while the rest of their message went through. */
  readonly quarantined: number;
  /** Received, but not the newest of their key: shown by nothing, lost to nobody. */
  readonly outdated: number;
}

/** Colours of Chinese weather warnings, strongest first. */
export const WARNING_LEVELS = ['red', 'orange', 'yellow', 'blue'] as const;
export type WarningLevel = (typeof WARNING_LEVELS)[number];

export interface WarningArea {
  readonly desc: string;
  /** Closed rings, each [lng, lat]. */
  readonly polygons: readonly (readonly LngLat[])[];
  readonly circles: readonly { readonly at: LngLat; readonly radiusM: number }[];
  readonly geocodes: readonly { readonly system: string; readonly code: string }[];
}

export type WarningRow = {
  readonly feed: string;
  readonly sender: string;
  readonly senderName: string | null;
  readonly identifier: string;
  readonly sentAt: Instant;
  /** When the first message of the chain was sent. */
  readonly firstSentAt: Instant;
  /** Messages in the chain so far: 1 for a fresh warning. */
  readonly messages: number;
  /** CAP categories: 'Met', 'Geo', 'Fire' … */
  readonly categories: readonly string[];
  readonly event: Text;
  /** The partner's event code, as it came; null when there is none. */
  readonly eventCode: string | null;
  readonly level: WarningLevel | null;
  /** 'declared' by the partner, or 'severity': derived by us from CAP severity. */
  readonly levelFrom: 'declared' | 'severity' | null;
  readonly severity: 'Extreme' | 'Severe' | 'Moderate' | 'Minor' | 'Unknown';
  readonly urgency: 'Immediate' | 'Expected' | 'Future' | 'Past' | 'Unknown';
  readonly certainty: 'Observed' | 'Likely' | 'Possible' | 'Unlikely' | 'Unknown';
  readonly headline: Text;
  readonly description: Text;
  readonly instruction: Text;
  readonly areas: readonly WarningArea[];
  readonly effectiveAt: Instant;
  readonly onsetAt: Instant | null;
  /** Null: in force until it is cancelled or the day after it was sent is over. */
  readonly expiresAt: Instant | null;
  /** Exercise: shown as a drill, never raises an alarm. */
  readonly drill: boolean;
};

export const TRAFFIC_KINDS = [
  'accident',
  'congestion',
  'closure',
  'roadworks',
  'obstruction',
  'weather',
  'publicEvent',
  'management',
  'other',
] as const;
export type TrafficKind = (typeof TRAFFIC_KINDS)[number];

export type TrafficGeometry =
  | { readonly type: 'Point'; readonly coordinates: LngLat }
  | { readonly type: 'LineString'; readonly coordinates: readonly LngLat[] };

export type TrafficEventRow = {
  readonly feed: string;
  readonly situation: string;
  readonly record: string;
  readonly version: number;
  readonly kind: TrafficKind;
  /** DATEX class and detail, as they came: 'Accident/accident'. */
  readonly type: string;
  readonly severity: 'highest' | 'high' | 'medium' | 'low' | 'lowest' | null;
  readonly road: string | null;
  readonly comment: Text;
  readonly geometry: TrafficGeometry | null;
  /** A place in words or codes where no coordinates came (Alert-C point numbers). */
  readonly placeRef: string | null;
  /** Nobody can drive through. */
  readonly closed: boolean;
  /** Some lanes are closed, the road is not. */
  readonly lanesClosed: boolean;
  readonly direction: 'both' | 'forward' | 'backward' | null;
  /** Our road edges that it lies on, when they could be found. */
  readonly edges: readonly number[];
  readonly sentAt: Instant;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly drill: boolean;
};

/** A happening told by police or urban management that is no case and no incident of ours. */
export type CityEventRow = {
  readonly feed: string;
  readonly partner: Partner;
  /** The partner's kind code: 'fire', 'crowd', 'manhole-cover' … */
  readonly kind: string;
  readonly title: Text;
  readonly place: string | null;
  readonly at: LngLat | null;
  /** 1 gravest … 4 slightest; null when the partner gives none. */
  readonly severity: 1 | 2 | 3 | 4 | null;
  readonly status: 'open' | 'handling' | 'closed';
  readonly occurredAt: Instant;
  readonly updatedAt: Instant;
  readonly endsAt: Instant | null;
  readonly drill: boolean;
};

/** What a station measured; null is “not measured”, never 0. Units and names: domain/city/metrics.ts. */
export interface ReadingSignal {
  readonly feed: string;
  readonly partner: Partner;
  readonly station: string;
  readonly zh: string;
  readonly en: string | null;
  readonly at: LngLat | null;
  readonly values: Readonly<Record<string, number | null>>;
}

export interface SegmentSignal {
  readonly feed: string;
  readonly kmh: number;
  /** Speed of a free road, when the partner gives it. */
  readonly freeKmh: number | null;
  /** Share 0–1 of the measurement that is observed rather than estimated; null when unknown. */
  readonly confidence: number | null;
}

export interface ClosureSignal {
  readonly closed: boolean;
  /** Direction relative to the edge's own geometry. */
  readonly direction: 'both' | 'forward' | 'backward';
  /** Id of the traffic event that closed it last. */
  readonly event: string;
  /** Known end; null: until told. The road engine treats a closure whose end has passed as open. */
  readonly until: Instant | null;
  /** When it starts to hold. */
  readonly from: Instant;
}

/** States of a team or vehicle (workflow §6). */
export const VEHICLE_STATES = ['available', 'assigned', 'en_route', 'on_scene', 'returning', 'unavailable'] as const;
export type VehicleState = (typeof VEHICLE_STATES)[number];

export const VEHICLE_KINDS = [
  'rescue',
  'fire',
  'ambulance',
  'police',
  'urbanManagement',
  'repair',
  'sanitation',
  'supply',
  'command',
  'other',
] as const;
export type VehicleKind = (typeof VEHICLE_KINDS)[number];

export interface VehicleSignal {
  readonly at: LngLat;
  /** Degrees clockwise from north; null when standing or unknown. */
  readonly heading: number | null;
  readonly kmh: number | null;
  readonly state: VehicleState;
  readonly kind: VehicleKind;
  readonly zh: string;
  readonly en: string | null;
  /** Plate with its middle hidden ('京A·12*8'): whoever publishes it masks it, we mask again. */
  readonly plate: string | null;
  /** False after the device's last will or its own goodbye; the position stays the last known one. */
  readonly online: boolean;
  /** Simulated by us. */
  readonly simulated: boolean;
}
