import { shownAs, type Fraction, type NoFigure, type Quantities, type Unit } from '../calls/figure.ts';
import { INDICATORS, type Indicator, type IndicatorKey } from '../calls/indicators.ts';
import type { PartName } from '../calls/parts.ts';
import { figure, partsNeeded, scoped } from '../calls/scope.ts';
import { isInstant } from '../calls/settings.ts';
import { SEAT_GROUPS, type Dimension } from '../calls/sources.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Instant } from '../time.ts';

/** The work index (C-22): what it is made of is set by people, as versions in force from an instant on. */

export interface IndexEntry {
  readonly key: IndicatorKey;
  /** 1 to 100; only its share of all weights counts. */
  readonly weight: number;
  /** The figure that is worth 0 points, as it is shown: percent in points, time in seconds. At most two decimals. */
  readonly zeroAt: number;
  /** The figure that is worth 100 points; below `zeroAt` where less is better. */
  readonly fullAt: number;
}

export interface IndexVersion {
  readonly from: Instant;
  readonly entries: readonly IndexEntry[];
}

export const ENTRIES_AT_MOST = 8;
export const WEIGHT_AT_MOST = 100;
const SECONDS_AT_MOST = 86_400;

/** What counts while nobody has set anything: a proposal, from the figures that the report of operators shows. */
export const PROPOSED_INDEX: IndexVersion = {
  from: -Infinity,
  entries: [
    { key: 'callsPerHour', weight: 30, zeroAt: 0, fullAt: 12 },
    { key: 'utilisation', weight: 20, zeroAt: 20, fullAt: 80 },
    { key: 'satisfaction', weight: 30, zeroAt: 60, fullAt: 100 },
    { key: 'outboundRate', weight: 20, zeroAt: 30, fullAt: 90 },
  ],
};

/** The same terms by seat, by what seats belong to and together: else an index of a team would count something else than those of its seats. */
const isAlike = (i: Indicator): boolean =>
  SEAT_GROUPS.every((d) => {
    const own = scoped(i, [d]);
    return own !== null && same(own.of, i.of) && same(own.over!, i.over!);
  });
const same = (a: Quantities, b: Quantities): boolean =>
  JSON.stringify(Object.entries(a)) === JSON.stringify(Object.entries(b));

/** Figures that an index may be made of: rates and averages of seats. Counts and sums would grow with the length of the period. */
export const INDEX_FIGURES: readonly IndicatorKey[] = (Object.keys(INDICATORS) as IndicatorKey[]).filter((key) => {
  const i: Indicator = INDICATORS[key];
  return i.over !== undefined && isAlike(i);
});
export const isIndexFigure = (key: string): key is IndicatorKey => INDEX_FIGURES.some((k) => k === key);

export type IndexRefusal =
  'index-entries' | 'index-figure' | 'index-twice' | 'index-weight' | 'index-scale' | 'version-from';

/** 1 to 8 different figures, weights 1 to 100, two different ends of the scale that the figure can reach. */
export function checkIndex(v: IndexVersion): Result<IndexVersion, IndexRefusal> {
  if (!isInstant(v.from)) return refuse('version-from', String(v.from));
  const { length } = v.entries;
  if (length < 1 || length > ENTRIES_AT_MOST) return refuse('index-entries', String(length));
  const stranger = v.entries.find((e) => !isIndexFigure(e.key));
  if (stranger) return refuse('index-figure', stranger.key);
  const twice = v.entries.find((e, i) => v.entries.findIndex((o) => o.key === e.key) < i);
  if (twice) return refuse('index-twice', twice.key);
  const heavy = v.entries.find((e) => !(Number.isInteger(e.weight) && e.weight >= 1 && e.weight <= WEIGHT_AT_MOST));
  if (heavy) return refuse('index-weight', heavy.key);
  const flat = v.entries.find((e) => !isScale(e));
  if (flat) return refuse('index-scale', flat.key);
  return accept(v);
}

/** Largest value that an end of a scale may have. */
export const scaleAtMost = (unit: Unit): number => (unit === 'percent' ? 100 : SECONDS_AT_MOST);

