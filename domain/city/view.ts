import { DAY, MINUTE, SECOND, type Instant } from '../time.ts';
import type {
  CityEventRow,
  ClosureSignal,
  FeedFigures,
  FeedLink,
  FeedRow,
  Text,
  TrafficEventRow,
  VehicleSignal,
  WarningLevel,
  WarningRow,
} from './rows.ts';
import { WARNING_LEVELS } from './rows.ts';

/** A position older than this is drawn as stale, older than {@link POSITION_UNKNOWN} as unknown (workflow §6). */
export const POSITION_STALE = 2 * MINUTE;
export const POSITION_UNKNOWN = 10 * MINUTE;

/** A warning without an end counts as over a day after it was sent. */
export const WARNING_WITHOUT_END = DAY;
/** A traffic or city event without an end counts as over when it was not heard of for so long. */
export const EVENT_WITHOUT_END = 2 * DAY;

export type PositionAge = 'fresh' | 'stale' | 'unknown';

/** @param at time of the position by its own clock; a clock that runs ahead counts as fresh */
export function positionAge(at: Instant, now: Instant): PositionAge {
  const age = now - at;
  return age >= POSITION_UNKNOWN ? 'unknown' : age >= POSITION_STALE ? 'stale' : 'fresh';
}

/** How a vehicle is drawn: one that said goodbye is offline whatever the age of its position. */
export function vehiclePresence(v: Pick<VehicleSignal, 'online'>, at: Instant, now: Instant): PositionAge | 'offline' {
  return v.online ? positionAge(at, now) : 'offline';
}

export type Phase = 'upcoming' | 'active' | 'over';

function phase(from: Instant, until: Instant, now: Instant): Phase {
  return now < from ? 'upcoming' : now < until ? 'active' : 'over';
}

/** Whether a warning holds at `now`. A warning that says its danger is past is over. */
export function warningPhase(w: WarningRow, now: Instant): Phase {
  if (w.urgency === 'Past') return 'over';
  return phase(w.effectiveAt, w.expiresAt ?? w.sentAt + WARNING_WITHOUT_END, now);
}

export function trafficPhase(e: TrafficEventRow, now: Instant): Phase {
  return phase(e.startsAt, e.endsAt ?? Math.max(e.sentAt, e.startsAt) + EVENT_WITHOUT_END, now);
}

export function cityEventPhase(e: CityEventRow, now: Instant): Phase {
  if (e.status === 'closed') return 'over';
  return phase(e.occurredAt, e.endsAt ?? e.updatedAt + EVENT_WITHOUT_END, now);
}

export function closureHolds(c: ClosureSignal, now: Instant): boolean {
  return c.closed && now >= c.from && (c.until === null || now < c.until);
}

/** 0 red … 3 blue, 4 without a level. */
export const levelRank = (level: WarningLevel | null): number =>
  level === null ? WARNING_LEVELS.length : WARNING_LEVELS.indexOf(level);

/** Warnings in force at `now`, real ones before drills, strongest first, then newest. */
export function warningsInForce(rows: Iterable<[string, WarningRow]>, now: Instant): [string, WarningRow][] {
  return [...rows]
    .filter(([, w]) => warningPhase(w, now) === 'active')
    .sort(
      ([ida, a], [idb, b]) =>
        Number(a.drill) - Number(b.drill) ||
        levelRank(a.level) - levelRank(b.level) ||
        b.sentAt - a.sentAt ||
        (ida < idb ? -1 : 1),
    );
}

export interface FeedHealth {
  readonly link: FeedLink;
  /** Milliseconds since the content that is on the screen; null when there is none. */
  readonly contentAgeMs: number | null;
  /** Milliseconds since the partner answered or pushed; null when it never did. */
  readonly contactAgeMs: number | null;
  /** The layer is to look stale: away, late, or nothing came from our own worker either. */
  readonly stale: boolean;
}

/**
 * How a feed stands at `now`. The worker says what it knows (`row.link`), but a worker that is dead says nothing,
 * so its last figures are judged by their age too: nobody has to be alive for a feed to look stale.
 */
export function feedHealth(row: FeedRow, figures: FeedFigures | null, now: Instant): FeedHealth {
  const contentAgeMs = figures?.messageAt == null ? null : now - figures.messageAt;
  const contactAgeMs = figures?.contactAt == null ? null : now - figures.contactAt;
  let link = row.link;
  if (link === 'live') {
    // "two refresh periods" and some seconds on the way, never tighter than the feed's own limit
    const silent = row.contactS !== null && contactAgeMs !== null && contactAgeMs > row.contactS * SECOND;
    const old = row.freshS !== null && contentAgeMs !== null && contentAgeMs > row.freshS * SECOND;
    if (silent || old) link = 'late';
  }
  return { link, contentAgeMs, contactAgeMs, stale: link === 'late' || link === 'away' };
}

/** A partner's text in the reader's language, else in another one it came in; null when there is none. */
export function say(text: Text, language: 'zh' | 'en'): string | null {
  return (language === 'zh' ? (text.zh ?? text.en) : (text.en ?? text.zh)) ?? text.other;
}
