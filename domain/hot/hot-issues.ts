import { MAX_HOT_CASES, MAX_HOT_ISSUES, type HotIssueRow, type HotReason } from '../cases/rows.ts';
import type { LngLat } from '../city/rows.ts';
import { metres } from '../geo.ts';
import { HOUR, MINUTE, type Instant } from '../time.ts';
import { clusterCases, keywordsOf, middleOf, typical, type Cluster } from './similar.ts';

/** What hot issues need to know of a case of today. */
export interface HotCase {
  readonly no: string;
  readonly acceptedAt: Instant;
  /** From the top of the tree to the leaf. */
  readonly category: readonly string[];
  readonly district: string | null;
  readonly at: LngLat | null;
  readonly title: string;
  /** Title and content. */
  readonly text: string;
  /** Salted hash of the caller's number; null when it is not known. */
  readonly caller: string | null;
  readonly open: boolean;
  readonly simulated: boolean;
}

/** Cases of a category in a district on earlier days of the same weekday. */
export interface Baseline {
  /** Days that the means rest on; 0: no history, nothing can be expected. */
  readonly days: number;
  /** Mean count in the last 60 minutes of the same time of day. @param key see {@link baselineKey} */
  hour(key: string): number;
  /** Mean count of such a day until now. */
  untilNow(key: string): number;
}

export const baselineKey = (category: readonly string[], district: string | null): string =>
  `${category.join('/')}\u0000${district ?? ''}`;

export interface HotOptions {
  readonly now: Instant;
  /** Splits a text into words, each once (Intl.Segmenter in the worker). */
  readonly words: (text: string) => ReadonlySet<string>;
}

/** stats §6: rising = at least so many callers in the last hour … */
const RISING_COUNT = 5;
/** … and so many times the mean of that hour. */
const RISING_TIMES = 3;
/** Sudden cluster: so many callers within 30 minutes and 1 km. */
const CLUSTER_COUNT = 5;
const CLUSTER_MS = 30 * MINUTE;
const CLUSTER_M = 1000;
/** A cluster that nobody added to for so long is no longer sudden. */
const CLUSTER_FRESH_MS = 2 * HOUR;
const TODAY_COUNT = 10;
/** Chance that is no accident any more, for a day with some hundred groups looked at each minute. */
const P_MAX = 1e-4;
/** What is never seen before is expected this often: 0 would make every second case a wonder. */
const EXPECTED_MIN = 0.25;

/** Chance of `k` or more where `mean` are expected (Poisson), 0–1. */
export function poissonTail(k: number, mean: number): number {
  if (k <= 0) return 1;
  // the upper tail summed directly: 1 minus the lower one loses all digits where it matters
  let term = Math.exp(-mean);
  for (let i = 1; i <= k; i++) term *= mean / i;
  let sum = 0;
  for (let i = k; i < k + 400 && term > sum * 1e-15; i++) {
    sum += term;
    term *= mean / (i + 1);
  }
  return Math.min(1, sum);
}

/** Different callers; each case without a number counts for itself. One who calls ten times is one. */
function callersOf(cases: readonly HotCase[]): number {
  const known = new Set<string>();
  let unknown = 0;
  for (const c of cases) {
    if (c.caller === null) unknown++;
    else known.add(c.caller);
  }
  return known.size + unknown;
}

interface Expectation {
  readonly hour: number;
  readonly untilNow: number;
}

/** The expectation of a group is that of its category in all districts it touches: it can only be too high, never too low. */
function expected(cases: readonly HotCase[], baseline: Baseline): Expectation {
  const keys = new Set(cases.map((c) => baselineKey(c.category, c.district)));
  let hour = 0;
  let untilNow = 0;
  for (const key of keys) {
    hour += baseline.hour(key);
    untilNow += baseline.untilNow(key);
  }
  return { hour, untilNow };
}

/** The largest number of callers within 30 minutes and 1 km, among the newest cases. */
function densest(cases: readonly HotCase[], now: Instant): { count: number; radiusM: number } | null {
  const located = cases.filter((c) => c.at !== null && c.acceptedAt > now - CLUSTER_FRESH_MS);
  let best: { count: number; radiusM: number } | null = null;
  for (const centre of located) {
    const near = located.filter(
      (c) =>
        c.acceptedAt >= centre.acceptedAt &&
        c.acceptedAt < centre.acceptedAt + CLUSTER_MS &&
        metres(c.at!, centre.at!) <= CLUSTER_M,
    );
    const count = callersOf(near);
    if (count >= CLUSTER_COUNT && count > (best?.count ?? 0))
      best = { count, radiusM: Math.round(Math.max(...near.map((c) => metres(c.at!, centre.at!)))) };
  }
  return best;
}

interface Judged {
  readonly why: HotReason[];
  readonly pValue: number;
  readonly windowCount: number;
  readonly windowMin: number;
  readonly expected: number;
}

