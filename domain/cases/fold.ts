import type { Fact } from '../fact.ts';
import type { Tables } from '../tables.ts';
import { cityDay, DAY, HOUR, startOfDay, type CityDay, type Instant } from '../time.ts';
import { isOpen, isUrgent, type CaseContent } from './case.ts';
import { countCase, emptyCaseDay } from './counters.ts';
import {
  CASE_COLLECTIONS as C,
  KEPT_HOURS,
  MAX_LIVE_CASES,
  type CaseDayRow,
  type CaseHourRow,
  type CaseRow,
  type HotIssueRow,
} from './rows.ts';

/**
 * Topic `cases`. "Today" is the day on which a fact was recorded, so that a rebuild at any later time gives the same rows.
 * Facts of old cases (imports, late corrections) pass through without entering the state.
 */
export function foldCases(tables: Tables, fact: Fact, zone: string): void {
  const today = (): CityDay => cityDay(fact.recordedAt, zone);
  switch (fact.kind) {
    case 'case.registered': {
      const { no, case: c } = fact.body;
      count(tables, c, 1, today(), zone);
      countHour(tables, c.acceptedAt, 1, fact.recordedAt);
      keep(
        tables,
        no,
        { ...c, incident: null, acknowledgedAt: null, acknowledgedBy: null, corrections: 0 },
        today(),
        zone,
      );
      return;
    }
    case 'case.moved': {
      const { no, case: c, from } = fact.body;
      count(tables, { ...c, state: from }, -1, today(), zone);
      count(tables, c, 1, today(), zone);
      keep(tables, no, { ...ownFields(tables, no), ...c }, today(), zone);
      return;
    }
    case 'case.corrected': {
      const { no, case: c, before, corrections } = fact.body;
      const was: CaseContent = { ...c, ...before };
      count(tables, was, -1, today(), zone);
      count(tables, c, 1, today(), zone, 1);
      if (before.acceptedAt !== undefined) {
        countHour(tables, was.acceptedAt, -1, fact.recordedAt);
        countHour(tables, c.acceptedAt, 1, fact.recordedAt);
      }
      keep(tables, no, { ...ownFields(tables, no), ...c, corrections }, today(), zone);
      return;
    }
    case 'case.withdrawn': {
      const { no, case: c } = fact.body;
      count(tables, c, -1, today(), zone);
      countHour(tables, c.acceptedAt, -1, fact.recordedAt);
      tables.delete(C.case, no);
      return;
    }
    case 'case.acknowledged': {
      const row = tables.get<CaseRow>(C.case, fact.body.no);
      if (row) tables.put(C.case, fact.body.no, { ...row, acknowledgedAt: fact.at, acknowledgedBy: fact.body.by.name });
      return;
    }
    case 'hot.listed':
      listHot(tables, fact.body.issues);
      return;
    case 'incident.reported':
    case 'incident.reportAdded': {
      const { id, source, sourceRef } = fact.body;
      const row = source === 'case' && sourceRef !== null ? tables.get<CaseRow>(C.case, sourceRef) : undefined;
      if (row) tables.put(C.case, sourceRef!, { ...row, incident: id });
      return;
    }
    case 'day.opened':
      openDay(tables, fact.body.day, zone);
      return;
    default: // other topics' facts
  }
}

const ownFields = (
  tables: Tables,
  no: string,
): Pick<CaseRow, 'incident' | 'acknowledgedAt' | 'acknowledgedBy' | 'corrections'> => {
  const row = tables.get<CaseRow>(C.case, no);
  return {
    incident: row?.incident ?? null,
    acknowledgedAt: row?.acknowledgedAt ?? null,
    acknowledgedBy: row?.acknowledgedBy ?? null,
    corrections: row?.corrections ?? 0,
  };
};

/** The city day before. */
export const dayBefore = (day: CityDay): CityDay =>
  new Date(Date.parse(`${day}T00:00:00Z`) - DAY).toISOString().slice(0, 10);

