import { mulberry32, type Random } from '#domain/random.ts';

/** Seeded draws from the distributions of a telephone floor. */
export class Draws {
  /** A number in [0, 1). */
  readonly next: Random;

  constructor(seed: number) {
    this.next = mulberry32(seed);
  }

  /** Exponential: time to the next of events that come by themselves. */
  exp(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
  between(a: number, b: number): number {
    return a + (b - a) * this.next();
  }
  /** Log-normal with the given mean. */
  logNormal(mean: number, sigma: number): number {
    const z = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return mean * Math.exp(sigma * z - (sigma * sigma) / 2);
  }
  /** One of a list, by weight. */
  pick<T extends { weight: number }>(list: readonly T[]): T {
    let x = this.next() * list.reduce((s, i) => s + i.weight, 0);
    for (const item of list) if ((x -= item.weight) <= 0) return item;
    return list[list.length - 1]!;
  }
}