function judge(cases: readonly HotCase[], baseline: Baseline, now: Instant): Judged {
  const means = expected(cases, baseline);
  const lastHour = callersOf(cases.filter((c) => c.acceptedAt > now - HOUR));
  const today = callersOf(cases);
  const why: HotReason[] = [];
  const pHour = poissonTail(lastHour, Math.max(means.hour, EXPECTED_MIN));
  if (baseline.days > 0 && lastHour >= RISING_COUNT && lastHour >= RISING_TIMES * means.hour && pHour <= P_MAX)
    why.push({
      code: 'rising',
      count: lastHour,
      minutes: 60,
      baseline: means.hour,
      times: means.hour === 0 ? null : lastHour / means.hour,
    });
  const cluster = densest(cases, now);
  // what comes in such numbers every day at this hour is no surprise, however dense
  const pCluster = cluster ? poissonTail(cluster.count, Math.max(means.hour / 2, EXPECTED_MIN)) : 1;
  if (cluster && (baseline.days === 0 || pCluster <= P_MAX))
    why.push({ code: 'cluster', count: cluster.count, minutes: CLUSTER_MS / MINUTE, radiusM: cluster.radiusM });
  const pToday = poissonTail(today, Math.max(means.untilNow, 4 * EXPECTED_MIN));
  if (baseline.days > 0 && today >= TODAY_COUNT && today >= RISING_TIMES * means.untilNow && pToday <= P_MAX)
    why.push({ code: 'today', count: today, expected: means.untilNow });
  return { why, pValue: Math.min(pHour, pCluster, pToday), windowCount: lastHour, windowMin: 60, expected: means.hour };
}

function districtsOf(cases: readonly HotCase[]): HotIssueRow['districts'] {
  const counts = new Map<string | null, number>();
  for (const c of cases) counts.set(c.district, (counts.get(c.district) ?? 0) + 1);
  return [...counts]
    .map(([name, n]) => ({ name, cases: n }))
    .sort((a, b) => b.cases - a.cases || ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
}

/** Distance from the middle that holds nine in ten. */
function radiusOf(cases: readonly HotCase[], middle: LngLat): number {
  const distances = cases.flatMap((c) => (c.at ? [metres(c.at, middle)] : [])).sort((a, b) => a - b);
  return Math.round(distances[Math.min(distances.length - 1, Math.floor(distances.length * 0.9))]!);
}

function card(
  c: Cluster,
  all: readonly HotCase[],
  judged: Judged,
  baseline: Baseline,
  o: HotOptions,
): Omit<HotIssueRow, 'rank'> {
  const newestFirst = [...c.cases].sort((a, b) => b.acceptedAt - a.acceptedAt || (a.no < b.no ? 1 : -1));
  const at = middleOf(c.cases);
  const knowsCallers = c.cases.some((x) => x.caller !== null);
  return {
    category: c.cases[0]!.category,
    keywords: keywordsOf(c, all, o.words, 6),
    title: typical(c).title,
    districts: districtsOf(c.cases).slice(0, 8),
    total: c.cases.length,
    cases: newestFirst.slice(0, MAX_HOT_CASES).map((x) => x.no),
    open: c.cases.filter((x) => x.open).length,
    callers: knowsCallers ? callersOf(c.cases) : null,
    firstAt: newestFirst.at(-1)!.acceptedAt,
    newestAt: newestFirst[0]!.acceptedAt,
    windowCount: judged.windowCount,
    windowMin: judged.windowMin,
    expected: judged.expected,
    baselineDays: baseline.days,
    pValue: judged.pValue,
    why: judged.why,
    at,
    radiusM: at ? radiusOf(c.cases, at) : null,
    simulated: c.cases.every((x) => x.simulated),
  };
}

/**
 * The issues of today that stand out, most striking first, at most {@link MAX_HOT_ISSUES}.
 * Pure and independent of the order of the cases. The id of an issue is that of its first case, so it keeps it while it grows.
 * @param cases of today, in any order
 */
export function hotIssues(cases: readonly HotCase[], baseline: Baseline, o: HotOptions): Record<string, HotIssueRow> {
  const groups = new Map<string, HotCase[]>();
  for (const c of cases) {
    if (c.acceptedAt > o.now) continue;
    const key = c.category.join('/');
    const group = groups.get(key);
    if (group) group.push(c);
    else groups.set(key, [c]);
  }
  const found: { id: string; row: Omit<HotIssueRow, 'rank'> }[] = [];
  for (const [key, group] of groups) {
    if (group.length < CLUSTER_COUNT) continue;
    for (const cluster of clusterCases(group)) {
      if (callersOf(cluster.cases) < CLUSTER_COUNT) continue;
      const judged = judge(cluster.cases, baseline, o.now);
      if (judged.why.length > 0)
        found.push({ id: `${key}#${cluster.cases[0]!.no}`, row: card(cluster, cases, judged, baseline, o) });
    }
  }
  found.sort((a, b) => a.row.pValue - b.row.pValue || b.row.total - a.row.total || (a.id < b.id ? -1 : 1));
  return Object.fromEntries(found.slice(0, MAX_HOT_ISSUES).map(({ id, row }, i) => [id, { rank: i + 1, ...row }]));
}
