import { intervalOf } from '#domain/calls/count.ts';
import { PartGrid } from '#domain/calls/grid.ts';
import { PARTS, partsOf, type PartName } from '#domain/calls/parts.ts';
import { STORED_SOURCES, type Dimension, type StoredSource } from '#domain/calls/sources.ts';
import { grainEdges, grainStart, type Grain } from '#domain/reports/grain.ts';
import { packNumbers, unpackNumbers } from '#domain/reports/packed.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';
import { dimensions } from './part-sql.ts';
import { HALF_HOUR, type Stretch } from './marks.ts';
import { readLevels, type Only, type ReadOptions } from './read-levels.ts';

/** Packed series of half-hours (store/migrations/0074_stat_series.sql): made of rollup rows, and read in place of them. */

/** Of one dimension by name, or of all together. */
type SeriesDim = Dimension | '';
const dimsOf = (s: StoredSource): SeriesDim[] => ['', ...dimensions(s)];

/** Values of a filter up to which a line by day or week is read from series: more of them are fewer rows by day. */
const VALUES_AT_MOST = 8;
const ROWS_AT_ONCE = 1000;

/**
 * The series that can answer, if any does better than rollup rows: one dimension at most, and either half-hours and hours, or
 * days and weeks of few groups.
 */
export function seriesFor(grain: Grain, by: readonly Dimension[], only: Only): SeriesDim | null {
  const dims = [...new Set([...by, ...(Object.keys(only) as Dimension[])])];
  if (dims.length > 1) return null;
  const dim = dims[0] ?? '';
  if (grain === 'half-hour' || grain === 'hour') return dim;
  if (grain !== 'day' && grain !== 'week') return null;
  const wanted = dim === '' ? undefined : only[dim];
  return dim !== 'seat' || (wanted !== undefined && wanted.length <= VALUES_AT_MOST) ? dim : null;
}

/**
 * Adds to the grid what series of the period have.
 * @returns the stretches of the period that they do not cover, ascending
 */
export async function readSeries(
  sql: Sql | Tx,
  s: StoredSource,
  dim: SeriesDim,
  o: ReadOptions,
  grid: PartGrid,
): Promise<Stretch[]> {
  const from = o.edges[0]!;
  const to = o.edges.at(-1)!;
  const wanted = dim === '' ? undefined : o.only[dim];
  const packs = await sql<{ from_at: Date; to_at: Date }[]>`
    select from_at, to_at from stat_packed
    where source = ${s} and dim = ${dim} and from_at < ${toTs(to)} and to_at > ${toTs(from)} order by from_at`;
  if (packs.length === 0) return [{ from, to }];
  const rows = await sql<{ from_at: Date; value: string; part: PartName; numbers: Buffer }[]>`
    select from_at, value, part, numbers from stat_series
    where source = ${s} and dim = ${dim} and from_at >= ${packs[0]!.from_at} and from_at <= ${packs.at(-1)!.from_at}
      and part = any(${o.parts as PartName[]}) ${wanted === undefined ? sql`` : sql`and value = any(${wanted as string[]})`}`;
  const places = new Map(
    packs.map((p) => [fromTs(p.from_at), slotIntervals(o.edges, fromTs(p.from_at), fromTs(p.to_at))]),
  );
  for (const r of rows) {
    const { first, numbers } = unpackNumbers(r.numbers);
    const place = places.get(fromTs(r.from_at))!;
    const into = grid.column(o.by.length === 0 ? [] : [r.value], r.part);
    const larger = PARTS[r.part].merge === 'max';
    for (let k = 0; k < numbers.length; k++) {
      const i = place[first + k]!;
      if (i < 0) continue;
      if (larger) into[i] = Math.max(into[i]!, numbers[k]!);
      else into[i]! += numbers[k]!;
    }
  }
  const left: Stretch[] = [];
  let at = from;
  for (const p of packs) {
    if (fromTs(p.from_at) > at) left.push({ from: at, to: fromTs(p.from_at) });
    at = Math.max(at, fromTs(p.to_at));
  }
  if (at < to) left.push({ from: at, to });
  return left;
}

/** For each half-hour of a pack the interval that it belongs to; −1 where it lies outside of the report. */
function slotIntervals(edges: readonly Instant[], from: Instant, to: Instant): Int32Array {
  const out = new Int32Array(Math.round((to - from) / HALF_HOUR)).fill(-1);
  let i = intervalOf(edges, Math.max(from, edges[0]!));
  for (let k = 0; k < out.length; k++) {
    const t = from + k * HALF_HOUR;
    if (t < edges[0]!) continue;
    while (i < edges.length - 1 && edges[i + 1]! <= t) i++;
    if (i >= edges.length - 1) break;
    out[k] = i;
  }
  return out;
}