function isScale({ key, zeroAt, fullAt }: IndexEntry): boolean {
  const most = scaleAtMost(INDICATORS[key].unit);
  const fits = (x: number): boolean => x >= 0 && x <= most && Math.abs(x * 100 - Math.round(x * 100)) < 1e-6;
  return fits(zeroAt) && fits(fullAt) && Math.round(zeroAt * 100) !== Math.round(fullAt * 100);
}

/**
 * The version for a stretch of time: the one in force in its last instant.
 * @param versions oldest first
 * @param end first instant after the stretch
 */
export const indexFor = (versions: readonly IndexVersion[], end: Instant): IndexVersion =>
  versions.findLast((v) => v.from < end) ?? PROPOSED_INDEX;

/** The versions that intervals with these edges use, oldest first. */
export const indicesUsed = (versions: readonly IndexVersion[], edges: readonly Instant[]): IndexVersion[] => [
  ...new Set(edges.slice(1).map((end) => indexFor(versions, end))),
];

/** Parts that the figures of these versions are counted from. */
export const indexParts = (versions: readonly IndexVersion[], by: readonly Dimension[]): PartName[] => [
  ...new Set(
    versions
      .flatMap((v) => v.entries)
      .flatMap((e) => (scoped(INDICATORS[e.key], by) ? partsNeeded(scoped(INDICATORS[e.key], by)!) : [])),
  ),
];

export interface IndexPart {
  readonly entry: IndexEntry;
  readonly figure: Fraction | NoFigure;
  /** 0 to 100 with one decimal; null: there is no figure, and the entry is left out. */
  readonly points: number | null;
}

export interface WorkIndex {
  /** In tenths of points, rounded already; 'empty' where no figure is known. */
  readonly index: Fraction | 'empty';
  readonly parts: readonly IndexPart[];
  readonly version: IndexVersion;
}

type Ratio = readonly [part: bigint, whole: bigint];

/**
 * The work index of rows from their added parts.
 *
 * Each figure x of the version is taken unrounded and becomes points: 100 × (x − zeroAt) / (fullAt − zeroAt), no less than 0 and
 * no more than 100. The index is Σ weight × points / Σ weight over the figures that there are; those without a denominator and
 * those that no record tells are left out of both sums. It is rounded once, exactly, half up, to one decimal.
 * @param by the breakdown, with what rows are narrowed to
 */
export function workIndex(version: IndexVersion, by: readonly Dimension[]): (q: Quantities) => WorkIndex {
  const entries = version.entries.map((entry) => ({ entry, indicator: scoped(INDICATORS[entry.key], by) }));
  return (q) => indexOf(version, entries, q);
}

function indexOf(
  version: IndexVersion,
  entries: readonly { readonly entry: IndexEntry; readonly indicator: Indicator | null }[],
  q: Quantities,
): WorkIndex {
  let sum: Ratio = [0n, 1n];
  let weights = 0n;
  const parts = entries.map(({ entry, indicator }): IndexPart => {
    const own = figure(indicator, q);
    if (typeof own === 'string') return { entry, figure: own, points: null };
    const share = shareOf(own, entry);
    const weight = BigInt(entry.weight);
    sum = [sum[0] * share[1] + weight * share[0] * sum[1], sum[1] * share[1]];
    weights += weight;
    return { entry, figure: own, points: tenths(share) / 10 };
  });
  return {
    index: weights === 0n ? 'empty' : { part: tenths([sum[0], sum[1] * weights]), whole: 10 },
    parts,
    version,
  };
}

/** Where a figure lies on its scale, from 0 to 1. */
function shareOf(f: Fraction, { key, zeroAt, fullAt }: IndexEntry): Ratio {
  const { scale } = shownAs(INDICATORS[key].unit, 'wall');
  const [zero, full] = [BigInt(Math.round(zeroAt * 100)), BigInt(Math.round(fullAt * 100))];
  const whole = BigInt(Math.round(f.whole));
  const top = BigInt(Math.round(f.part)) * BigInt(scale * 100) - zero * whole;
  const bottom = (full - zero) * whole;
  const [part, over] = bottom < 0n ? [-top, -bottom] : [top, bottom];
  return part <= 0n ? [0n, 1n] : part >= over ? [1n, 1n] : [part, over];
}

/** Tenths of points of a share, half up. */
const tenths = ([part, whole]: Ratio): number => Number((part * 2000n + whole) / (whole * 2n));
