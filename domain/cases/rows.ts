import type { LngLat } from '../city/rows.ts';
import type { CityDay, Instant } from '../time.ts';
import type { CaseContent } from './case.ts';

/**
 * Rows of the topic `cases`: the cases that are live (accepted today; yesterday's that are still open; older ones that are open
 * and urgent or belong to an incident), the counters of today and yesterday, the hours of the last two days, the hot issues.
 */
export const CASE_COLLECTIONS = {
  /** id = case number. */
  case: 'case',
  /** id = city day, 'YYYY-MM-DD'. Read today's by {@link cityDay}: yesterday's stays for comparison. */
  caseDay: 'caseDay',
  /** id = start of the hour, epoch milliseconds. An hour without a case has no row. */
  caseHour: 'caseHour',
  /** id = stable name of the issue within its day. */
  hotIssue: 'hotIssue',
} as const;

export type CaseRow = CaseContent & {
  /** Incident that this case was reported for; null when there is none. */
  readonly incident: string | null;
  /** When a desk took note of an urgent case; null: the walls keep it pinned. */
  readonly acknowledgedAt: Instant | null;
  /** The officer who did; null on walls. */
  readonly acknowledgedBy: string | null;
  /** How often the source corrected it. */
  readonly corrections: number;
};

/** Numbers by key. A key that fell back to zero stays. Keys beyond {@link MAX_COUNTED_KEYS} are counted under {@link OTHER_KEY}. */
export type Counts = Readonly<Record<string, number>>;
export const MAX_COUNTED_KEYS = 60;
export const OTHER_KEY = '(other)';
/** Key of what the case does not tell (no district). */
export const NONE_KEY = '(none)';

/** Counters of the cases accepted on one city day. Each of the parts sums to `total`. */
export type CaseDayRow = {
  readonly day: CityDay;
  /** C-01: accepted and not withdrawn by the source. */
  readonly total: number;
  /** Of these urgent or very urgent. */
  readonly urgent: number;
  /** Of these with a point on the map. */
  readonly located: number;
  readonly byType: Counts;
  readonly byState: Counts;
  readonly bySource: Counts;
  readonly byDistrict: Counts;
  /** Top level of the category tree. */
  readonly byCategory: Counts;
  /** Simulated ones among `total`. */
  readonly simulated: number;
  /** Corrections that the sources sent for these cases. */
  readonly corrections: number;
};

/** C-02. */
export type CaseHourRow = {
  /** Start of the hour. */
  readonly at: Instant;
  readonly total: number;
};

/** Why a hot issue stands out, as code and figures, so that each screen says it in its own language (stats §6). */
export type HotReason =
  /** `count` cases in the last `minutes`, `times` the mean of that hour on earlier days of the same weekday. */
  | {
      readonly code: 'rising';
      readonly count: number;
      readonly minutes: number;
      readonly baseline: number;
      readonly times: number | null;
    }
  /** `count` cases of one category within `minutes` and `radiusM`. */
  | { readonly code: 'cluster'; readonly count: number; readonly minutes: number; readonly radiusM: number }
  /** More today, up to now, than such a day has until now. */
  | { readonly code: 'today'; readonly count: number; readonly expected: number };

export type HotIssueRow = {
  /** 1 = stands out most. */
  readonly rank: number;
  readonly category: readonly string[];
  /** Most frequent words first. */
  readonly keywords: readonly string[];
  /** Title of the case that is most like all others. */
  readonly title: string;
  readonly districts: readonly { readonly name: string | null; readonly cases: number }[];
  /** Cases today. */
  readonly total: number;
  /** Their numbers, newest first, at most {@link MAX_HOT_CASES}. */
  readonly cases: readonly string[];
  readonly open: number;
  /** Different callers, by salted hash of the number; null when no number is known. */
  readonly callers: number | null;
  readonly firstAt: Instant;
  readonly newestAt: Instant;
  /** Cases in the window that stood out most. */
  readonly windowCount: number;
  readonly windowMin: number;
  /** Expected in that window: mean of the same hour on earlier weeks. */
  readonly expected: number;
  /** How many earlier days the expectation rests on. */
  readonly baselineDays: number;
  /** Chance of so many or more by accident (Poisson tail). */
  readonly pValue: number;
  readonly why: readonly HotReason[];
  /** Middle of its cases; null when none has a point. */
  readonly at: LngLat | null;
  /** Distance that holds nine in ten of its cases, metres; null when none has a point. */
  readonly radiusM: number | null;
  readonly simulated: boolean;
};

export const MAX_HOT_CASES = 50;
export const MAX_HOT_ISSUES = 12;
/** Live cases; beyond it the least important leave (closed first, then the oldest). The counters still count them. */
export const MAX_LIVE_CASES = 6000;
/** Hours of the curve that are kept: the last 24, the 24 before for comparison, and the running one. */
export const KEPT_HOURS = 49;
