import type { Role } from '#domain/access.ts';
import { maskCases } from '#domain/cases/mask.ts';
import type { HotIssueRow } from '#domain/cases/rows.ts';
import { ratio } from '#domain/floor/indicators.ts';
import { cityDay, HOUR, startOfDay, type CityDay, type Instant } from '#domain/time.ts';
import {
  addCalls,
  callFigures,
  compareCount,
  compareRate,
  dayAndWeekBefore,
  lastDays,
  NO_CALLS,
  NO_CASES,
  shiftDay,
  type CallFigures,
  type CallSums,
  type CaseSums,
} from '#domain/trend.ts';
import type { Sql } from '#store/db.ts';
import * as trends from '#store/trends.ts';
import { Cached } from './cached.ts';
import { seesCases } from './row-lists.ts';

/** Five weeks: four whole ones to compare with, and the running one. */
const WEEKS = 5;

const present = new Cached<Awaited<ReturnType<typeof askToday>>>(8_000);
const past = new Cached<Awaited<ReturnType<typeof askPast>>>(300_000);

/** Everything the leader's page shows, as of some seconds ago at most. Past days are asked every five minutes. */
export async function leaderPage(sql: Sql, zone: string, now: Instant, role: Role) {
  const today = cityDay(now, zone);
  const [a, b] = await Promise.all([
    present.get(zone, now, () => askToday(sql, zone, now)),
    past.get(`${zone} ${today}`, now, () => askPast(sql, zone, today)),
  ]);
  const days = dayRows(lastDays(a.now, zone, WEEKS * 7), today, a, b);
  return { ...a, days, weeks: weekRows(days), hot: hotFor(role, a.hot) };
}

async function askToday(sql: Sql, zone: string, now: Instant) {
  const days = dayAndWeekBefore(now, zone);
  const [calls, cases, hot] = await Promise.all([
    askCalls(sql, zone, now, days),
    askCases(sql, zone, now, days),
    trends.hotIssues(sql),
  ]);
  return { now, stretch: days.today, ...calls, ...cases, hot };
}

type Days = ReturnType<typeof dayAndWeekBefore>;

/** 24 hours; null for those that have not begun. */
const hourly = (of: ReadonlyMap<number, number>, until: number): (number | null)[] =>
  Array.from({ length: 24 }, (_, h) => (h > until ? null : (of.get(h) ?? 0)));
const hoursBegun = (now: Instant, { today }: Days): number => Math.floor((now - today.from) / HOUR);

async function askCalls(sql: Sql, zone: string, now: Instant, days: Days) {
  const { today, before, beforeDay } = days;
  const [sums, sumsBefore, hours, hoursBefore, talkS, unheardS, heardAt] = await Promise.all([
    trends.callSums(sql, today.from, today.to),
    trends.callSums(sql, before.from, before.to),
    trends.callsByHour(sql, zone, today.from, today.to),
    trends.callsByHour(sql, zone, beforeDay.from, beforeDay.to),
    trends.averageTalkS(sql, today.from, today.to),
    trends.unheardS(sql, today.from, today.to),
    trends.switchHeardAt(sql),
  ]);
  const f = callFigures(sums);
  const b = callFigures(sumsBefore);
  const offered = (of: ReadonlyMap<number, CallSums>): Map<number, number> =>
    new Map([...of].map(([h, s]) => [h, s.offered]));
  return {
    calls: f,
    within15OfAnswered: ratio(f.answered15, f.answered),
    talkS,
    unheardS,
    callsAsOf: heardAt === null ? null : Math.min(heardAt, now),
    callsCompared: {
      offered: compareCount(f.offered, b.offered),
      answered: compareCount(f.answered, b.answered),
      abandoned: compareCount(f.abandoned, b.abandoned),
      within15: compareRate(f.within15, b.within15),
      abandonRate: compareRate(f.abandonRate, b.abandonRate),
    },
    callHours: { today: hourly(offered(hours), hoursBegun(now, days)), before: hourly(offered(hoursBefore), 23) },
  };
}

async function askCases(sql: Sql, zone: string, now: Instant, days: Days) {
  const { today, before, beforeDay } = days;
  const [cases, casesBefore, hours, hoursBefore, open, type, category, district, channel] = await Promise.all([
    trends.caseSums(sql, today.from, today.to),
    trends.caseSums(sql, before.from, before.to),
    trends.casesByHour(sql, zone, today.from, today.to),
    trends.casesByHour(sql, zone, beforeDay.from, beforeDay.to),
    trends.openCases(sql, now),
    trends.casesBy(sql, 'type', today, before),
    trends.casesBy(sql, 'category', today, before),
    trends.casesBy(sql, 'district', today, before),
    trends.casesBy(sql, 'channel', today, before),
  ]);
  return {
    cases,
    // done is not compared: the cases of last week had a week more to be done in
    casesCompared: { accepted: compareCount(cases.accepted, casesBefore.accepted) },
    caseHours: { today: hourly(hours, hoursBegun(now, days)), before: hourly(hoursBefore, 23) },
    open,
    by: { type, category, district, channel },
  };
}

async function askPast(sql: Sql, zone: string, today: CityDay) {
  const from = startOfDay(shiftDay(today, 1 - WEEKS * 7), zone);
  const to = startOfDay(today, zone);
  const [calls, cases] = await Promise.all([
    trends.callsByDay(sql, zone, from, to),
    trends.casesByDay(sql, zone, from, to),
  ]);
  return { zone, calls, cases };
}

export interface DayRow {
  readonly day: CityDay;
  readonly from: Instant;
  readonly to: Instant;
  readonly calls: CallFigures;
  readonly cases: CaseSums;
}

function dayRows(
  days: readonly CityDay[],
  today: CityDay,
  a: { now: Instant; calls: CallSums; cases: CaseSums },
  b: { zone: string; calls: ReadonlyMap<CityDay, CallSums>; cases: ReadonlyMap<CityDay, CaseSums> },
): DayRow[] {
  return days.map((day) => ({
    day,
    from: startOfDay(day, b.zone),
    to: day === today ? a.now : startOfDay(shiftDay(day, 1), b.zone),
    calls: day === today ? callFigures(a.calls) : callFigures(b.calls.get(day) ?? NO_CALLS),
    cases: day === today ? a.cases : (b.cases.get(day) ?? NO_CASES),
  }));
}

/** Monday to Sunday (R3), newest first; the first and the running one may have fewer days. */
function weekRows(days: readonly DayRow[]) {
  const weeks = new Map<CityDay, DayRow[]>();
  for (const d of days) {
    const weekday = (new Date(`${d.day}T00:00:00Z`).getUTCDay() + 6) % 7;
    const monday = shiftDay(d.day, -weekday);
    weeks.set(monday, [...(weeks.get(monday) ?? []), d]);
  }
  return [...weeks.values()].reverse().map((of) => ({
    from: of[0]!.from,
    to: of.at(-1)!.to,
    lastDay: of.at(-1)!.from,
    running: of.at(-1)!.day === days.at(-1)!.day,
    calls: callFigures(addCalls(of.map((d) => d.calls))),
    cases: of.reduce((n, d) => n + d.cases.accepted, 0),
  }));
}

function hotFor(role: Role, hot: Awaited<ReturnType<typeof trends.hotIssues>>) {
  if (!hot || seesCases(role)) return hot;
  return { ...hot, issues: hot.issues.map(({ id, row }) => ({ id, row: maskCases('hotIssue', row) as HotIssueRow })) };
}
