import type { RouteLine } from '#domain/incidents/rows.ts';
import type { Locale } from '#lib/i18n/locale.ts';

/** The ways of one answer: the best, the shortest, and others, counted from 1. */
export type WayId = 'best' | 'shortest' | number;
export interface Way {
  readonly id: WayId;
  readonly line: RouteLine;
}
interface Ways {
  readonly best: RouteLine;
  readonly shortest: RouteLine;
  readonly alternatives?: readonly RouteLine[];
}

export const nameOfWay = (id: WayId, { words, format }: Locale): string =>
  typeof id === 'number' ? words.roadTools.other(format.number(id)) : words.route[id];

/** Lines this alike in length and time with the same roads are one way. */
const SAME_M = 1;
const SAME_S = 1;
const sameWay = (a: RouteLine, b: RouteLine): boolean =>
  Math.abs(a.lengthM - b.lengthM) <= SAME_M &&
  Math.abs(a.timeS - b.timeS) <= SAME_S &&
  a.via.map((v) => v.name).join() === b.via.map((v) => v.name).join();

/** In the order in which they are listed; another way that is the shortest one is not told twice. */
export function waysOf({ best, shortest, alternatives = [] }: Ways): Way[] {
  const others = alternatives.filter((line) => !sameWay(line, shortest));
  return [
    { id: 'best', line: best },
    { id: 'shortest', line: shortest },
    ...others.map((line, i) => ({ id: i + 1, line })),
  ];
}

/** How another way differs from the best one: seconds and metres more (negative: fewer), and the first roads that only it takes. */
export interface Difference {
  readonly moreS: number;
  readonly moreM: number;
  readonly roads: readonly { readonly name: string; readonly nameEn: string | null }[];
}
/** So many roads tell where a way leads. */
const MAX_ROADS = 3;

export function differenceOf(way: RouteLine, best: RouteLine): Difference {
  const known = new Set(best.via.map((v) => v.name));
  const roads = way.via.filter((v) => {
    const own = !known.has(v.name);
    known.add(v.name);
    return own;
  });
  return { moreS: way.timeS - best.timeS, moreM: way.lengthM - best.lengthM, roads: roads.slice(0, MAX_ROADS) };
}
