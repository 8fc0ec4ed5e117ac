import * as v from 'valibot';
import { FEED_KINDS, type FeedKind, type Partner } from './rows.ts';

export type Crs = 'wgs84' | 'gcj02' | 'bd09';

/** One configured feed: a partner's address and what is agreed with the partner. */
export interface FeedSpec {
  readonly id: string;
  readonly kind: FeedKind;
  readonly partner: Partner;
  /** Address to pull from; null: the partner pushes to /in/feeds/<id>. */
  readonly url: string | null;
  /** Our own simulator speaks. */
  readonly simulated: boolean;
  readonly zh: string;
  readonly en: string;
  /** Coordinate system that the partner writes in. */
  readonly crs: Crs;
  /** Between two pulls, seconds. */
  readonly intervalS: number;
  /** Content older than this is late, seconds; null: silence is normal. */
  readonly freshS: number | null;
  /** Sent with each pull (an access key, for instance); never logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** A partner whose message is always the whole list: what is not in it any more has ended. */
  readonly complete: boolean;
}

interface Kind {
  readonly partner: Partner;
  readonly zh: string;
  readonly en: string;
  readonly intervalS: number;
  readonly freshS: number | null;
}

/** What holds for a kind of feed where the configuration says nothing. */
export const FEED_DEFAULTS: Readonly<Record<FeedKind, Kind>> = {
  'weather-warnings': { partner: 'weather', zh: '气象预警', en: 'Weather warnings', intervalS: 30, freshS: null },
  'weather-observations': {
    partner: 'weather',
    zh: '气象观测',
    en: 'Weather observations',
    intervalS: 60,
    freshS: 900,
  },
  'traffic-events': { partner: 'traffic', zh: '交通事件', en: 'Traffic events', intervalS: 30, freshS: null },
  'segment-speeds': { partner: 'traffic', zh: '路段车速', en: 'Road speeds', intervalS: 60, freshS: 300 },
  'police-incidents': { partner: 'police', zh: '公安警情', en: 'Police incidents', intervalS: 30, freshS: null },
  'air-quality': { partner: 'environment', zh: '空气质量', en: 'Air quality', intervalS: 300, freshS: 5400 },
  'urban-management': {
    partner: 'urbanManagement',
    zh: '城市管理',
    en: 'Urban management',
    intervalS: 60,
    freshS: 600,
  },
  'vehicle-positions': { partner: 'fleet', zh: '车辆定位', en: 'Vehicle positions', intervalS: 5, freshS: 120 },
};

/** Kinds that are pulled or pushed as messages; positions come over MQTT. */
export const MESSAGE_KINDS = FEED_KINDS.filter((k) => k !== 'vehicle-positions');

/** The simulator writes the whole list each time, and more often than a partner would. */
const SIMULATED_INTERVAL_S: Partial<Record<FeedKind, number>> = {
  'weather-warnings': 10,
  'weather-observations': 20,
  'traffic-events': 10,
  'segment-speeds': 30,
  'police-incidents': 10,
  'air-quality': 60,
  'urban-management': 20,
};

const Entry = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'id: small letters, digits and dashes, at most 40')),
  kind: v.optional(v.picklist(MESSAGE_KINDS)),
  url: v.optional(v.pipe(v.string(), v.url(), v.regex(/^https?:\/\//i, 'url: only http and https'))),
  push: v.optional(v.literal(true)),
  zh: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(40))),
  en: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(60))),
  crs: v.optional(v.picklist(['wgs84', 'gcj02', 'bd09'])),
  intervalS: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400))),
  freshS: v.optional(v.nullable(v.pipe(v.number(), v.minValue(1)))),
  headers: v.optional(v.record(v.string(), v.string())),
  complete: v.optional(v.boolean()),
});
const Entries = v.pipe(v.array(Entry), v.maxLength(100));
type Entry = v.InferOutput<typeof Entry>;

/** What is wrong with the value of FEEDS, as the end of a sentence; null when nothing is. */
export function feedsMistake(value: unknown): string | null {
  const r = v.safeParse(Entries, value);
  if (!r.success)
    return `is wrong: ${r.issues
      .slice(0, 3)
      .map((i) => `${v.getDotPath(i) ?? 'value'}: ${i.message}`)
      .join('; ')}`;
  const ids = r.output.map((e) => e.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) return `names the feed ${twice} twice`;
  for (const e of r.output) {
    const standard = MESSAGE_KINDS.find((k) => k === e.id);
    if (!standard && !e.kind) return `must give the kind of the feed ${e.id}: ${MESSAGE_KINDS.join(', ')}`;
    if (standard && e.kind && e.kind !== standard) return `gives the feed ${e.id} the kind ${e.kind}`;
    if (e.url && e.push) return `says both url and push for the feed ${e.id}`;
    if (!standard && !e.url && !e.push) return `must give the feed ${e.id} a url, or push: true`;
  }
  return null;
}

export interface FeedSettings {
  readonly mode: 'demo' | 'live';
  /** The value of FEEDS, checked by {@link feedsMistake}. */
  readonly feeds: unknown;
  readonly demoFeedsPort: number;
}

/**
 * The feeds that this configuration asks for: each kind under its own name, and whatever FEEDS adds. In demo a kind
 * without an address is spoken by the simulator, so a real address replaces just that simulator; in live it is left out.
 */
export function feedSpecs(settings: FeedSettings): FeedSpec[] {
  const entries = v.parse(Entries, settings.feeds);
  const out: FeedSpec[] = [];
  for (const kind of MESSAGE_KINDS) {
    const entry = entries.find((e) => e.id === kind) ?? { id: kind };
    const real = entry.url !== undefined || entry.push === true;
    if (!real && settings.mode === 'live') continue;
    out.push(toSpec(entry, kind, real ? null : `http://127.0.0.1:${settings.demoFeedsPort}/${kind}`));
  }
  for (const entry of entries)
    if (!MESSAGE_KINDS.some((k) => k === entry.id)) out.push(toSpec(entry, entry.kind!, null));
  return out;
}

function toSpec(e: Entry, kind: FeedKind, simulator: string | null): FeedSpec {
  const d = FEED_DEFAULTS[kind];
  return {
    id: e.id,
    kind,
    partner: d.partner,
    url: simulator ?? e.url ?? null,
    simulated: simulator !== null,
    zh: e.zh ?? d.zh,
    en: e.en ?? d.en,
    crs: e.crs ?? 'wgs84',
    intervalS: e.intervalS ?? (simulator === null ? undefined : SIMULATED_INTERVAL_S[kind]) ?? d.intervalS,
    freshS: e.freshS === undefined ? d.freshS : e.freshS,
    headers: e.headers ?? {},
    complete: e.complete ?? false,
  };
}
