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
import { readLevels, type ReadOptions } from './read-levels.ts';

/** Packed series of half-hours and days (store/migrations/0076_stat_series_by_day.sql): made of rollup rows, and read in their place. */

type SeriesLevel = 'h' | 'd';
const LEVELS: readonly SeriesLevel[] = ['d', 'h'];
const ROWS_AT_ONCE = 1000;

const ordered = (s: StoredSource, dims: Iterable<Dimension>): Dimension[] => {
  const wanted = new Set(dims);
  return dimensions(s).filter((d) => wanted.has(d));
};

/** What reports break down by together. */
const PAIRS: readonly (readonly [Dimension, Dimension])[] = [
  ['seat', 'team'],
  ['seat', 'queue'],
  ['seat', 'reason'],
  ['team', 'department'],
  ['team', 'provider'],
];

/** The breakdowns that a source has series of: all together, each dimension, and by day the pairs that reports have. */
function breakdowns(s: StoredSource, level: SeriesLevel): Dimension[][] {
  const own = dimensions(s);
  const pairs = level === 'd' ? PAIRS.filter((p) => p.every((d) => own.includes(d))) : [];
  return [[], ...own.map((d) => [d]), ...pairs.map((p) => ordered(s, p))];
}

const seriesLevel = (grain: Grain): SeriesLevel => (grain === 'half-hour' || grain === 'hour' ? 'h' : 'd');

/** Beginnings of the half-hours or days of a pack, and its end. */
function slotEdges(level: SeriesLevel, { from, to }: Stretch, zone: string): Float64Array {
  if (level === 'd') return Float64Array.from(grainEdges(from, to, 'day', zone));
  const edges = new Float64Array(Math.round((to - from) / HALF_HOUR) + 1);
  for (let k = 0; k < edges.length; k++) edges[k] = from + k * HALF_HOUR;
  return edges;
}

/**
 * Adds to the grid what series of the period have.
 * @returns the stretches of the period that they do not cover, ascending
 */
export async function readSeries(
  sql: Sql | Tx,
  s: StoredSource,
  o: ReadOptions & { grain: Grain },
  grid: PartGrid,
): Promise<Stretch[]> {
  const [from, to] = [o.edges[0]!, o.edges.at(-1)!];
  const level = seriesLevel(o.grain);
  const dims = ordered(s, [...o.by, ...(Object.keys(o.only) as Dimension[])]);
  const name = dims.join();
  if (!breakdowns(s, level).some((b) => b.join() === name)) return [{ from, to }];
  const place = sql`source = ${s} and level = ${level}::"char" and dims = ${name}`;
  const packs = await sql<{ from_at: Date; to_at: Date }[]>`
    select from_at, to_at from stat_packed where ${place} and from_at < ${toTs(to)} and to_at > ${toTs(from)} order by from_at`;
  if (packs.length === 0) return [{ from, to }];
  const places = new Map<Instant, Placed>();
  for (const p of packs) {
    const pack = { from: fromTs(p.from_at), to: fromTs(p.to_at) };
    if (isTooMuch(o, pack, dims)) continue;
    const placed = placedWhole(o, pack) ?? placedSlots(o.edges, slotEdges(level, pack, o.zone));
    if (placed) places.set(fromTs(p.from_at), placed);
  }
  if (places.size === 0) return [{ from, to }];
  // whole keys where they are known: then the index leads to each row, and nothing is looked through
  const wanted = Object.entries(o.only) as [Dimension, readonly string[]][];
  const where = wanted.map(([d, values]) =>
    dims.length === 1 && values.length === 1
      ? sql`and value = ${values as string[]}::text[]`
      : sql`and value[${dims.indexOf(d) + 1}] = any(${values as string[]}::text[])`,
  );
  // a row for each group and part, its packs one after the other: the driver is slower over rows than the database over sums
  const rows = await sql<{ value: string[]; part: PartName; packs: Buffer }[]>`
    select value, part, string_agg(float8send(extract(epoch from from_at)::float8) || int4send(octet_length(numbers)) || numbers, ''::bytea) as packs
    from stat_series
    where ${place} and from_at = any(${[...places.keys()].map(toTs)}::text[]::timestamptz[])
      and part = any(${o.parts as PartName[]}::text[]) ${where.reduce((all, one) => sql`${all} ${one}`, sql``)}
    group by value, part`;
  const groupOf = o.by.map((d) => dims.indexOf(d));
  const alone = dims.every((d) => o.by.includes(d) || o.only[d]?.length === 1);
  for (const r of rows) {
    const group = groupOf.map((k) => r.value[k]!);
    for (const [from, numbers] of packsOf(r.packs)) {
      const at = places.get(from);
      if (at) addNumbers(grid.column(group, r.part), r.part, numbers, at, alone);
    }
  }
  return uncovered(
    { from, to },
    [...places.values()].map((p) => p.stretch),
  );
}

