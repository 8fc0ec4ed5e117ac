import type { WayTerms } from '#domain/city/travel.ts';
import type { RouteEnd, RouteReason } from '#domain/incidents/rows.ts';
import type { Locale } from '#lib/i18n/locale.ts';

/** Lengths and times of the map as people say them. */

/** Metres below a kilometre, else kilometres with one decimal. */
export function sayLength(m: number, { words, format }: Locale): string {
  return m < 995
    ? words.map.metres(format.number(Math.round(m / 10) * 10))
    : words.map.kilometres(format.decimal(m / 1000));
}

/** Whole minutes, of less than two minutes seconds. */
export function sayTime(s: number, { words, format }: Locale): string {
  return s < 120
    ? words.map.seconds(format.number(Math.round(s)))
    : words.map.minutes(format.number(Math.round(s / 60)));
}

/** What a way is beside an ordinary drive: “大型消防车 · 紧急任务 · 避让 2 个区域”; empty for an ordinary one. */
export function sayTerms(terms: WayTerms | undefined, { words, format }: Locale): string {
  if (!terms) return '';
  const { vehicle, emergency, avoided } = terms;
  return [
    vehicle === 'car' ? null : words.roadTools.vehicle[vehicle],
    emergency ? words.roadTools.emergency : null,
    avoided > 0 ? words.route.avoided(format.number(avoided)) : null,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

type Road = { readonly name: string; readonly nameEn: string | null };

/**
 * Why the best way is not the shortest one, as one sentence per reason.
 * @param roads that the ways take, for their names in English
 */
export function sayReason(reason: RouteReason, locale: Locale, roads: readonly Road[] = []): string {
  const { words, format } = locale;
  const w = words.route;
  const called = (road: string): string =>
    (locale.language === 'en' && roads.find((r) => r.name === road)?.nameEn) || road;
  switch (reason.code) {
    case 'same':
      return w.same;
    case 'slow':
      return w.slow(reason.road === null ? '' : w.ofRoad(called(reason.road)), sayTime(reason.lossS, locale));
    case 'closed':
      return w.closed(reason.road === null ? '' : w.ofRoad(called(reason.road)), format.number(reason.count));
    case 'class': {
      const road = reason.road === null ? w.aRoad : called(reason.road);
      return reason.longerM > 0
        ? w.class(road, sayTime(reason.savedS, locale), sayLength(reason.longerM, locale))
        : w.classShorter(road, sayTime(reason.savedS, locale));
    }
    case 'easier':
      return w.easier(sayLength(reason.longerM, locale), sayTime(reason.savedS, locale));
  }
}

/** Compass direction of degrees clockwise from north. */
export function sayDirection(deg: number, { words }: Locale): string {
  const i = (((Math.round(deg / 45) % 8) + 8) % 8) as 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
  return words.map.direction[i];
}

/** An end of a way in the reader's language; a bare point of the map has no name of its own, and what is hidden only its number. */
export const sayEnd = ({ kind, ref, label }: Pick<RouteEnd, 'kind' | 'ref' | 'label'>, { words }: Locale): string =>
  label || (kind === 'case' ? `${words.desk.searchKinds.case} ${ref ?? ''}` : (ref ?? words.route.mapPoint));

/** 118.78123, 32.05432: five decimals are a metre. */
export const sayPoint = ([lng, lat]: readonly [number, number]): string => `${lng.toFixed(5)}, ${lat.toFixed(5)}`;

/** District, street and place of a case; what its place says already is not said twice. Empty: it names none. */
export function sayPlace(r: {
  readonly district: string | null;
  readonly street: string | null;
  readonly place: string | null;
}): string {
  const place = r.place ?? '';
  const area = [r.district, r.street].filter((name) => name !== null && !place.includes(name)).join('');
  return `${area} ${place}`.trim();
}
