/** Classes of a map's colours: few, with limits that can be said aloud. */

export const MOST_CLASSES = 5;

/** The next of 1, 2, 3, 5 and 10 times a power of ten that is not less. @param x above 0 */
export function roundUp(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x) + 1e-9);
  return ([1, 2, 3, 5].find((step) => step * power >= x * (1 - 1e-9)) ?? 10) * power;
}

/**
 * Least values of up to five classes, ascending: the first begins at the least value there is, the others at round numbers near the
 * fifths of the values. Zeros and less have no class.
 * @param whole values are counts: limits below 1 are not made
 */
export function classLimits(values: Iterable<number>, { whole }: { whole: boolean }): number[] {
  const sorted = Float64Array.from([...values].filter((v) => v > 0)).sort();
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return [];
  const limits = [whole ? Math.max(1, Math.floor(least)) : least];
  for (let i = 1; i < MOST_CLASSES; i++) {
    const limit = roundUp(sorted[Math.floor((i / MOST_CLASSES) * sorted.length)]!);
    if (limit > limits.at(-1)! && limit <= most) limits.push(limit);
  }
  // a few far above all others would not be seen in the class of a fifth
  const far = roundUp(most / 2);
  if (limits.length < MOST_CLASSES && far > limits.at(-1)! * 1.5 && far <= most) limits.push(far);
  return limits;
}

/** Index of a value's class; −1: below all. */
export const classOf = (value: number, limits: readonly number[]): number => limits.findLastIndex((l) => value >= l);
