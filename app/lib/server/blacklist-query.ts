import { BAR_DIRECTIONS, BAR_STATES, type BarDirection, type BarState } from '#domain/blacklist/rows.ts';
import type { BarFilter } from '#store/blacklist.ts';

/** What the page's address asks for; anything else is the list as it stands. */
export function barFilter(query: URLSearchParams): BarFilter {
  const state = query.get('state') ?? 'open';
  const direction = query.get('direction') as BarDirection;
  return {
    text: (query.get('q') ?? '').trim().slice(0, 40),
    state: state === 'all' || BAR_STATES.includes(state as BarState) ? (state as BarFilter['state']) : 'open',
    direction: BAR_DIRECTIONS.includes(direction) ? direction : null,
  };
}