/** Accepted today; or open and accepted yesterday, or urgent, or part of an incident. */
export function isLive(row: CaseRow, today: CityDay, zone: string): boolean {
  const day = cityDay(row.acceptedAt, zone);
  if (day >= today) return true;
  return isOpen(row.state) && (day === dayBefore(today) || isUrgent(row.urgency) || row.incident !== null);
}

function keep(tables: Tables, no: string, row: CaseRow, today: CityDay, zone: string): void {
  if (!isLive(row, today, zone)) {
    tables.delete(C.case, no);
    return;
  }
  tables.put(C.case, no, row);
  const size = tables.all(C.case).size;
  if (size > MAX_LIVE_CASES + EVICT) evict(tables, size - MAX_LIVE_CASES);
}

/** Rows that leave at once when there are too many, so that not every further case has to look for the least important one. */
const EVICT = 250;

const importance = (row: CaseRow): number =>
  (row.incident !== null ? 4 : 0) + (isUrgent(row.urgency) ? 2 : 0) + (isOpen(row.state) ? 1 : 0);

function evict(tables: Tables, howMany: number): void {
  const all = [...tables.all<CaseRow>(C.case)].map(([no, row]) => ({ no, rank: importance(row), at: row.acceptedAt }));
  // a total order, so that every copy of the state drops the same ones
  all.sort((a, b) => a.rank - b.rank || a.at - b.at || (a.no < b.no ? -1 : 1));
  for (const { no } of all.slice(0, howMany)) tables.delete(C.case, no);
}

/**
 * Counts a case on the day of its acceptance, if the state still holds that day. What has left at the lower end is skipped for
 * good, so whatever is taken away here was added here before.
 */
function count(tables: Tables, c: CaseContent, by: 1 | -1, today: CityDay, zone: string, corrections = 0): void {
  const day = cityDay(c.acceptedAt, zone);
  if (day < dayBefore(today)) return;
  const row = countCase(tables.get<CaseDayRow>(C.caseDay, day) ?? emptyCaseDay(day), c, by);
  tables.put(C.caseDay, day, corrections ? { ...row, corrections: row.corrections + corrections } : row);
}

const hourOf = (t: Instant): Instant => Math.floor(t / HOUR) * HOUR;

/** Hours of zones that are off by half an hour are cut at full UTC hours; their curve is shifted by that half hour and no more. */
function countHour(tables: Tables, acceptedAt: Instant, by: 1 | -1, now: Instant): void {
  const at = hourOf(acceptedAt);
  const newest = hourOf(now);
  const oldest = newest - (KEPT_HOURS - 1) * HOUR;
  // a source's clock may be some minutes ahead of ours
  if (at > newest + HOUR || at < oldest) return;
  const id = String(at);
  const have = tables.get<CaseHourRow>(C.caseHour, id);
  const total = (have?.total ?? 0) + by;
  if (total === 0) tables.delete(C.caseHour, id);
  else tables.put(C.caseHour, id, { at, total } satisfies CaseHourRow);
  if (!have) dropHoursBefore(tables, oldest);
}

function dropHoursBefore(tables: Tables, oldest: Instant): void {
  for (const [id, row] of tables.all<CaseHourRow>(C.caseHour)) if (row.at < oldest) tables.delete(C.caseHour, id);
}

function listHot(tables: Tables, issues: Readonly<Record<string, HotIssueRow>>): void {
  for (const id of [...tables.all(C.hotIssue).keys()]) if (!Object.hasOwn(issues, id)) tables.delete(C.hotIssue, id);
  for (const [id, row] of Object.entries(issues)) tables.put(C.hotIssue, id, row);
}

function openDay(tables: Tables, day: CityDay, zone: string): void {
  for (const id of [...tables.all(C.caseDay).keys()]) if (id < dayBefore(day)) tables.delete(C.caseDay, id);
  for (const [no, row] of [...tables.all<CaseRow>(C.case)]) if (!isLive(row, day, zone)) tables.delete(C.case, no);
  dropHoursBefore(tables, startOfDay(day, zone) - (KEPT_HOURS - 1) * HOUR);
  // yesterday's issues are measured against yesterday; the next list comes within a minute
  listHot(tables, {});
}
