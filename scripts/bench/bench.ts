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
  /** Of the reports: so many calls, whatever the scale. */
  readonly calls?: number;
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

/** A row of times in milliseconds. */
export function tookRow(what: string, way: string, took: readonly number[]): Record<string, string> {
  const { p50, p99 } = summary(took);
  return { what, way, p50: ms(p50), p99: ms(p99) };
}

/** Does some work, and adds the milliseconds that it took. */
export async function clock<T>(took: number[], work: () => T | Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  took.push(performance.now() - began);
  return result;
}

/** The product, and what somebody would write who thinks of nothing. */
export const WAYS = ['product', 'naive'] as const;
export type Way = (typeof WAYS)[number];

/** Both ways in turn, ABBA, so that what the machine does besides falls on both. */
export async function inTurn<Run>(
  rounds: number,
  measure: (way: Way) => Promise<Run>,
  tell: (way: Way, run: Run) => void,
): Promise<Record<Way, Run[]>> {
  const runs: Record<Way, Run[]> = { product: [], naive: [] };
  for (let i = 0; i < rounds; i++)
    for (const way of i % 2 === 0 ? WAYS : WAYS.toReversed()) {
      const run = await measure(way);
      runs[way].push(run);
      tell(way, run);
    }
  return runs;
}

/** The median of one figure over runs. */
export const mid = <F extends string>(runs: readonly { readonly [K in F]: number }[], figure: F): number =>
  median(runs.map((r) => r[figure]));

/** How often something is repeated at a scale: at least once. */
export const scaled = (usual: number, scale: number, least = 1): number => Math.max(least, Math.round(usual * scale));
