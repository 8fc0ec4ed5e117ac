import type { Instant } from '../time.ts';

/** What “quickly”, “short” and “satisfied” mean (stats.md R6). Seconds, except the rating. */
export interface Thresholds {
  /** I-08: connected within. */
  readonly connectS: number;
  /** I-09: service level. */
  readonly serviceLevelS: number;
  /** I-04, I-05: an abandon after a shorter wait is not counted; 0 counts all. */
  readonly shortAbandonS: number;
  /** I-14: upper edges of the first three wait buckets, half-open. */
  readonly edge1S: number;
  readonly edge2S: number;
  readonly edge3S: number;
  /** I-33: lowest rating that says “satisfied”. */
  readonly satisfiedFrom: number;
  /** The 80 of “80/20”: what the service level is to reach, percent. No figure is counted by it, nor by the limits below. */
  readonly goalPercent: number;
  /** A caller waits long, and too long, when it is more than this. */
  readonly waitLongS: number;
  readonly waitOverlongS: number;
  /** The same of a conversation. */
  readonly talkLongS: number;
  readonly talkOverlongS: number;
  /** The same of after-call work. */
  readonly wrapLongS: number;
  readonly wrapOverlongS: number;
}
export type ThresholdName = keyof Thresholds;
/** Those that figures are counted by. */
export const COUNTED_BY = [
  'connectS',
  'serviceLevelS',
  'shortAbandonS',
  'edge1S',
  'edge2S',
  'edge3S',
  'satisfiedFrom',
] as const satisfies readonly ThresholdName[];
export type CountingThreshold = (typeof COUNTED_BY)[number];

export const DEFAULT_THRESHOLDS: Thresholds = {
  connectS: 15,
  serviceLevelS: 20,
  shortAbandonS: 0,
  edge1S: 20,
  edge2S: 40,
  edge3S: 60,
  satisfiedFrom: 4,
  goalPercent: 80,
  waitLongS: 15,
  waitOverlongS: 60,
  talkLongS: 300,
  talkOverlongS: 600,
  wrapLongS: 120,
  wrapOverlongS: 300,
};
export const THRESHOLD_NAMES = Object.keys(DEFAULT_THRESHOLDS) as ThresholdName[];

/** The skill group that stands for all that have no version of their own. */
export const ANY_QUEUE = '';

/** Thresholds of one skill group, in force from an instant until its next version. */
export interface ThresholdVersion {
  /** Skill group, or ANY_QUEUE. */
  readonly queue: string;
  readonly from: Instant;
  readonly values: Thresholds;
}

/** A stretch [from, to) in which one set of thresholds holds for a skill group. */
export interface ThresholdPeriod extends ThresholdVersion {
  readonly to: Instant;
}

/**
 * The stretches of every skill group that has versions, and of ANY_QUEUE for the others; each group's lie end to end from
 * −∞ to ∞. Before its first version a group follows ANY_QUEUE, and that the house's defaults.
 */
export function thresholdPeriods(versions: readonly ThresholdVersion[]): ThresholdPeriod[] {
  const byQueue = new Map<string, ThresholdVersion[]>([[ANY_QUEUE, []]]);
  for (const v of versions) byQueue.set(v.queue, [...(byQueue.get(v.queue) ?? []), v]);
  for (const list of byQueue.values()) list.sort((a, b) => a.from - b.from);
  const common = [{ queue: ANY_QUEUE, from: -Infinity, values: DEFAULT_THRESHOLDS }, ...byQueue.get(ANY_QUEUE)!];
  const out: ThresholdPeriod[] = [];
  for (const [queue, own] of byQueue) {
    const first = own[0]?.from ?? Infinity;
    const list = queue === ANY_QUEUE ? common : [...common.filter((v) => v.from < first), ...own];
    list.forEach((v, i) => {
      const to = list[i + 1]?.from ?? Infinity;
      if (to > v.from) out.push({ queue, from: v.from, to, values: v.values });
    });
  }
  return out;
}

/** Looks up the thresholds of a skill group at an instant; a queue that is not named, or null, follows ANY_QUEUE. */
export const thresholdLookup = (
  versions: readonly ThresholdVersion[],
): ((q: string | null, t: Instant) => Thresholds) => periodLookup(thresholdPeriods(versions));

/** The same of the stretches that thresholdPeriods made. */
export function periodLookup(periods: readonly ThresholdPeriod[]): (q: string | null, t: Instant) => Thresholds {
  const byQueue = Map.groupBy(periods, (p) => p.queue);
  return (queue, t) => {
    const list = byQueue.get(queue ?? ANY_QUEUE) ?? byQueue.get(ANY_QUEUE)!;
    return list.find((p) => p.from <= t && t < p.to)!.values;
  };
}

/** Whether some figure of an instant from `from` on is counted otherwise by `after` than by `before`. */
export function countsOtherwise(
  before: readonly ThresholdVersion[],
  after: readonly ThresholdVersion[],
  from: Instant,
): boolean {
  const [was, is] = [thresholdLookup(before), thresholdLookup(after)];
  const all = [...before, ...after];
  const queues = new Set([ANY_QUEUE, ...all.map((v) => v.queue)]);
  const instants = new Set([from, ...all.map((v) => v.from).filter((t) => t > from)]);
  for (const queue of queues)
    for (const t of instants) {
      const [a, b] = [was(queue, t), is(queue, t)];
      if (COUNTED_BY.some((name) => a[name] !== b[name])) return true;
    }
  return false;
}

/** The one value of a threshold in these stretches; null when groups or times differ in it. */
export function oneThreshold(periods: readonly ThresholdPeriod[], name: ThresholdName): number | null {
  const values = new Set(periods.map((p) => p.values[name]));
  return values.size === 1 ? [...values][0]! : null;
}
