import { isOpen, isUrgent, phaseOf, type CasePhase, type CaseType } from '#domain/cases/case.ts';
import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { FoldedWords } from '#domain/text-fold.ts';
import { HOUR, type Instant } from '#domain/time.ts';
import { mix, rgb, type Rgb } from '../colours.ts';
import { markSet, type MarkInput, type MarkSet } from '../marks.ts';
import { clusters, SINGLE_FROM_ZOOM, type Cluster } from './clusters.ts';

/** What a desk wants to see of the live cases. Empty lists and nulls mean: all. */
export interface CaseFilter {
  readonly types: readonly CaseType[];
  readonly phases: readonly CasePhase[];
  readonly district: string | null;
  /** Accepted within so many hours. */
  readonly hours: number | null;
  readonly urgentOnly: boolean;
  /** Words that number, title, place, category or unit must hold, all of them. */
  readonly text: string;
}
export const ALL_CASES: CaseFilter = {
  types: [],
  phases: [],
  district: null,
  hours: null,
  urgentOnly: false,
  text: '',
};

/** How many things a filter asks for: shown beside its button. */
export const filterCount = (f: CaseFilter): number =>
  Number(f.types.length > 0) +
  Number(f.phases.length > 0) +
  Number(f.district !== null) +
  Number(f.hours !== null) +
  Number(f.urgentOnly) +
  Number(f.text.trim() !== '');

/** The cases that a filter lets through, urgent open ones first, then the newest. */
export function filteredCases(rows: ReadonlyMap<string, CaseRow>, f: CaseFilter, now: Instant): [string, CaseRow][] {
  const words = f.text.trim() === '' ? null : new FoldedWords(f.text);
  const since = f.hours === null ? Number.NEGATIVE_INFINITY : now - f.hours * HOUR;
  const out: [string, CaseRow][] = [];
  for (const entry of rows) {
    const [no, r] = entry;
    if (r.acceptedAt < since) continue;
    if (f.types.length > 0 && !f.types.includes(r.type)) continue;
    if (f.phases.length > 0 && !f.phases.includes(phaseOf(r.state))) continue;
    if (f.district !== null && r.district !== f.district) continue;
    if (f.urgentOnly && !isUrgent(r.urgency)) continue;
    if (words && !words.in([no, r.title, r.place ?? '', ...r.category, r.unit ?? ''])) continue;
    out.push(entry);
  }
  const urgent: [string, CaseRow][][] = [[], [], []];
  for (const entry of out) urgent[urgencyOf(entry[1])]!.push(entry);
  return urgent.flatMap(newestFirst);
}

/** Room for an index beside a time in one exact number: 2¹⁷ entries over two years. */
const INDEX_SPAN = 2 ** 17;
const TIME_SPAN = 2 ** 36;

/** Newest first, equal times by number. As numbers a hundred thousand are sorted in a tenth of the time. */
function newestFirst(entries: [string, CaseRow][]): [string, CaseRow][] {
  const byNo = (a: [string, CaseRow], b: [string, CaseRow]): number => (a[0] < b[0] ? 1 : -1);
  let [oldest, newest] = [Infinity, -Infinity];
  for (const [, r] of entries) [oldest, newest] = [Math.min(oldest, r.acceptedAt), Math.max(newest, r.acceptedAt)];
  if (entries.length > INDEX_SPAN || newest - oldest >= TIME_SPAN)
    return entries.sort((a, b) => b[1].acceptedAt - a[1].acceptedAt || byNo(a, b));
  const keys = Float64Array.from(entries, ([, r], i) => Math.floor(newest - r.acceptedAt) * INDEX_SPAN + i).sort();
  const out = Array.from(keys, (key) => entries[key % INDEX_SPAN]!);
  for (let from = 0, i = 1; i <= out.length; i++) {
    if (i < out.length && out[i]![1].acceptedAt === out[from]![1].acceptedAt) continue;
    if (i - from > 1)
      out
        .slice(from, i)
        .sort(byNo)
        .forEach((entry, k) => (out[from + k] = entry));
    from = i;
  }
  return out;
}

