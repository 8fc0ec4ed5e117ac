import { SECOND } from '../time.ts';

/** How often a player tries a camera again by itself, and after how long: it ends, so that a dead camera costs nothing. */
const WAITS_MS = [1, 2, 4, 8, 16].map((s) => s * SECOND);
export const MOST_TRIES = WAITS_MS.length;

/** Milliseconds until the next try; null: no more of them. @param tries made again so far */
export const waitAfter = (tries: number): number | null => WAITS_MS[tries] ?? null;

/** Reasons that another try in a moment will not change. */
export const isFinal = (reason: string): boolean =>
  ['decode', 'no-address', 'not-allowed', 'forbidden-host', 'redirect', 'tls'].includes(reason);