/** Packs as the query above strings them together: where each begins, and its numbers. */
function* packsOf(all: Buffer): Generator<[Instant, Uint8Array]> {
  const head = 12;
  for (let at = 0; at < all.length;) {
    const length = all.readInt32BE(at + 8);
    yield [all.readDoubleBE(at) * 1000, all.subarray(at + head, at + head + length)];
    at += head + length;
  }
}

/** @param alone nothing else is added to these intervals */
function addNumbers(
  into: Float64Array,
  part: PartName,
  packed: Uint8Array,
  { intervals, shift }: Placed,
  alone: boolean,
): void {
  const larger = PARTS[part].merge === 'max';
  const { numbers, places, first } = unpackNumbers(packed);
  if (!intervals && !places && alone) return into.set(numbers, first + shift);
  for (let k = 0; k < numbers.length; k++) {
    const slot = places ? places[k]! : first + k;
    const i = intervals ? intervals[slot]! : slot + shift;
    if (i < 0) continue;
    const n = numbers[k]!;
    if (!larger) into[i]! += n;
    else if (n > into[i]!) into[i] = n;
  }
}

/** Of a month and every group a report wants a day or two: then rollup rows are fewer bytes. */
function isTooMuch({ edges, only }: ReadOptions, pack: Stretch, dims: readonly Dimension[]): boolean {
  if (dims.length === 0 || Object.keys(only).length > 0) return false;
  const wanted = Math.min(pack.to, edges.at(-1)!) - Math.max(pack.from, edges[0]!);
  return wanted * 5 < pack.to - pack.from;
}

/** Where the slots of a pack lie in a report. */
interface Placed {
  /** Of each slot the interval, −1 where it does not lie in the report; null: each is the interval `shift` further on. */
  readonly intervals: Int32Array | null;
  readonly shift: number;
  /** From the first slot that lies in the report to the last. */
  readonly stretch: Stretch;
}

/** A month of half-hours in a report of half-hours needs no look at each of them; null: it is not so simple. */
function placedWhole({ edges, grain }: { edges: readonly Instant[]; grain: Grain }, pack: Stretch): Placed | null {
  if (grain !== 'half-hour') return null;
  const shift = intervalOf(edges, pack.from);
  const length = Math.round((pack.to - pack.from) / HALF_HOUR);
  // no interval of such a report is shorter than a half-hour but its first and last: as many between the same ends are the same
  if (shift < 0 || edges[shift] !== pack.from || edges[shift + length] !== pack.to) return null;
  return { intervals: null, shift, stretch: pack };
}

/** @returns null when no half-hour or day of a pack lies in the report */
function placedSlots(edges: readonly Instant[], slots: Float64Array): Placed | null {
  const intervals = new Int32Array(slots.length - 1).fill(-1);
  const [begin, end] = [edges[0]!, edges.at(-1)!];
  let first = -1;
  let last = -1;
  let i = -1;
  for (let k = 0; k < intervals.length; k++) {
    if (slots[k]! < begin || slots[k + 1]! > end) continue;
    if (first < 0) i = intervalOf(edges, slots[k]!);
    while (edges[i + 1]! <= slots[k]!) i++;
    intervals[k] = i;
    if (first < 0) first = k;
    last = k;
  }
  if (first < 0) return null;
  return { intervals, shift: 0, stretch: { from: slots[first]!, to: slots[last + 1]! } };
}

