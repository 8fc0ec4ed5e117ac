import { metres, simplify } from '../geo.ts';
import { MINUTE, type Instant } from '../time.ts';

/**
 * The way that a vehicle came, oldest point first. It is thinned minute by minute, each with its first and its last position, so that
 * two neighbours are farther apart in time than a silence only where the vehicle was silent: the points alone say where it breaks.
 */
export type Trail = readonly TrailPoint[];

/** lng and lat (degrees, WGS-84), and when the vehicle was there. */
export type TrailPoint = readonly [lng: number, lat: number, at: Instant];

/** How far back a trail reaches. */
export const TRAIL_MS = 30 * MINUTE;
/** After a longer silence nobody knows the way. */
export const SILENCE_MS = 2 * MINUTE;
/** More points no trail has; it has to do with one minute more than its length, where it begins within one. */
export const TRAIL_POINTS = 500;
const OF_A_MINUTE = Math.floor(TRAIL_POINTS / (TRAIL_MS / MINUTE + 1));
/** Left-out points are no farther from the line, metres: about what a receiver in a street is off. */
const OFF_M = 5;
/** A shorter move is one of the receiver and not of the vehicle, metres. */
const STANDING_M = 15;

const minuteOf = ([, , at]: TrailPoint): number => Math.floor(at / MINUTE);

/** Does the line break between two neighbours? */
export const breaks = (before: TrailPoint, after: TrailPoint): boolean => after[2] - before[2] > SILENCE_MS;

/** What of it is not older than {@link TRAIL_MS}. */
export const recent = (trail: Trail, now: Instant): Trail => trail.filter(([, , at]) => at >= now - TRAIL_MS);

/** Points by the minute they are of. */
export function minutesOf(trail: Trail): TrailPoint[][] {
  const minutes: TrailPoint[][] = [];
  for (const p of trail) {
    const open = minutes.at(-1);
    if (open && minuteOf(open[0]!) === minuteOf(p)) open.push(p);
    else minutes.push([p]);
  }
  return minutes;
}

/** Positions, oldest first, as the trail of the newest: thinned, to at most {@link TRAIL_POINTS}. */
export const trailOf = (positions: Trail): Trail =>
  minutesOf(recent(positions, positions.at(-1)?.[2] ?? 0)).flatMap((minute) => simplify(minute, OFF_M, OF_A_MINUTE));

/** With the position that was heard last; without what became too old. A position that is not newer changes nothing. */
export function grown(trail: Trail, heard: TrailPoint): Trail {
  const last = trail.at(-1);
  if (last && heard[2] <= last[2]) return trail;
  const kept = recent(trail, heard[2]);
  // a minute is thinned when it is over: one that is thinned at each step would lose its curves little by little
  const over = last !== undefined && minuteOf(last) !== minuteOf(heard);
  return [...(over || kept.length >= TRAIL_POINTS ? trailOf(kept) : kept), heard];
}

/** How far the vehicle went, metres. What it did while silent, and the trembling of one that stands, is not counted. */
export function trailLength(trail: Trail): number {
  let sum = 0;
  let from: TrailPoint | undefined;
  let before: TrailPoint | undefined;
  for (const p of trail) {
    if (!from || !before || breaks(before, p)) from = p;
    const m = metres(from, p);
    if (m >= STANDING_M) {
      sum += m;
      from = p;
    }
    before = p;
  }
  return sum;
}
