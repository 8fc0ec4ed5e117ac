import type { FoundStation } from '../requests.ts';

/** Columns that the list of stations is sorted by. */
export const STATION_COLUMNS = ['name', 'timeS', 'roadM', 'distanceM'] as const;
export type StationColumn = (typeof STATION_COLUMNS)[number];

/** Sorted by a column, what is unknown last whichever way; of equals the smaller id first. @param language of the names */
export function sortedStations(
  list: readonly FoundStation[],
  by: StationColumn,
  down: boolean,
  language: 'zh-CN' | 'en',
): FoundStation[] {
  const name = (s: FoundStation): string => (language === 'en' ? s.nameEn : s.name);
  const least = (a: FoundStation, b: FoundStation): number => {
    if (by === 'name') return (down ? -1 : 1) * name(a).localeCompare(name(b), language);
    const [x, y] = [a[by], b[by]];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return down ? y - x : x - y;
  };
  return [...list].sort((a, b) => least(a, b) || (a.id < b.id ? -1 : 1));
}
