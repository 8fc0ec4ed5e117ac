import type { Locale } from '#lib/i18n/locale.ts';
import { saveCsv, saveGeoJson } from '#lib/rows/save-file.ts';
import { sayEnd, sayTerms } from '../../say.ts';
import type { Closure, RouteDraft } from './draft.svelte.ts';
import { nameOfWay, waysOf } from './ways.ts';

/** Files of what the route tool lists. */

interface WayRow {
  readonly way: string;
  readonly from: string;
  readonly to: string;
  readonly terms: string;
  readonly timeS: number;
  readonly lengthM: number;
  readonly via: string;
}
function rowsOf(r: RouteDraft, locale: Locale): WayRow[] {
  if (!r.found) return [];
  const { from, to } = r.found;
  const terms = sayTerms({ vehicle: r.vehicle, emergency: r.emergency, avoided: r.avoid.length }, locale);
  return waysOf(r.found).map(({ id, line }) => ({
    way: nameOfWay(id, locale),
    from: sayEnd(from, locale),
    to: sayEnd(to, locale),
    terms,
    timeS: line.timeS,
    lengthM: line.lengthM,
    via: line.via.map((v) => (locale.language === 'en' ? v.nameEn : null) ?? v.name).join(' › '),
  }));
}

/** The ways of an answer, one a line. */
export function saveWays(r: RouteDraft, locale: Locale): void {
  const c = locale.words.roadTools.columns;
  saveCsv('route', [
    [c.way, c.from, c.to, c.terms, `${c.time} (s)`, `${c.length} (m)`, c.via],
    ...rowsOf(r, locale).map((w) => [w.way, w.from, w.to, w.terms, w.timeS, w.lengthM, w.via]),
  ]);
}
/** The ways of an answer as lines. */
export function saveWayLines(r: RouteDraft, locale: Locale): void {
  if (!r.found) return;
  const rows = rowsOf(r, locale);
  saveGeoJson(
    'route',
    waysOf(r.found).map(({ line }, i) => ({
      type: 'Feature',
      properties: { ...rows[i]!, computedAt: new Date(r.found!.computedAt).toISOString() },
      geometry: { type: 'LineString', coordinates: line.line },
    })),
  );
}
/** Closures in force, one a line. */
export function saveClosures(list: readonly Closure[], { words, format }: Locale): void {
  const w = words.roadTools;
  const c = w.columns;
  saveCsv('closures', [
    [c.reason, c.kind, c.by, c.at, c.until, c.points],
    ...list.map((x) => [
      ...[x.reason, w.kind[x.kind], x.by, format.dateTime(x.at), x.until === null ? '' : format.dateTime(x.until)],
      x.points.map((p) => p.map((n) => n.toFixed(6)).join(' ')).join('; '),
    ]),
  ]);
}
