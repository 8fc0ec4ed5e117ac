/** Steps between ticks that people count in, seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400] as const;

/**
 * Ticks of a time line.
 * @param lengthS its length, seconds
 * @param atMost ticks that have room, 1 or more
 * @returns seconds from its beginning, 0 first
 */
export function ticksOf(lengthS: number, atMost: number): number[] {
  const step = STEPS.find((s) => lengthS / s < atMost) ?? Math.ceil(lengthS / atMost);
  const out: number[] = [];
  for (let t = 0; t <= lengthS; t += step) out.push(t);
  return out;
}
