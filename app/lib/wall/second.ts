import type { Instant } from '#domain/time.ts';

/**
 * The whole second that a wall shows after a heartbeat. Heartbeats come about once a second but never exactly: shown as they
 * are, a clock would now and then stand for two seconds or skip one. One beat is one second as long as that is less than
 * 0.9 s from the truth.
 * @param shown second shown so far (epoch seconds); 0 before the first
 * @param heard gateway's time in the heartbeat
 * @returns epoch seconds
 */
export function nextSecond(shown: number, heard: Instant): number {
  const next = shown + 1;
  return Math.abs(heard - next * 1000) < 900 ? next : Math.floor(heard / 1000);
}
