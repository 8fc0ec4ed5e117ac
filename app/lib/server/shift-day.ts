import { error } from '@sveltejs/kit';
import { cityDay, DAY, startOfDay, type CityDay, type Instant } from '#domain/time.ts';

/** The city day that an address names, with its edges and its neighbours. */
export interface ShiftDay {
  readonly day: CityDay;
  readonly from: Instant;
  /** Midnight after it. */
  readonly to: Instant;
  readonly previous: CityDay;
  /** null: it would lie in the future. */
  readonly next: CityDay | null;
  readonly isToday: boolean;
}

/** Reads `?day=2026-03-02`; none: today. @throws 404 for what is no day, or one that has not come */
export function shiftDay(url: URL, now: Instant, zone: string): ShiftDay {
  const today = cityDay(now, zone);
  const day = url.searchParams.get('day') ?? today;
  const noon = Date.parse(`${day}T12:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(noon) || day > today || day < '2000-01-01')
    error(404, { message: `${day} is no day of the past` });
  const other = (days: number): CityDay => new Date(noon + days * DAY).toISOString().slice(0, 10);
  const next = other(1);
  return {
    day,
    from: startOfDay(day, zone),
    to: startOfDay(next, zone),
    previous: other(-1),
    next: next > today ? null : next,
    isToday: day === today,
  };
}