function uncovered(period: Stretch, covered: readonly Stretch[]): Stretch[] {
  const left: Stretch[] = [];
  let at = period.from;
  for (const c of covered) {
    if (c.from > at) left.push({ from: at, to: c.from });
    at = Math.max(at, c.to);
  }
  return at < period.to ? [...left, { from: at, to: period.to }] : left;
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
        returning level, dims, from_at),
      numbers as (
        delete from stat_series n using gone g
        where n.source = ${s} and n.level = g.level and n.dims = g.dims and n.from_at = g.from_at)
      select from gone`;
    gone += count;
  }
  return gone > 0;
}

interface Missing extends Stretch {
  readonly source: StoredSource;
  readonly level: SeriesLevel;
  readonly by: readonly Dimension[];
}

/** Months, and of the running month what is closed, that have figures and are not packed; the newest first. */
async function missing(tx: Tx, zone: string, closed: Instant): Promise<Missing[]> {
  const month = grainStart(closed, 'month', zone);
  const [oldest] = await tx.unsafe<Record<string, Date | null>[]>(
    `select ${STORED_SOURCES.map((s) => `(select bucket from stat_${s} where level = 'h' order by bucket limit 1) as ${s}`).join(', ')}`,
  );
  const packed = await tx<{ source: string; level: string; dims: string; from_at: Date; to_at: Date }[]>`
    select source, level, dims, from_at, to_at from stat_packed`;
  const key = (...of: readonly (string | number)[]): string => of.join(' ');
  const have = new Set(packed.map((p) => key(p.source, p.level, p.dims, fromTs(p.from_at), fromTs(p.to_at))));
  const found: Missing[] = [];
  for (const source of STORED_SOURCES) {
    const first = oldest![source] && fromTs(oldest![source]);
    if (first === null || first === undefined || first >= closed) continue;
    const start = grainStart(first, 'month', zone);
    const months = start < month ? grainEdges(start, month, 'month', zone) : [month];
    for (const level of LEVELS) {
      const running =
        month === closed ? [] : level === 'd' ? [closed] : grainEdges(month, closed, 'day', zone).slice(1);
      const edges = [...months, ...running];
      for (const by of breakdowns(source, level))
        for (let i = 1; i < edges.length; i++) {
          const [from, to] = [edges[i - 1]!, edges[i]!];
          if (to > first && !have.has(key(source, level, by.join(), from, to)))
            found.push({ source, level, by, from, to });
        }
    }
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
  const edges = [...slotEdges(m.level, m, zone)];
  const grid = new PartGrid(edges.length - 1);
  const grain = m.level === 'h' ? ('half-hour' as const) : ('day' as const);
  const ranges = [{ level: m.level, from: m.from, to: m.to }];
  await readLevels(tx, m.source, { parts: partsOf(m.source), by: m.by, only: {}, edges, zone, grain, ranges }, grid);
  const place = { source: m.source, level: m.level, dims: m.by.join(), from_at: toTs(m.from) };
  // a month takes the place of its days, and of itself when it had fewer days
  const inside = tx`
    source = ${m.source} and level = ${m.level}::"char" and dims = ${place.dims} and from_at >= ${toTs(m.from)} and from_at < ${toTs(m.to)}`;
  await tx`delete from stat_packed where ${inside}`;
  await tx`delete from stat_series where ${inside}`;
  await tx`insert into stat_packed ${tx({ ...place, to_at: toTs(m.to) })}`;
  const rows = grid.groups().flatMap((g) =>
    [...g.parts].flatMap(([part, numbers]) => {
      const packed = packNumbers(numbers);
      return packed ? [{ ...place, value: g.group as string[], part, numbers: Buffer.from(packed) }] : [];
    }),
  );
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE)
    await tx`insert into stat_series ${tx(rows.slice(i, i + ROWS_AT_ONCE))}`;
}
