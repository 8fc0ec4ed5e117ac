import type { NewArea, Wind } from '#domain/around/area.ts';
import type { PeopleSource } from '#domain/around/people.ts';
import { sayDirection } from '../../say.ts';
import type { Locale } from '#lib/i18n/locale.ts';

/** What is printed on an area: what it is, its inputs, and that it is an estimate. */
export function sayArea(area: NewArea, locale: Locale): { head: string; inputs: string[]; warning: string } {
  const { words, format } = locale;
  const w = words.around.area;
  const { radiusM, reachM, isolationM, halfAngleDeg, wind, levelM } = area.inputs;
  const inputs: string[] = [];
  if (wind) inputs.push(sayWind(wind, locale));
  if (radiusM !== undefined) inputs.push(w.radiusOf(format.number(radiusM)));
  if (reachM !== undefined) inputs.push(w.reachOf(format.number(reachM)));
  if (isolationM !== undefined) inputs.push(w.isolationOf(format.number(isolationM)));
  if (halfAngleDeg !== undefined)
    inputs.push(halfAngleDeg === 180 ? w.allAround : w.halfAngle(format.number(halfAngleDeg)));
  if (levelM !== undefined) inputs.push(w.stated(format.decimal(levelM)));
  const byHand = area.kind === 'drawn' || area.kind === 'flood';
  return { head: w.kinds[area.kind], inputs, warning: byHand ? w.printedDrawn : w.printed };
}

/** “西北风 3.2 m/s”. */
export function sayWind({ fromDeg, speedMps }: Wind, locale: Locale): string {
  const { words, format } = locale;
  const speed = format.decimal(speedMps);
  return fromDeg === null
    ? words.around.area.windAny(speed)
    : words.around.area.wind(sayDirection(fromDeg, locale), speed);
}
/** Which station measured it, how far off, and when. */
export function sayStation(wind: Wind, { words, format, language }: Locale): string {
  const name = (language === 'en' && wind.stationEn) || wind.station;
  return words.around.area.station(name, format.decimal(wind.distanceM / 1000), format.time(wind.at));
}

/** What a count of people rests on: which source, of when, and how far off it may be. */
export function sayPeopleSource(source: PeopleSource, { words, format }: Locale): string {
  const w = words.around;
  if (source.kind === 'grid')
    return w.gridNote(
      source.source,
      source.asOf,
      format.number(source.errorPct),
      format.number(Math.round(source.cellM)),
    );
  return [source.beyondGrid ? w.beyondGrid : '', w.peopleNote(format.dateTime(source.loadedAt))]
    .filter(Boolean)
    .join(' ');
}
