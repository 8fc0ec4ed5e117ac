import { isOpen, isUrgent, phaseOf, type CasePhase, type CaseType } from '#domain/cases/case.ts';
import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { HOUR, type Instant } from '#domain/time.ts';
import { mix, rgb, type Rgb } from '../colours.ts';
import { markSet, type MarkInput, type MarkSet } from '../marks.ts';
import { clusters, type Cluster } from './clusters.ts';

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

/**
 * The cases that a filter lets through, urgent open ones first, then the newest.
 * @param fold makes texts alike for matching (domain/text-fold.ts)
 */
export function filteredCases(
  rows: ReadonlyMap<string, CaseRow>,
  f: CaseFilter,
  now: Instant,
  fold: (text: string) => string,
): [string, CaseRow][] {
  const words = f.text.trim().split(/\s+/).map(fold).filter(Boolean);
  const since = f.hours === null ? Number.NEGATIVE_INFINITY : now - f.hours * HOUR;
  const out: [string, CaseRow][] = [];
  for (const entry of rows) {
    const [no, r] = entry;
    if (r.acceptedAt < since) continue;
    if (f.types.length > 0 && !f.types.includes(r.type)) continue;
    if (f.phases.length > 0 && !f.phases.includes(phaseOf(r.state))) continue;
    if (f.district !== null && r.district !== f.district) continue;
    if (f.urgentOnly && !isUrgent(r.urgency)) continue;
    if (words.length > 0) {
      const text = fold(`${no} ${r.title} ${r.place ?? ''} ${r.category.join(' ')} ${r.unit ?? ''}`);
      if (!words.every((w) => text.includes(w))) continue;
    }
    out.push(entry);
  }
  const first = (r: CaseRow): number =>
    isOpen(r.state) && isUrgent(r.urgency) ? (r.urgency === 'veryUrgent' ? 0 : 1) : 2;
  return out.sort(([a, ra], [b, rb]) => first(ra) - first(rb) || rb.acceptedAt - ra.acceptedAt || (a < b ? 1 : -1));
}

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
  const byNo = new Map(rows);
  const points: { id: string; at: LngLat }[] = [];
  for (const [id, r] of rows) if (r.at) points.push({ id, at: r.at });
  const heads = clusters(points, zoom);
  const marks: MarkInput[] = heads.map((c) =>
    c.count === 1 ? single(c, byNo.get(c.id)!, c.id === chosen) : group(c, chosen),
  );
  return { marks: markSet(marks), groups: heads.filter((c) => c.count > 1) };
}

const CASE_COLOUR = 'outbound' as const;

function single(c: Cluster, row: CaseRow, chosen: boolean): MarkInput {
  const open = isOpen(row.state);
  const urgent = open && isUrgent(row.urgency);
  const colour: Rgb = open ? rgb(CASE_COLOUR) : mix(rgb('unknown'), rgb('ground'), 0.35);
  return {
    id: c.id,
    at: c.at,
    radius: (urgent ? 6.5 : open ? 4.5 : 3.5) + (chosen ? 2.5 : 0),
    fill: open ? [...colour, 235] : [...rgb('ground'), 150],
    line: chosen || urgent ? [...rgb('ink'), 255] : open ? [...rgb('ground'), 255] : [...colour, 230],
  };
}

function group(c: Cluster, chosen: string | null): MarkInput {
  const holds = chosen !== null && c.members.includes(chosen);
  return {
    id: c.id,
    at: c.at,
    radius: groupRadius(c.count),
    fill: [...mix(rgb(CASE_COLOUR), rgb('ground'), 0.72), 235],
    line: holds ? [...rgb('ink'), 255] : [...rgb(CASE_COLOUR), 210],
  };
}
