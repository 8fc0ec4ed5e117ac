import { intervalOf } from '#domain/calls/count.ts';
import type { PartGrid } from '#domain/calls/grid.ts';
import { PARTS, type PartName } from '#domain/calls/parts.ts';
import type { Dimension, Source, StoredSource } from '#domain/calls/sources.ts';
import type { ThresholdPeriod } from '#domain/calls/thresholds.ts';
import type { Grain, LevelRange } from '#domain/reports/grain.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql, Tx } from '../db.ts';
import { aggregate, bucketed, groupKey, instant, needsThresholds, thresholdJoin } from './part-sql.ts';

/** Counts from rollup rows and from the records themselves: a row of the answer is a group, its intervals and parts are packed. */

/** Only rows whose dimension has one of these values; '' stands for none. */
export type Only = Partial<Record<Dimension, readonly string[]>>;

export interface ReadOptions {
  readonly parts: readonly PartName[];
  readonly by: readonly Dimension[];
  readonly only: Only;
  readonly edges: readonly Instant[];
  readonly zone: string;
}

/** Index of the interval of an instant, in SQL. */
function intervalSql(edges: readonly Instant[], t: string): string {
  if (edges.length === 2) return '0';
  const list = edges.slice(1, -1).map((e) => new Date(e).toISOString());
  return `width_bucket(${t}, '{${list.join(',')}}'::timestamptz[])`;
}

/** Where an interval is a rollup row or two, the row's own instant tells it, and thousands of edges need not be sent and searched. */
const isFine = (grain: Grain): boolean => grain === 'half-hour' || grain === 'hour' || grain === 'day';
const EPOCH_MS = 'extract(epoch from bucket)::float8 * 1000';

function filters(only: Only, column: (d: Dimension) => string, values: unknown[]): string {
  let text = '';
  for (const [d, list] of Object.entries(only) as [Dimension, readonly string[]][]) {
    values.push(list);
    text += ` and ${column(d)} = any($${values.length}::text[])`;
  }
  return text;
}

/** A group's cells: doubles one after the other, as the database sends them. */
type Packed = Record<string, string | Buffer | null>;

/** One row for each group in place of one for each cell: thousands of small rows cost the driver more than the database. */
const packedCells = (cells: string, by: readonly Dimension[], parts: readonly PartName[]): string =>
  `select ${[...by, ...['i', ...parts].map((p) => `string_agg(float8send(${p}), ''::bytea) as ${p}`)].join(', ')}
   from (${cells}) cells ${by.length > 0 ? `group by ${by.join(', ')}` : ''}`;

function addCells(
  rows: readonly Packed[],
  by: readonly Dimension[],
  parts: readonly PartName[],
  place: (i: number) => number,
  grid: PartGrid,
): void {
  const doubles = (bytes: Buffer): Float64Array => {
    const own = new Float64Array(bytes.length / 8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let k = 0; k < own.length; k++) own[k] = view.getFloat64(k * 8);
    return own;
  };
  for (const r of rows) {
    if (r.i === null) continue;
    const intervals = doubles(r.i as Buffer).map(place);
    const group = by.map((d) => r[d] as string);
    for (const p of parts) {
      const numbers = doubles(r[p] as Buffer);
      // a group that has none of what was asked for is no row of the answer
      if (numbers.every((n) => n === 0)) continue;
      const into = grid.column(group, p);
      const larger = PARTS[p].merge === 'max';
      for (let k = 0; k < numbers.length; k++) {
        const i = intervals[k]!;
        if (larger) into[i] = Math.max(into[i]!, numbers[k]!);
        else into[i]! += numbers[k]!;
      }
    }
  }
}

/** Adds counts from rollup rows. */
export async function readLevels(
  sql: Sql | Tx,
  s: StoredSource,
  o: ReadOptions & { ranges: readonly LevelRange[]; grain: Grain },
  grid: PartGrid,
): Promise<void> {
  if (o.ranges.length === 0) return;
  const fine = isFine(o.grain);
  const values: unknown[] = [];
  const where = filters(o.only, (d) => d, values);
  const sums = o.parts.map((p) => `coalesce(${PARTS[p].merge}(${p}::float8), 0) as ${p}`);
  const interval = fine ? EPOCH_MS : `${intervalSql(o.edges, 'bucket')}::float8`;
  const pieces = o.ranges.map(
    (r) => `select bucket, ${[...o.by, ...o.parts].join(', ')} from stat_${s}
      where level = '${r.level}' and bucket >= ${instant(r.from)} and bucket < ${instant(r.to)}${where}`,
  );
  const cells = `select ${[`${interval} as i`, ...o.by, ...sums].join(', ')} from (${pieces.join(' union all ')}) x
     group by ${[fine ? 'bucket' : 'i', ...o.by].join(', ')}`;
  const rows = await sql.unsafe<Packed[]>(packedCells(cells, o.by, o.parts), values as never[]);
  addCells(rows, o.by, o.parts, fine ? (t) => intervalOf(o.edges, t) : (i) => i, grid);
}

/** Adds counts from the records themselves: of sources that have no rollup, and to check those that have. */
export async function readRaw(
  sql: Sql | Tx,
  s: Source,
  o: ReadOptions & { periods: readonly ThresholdPeriod[] },
  grid: PartGrid,
): Promise<void> {
  const values: unknown[] = [];
  const where = filters(o.only, (d) => groupKey(s, d), values);
  const keys = o.by.map((d) => `${groupKey(s, d)} as ${d}`);
  const from = o.edges[0]!;
  const to = o.edges.at(-1)!;
  const parts = o.parts.map((p) => `coalesce(${aggregate(p)}, 0)::float8 as ${p}`);
  const cells = `select ${[`${intervalSql(o.edges, 'r.bucket')}::float8 as i`, ...keys, ...parts].join(', ')}
     from (${bucketed(s, from, to, o.zone)}) r ${needsThresholds(s) ? thresholdJoin(s, o.periods) : ''}
     where true${where}
     group by ${['i', ...o.by.map((d) => groupKey(s, d))].join(', ')}`;
  const rows = await sql.unsafe<Packed[]>(packedCells(cells, o.by, o.parts), values as never[]);
  addCells(rows, o.by, o.parts, (i) => i, grid);
}
