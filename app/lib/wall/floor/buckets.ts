import type { QueueDayRow } from '#domain/floor/rows.ts';
import { ratio } from '#domain/floor/indicators.ts';

/** How long callers waited today, one row per bucket of I-14: [0,20) [20,40) [40,60) [60,∞) seconds. */
export interface WaitBucket {
  readonly fromS: number;
  /** null: no end. */
  readonly toS: number | null;
  readonly answered: number;
  readonly abandoned: number;
  /** Of all callers of all buckets, 0–1; null when there were none. */
  readonly share: number | null;
}

const EDGES = [0, 20, 40, 60] as const;

/** @param day the queues' counters of today, added up */
export function waitBuckets(day: Pick<QueueDayRow, 'answeredBuckets' | 'abandonedBuckets'>): WaitBucket[] {
  const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
  const all = sum(day.answeredBuckets) + sum(day.abandonedBuckets);
  return EDGES.map((fromS, i) => ({
    fromS,
    toS: EDGES[i + 1] ?? null,
    answered: day.answeredBuckets[i]!,
    abandoned: day.abandonedBuckets[i]!,
    share: ratio(day.answeredBuckets[i]! + day.abandonedBuckets[i]!, all),
  }));
}
