/**
 * Every threshold of the seats-and-queues wall. Amber, then red: the limit is passed when the value is greater than it.
 * The two hues are for times that last too long and nothing else; level colours stay with incidents and warnings.
 */
export const LIMITS = {
  /** A call in progress, seconds. At 150 s mean talk about one call in eight passes the first, one in fifty the second. */
  talkS: { long: 300, overlong: 600 },
  /** A caller in a queue, seconds: the goal of the first 15 s, and the length of an ordinary patience. */
  waitS: { long: 15, overlong: 60 },
  /** A telephone that rings and is not taken, seconds. */
  ringS: { long: 15, overlong: 30 },
} as const;

/** Goals that figures are held against, shares 0–1. */
export const GOALS = {
  /** GB/T 33358-2016 and the city's own: answered within 15 s. */
  connect15: 0.9,
  connectRate: 0.95,
  /** The 80 of “80/20”. */
  serviceLevel: 0.8,
} as const;

/** A panel whose data is older than this looks stale, seconds. */
export const STALE_AFTER_S = 10;

export type Lasting = 'fine' | 'long' | 'overlong';

export function lasting(seconds: number | null, limit: { readonly long: number; readonly overlong: number }): Lasting {
  if (seconds === null || seconds <= limit.long) return 'fine';
  return seconds > limit.overlong ? 'overlong' : 'long';
}

/** Whether a share meets its goal; null when there is no share yet. */
export const meets = (share: number | null, goal: number): boolean | null => (share === null ? null : share >= goal);