/**
 * Takes away the series that contain a half-hour of these.
 * @returns whether there were any
 */
export async function dropSeries(tx: Tx, s: StoredSource, changed: readonly Stretch[]): Promise<boolean> {
  let gone = 0;
  for (const c of changed) {
    const { count } = await tx`
      with gone as (
        delete from stat_packed where source = ${s} and from_at < ${toTs(c.to)} and to_at > ${toTs(c.from)}
        returning dim, from_at),
      numbers as (
        delete from stat_series n using gone g where n.source = ${s} and n.dim = g.dim and n.from_at = g.from_at)
      select from gone`;
    gone += count;
  }
  return gone > 0;
}

interface Missing extends Stretch {
  readonly source: StoredSource;
  readonly dim: SeriesDim;
}

/** Months, and days of the running month, that are closed, have figures and are not packed; the newest first. */
async function missing(tx: Tx, zone: string, closed: Instant): Promise<Missing[]> {
  const month = grainStart(closed, 'month', zone);
  const [oldest] = await tx.unsafe<Record<string, Date | null>[]>(
    `select ${STORED_SOURCES.map((s) => `(select bucket from stat_${s} where level = 'h' order by bucket limit 1) as ${s}`).join(', ')}`,
  );
  const packed = await tx<{ source: StoredSource; dim: SeriesDim; from_at: Date; to_at: Date }[]>`
    select source, dim, from_at, to_at from stat_packed`;
  const have = new Set(packed.map((p) => `${p.source} ${p.dim} ${fromTs(p.from_at)} ${fromTs(p.to_at)}`));
  const found: Missing[] = [];
  for (const source of STORED_SOURCES) {
    const first = oldest![source] && fromTs(oldest![source]);
    if (first === null || first === undefined || first >= closed) continue;
    const start = grainStart(first, 'month', zone);
    const edges = [
      ...(start < month ? grainEdges(start, month, 'month', zone) : [month]),
      ...(month < closed ? grainEdges(month, closed, 'day', zone).slice(1) : []),
    ];
    for (const dim of dimsOf(source))
      for (let i = 1; i < edges.length; i++)
        if (edges[i]! > first && !have.has(`${source} ${dim} ${edges[i - 1]!} ${edges[i]!}`))
          found.push({ source, dim, from: edges[i - 1]!, to: edges[i]! });
  }
  return found.sort((a, b) => b.from - a.from);
}

/**
 * Packs what is missing, for about so long. To be called in the keeper's transaction and only when nothing is marked: what is
 * marked would be taken away again.
 * @returns whether something is missing still
 */
export async function packSeries(tx: Tx, o: { zone: string; closed: Instant; forMs: number }): Promise<boolean> {
  const list = await missing(tx, o.zone, o.closed);
  const until = performance.now() + o.forMs;
  for (const [i, m] of list.entries()) {
    if (i > 0 && performance.now() > until) return true;
    await pack(tx, m, o.zone);
  }
  return false;
}

async function pack(tx: Tx, m: Missing, zone: string): Promise<void> {
  const edges: Instant[] = [];
  for (let t = m.from; t <= m.to; t += HALF_HOUR) edges.push(t);
  const grid = new PartGrid(edges.length - 1);
  const by = m.dim === '' ? [] : [m.dim];
  const ranges = [{ level: 'h' as const, from: m.from, to: m.to }];
  const wish = { parts: partsOf(m.source), by, only: {}, edges, zone, grain: 'half-hour' as const, ranges };
  await readLevels(tx, m.source, wish, grid);
  const place = { source: m.source, dim: m.dim, from_at: toTs(m.from) };
  // a month takes the place of its days
  const inside = tx`source = ${m.source} and dim = ${m.dim} and from_at >= ${toTs(m.from)} and from_at < ${toTs(m.to)}`;
  await tx`delete from stat_packed where ${inside}`;
  await tx`delete from stat_series where ${inside}`;
  await tx`insert into stat_packed ${tx({ ...place, to_at: toTs(m.to) })}`;
  const rows = grid.groups().flatMap((g) =>
    [...g.parts].flatMap(([part, numbers]) => {
      const packed = packNumbers(numbers);
      return packed ? [{ ...place, value: g.group[0] ?? '', part, numbers: Buffer.from(packed) }] : [];
    }),
  );
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE)
    await tx`insert into stat_series ${tx(rows.slice(i, i + ROWS_AT_ONCE))}`;
}