/** 0 comes first in the list. */
export const urgencyOf = (r: CaseRow): 0 | 1 | 2 =>
  isOpen(r.state) && isUrgent(r.urgency) ? (r.urgency === 'veryUrgent' ? 0 : 1) : 2;

export interface CaseLook {
  readonly marks: MarkSet;
  /** Heads of groups, for their counts. */
  readonly groups: readonly Cluster[];
}

/** Radius of a group's head in pixels: grows with the logarithm of its count, so that three digits still fit. */
export const groupRadius = (count: number): number => 11 + 4.5 * Math.log10(count);

/** Cases at a zoom: groups as heads with a count, single ones as dots (open: filled, done: a quiet ring, urgent: larger, white rim). */
export function caseMarks(
  rows: readonly (readonly [string, CaseRow])[],
  zoom: number,
  chosen: string | null = null,
): CaseLook {
  if (zoom >= SINGLE_FROM_ZOOM) return { marks: singles(rows, chosen), groups: [] };
  const points: { id: string; at: LngLat }[] = [];
  for (const [id, r] of rows) if (r.at) points.push({ id, at: r.at });
  const heads = clusters(points, zoom);
  const alone = new Set(heads.flatMap((c) => (c.count === 1 ? [c.id] : [])));
  const byNo = new Map(rows.filter(([id]) => alone.has(id)));
  const marks: MarkInput[] = heads.map((c) =>
    c.count === 1 ? { id: c.id, at: c.at, ...lookOf(byNo.get(c.id)!, c.id === chosen) } : group(c, chosen),
  );
  return { marks: markSet(marks), groups: heads.filter((c) => c.count > 1) };
}

const CASE_COLOUR = 'outbound' as const;

/** Each case by itself, written straight into the arrays: a hundred thousand must not become as many objects. */
function singles(rows: readonly (readonly [string, CaseRow])[], chosen: string | null): MarkSet {
  const located = rows.filter(([, r]) => r.at !== null);
  const n = located.length;
  const set = { positions: new Float64Array(n * 2), fills: new Uint8Array(n * 4), lines: new Uint8Array(n * 4), radii: new Float32Array(n) }; // prettier-ignore
  const ids = located.map(([id, row], i) => {
    const { radius, fill, line } = lookOf(row, id === chosen);
    set.positions[i * 2] = row.at![0];
    set.positions[i * 2 + 1] = row.at![1];
    set.fills.set(fill, i * 4);
    set.lines.set(line, i * 4);
    set.radii[i] = radius;
    return id;
  });
  return { ids, ...set, icons: null, inks: null, headings: null };
}

type Look = Pick<MarkInput, 'radius' | 'fill' | 'line'>;
/** A case has one of few looks: made once each. */
const looks = new Map<number, Look>();

function lookOf(row: CaseRow, chosen: boolean): Look {
  const open = isOpen(row.state);
  const urgent = open && isUrgent(row.urgency);
  const key = Number(open) + 2 * Number(urgent) + 4 * Number(chosen);
  let look = looks.get(key);
  if (!look) looks.set(key, (look = newLook(open, urgent, chosen)));
  return look;
}

/** How one case is drawn. */
export function newLook(open: boolean, urgent: boolean, chosen: boolean): Look {
  const colour: Rgb = open ? rgb(CASE_COLOUR) : mix(rgb('unknown'), rgb('ground'), 0.35);
  return {
    radius: (urgent ? 6.5 : open ? 4.5 : 3.5) + (chosen ? 2.5 : 0),
    fill: open ? [...colour, 235] : [...rgb('ground'), 150],
    line: chosen || urgent ? [...rgb('ink'), 255] : open ? [...rgb('ground'), 255] : [...colour, 230],
  };
}

/** The head of a group. */
export function group(c: Cluster, chosen: string | null): MarkInput {
  const holds = chosen !== null && c.members.includes(chosen);
  return {
    id: c.id,
    at: c.at,
    radius: groupRadius(c.count),
    fill: [...mix(rgb(CASE_COLOUR), rgb('ground'), 0.72), 235],
    line: holds ? [...rgb('ink'), 255] : [...rgb(CASE_COLOUR), 210],
  };
}
