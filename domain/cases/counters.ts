import { isUrgent, type CaseContent } from './case.ts';
import { MAX_COUNTED_KEYS, NONE_KEY, OTHER_KEY, type CaseDayRow, type Counts } from './rows.ts';
import type { CityDay } from '../time.ts';

export const emptyCaseDay = (day: CityDay): CaseDayRow => ({
  day,
  total: 0,
  urgent: 0,
  located: 0,
  byType: {},
  byState: {},
  bySource: {},
  byDistrict: {},
  byCategory: {},
  simulated: 0,
  corrections: 0,
});

/**
 * Counts with `by` added under a key. A key keeps its place also at zero: so a key is either counted by its own name from its
 * first case on or always under {@link OTHER_KEY}, and what is taken away is taken from where it was added.
 */
export function counted(counts: Counts, key: string | null, by: 1 | -1): Counts {
  const own = key ?? NONE_KEY;
  const k = Object.hasOwn(counts, own) || Object.keys(counts).length < MAX_COUNTED_KEYS ? own : OTHER_KEY;
  const out = { ...counts };
  // defined, not assigned: a district called '__proto__' is a district
  Object.defineProperty(out, k, {
    value: (Object.hasOwn(counts, k) ? counts[k]! : 0) + by,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return out;
}

/** A day with one case more (`by` = 1) or less (-1). */
export function countCase(day: CaseDayRow, c: CaseContent, by: 1 | -1): CaseDayRow {
  return {
    ...day,
    total: day.total + by,
    urgent: day.urgent + (isUrgent(c.urgency) ? by : 0),
    located: day.located + (c.at ? by : 0),
    byType: counted(day.byType, c.type, by),
    byState: counted(day.byState, c.state, by),
    bySource: counted(day.bySource, c.source, by),
    byDistrict: counted(day.byDistrict, c.district, by),
    byCategory: counted(day.byCategory, c.category[0] ?? null, by),
    simulated: day.simulated + (c.simulated ? by : 0),
  };
}
