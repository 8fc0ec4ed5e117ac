import { cityDay, HOUR, type Instant } from '../time.ts';
import type { ReadTables } from '../tables.ts';
import { CASE_PHASES, isOpen, isUrgent, phaseOf, type CasePhase, type CaseState } from './case.ts';
import { emptyCaseDay } from './counters.ts';
import { dayBefore } from './fold.ts';
import {
  CASE_COLLECTIONS as C,
  type CaseDayRow,
  type CaseHourRow,
  type CaseRow,
  type Counts,
  type HotIssueRow,
} from './rows.ts';

/** What walls and desks show of the topic `cases`: pure functions of (rows, now). */

export interface ListedCase {
  readonly no: string;
  readonly row: CaseRow;
  /** Urgent, open, and no desk has taken note of it. */
  readonly pinned: boolean;
}

export interface RollingList {
  /** Unacknowledged urgent cases, very urgent before urgent, oldest first: they never scroll off. */
  readonly pinned: readonly ListedCase[];
  /** Pinned ones that found no room. */
  readonly morePinned: number;
  /** Of the others, newest first. */
  readonly rolling: readonly ListedCase[];
  /** Today's cases that are not in this list: on no line now. Shown today + `more` = cases accepted today. */
  readonly more: number;
  /** Today's cases. */
  readonly total: number;
}

export const isPinned = (row: CaseRow): boolean =>
  isUrgent(row.urgency) && isOpen(row.state) && row.acknowledgedAt === null;

/**
 * The rolling list of a wall: `slots` lines, of which pinned cases take at most all but `fewestRolling`.
 * Beyond the newest, the lines turn over: every `turnMs` the list shows the next page of today's cases and then starts again, so
 * that each case of the day comes by; a case that arrived less than `turnMs` ago is always on a line or in `more`.
 * @param turnMs 0: no turning, always the newest
 */
export function rollingList(
  cases: ReadonlyMap<string, CaseRow>,
  day: CaseDayRow,
  now: Instant,
  zone: string,
  { slots, fewestRolling = Math.ceil(slots / 2), turnMs = 0, turnPages = 4 }: RollingOptions,
): RollingList {
  const pinned: ListedCase[] = [];
  const others: ListedCase[] = [];
  for (const [no, row] of cases) {
    if (isPinned(row)) pinned.push({ no, row, pinned: true });
    else if (cityDay(row.acceptedAt, zone) === day.day) others.push({ no, row, pinned: false });
  }
  pinned.sort((a, b) => urgencyOrder(a) - urgencyOrder(b) || a.row.acceptedAt - b.row.acceptedAt || byNo(a, b));
  others.sort((a, b) => b.row.acceptedAt - a.row.acceptedAt || -byNo(a, b));
  const shownPinned = pinned.slice(0, Math.max(0, slots - fewestRolling));
  const room = slots - shownPinned.length;
  const rolling = turnMs > 0 ? turned(others, room, now, turnMs, turnPages) : others.slice(0, room);
  const shownToday = [...shownPinned, ...rolling].filter((c) => cityDay(c.row.acceptedAt, zone) === day.day).length;
  return {
    pinned: shownPinned,
    morePinned: pinned.length - shownPinned.length,
    rolling,
    more: Math.max(0, day.total - shownToday),
    total: day.total,
  };
}

export interface RollingOptions {
  /** Lines of the list. */
  readonly slots: number;
  /** Lines that pinned cases leave free. */
  readonly fewestRolling?: number;
  /** How long a page stays, milliseconds. */
  readonly turnMs?: number;
  /** Pages that turn over. */
  readonly turnPages?: number;
}

const urgencyOrder = (c: ListedCase): number => (c.row.urgency === 'veryUrgent' ? 0 : 1);
const byNo = (a: ListedCase, b: ListedCase): number => (a.no < b.no ? -1 : a.no > b.no ? 1 : 0);

