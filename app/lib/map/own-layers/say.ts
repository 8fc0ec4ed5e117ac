import { clockText, type Standing } from '#domain/map-layers/validity.ts';
import type { LayerCounts, OwnLayer, Validity } from '#domain/map-layers/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import type { MarkName } from '#lib/ui/marks.ts';

/** What the screens call a layer, when it counts, how it stands and what it holds. */

export const STANDING_MARK: Readonly<Record<Standing['is'], MarkName>> = {
  now: 'good',
  later: 'behind',
  over: 'unknown',
};

export const layerName = (l: Pick<OwnLayer, 'name' | 'nameEn'>, { language }: Locale): string =>
  language === 'en' && l.nameEn !== '' ? l.nameEn : l.name;

/** “08:00–10:00” each day, between which days, or always. */
export function sayValidity({ from, until, hours }: Validity, { words, format }: Locale, now: Instant): string {
  const w = words.ownLayers.validity;
  const at = (t: Instant): string => format.moment(t, now);
  const days =
    from !== null && until !== null
      ? w.between(at(from), at(until))
      : from !== null
        ? w.from(at(from))
        : until !== null
          ? w.until(at(until))
          : null;
  const daily =
    hours && `${clockText(hours.from)}–${hours.until < hours.from ? w.nextDay : ''}${clockText(hours.until)}`;
  if (!days) return daily === null ? w.always : w.daily(daily);
  return daily === null ? days : `${days}${w.join}${w.daily(daily)}`;
}

export function sayStanding(s: Standing, { words, format }: Locale, now: Instant): string {
  const w = words.ownLayers.standing;
  if (s.is === 'over') return w.over;
  if (s.is === 'later') return w.later(format.moment(s.from, now));
  return s.until === null ? w.now : w.nowUntil(format.moment(s.until, now));
}

export const sayThings = (counts: LayerCounts, { words, format }: Locale): string =>
  (['points', 'lines', 'areas'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => words.ownLayers.things[kind](format.number(counts[kind])))
    .join(words.ownLayers.things.join);
