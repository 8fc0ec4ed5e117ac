import type { Instant } from '../time.ts';
import type { SeatState } from './view.ts';

/**
 * The call-centre indicators, formulas only. Sums come from a queue's live counters, from stored rows, or from both;
 * a rate over groups is always computed from added sums, never by averaging rates (R5).
 * A rate whose denominator is 0 is null and shown as “–” (R4). Rates are fractions; seconds are not rounded here.
 */
export interface VisitSums {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly answered15: number;
  readonly answered20: number;
  readonly abandoned20: number;
  readonly waitAnsweredS: number;
  readonly waitAbandonedS: number;
  readonly waitOtherS: number;
  readonly longestAnsweredS: number;
  readonly longestAbandonedS: number;
  readonly longestOtherS: number;
  readonly talkS: number;
  readonly completedByCaller: number;
  readonly completedByAgent: number;
  readonly blindTransferred: number;
  readonly attendedTransferred: number;
  readonly holds: number;
  readonly holdMs: number;
  readonly wrapMs: number;
  readonly rings: number;
  readonly missed: number;
  readonly ringMs: number;
}

/** How abandoned callers count in the service level (I-09). */
export type ServiceLevelMode = 'negative' | 'ignore' | 'positive';

export interface Indicators {
  /** I-02, I-03, I-04 */
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  /** I-05, I-06, I-07 */
  readonly abandonRate: number | null;
  readonly answerRate: number | null;
  readonly connectRate: number | null;
  /** I-08 of offered, and its second reading of answered. */
  readonly connect15: number | null;
  readonly connect15OfAnswered: number | null;
  /** I-09 at 20 s, in the mode given, and of answered. */
  readonly serviceLevel: number | null;
  readonly serviceLevelMode: ServiceLevelMode;
  readonly serviceLevelOfAnswered: number | null;
  /** I-10 … I-13, seconds */
  readonly asaS: number | null;
  readonly averageWaitS: number | null;
  readonly longestWaitS: number | null;
  readonly averageAbandonS: number | null;
  /** I-15 … I-19 */
  readonly talkS: number;
  readonly averageTalkS: number | null;
  readonly averageHoldS: number | null;
  readonly averageWrapS: number | null;
  readonly averageHandleS: number | null;
  readonly averageRingS: number | null;
  /** I-20 */
  readonly seatAnswerRate: number | null;
}

export const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

export interface IndicatorOptions {
  readonly mode?: ServiceLevelMode;
  /** Calls refused at the queue's door (I-07). */
  readonly blocked?: number;
  /** Abandons counted as short (R6 `short_abandon`): taken out of abandoned and offered in the abandon rate. */
  readonly shortAbandons?: number;
}

export function indicators(s: VisitSums, o: IndicatorOptions = {}): Indicators {
  const { mode = 'negative', blocked = 0, shortAbandons = 0 } = o;
  const abandoned = s.abandoned - shortAbandons;
  // what is still being talked has no talk time yet: averages are over conversations that ended
  const ended = s.completedByCaller + s.completedByAgent + s.blindTransferred + s.attendedTransferred;
  const average = (sum: number, n: number): number | null => ratio(sum, n);
  return {
    offered: s.offered,
    answered: s.answered,
    abandoned,
    abandonRate: ratio(abandoned, s.offered - shortAbandons),
    answerRate: ratio(s.answered, s.offered),
    connectRate: ratio(s.answered, s.offered + blocked),
    connect15: ratio(s.answered15, s.offered),
    connect15OfAnswered: ratio(s.answered15, s.answered),
    serviceLevel: serviceLevel(s, mode),
    serviceLevelMode: mode,
    serviceLevelOfAnswered: ratio(s.answered20, s.answered),
    asaS: average(s.waitAnsweredS, s.answered),
    averageWaitS: average(s.waitAnsweredS + s.waitAbandonedS + s.waitOtherS, s.offered),
    longestWaitS: s.offered > 0 ? Math.max(s.longestAnsweredS, s.longestAbandonedS, s.longestOtherS) : null,
    averageAbandonS: average(s.waitAbandonedS, s.abandoned),
    talkS: s.talkS,
    averageTalkS: average(s.talkS, ended),
    averageHoldS: average(s.holdMs / 1000, s.holds),
    averageWrapS: average(s.wrapMs / 1000, ended),
    averageHandleS: average(s.talkS + s.wrapMs / 1000, ended),
    averageRingS: average(s.ringMs / 1000, s.rings),
    seatAnswerRate: ratio(s.rings - s.missed, s.rings),
  };
}

function serviceLevel(s: VisitSums, mode: ServiceLevelMode): number | null {
  switch (mode) {
    case 'negative':
      return ratio(s.answered20, s.offered);
    case 'ignore':
      return ratio(s.answered20, s.offered - s.abandoned20);
    case 'positive':
      return ratio(s.answered20 + s.abandoned20, s.offered);
  }
}

/** A fraction as a percentage with one decimal, half up ('45.5'); “–” for null (R4, R5). */
export function percent(x: number | null): string {
  return x === null ? '–' : (Math.floor(x * 1000 + 0.5 + 1e-9) / 10).toFixed(1);
}

/** Upper edges of the duration bands [0,1) [1,2) [2,3) [3,5) [5,∞), minutes (STAT-24, R7). */
export const TALK_EDGES_S = [60, 120, 180, 300] as const;
export function talkBand(talkS: number): number {
  const i = TALK_EDGES_S.findIndex((edge) => talkS < edge);
  return i < 0 ? TALK_EDGES_S.length : i;
}

/** An interval of one seat's state, as stored. */
export interface StateInterval {
  readonly seat: string;
  readonly state: SeatState;
  readonly from: Instant;
  readonly to: Instant;
}

export type StateSeconds = Readonly<Record<SeatState, number>>;

/** Seconds per state inside [from, to): intervals are split at the edges, so a seat's states sum to the length (R2). */
export function stateSeconds(intervals: Iterable<StateInterval>, from: Instant, to: Instant): StateSeconds {
  const out: Record<SeatState, number> = {
    offline: 0,
    idle: 0,
    ringing: 0,
    talking: 0,
    outbound: 0,
    wrap: 0,
    break: 0,
    busy: 0,
    other: 0,
  };
  for (const i of intervals) {
    const ms = Math.min(i.to, to) - Math.max(i.from, from);
    if (ms > 0) out[i.state] += ms / 1000;
  }
  return out;
}

const working = (s: StateSeconds): number => s.talking + s.outbound + s.ringing + s.wrap;
/** I-22: share of the signed-in time spent on calls. */
export const utilisation = (s: StateSeconds): number | null => ratio(working(s), signedIn(s));
/** I-23: the same of the time in which the seat was to take calls. */
export const occupancy = (s: StateSeconds): number | null =>
  ratio(working(s), signedIn(s) - s.break - s.busy - s.other);
/** I-21 from states: everything but offline, seconds. */
export const signedIn = (s: StateSeconds): number =>
  s.idle + s.ringing + s.talking + s.outbound + s.wrap + s.break + s.busy + s.other;
