import { SECOND } from '#domain/time.ts';

/**
 * When to connect again. A switch that restarts is back within a second, one that crashed when its supervisor has started it:
 * some seconds. Asking costs one TCP connection, so it is asked often and the wall is right again soon after.
 */
const QUICK = 50;
const QUICK_TRIES = 20;
const FIRST = 250;
const LONGEST = SECOND;
/** A wrong secret does not get right by trying, and some switches ban who tries. */
const REFUSED = 15 * SECOND;

/**
 * @param failures connections in a row that never came to be live
 * @param refused the switch said no to our account
 * @param random 0…1: readers of one switch do not all ask in the same moment
 * @returns milliseconds to wait before the next connection
 */
export function retryDelay(failures: number, refused: boolean, random: number): number {
  if (refused) return REFUSED;
  if (failures < QUICK_TRIES) return QUICK;
  const grown = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - QUICK_TRIES, 10));
  return Math.round(grown * (0.75 + 0.25 * random));
}

/** From now on failures are worth a line of the log each: the quick tries of a restart are not. */
export const isLastingFailure = (failures: number): boolean => failures > QUICK_TRIES;
