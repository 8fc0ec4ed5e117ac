/** How often moving marks are drawn: thirty times a second where the machine can, less often where pictures take long. Pure. */

/** Time of one picture at thirty a second: more is not seen and costs every wall its graphics card. */
export const LEAST_MS = 1000 / 30;
/** Slower than this nothing seems to move. */
const MOST_MS = 500;
/** Pictures that take longer get this share of the time; the rest is for messages, keys and clicks. */
const SHARE = 0.5;
/** How fast the pace comes back when pictures get short again, per picture. */
const BACK = 0.85;

/** A picture that takes no longer than this keeps the usual pace: also one for each frame of a screen of thirty a second. */
const QUICK_MS = 1.25 * LEAST_MS;

/**
 * The time from one picture to the next after one that took `frameMs`: longer at once, shorter by and by.
 * @param everyMs the time until now; @param frameMs from the frame that drew to the next
 */
export function nextPace(everyMs: number, frameMs: number): number {
  const wanted = frameMs <= QUICK_MS ? LEAST_MS : Math.min(MOST_MS, frameMs / SHARE);
  return wanted >= everyMs ? wanted : Math.max(wanted, everyMs * BACK);
}

/** A frame of this screen, from the times between frames: the shortest of late. */
export const screenFrame = (screenMs: number, gapMs: number): number => Math.min(gapMs, screenMs * 1.01);

/** A frame begins a little early or late; with so much of one the next would be late. */
const EARLY = 0.85;

/** Whether the frame at `now` is the one to draw in: the last before the next picture is due, so that it is never late. */
export const isDue = (now: number, drawnAt: number, everyMs: number, screenMs: number): boolean =>
  now - drawnAt + screenMs * EARLY >= everyMs;

/** Slower than this a glide is no motion, and only shows where a mark was: marks stand where they were told last. */
const GLIDES_TO_MS = 250;
export const glides = (everyMs: number): boolean => everyMs < GLIDES_TO_MS;