/** The newer half of the lines stays with the newest cases; the other half shows pages of what came before. */
function turned(all: readonly ListedCase[], room: number, now: Instant, turnMs: number, pages: number): ListedCase[] {
  const fresh = Math.max(1, Math.ceil(room / 2));
  const fixed = Math.max(
    fresh,
    all.findIndex((c) => c.row.acceptedAt < now - turnMs),
  );
  const head = all.slice(0, Math.min(room, fixed < 0 ? room : fixed));
  const rest = all.slice(head.length);
  const lines = room - head.length;
  if (lines === 0 || rest.length <= lines) return [...head, ...rest.slice(0, lines)];
  const count = Math.min(pages, Math.ceil(rest.length / lines));
  const page = Math.floor(now / turnMs) % count;
  return [...head, ...rest.slice(page * lines, page * lines + lines)];
}

/** Today's counters; zeros on a day without a case yet. */
export function caseDayOf(tables: ReadTables, now: Instant, zone: string): CaseDayRow {
  const day = cityDay(now, zone);
  return tables.get<CaseDayRow>(C.caseDay, day) ?? emptyCaseDay(day);
}

/** Yesterday's counters; null when nothing is known of yesterday. */
export function caseYesterday(tables: ReadTables, now: Instant, zone: string): CaseDayRow | null {
  return tables.get<CaseDayRow>(C.caseDay, dayBefore(cityDay(now, zone))) ?? null;
}

export interface Part {
  readonly key: string;
  readonly count: number;
  /** 0–1; 0 when there is nothing at all. */
  readonly share: number;
}

/** Counts as parts, largest first; keys that fell back to zero are left out. */
export function partsOf(counts: Counts): Part[] {
  const entries = Object.entries(counts).filter(([, n]) => n !== 0);
  const total = entries.reduce((sum, [, n]) => sum + n, 0);
  return entries
    .map(([key, count]) => ({ key, count, share: total === 0 ? 0 : count / total }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/** By result: 未处理, 处理中, 已完成, and what the source does not tell. Always all four, in this order. */
export function phasesOf(byState: Counts): { readonly phase: CasePhase; readonly count: number }[] {
  return CASE_PHASES.map((phase) => ({
    phase,
    count: Object.entries(byState).reduce((n, [s, c]) => n + (phaseOf(s as CaseState) === phase ? c : 0), 0),
  }));
}

/** C-03's balance check: each division of the day sums to its total. @returns names of those that do not */
export function unbalanced(day: CaseDayRow): string[] {
  const parts = {
    byType: day.byType,
    byState: day.byState,
    bySource: day.bySource,
    byDistrict: day.byDistrict,
    byCategory: day.byCategory,
  };
  return Object.entries(parts)
    .filter(([, counts]) => Object.values(counts).reduce((a, b) => a + b, 0) !== day.total)
    .map(([name]) => name);
}

export interface CurvePoint {
  /** Start of the hour. */
  readonly at: Instant;
  readonly count: number;
  /** The same hour of the day before. */
  readonly dayBefore: number;
  /** The hour that is not over: its count is not to be compared. */
  readonly running: boolean;
}

/** C-02: the last 24 full hours and the running one, oldest first: 25 points, zeros included. */
export function curve24(tables: ReadTables, now: Instant): CurvePoint[] {
  const rows = tables.all<CaseHourRow>(C.caseHour);
  const running = Math.floor(now / HOUR) * HOUR;
  const at = (t: Instant): number => rows.get(String(t))?.total ?? 0;
  return Array.from({ length: 25 }, (_, i) => {
    const t = running - (24 - i) * HOUR;
    return { at: t, count: at(t), dayBefore: at(t - 24 * HOUR), running: t === running };
  });
}

/** Hot issues, the one that stands out most first. */
export function hotIssues(tables: ReadTables): { readonly id: string; readonly row: HotIssueRow }[] {
  return [...tables.all<HotIssueRow>(C.hotIssue)]
    .map(([id, row]) => ({ id, row }))
    .sort((a, b) => a.row.rank - b.row.rank || (a.id < b.id ? -1 : 1));
}
