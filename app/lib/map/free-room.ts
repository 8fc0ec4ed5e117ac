/** What panels cover of a map, pixels from each edge. */
export interface Covered {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** So much of the map stays free in each direction, pixels: into less nothing can be fitted that is still seen. */
export const LEAST_FREE = 160;

/**
 * What may be taken as covered where something is to be shown whole. Where panels leave almost nothing of a small screen, it is shown
 * partly below them: into no room at all a map would fit the whole world, or fail.
 * @param width of the map, pixels; @param height of it
 */
export function leaveFree(covered: Covered, width: number, height: number): Covered {
  const part = (sum: number, size: number): number => Math.min(1, Math.max(0, size - LEAST_FREE) / Math.max(1, sum));
  const x = part(covered.left + covered.right, width);
  const y = part(covered.top + covered.bottom, height);
  return { top: covered.top * y, right: covered.right * x, bottom: covered.bottom * y, left: covered.left * x };
}
