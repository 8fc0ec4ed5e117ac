import type { Instant } from '../time.ts';
import { PARTS, partsOf, type Condition, type Limit, type PartName } from './parts.ts';
import { SOURCES, type Dimension, type Source, type SourceRows } from './sources.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.ts';

/** Added parts of one interval and group; a part that is not there is 0. */
export type Parts = Partial<Record<PartName, number>>;

type Row = Readonly<Record<string, unknown>>;

function holds(c: Condition, row: Row, th: Thresholds): boolean {
  const x = row[c.field];
  if ('is' in c) return x === c.is;
  if ('oneOf' in c) return typeof x === 'string' && c.oneOf.includes(x);
  if ('known' in c) return (x !== null && x !== undefined) === c.known;
  if (typeof x !== 'number') return false;
  const limit = (l: Limit): number => (typeof l === 'number' ? l : th[l]);
  return (
    (c.atLeast === undefined || x >= limit(c.atLeast)) &&
    (c.atMost === undefined || x <= limit(c.atMost)) &&
    (c.below === undefined || x < limit(c.below))
  );
}

/** Whether a row counts in a part: what a drill opens, and nothing else. */
export const counts = (part: PartName, row: object, th: Thresholds = DEFAULT_THRESHOLDS): boolean =>
  PARTS[part].where.every((c) => holds(c, row as Row, th));

/** What a row adds to a part in the interval [from, to), given that it counts. */
function valueOf(part: PartName, row: Row, from: Instant, to: Instant): number {
  const { value } = PARTS[part];
  if (value === 'one') return 1;
  const begin = row.t_from as Instant;
  if (value === 'begun') return row.continued !== true && begin >= from && begin < to ? 1 : 0;
  if (value === 'inside') return Math.max(0, Math.min(row.t_to as Instant, to) - Math.max(begin, from));
  if ('sum' in value) return (row[value.sum] as number | null) ?? 0;
  const [a, b] = value.between.map((f) => row[f] as Instant | null);
  return a === null || b === null ? 0 : b! - a!;
}

/** Adds `more` to `into`: sums are added, of maxima the larger stays. */
export function addParts(into: Parts, more: Parts): void {
  for (const [name, n] of Object.entries(more) as [PartName, number][])
    into[name] = PARTS[name].merge === 'max' ? Math.max(into[name] ?? n, n) : (into[name] ?? 0) + n;
}

export interface Counted {
  /** Index of the interval in `edges`. */
  readonly interval: number;
  /** Values of the dimensions asked for, in their order. */
  readonly group: readonly string[];
  readonly parts: Parts;
}

export interface CountOptions {
  /** Ascending; interval i is [edges[i], edges[i+1]). Rows outside do not count. */
  readonly edges: readonly Instant[];
  /** Dimensions of this source. */
  readonly by?: readonly Dimension[];
  readonly thresholds?: (queue: string | null, t: Instant) => Thresholds;
}

/** Index of the interval that t lies in; -1 outside of all. */
export function intervalOf(edges: readonly Instant[], t: Instant): number {
  if (edges.length < 2 || t < edges[0]! || t >= edges.at(-1)!) return -1;
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= t) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Counts the parts of a source from its rows, the plain way: what every stored figure must equal.
 * Intervals and groups in which no row counts are not in the answer.
 */
export function countParts<S extends Source>(s: S, rows: Iterable<SourceRows[S]>, o: CountOptions): Counted[] {
  const { edges, by = [], thresholds = () => DEFAULT_THRESHOLDS } = o;
  const shape = SOURCES[s];
  const fields = by.map((d) => shape.by[d]!);
  const found = new Map<string, { interval: number; group: string[]; parts: Parts }>();
  for (const item of rows) {
    const row = item as unknown as Row;
    const at = row[shape.at] as Instant;
    const [first, last] = reach(shape.how, row, at, edges);
    if (first < 0) continue;
    const th = thresholds((row.queue as string | null | undefined) ?? null, at);
    const names = partsOf(s).filter((p) => counts(p, row, th));
    const group = fields.map((f) => String(row[f] ?? ''));
    for (let i = first; i <= last; i++) {
      const key = `${i}\u0000${group.join('\u0000')}`;
      let cell = found.get(key);
      if (!cell) found.set(key, (cell = { interval: i, group, parts: {} }));
      for (const p of names) {
        const n = valueOf(p, row, edges[i]!, edges[i + 1]!);
        if (PARTS[p].merge === 'sum' || row[(PARTS[p].value as { sum: string }).sum] !== null)
          addParts(cell.parts, { [p]: n });
      }
    }
  }
  return [...found.values()];
}

/** The intervals that a row touches; -1 when none. */
function reach(how: 'at' | 'split', row: Row, at: Instant, edges: readonly Instant[]): [number, number] {
  if (how === 'at') {
    const i = intervalOf(edges, at);
    return [i, i];
  }
  const to = row.t_to as Instant;
  const begin = edges[0] ?? Infinity;
  const end = edges.at(-1) ?? -Infinity;
  if (at >= end || to < at || (to <= begin && at < begin)) return [-1, -1];
  const first = at < begin ? 0 : intervalOf(edges, at);
  // a row that ends on an edge does not touch what begins there; one without length lies where it begins
  const last = to >= end ? edges.length - 2 : to === at ? first : intervalOf(edges, to - 1);
  return [first, last];
}
