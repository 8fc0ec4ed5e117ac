/**
 * Amber, then red: the limit is passed when the value is greater than it, seconds. The two hues are for times that last too long
 * and nothing else; level colours stay with incidents and warnings. Limits of waits, calls and after-call work are set for each
 * skill group (app/lib/floor/limits.ts).
 */
export interface Limit {
  readonly long: number;
  readonly overlong: number;
}
/** A telephone that rings and is not taken. */
export const RING: Limit = { long: 15, overlong: 30 };

/** Goals that figures are held against, shares 0–1. */
export const GOALS = {
  /** GB/T 33358-2016 and the city's own: answered within 15 s. */
  connect15: 0.9,
  connectRate: 0.95,
} as const;

/** A panel whose data is older than this looks stale, seconds. */
export const STALE_AFTER_S = 10;

export type Lasting = 'fine' | 'long' | 'overlong';

export function lasting(seconds: number | null, limit: Limit): Lasting {
  if (seconds === null || seconds <= limit.long) return 'fine';
  return seconds > limit.overlong ? 'overlong' : 'long';
}

/** Whether a share meets its goal; null when there is no share yet. */
export const meets = (share: number | null, goal: number): boolean | null => (share === null ? null : share >= goal);
