import { cityDay, DAY, HOUR, MINUTE, startOfDay, zoneOffset, type Instant } from '../time.ts';
import { shiftDay } from '../trend.ts';

/** Lengths of a report's intervals; 'none': one interval, the whole period. Weeks begin on Monday (R3). */
export const GRAINS = ['half-hour', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'none'] as const;
export type Grain = (typeof GRAINS)[number];

/** A report has at most so many intervals: five years of half-hours. */
export const INTERVALS_AT_MOST = 100_000;

const monthsLater = (day: string, n: number): string => {
  const at = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + n);
  return at.toISOString().slice(0, 10);
};

/** First instant of the interval of a grain that t lies in. */
export function grainStart(t: Instant, grain: Exclude<Grain, 'none'>, zone: string): Instant {
  if (grain === 'half-hour' || grain === 'hour') {
    const length = grain === 'hour' ? HOUR : 30 * MINUTE;
    const offset = zoneOffset(zone, t);
    return Math.floor((t + offset) / length) * length - offset;
  }
  const day = cityDay(t, zone);
  switch (grain) {
    case 'day':
      return startOfDay(day, zone);
    case 'week':
      return startOfDay(shiftDay(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7)), zone);
    case 'month':
      return startOfDay(monthsLater(day, 0), zone);
    case 'quarter':
      return startOfDay(monthsLater(day, -((Number(day.slice(5, 7)) - 1) % 3)), zone);
    case 'year':
      return startOfDay(`${day.slice(0, 4)}-01-01`, zone);
  }
}

function nextStart(start: Instant, grain: Exclude<Grain, 'none'>, zone: string): Instant {
  if (grain === 'half-hour' || grain === 'hour')
    return grainStart(start + (grain === 'hour' ? HOUR : 30 * MINUTE), grain, zone);
  const day = cityDay(start, zone);
  switch (grain) {
    case 'day':
      return startOfDay(shiftDay(day, 1), zone);
    case 'week':
      return startOfDay(shiftDay(day, 7), zone);
    case 'month':
      return startOfDay(monthsLater(day, 1), zone);
    case 'quarter':
      return startOfDay(monthsLater(day, 3), zone);
    case 'year':
      return startOfDay(monthsLater(day, 12), zone);
  }
}

/** No zone changes its clocks twice within so long. */
const STEADY_MS = 7 * DAY;

/**
 * Edges of the intervals of [from, to): the first and the last interval are cut where the period begins and ends.
 * @throws RangeError when the period is empty or has more than INTERVALS_AT_MOST intervals
 */
export function grainEdges(from: Instant, to: Instant, grain: Grain, zone: string): Instant[] {
  if (!(to > from)) throw new RangeError('the period is empty');
  if (grain === 'none') return [from, to];
  const edges = [from];
  const step = grain === 'half-hour' ? 30 * MINUTE : grain === 'hour' ? HOUR : null;
  // until the clocks change next, as far as it was looked: the calendar need not be asked for each half-hour of years
  let steady = -Infinity;
  let offset = zoneOffset(zone, from);
  for (let t = nextStart(grainStart(from, grain, zone), grain, zone); t < to;) {
    if (edges.length >= INTERVALS_AT_MOST) throw new RangeError(`more than ${INTERVALS_AT_MOST} intervals`);
    edges.push(t);
    if (step !== null && t + step > steady) {
      const then = zoneOffset(zone, t + STEADY_MS);
      if (then === offset && zoneOffset(zone, t) === offset) steady = t + STEADY_MS;
      offset = then;
    }
    t = step !== null && t + step <= steady ? t + step : nextStart(t, grain, zone);
  }
  edges.push(to);
  return edges;
}

/** Whether t begins a half-hour of the city: the finest that figures are kept for. */
export const onHalfHour = (t: Instant, zone: string): boolean => grainStart(t, 'half-hour', zone) === t;

/** Rollups by half-hour, city day, calendar month. */
export type Level = 'h' | 'd' | 'm';
export interface LevelRange {
  readonly level: Level;
  readonly from: Instant;
  readonly to: Instant;
}

const COARSEST: Readonly<Record<Grain, Level>> = {
  'half-hour': 'h',
  hour: 'h',
  day: 'd',
  week: 'd',
  month: 'm',
  quarter: 'm',
  year: 'm',
  none: 'm',
};

/**
 * The fewest rollup rows that make up [from, to) exactly: half-hours to the first midnight, days to the first month, months, and
 * down again. Days are there before `closed`, months before the month of it.
 */
export function cover(from: Instant, to: Instant, grain: Grain, closed: Instant, zone: string): LevelRange[] {
  const coarsest = COARSEST[grain];
  const up = (t: Instant, g: 'day' | 'month'): Instant => {
    const start = grainStart(t, g, zone);
    return start === t ? t : nextStart(start, g, zone);
  };
  const range = (level: Level, a: Instant, b: Instant): LevelRange[] => (b > a ? [{ level, from: a, to: b }] : []);
  if (coarsest === 'h') return range('h', from, to);
  const dayFrom = up(from, 'day');
  const dayTo = Math.min(grainStart(to, 'day', zone), closed);
  if (dayTo <= dayFrom) return range('h', from, to);
  const edges = [...range('h', from, dayFrom)];
  const monthFrom = up(dayFrom, 'month');
  const monthTo = grainStart(dayTo, 'month', zone);
  if (coarsest === 'd' || monthTo <= monthFrom) edges.push(...range('d', dayFrom, dayTo));
  else edges.push(...range('d', dayFrom, monthFrom), ...range('m', monthFrom, monthTo), ...range('d', monthTo, dayTo));
  return [...edges, ...range('h', dayTo, to)];
}

/** The period before that a period is compared with. */
export type CompareWith = 'year' | 'month' | 'week' | 'period' | { readonly from: Instant };

/**
 * Where the earlier period begins: the same calendar days a year or a month before (a day that month lacks becomes its last),
 * the same weekdays a week before, the stretch of equal length just before, or a free instant.
 */
export function earlierFrom(from: Instant, to: Instant, how: CompareWith, zone: string): Instant {
  if (typeof how === 'object') return how.from;
  if (how === 'period') return from - (to - from);
  const day = cityDay(from, zone);
  const clock = from - startOfDay(day, zone);
  if (how === 'week') return startOfDay(shiftDay(day, -7), zone) + clock;
  const month = monthsLater(day, how === 'year' ? -12 : -1);
  const last = shiftDay(monthsLater(month, 1), -1);
  const same = `${month.slice(0, 7)}-${day.slice(8)}`;
  return startOfDay(same > last ? last : same, zone) + clock;
}

/** End of the earlier period: of calendar comparisons by the calendar too, so that a month stands beside a whole month. */
export function earlierTo(from: Instant, to: Instant, how: CompareWith, zone: string): Instant {
  const start = earlierFrom(from, to, how, zone);
  if (how === 'year' || how === 'month') return Math.max(earlierFrom(to, to, how, zone), start + DAY / 48);
  return start + (to - from);
}
