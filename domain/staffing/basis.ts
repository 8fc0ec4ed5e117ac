import type { Instant } from '../time.ts';

/**
 * What the queue monitor knows from the records beside the live floor: today by half-hour, the usual of this weekday, and how long
 * calls and patience last. Figures of half-hours are of callers whose end is decided; who still waits is known live.
 */
export interface FloorBasis {
  /** When the records were read. */
  readonly at: Instant;
  /** Up to when the figures of half-hours are counted: earlier than `at` while the keeper of figures has not caught up. */
  readonly countedAt: Instant;
  /** Edges of the city day's half-hours: one more than there are half-hours. */
  readonly edges: readonly Instant[];
  /** Mean seconds of a seat's outbound call. */
  readonly outboundS: number;
  readonly queues: Readonly<Record<string, QueueBasis>>;
  readonly trunks: readonly TrunkBasis[];
  /** Connection rate of all groups over the last 24 hours, from the half-hour on in which they began (I-07); null: nobody called. */
  readonly connect24: number | null;
  /** Milliseconds of today in which the switch was not heard. */
  readonly gapMs: number;
}

export interface Decided {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  /** Answered within the service level's threshold. */
  readonly inTime: number;
  /** Answered within the goal of the first seconds. */
  readonly inConnect: number;
}

export interface QueueBasis {
  /** Thresholds of the skill group in force now, s. */
  readonly withinS: number;
  readonly connectS: number;
  /** Goal of the service level, 0–1. */
  readonly goal: number;
  /** By half-hour of today, to the running one. */
  readonly today: readonly Decided[];
  /** Entered in the 30 minutes before `at`. */
  readonly last30: Decided;
  /** Median callers of each half-hour of the same weekday, of so many earlier weeks that had any call; null: fewer than two. */
  readonly usual: { readonly weeks: number; readonly offered: readonly number[] } | null;
  readonly handle: HandleBasis | null;
  readonly patience: { readonly meanS: number; readonly abandoned: number } | null;
}

/** How long a call keeps its seat, from `calls` conversations of today or of four weeks. */
export interface HandleBasis {
  readonly ringS: number;
  readonly talkS: number;
  readonly wrapS: number;
  readonly calls: number;
  readonly of: 'today' | 'weeks';
}
export const handleTime = (h: HandleBasis): number => h.ringS + h.talkS + h.wrapS;

export interface TrunkBasis {
  readonly trunk: string;
  /** How many calls it carries at once; null: nobody said. */
  readonly channels: number | null;
  readonly callsToday: number;
  /** Channel-milliseconds in use today, of calls that are over. */
  readonly busyMs: number;
  /** Share of today's channel time that was idle (I-29); null where the size is not known. */
  readonly idle: number | null;
}

/** Index of the half-hour that t lies in; −1 outside the day. */
export function halfAt(edges: readonly Instant[], t: Instant): number {
  return edges.findIndex((from, i) => from <= t && t < (edges[i + 1] ?? -Infinity));
}

/** Exactly as many of each half-hour as lie in [from, to). */
export function overHalves(edges: readonly Instant[], counts: readonly number[], from: Instant, to: Instant): number {
  return counts.reduce((sum, n, i) => {
    const [a, b] = [edges[i]!, edges[i + 1] ?? edges[i]!];
    const inside = Math.min(to, b) - Math.max(from, a);
    return inside > 0 ? sum + (n * inside) / (b - a) : sum;
  }, 0);
}

/** The middle one; of an even number the mean of the two in the middle; 0 of none. */
export function median(values: readonly number[]): number {
  const s = [...values].sort((a, b) => a - b);
  const i = s.length >> 1;
  return s.length === 0 ? 0 : s.length % 2 ? s[i]! : (s[i - 1]! + s[i]!) / 2;
}
