/**
 * Instants are epoch milliseconds everywhere inside and on our own wire; ISO 8601 UTC at the edges that other people read
 * (push endpoints, exports, database). Why not ISO strings inside: docs/decisions/0003-instants.md.
 */
export type Instant = number;

/** A city day, 'YYYY-MM-DD' in the city's zone. */
export type CityDay = string;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();
function partsIn(zone: string, t: Instant): Record<string, number> {
  let f = formats.get(zone);
  if (!f) {
    f = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, f);
  }
  const out: Record<string, number> = {};
  for (const p of f.formatToParts(t)) if (p.type !== 'literal') out[p.type] = Number(p.value);
  return out;
}

const offsets = new Map<string, Map<number, number>>();
/** Offset of a zone from UTC at t, milliseconds. Cached per quarter of an hour, which is as fine as any zone's rules change. */
export function zoneOffset(zone: string, t: Instant): number {
  const quarter = Math.floor(t / (15 * MINUTE));
  let known = offsets.get(zone);
  if (!known || known.size > 20_000) offsets.set(zone, (known = new Map()));
  let off = known.get(quarter);
  if (off === undefined) {
    const base = quarter * 15 * MINUTE;
    const p = partsIn(zone, base);
    off = Date.UTC(p.year!, p.month! - 1, p.day, p.hour, p.minute, p.second) - base;
    known.set(quarter, off);
  }
  return off;
}

/** The city day that t falls in. */
export function cityDay(t: Instant, zone: string): CityDay {
  return new Date(t + zoneOffset(zone, t)).toISOString().slice(0, 10);
}

/** First instant of a city day. */
export function startOfDay(day: CityDay, zone: string): Instant {
  const local = Date.parse(`${day}T00:00:00Z`);
  return local - zoneOffset(zone, local - zoneOffset(zone, local));
}

/** Hour of the day 0–23 in the city's zone. */
export function cityHour(t: Instant, zone: string): number {
  return new Date(t + zoneOffset(zone, t)).getUTCHours();
}

/** Reads ISO 8601 with an offset or Z; null for anything else, so that a feed without a zone is refused and not guessed. */
export function parseIso(text: string): Instant | null {
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return null;
  const t = Date.parse(text.replace(' ', 'T').replace(/\s+/g, ''));
  return Number.isNaN(t) ? null : t;
}

/** Local clock time of a zone ('YYYY-MM-DD HH:MM[:SS]') to an instant; null when it is not one. */
export function parseLocal(text: string, zone: string): Instant | null {
  const m = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text.trim());
  if (!m) return null;
  const [, y, mo, d, h, mi, s] = m.map(Number);
  if (mo! < 1 || mo! > 12 || d! < 1 || d! > 31 || h! > 23 || mi! > 59) return null;
  const local = Date.UTC(y!, mo! - 1, d, h, mi, s || 0);
  return local - zoneOffset(zone, local - zoneOffset(zone, local));
}

/** An instant as a field for local date and time has it, 'YYYY-MM-DDTHH:MM' in the city's zone. */
export const localField = (t: Instant, zone: string): string =>
  new Date(t + zoneOffset(zone, t)).toISOString().slice(0, 16);

export const iso = (t: Instant): string => new Date(t).toISOString();
