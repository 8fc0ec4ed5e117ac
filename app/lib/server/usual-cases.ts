import { DAY, HOUR, type Instant } from '#domain/time.ts';
import type { Sql } from '#store/db.ts';
import { casesByHour } from '#store/trends.ts';

/** Earlier weeks that the usual course of a day is taken from. */
const WEEKS = 4;

export interface UsualCases {
  /** Start of the running hour that it belongs to. */
  readonly running: Instant;
  /** Weeks that had cases at all. */
  readonly weeks: number;
  /** Mean of the same hours of those weeks: 25 values, the last is that of the running hour. Null without history. */
  readonly mean: readonly number[] | null;
}

/** The usual number of cases in each of the last 24 hours and in the running one (C-02), by the same weekday of earlier weeks. */
export async function usualCases(sql: Sql, zone: string, now: Instant): Promise<UsualCases> {
  const running = Math.floor(now / HOUR) * HOUR;
  const weeks: number[][] = [];
  for (let w = 1; w <= WEEKS; w++) {
    const hours = await countsOfHours(sql, zone, running - w * 7 * DAY);
    if (hours.some((n) => n > 0)) weeks.push(hours);
  }
  if (weeks.length === 0) return { running, weeks: 0, mean: null };
  const mean = Array.from({ length: 25 }, (_, i) => weeks.reduce((sum, w) => sum + w[i]!, 0) / weeks.length);
  return { running, weeks: weeks.length, mean };
}

/** Cases in the 24 hours before `last` and in the hour from `last` on, oldest first. */
async function countsOfHours(sql: Sql, zone: string, last: Instant): Promise<number[]> {
  const before = await casesByHour(sql, zone, last - 24 * HOUR, last);
  const [end] = (await casesByHour(sql, zone, last, last + HOUR)).values();
  const first = new Date(last).getTime();
  const hourOf = new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' });
  const out = Array.from({ length: 24 }, (_, i) => before.get(Number(hourOf.format(first - (24 - i) * HOUR))) ?? 0);
  return [...out, end ?? 0];
}
