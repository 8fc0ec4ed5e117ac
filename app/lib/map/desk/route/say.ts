import type { Vehicle } from '#domain/city/travel.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { sayLength, sayTime } from '../../say.ts';
import type { RoadPolicy } from './draft.svelte.ts';
import type { Difference } from './ways.ts';

/** Less than this is no difference that anybody drives by. */
const ALIKE_S = 15;
const ALIKE_M = 50;

/** How another way differs from the best one: “慢 2 分钟，短 1.1 公里，改走滨江路”. */
export function sayDifference({ moreS, moreM, roads }: Difference, locale: Locale): string {
  const w = locale.words.roadTools;
  const time = sayTime(Math.abs(moreS), locale);
  const length = sayLength(Math.abs(moreM), locale);
  const names = roads.map((r) => (locale.language === 'en' ? r.nameEn : null) ?? r.name);
  const parts = [
    Math.abs(moreS) < ALIKE_S ? w.sameTime : moreS > 0 ? w.slower(time) : w.quicker(time),
    Math.abs(moreM) < ALIKE_M ? w.sameLength : moreM > 0 ? w.longer(length) : w.shorter(length),
    ...(names.length > 0 ? [w.byRoads(names.join(w.comma))] : []),
  ];
  return w.compared(parts.join(locale.language === 'en' ? ', ' : '，'));
}

/** Why there is no way for this vehicle; what does not hang on the vehicle is said by the refusal's own sentence. */
export function sayNoWay(code: string, vehicle: Vehicle, { heavy }: RoadPolicy, locale: Locale): string {
  const w = locale.words.roadTools.noWay;
  const n = (x: number): string => locale.format.number(x);
  if (code === 'route-none' && vehicle === 'heavy') return w.heavy(n(heavy.heightM), n(heavy.weightT), n(heavy.widthM));
  if (code === 'route-none' && vehicle === 'foot') return w.foot;
  if (code === 'route-end' && vehicle !== 'car') return vehicle === 'heavy' ? w.heavyEnd : w.footEnd;
  return locale.refusal(code);
}

/** What a vehicle cannot pass and an emergency drive may: one line each. */
export function termNotes(
  { vehicle, emergency }: { readonly vehicle: Vehicle; readonly emergency: boolean },
  { heavy, exempt }: RoadPolicy,
  { words, format }: Locale,
): string[] {
  const w = words.roadTools;
  const n = (x: number): string => format.number(x);
  const notes: string[] = [];
  if (vehicle === 'heavy') notes.push(w.limits(n(heavy.heightM), n(heavy.weightT), n(heavy.widthM)));
  if (vehicle === 'foot') notes.push(w.walking);
  if (emergency)
    notes.push(exempt.length === 0 ? w.exemptNone : w.exempt(exempt.map((e) => w.exemptions[e]).join(w.comma)));
  return notes;
}
