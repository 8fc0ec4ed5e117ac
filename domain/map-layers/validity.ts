import type { Role } from '../access.ts';
import { cityDay, DAY, HOUR, MINUTE, parseLocal, startOfDay, zoneOffset, type Instant } from '../time.ts';
import type { DayHours, OwnLayer, Validity } from './rows.ts';

/** Whether a layer counts at an instant, or when it will; `until` null: for ever. */
export type Standing =
  | { readonly is: 'now'; readonly until: Instant | null }
  | { readonly is: 'later'; readonly from: Instant }
  | { readonly is: 'over' };

/** How a validity stands at t. The first instant belongs to it, the last one does not. */
export function standing({ from, until, hours }: Validity, t: Instant, zone: string): Standing {
  const early = from !== null && t < from;
  if (!early && (until === null || t < until) && (hours === null || inHours(hours, t, zone))) {
    const closes = hours === null ? null : nextAt(hours.until, t, zone);
    return { is: 'now', until: closes === null || (until !== null && until < closes) ? until : closes };
  }
  const first = early ? from : t;
  const opens = hours === null || inHours(hours, first, zone) ? first : nextAt(hours.from, first, zone);
  return until !== null && opens >= until ? { is: 'over' } : { is: 'later', from: opens };
}

/** The layers that somebody of a role sees on the map at t. */
export const visible = (layers: Iterable<OwnLayer>, t: Instant, role: Role, zone: string): OwnLayer[] =>
  [...layers].filter((l) => mayBeSeen(l, role) && standing(l.validity, t, zone).is === 'now');

/** Is it for this role at all, whatever the time? */
export const mayBeSeen = (layer: OwnLayer, role: Role): boolean => (layer.roles as readonly Role[]).includes(role);

/** Lists name what comes within so long, and what was over no longer ago. */
const COMES_WITHIN = 7 * DAY;
const OVER_FOR = DAY;

/** The layers that a list of the map names at t, with how each stands. */
export function listed<L extends Pick<OwnLayer, 'validity'>>(
  layers: Iterable<L>,
  t: Instant,
  zone: string,
): { layer: L; standing: Standing }[] {
  return [...layers].flatMap((layer) => {
    const { validity } = layer;
    const s = standing(validity, t, zone);
    const named =
      s.is === 'now' ||
      (s.is === 'later' ? s.from - t <= COMES_WITHIN : validity.until === null || t - validity.until < OVER_FOR);
    return named ? [{ layer, standing: s }] : [];
  });
}

function inHours({ from, until }: DayHours, t: Instant, zone: string): boolean {
  const minute = ((t + zoneOffset(zone, t)) % DAY) / MINUTE;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

/** The next time after t that the city's clocks show this minute of the day. */
function nextAt(minute: number, t: Instant, zone: string): Instant {
  const on = (day: string): Instant => parseLocal(`${day} ${clockText(minute)}`, zone)!;
  const today = cityDay(t, zone);
  const at = on(today);
  return at > t ? at : on(cityDay(startOfDay(today, zone) + 25 * HOUR, zone));
}

/** '08:05' of a minute of the day. */
export const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
