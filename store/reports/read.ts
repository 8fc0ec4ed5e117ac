import { PartGrid } from '#domain/calls/grid.ts';
import { PARTS, type PartName } from '#domain/calls/parts.ts';
import { SOURCES, type Source } from '#domain/calls/sources.ts';
import type { ThresholdPeriod } from '#domain/calls/thresholds.ts';
import { cover, type Grain } from '#domain/reports/grain.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql, Tx } from '../db.ts';
import { readLevels, readRaw, type ReadOptions } from './read-levels.ts';
import { readSeries } from './series.ts';

export type { Only } from './read-levels.ts';

/** Parts by their source. */
export function bySource(parts: readonly PartName[]): Map<Source, PartName[]> {
  const out = new Map<Source, PartName[]>();
  for (const p of parts) out.set(PARTS[p].source, [...(out.get(PARTS[p].source) ?? []), p]);
  return out;
}

/**
 * Counts of all parts asked for: each source from packed series where they do best, from rollup rows where not, and from its
 * records where it has no rollup. A filter by a dimension that a source does not have leaves that source out: its figures are
 * unknown then.
 */
export async function readCounts(
  sql: Sql | Tx,
  o: ReadOptions & { grain: Grain; closed: Instant; periods: readonly ThresholdPeriod[]; raw?: boolean },
): Promise<PartGrid> {
  const grid = new PartGrid(o.edges.length - 1);
  const read = async (source: Source, parts: PartName[]): Promise<void> => {
    const wish = { ...o, parts };
    if (source === 'missed' || o.raw) return await readRaw(sql, source, wish, grid);
    const left = await readSeries(sql, source, wish, grid);
    const ranges = left.flatMap((x) => cover(x.from, x.to, o.grain, o.closed, o.zone));
    await readLevels(sql, source, { ...wish, ranges }, grid);
  };
  const known = [...bySource(o.parts)].filter(([s]) => Object.keys(o.only).every((d) => d in SOURCES[s].by));
  // all at once: while one answer is added up the database works at the next
  await Promise.all(known.map(([source, parts]) => read(source, parts)));
  return grid;
}
