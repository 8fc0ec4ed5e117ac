/** One benchmark: product and peer in the same run, exactness checked before timing. */
export interface Bench {
  readonly name: string;
  readonly title: string;
  /** @throws when product and peer do not agree: then there is nothing to time */
  run(context: BenchContext): Promise<BenchResult>;
}

export interface BenchContext {
  readonly databaseUrl: string;
  readonly seed: number;
  /** Scales duration: 1 for the usual run. */
  readonly scale: number;
  readonly log: (line: string) => void;
}

export interface BenchResult {
  /** Rows of a table: what was measured, for product and peer. */
  readonly rows: Record<string, string | number>[];
  readonly goals: { readonly goal: string; readonly got: string; readonly met: boolean }[];
}

export function quantile(sorted: Float64Array | readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

export function summary(samples: readonly number[]): { p50: number; p99: number; max: number; n: number } {
  const sorted = Float64Array.from(samples).sort();
  return {
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1) ?? Number.NaN,
    n: sorted.length,
  };
}

export const median = (xs: readonly number[]): number =>
  quantile(
    [...xs].sort((a, b) => a - b),
    0.5,
  );
export const ms = (x: number): string => `${x < 10 ? x.toFixed(2) : x.toFixed(1)} ms`;
