import { intervalOf, type Counted, type Parts } from '#domain/calls/count.ts';
import { PARTS, type PartName } from '#domain/calls/parts.ts';
import { SOURCES, type Dimension, type Source, type StoredSource } from '#domain/calls/sources.ts';
import type { ThresholdPeriod } from '#domain/calls/thresholds.ts';
import { cover, type Grain, type LevelRange } from '#domain/reports/grain.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql, Tx } from '../db.ts';
import { aggregate, bucketed, groupKey, instant, needsThresholds, thresholdJoin } from './part-sql.ts';

/** Only rows whose dimension has one of these values; '' stands for none. */
export type Only = Partial<Record<Dimension, readonly string[]>>;

export interface ReadOptions {
  readonly parts: readonly PartName[];
  readonly by: readonly Dimension[];
  readonly only: Only;
  readonly edges: readonly Instant[];
  readonly zone: string;
}

/** Parts by their source. A filter by a dimension that a source does not have leaves that source out: its figures are unknown then. */
export function bySource(parts: readonly PartName[]): Map<Source, PartName[]> {
  const out = new Map<Source, PartName[]>();
  for (const p of parts) out.set(PARTS[p].source, [...(out.get(PARTS[p].source) ?? []), p]);
  return out;
}

type Cell = Record<string, string | number | null>;

const toCounted = (rows: readonly Cell[], by: readonly Dimension[], parts: readonly PartName[]): Counted[] =>
  rows.flatMap((r) => {
    const counted: Parts = {};
    // a group that has none of what was asked for is no row of the answer
    for (const p of parts) if (r[p] !== null && Number(r[p]) !== 0) counted[p] = Number(r[p]);
    if (Object.keys(counted).length === 0) return [];
    return [{ interval: Number(r.i), group: by.map((d) => String(r[d])), parts: counted }];
  });

/** Index of the interval of an instant, in SQL. */
function intervalSql(edges: readonly Instant[], t: string): string {
  if (edges.length === 2) return '0';
  const list = edges.slice(1, -1).map((e) => new Date(e).toISOString());
  return `width_bucket(${t}, '{${list.join(',')}}'::timestamptz[])`;
}

function filters(only: Only, column: (d: Dimension) => string, values: unknown[]): string {
  let text = '';
  for (const [d, list] of Object.entries(only) as [Dimension, readonly string[]][]) {
    values.push(list);
    text += ` and ${column(d)} = any($${values.length}::text[])`;
  }
  return text;
}

/** Counts from the rollups: the product's way. */
export async function readStored(
  sql: Sql | Tx,
  s: StoredSource,
  o: ReadOptions & { ranges: readonly LevelRange[]; grain: Grain },
): Promise<Counted[]> {
  // where an interval is a rollup row or two, the row's own instant tells it, and thousands of edges need not be sent and searched
  const fine = o.grain === 'half-hour' || o.grain === 'hour' || o.grain === 'day';
  const values: unknown[] = [];
  const where = filters(o.only, (d) => d, values);
  const sums = o.parts.map((p) => `${PARTS[p].merge}(${p}) as ${p}`);
  const interval = fine ? 'extract(epoch from bucket)::float8 * 1000' : intervalSql(o.edges, 'bucket');
  const groups = [`${interval} as i`, ...o.by];
  const pieces = o.ranges.map(
    (r) => `select bucket, ${[...o.by, ...o.parts].join(', ')} from stat_${s}
      where level = '${r.level}' and bucket >= ${instant(r.from)} and bucket < ${instant(r.to)}${where}`,
  );
  const rows = await sql.unsafe<Cell[]>(
    `select ${[...groups, ...sums].join(', ')} from (${pieces.join(' union all ')}) x
     group by ${['i', ...o.by].join(', ')}`,
    values as never[],
  );
  const counted = toCounted(rows, o.by, o.parts);
  return fine ? counted.map((c) => ({ ...c, interval: intervalOf(o.edges, c.interval) })) : counted;
}

/** Counts from the records themselves: of sources that have no rollup, and to check those that have. */
export async function readRaw(
  sql: Sql | Tx,
  s: Source,
  o: ReadOptions & { periods: readonly ThresholdPeriod[] },
): Promise<Counted[]> {
  const values: unknown[] = [];
  const where = filters(o.only, (d) => groupKey(s, d), values);
  const keys = o.by.map((d) => `${groupKey(s, d)} as ${d}`);
  const from = o.edges[0]!;
  const to = o.edges.at(-1)!;
  const rows = await sql.unsafe<Cell[]>(
    `select ${[`${intervalSql(o.edges, 'r.bucket')} as i`, ...keys, ...o.parts.map((p) => `${aggregate(p)} as ${p}`)].join(', ')}
     from (${bucketed(s, from, to, o.zone)}) r ${needsThresholds(s) ? thresholdJoin(s, o.periods) : ''}
     where true${where}
     group by ${['i', ...o.by.map((d) => groupKey(s, d))].join(', ')}`,
    values as never[],
  );
  return toCounted(rows, o.by, o.parts);
}

/** Counts of all parts asked for, each source from its rollup where it has one. */
export async function readCounts(
  sql: Sql | Tx,
  o: ReadOptions & { grain: Grain; closed: Instant; periods: readonly ThresholdPeriod[]; raw?: boolean },
): Promise<Counted[]> {
  const ranges = cover(o.edges[0]!, o.edges.at(-1)!, o.grain, o.closed, o.zone);
  const out: Counted[] = [];
  for (const [source, parts] of bySource(o.parts)) {
    if (Object.keys(o.only).some((d) => !(d in SOURCES[source].by))) continue;
    if (source === 'missed' || o.raw) out.push(...(await readRaw(sql, source, { ...o, parts })));
    else out.push(...(await readStored(sql, source, { ...o, parts, ranges })));
  }
  return out;
}
