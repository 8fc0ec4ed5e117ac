import type { LngLat, WarningArea } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { attr, kids, ownText, textIn, type Xml } from '../feeds/xml.ts';
import { thin } from '../feeds/geometry.ts';

/** Points of one ring after thinning, and rings and circles of one area at most. */
const RING_POINTS = 400;
const MAX_SHAPES = 200;
const MAX_AREAS = 500;

type ToWgs84 = (p: LngLat) => LngLat;

/** 'lat,lon' as CAP writes it. */
function point(text: string): LngLat | null {
  const m = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text);
  if (!m) return null;
  const lat = Number(m[1]);
  const lng = Number(m[2]);
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? [lng, lat] : null;
}

/** “lat,lon lat,lon …”: at least four pairs, the last equal to the first (CAP 1.2 §3.2.4). */
function polygon(text: string, toWgs84: ToWgs84): Result<readonly LngLat[]> {
  const parts = text.trim().split(/\s+/);
  const ring = parts.map(point);
  const bad = ring.findIndex((p) => p === null);
  if (bad !== -1) return refuse('polygon', `“${parts[bad]!.slice(0, 40)}” is no “lat,lon” pair`);
  if (ring.length < 4) return refuse('polygon', `a polygon of ${ring.length} points`);
  const [first, last] = [ring[0]!, ring.at(-1)!];
  if (first[0] !== last[0] || first[1] !== last[1]) return refuse('polygon', 'the polygon is not closed');
  return accept(thin((ring as LngLat[]).map(toWgs84), RING_POINTS));
}

/** “lat,lon radius-in-km”. A radius of 0 is a point, which senders of earthquakes use. */
function circle(text: string, toWgs84: ToWgs84): Result<{ at: LngLat; radiusM: number }> {
  const m = /^(\S+)\s+(\d+(?:\.\d+)?)$/.exec(text.trim());
  const at = m ? point(m[1]!) : null;
  const km = m ? Number(m[2]) : NaN;
  if (!at || !(km <= 20_000)) return refuse('circle', `“${text.slice(0, 60)}” is no “lat,lon radius”`);
  return accept({ at: toWgs84(at), radiusM: Math.round(km * 1000) });
}

/**
 * The areas of one info block. A shape that cannot be read is left out with a note; words and codes of the area stay,
 * because a warning without its shape still warns.
 */
export function readAreas(info: Xml, toWgs84: ToWgs84): { areas: WarningArea[]; notes: string[] } {
  const notes: string[] = [];
  const areas: WarningArea[] = [];
  const found = kids(info, 'area');
  if (found.length > MAX_AREAS) notes.push(`${found.length - MAX_AREAS} areas beyond ${MAX_AREAS} were left out`);
  for (const a of found.slice(0, MAX_AREAS)) {
    const polygons: (readonly LngLat[])[] = [];
    const circles: { at: LngLat; radiusM: number }[] = [];
    for (const p of kids(a, 'polygon').slice(0, MAX_SHAPES)) {
      const r = polygon(ownText(p), toWgs84);
      if (r.ok) polygons.push(r.value);
      else notes.push(`shape left out: ${r.reason}`);
    }
    for (const c of kids(a, 'circle').slice(0, MAX_SHAPES)) {
      const r = circle(textIn(c) ?? '', toWgs84);
      if (r.ok) circles.push(r.value);
      else notes.push(`shape left out: ${r.reason}`);
    }
    const geocodes = kids(a, 'geocode')
      .slice(0, MAX_SHAPES)
      .map((g) => ({ system: textIn(g, 'valueName') ?? attr(g, 'name') ?? '', code: textIn(g, 'value') ?? '' }))
      .filter((g) => g.code !== '');
    areas.push({ desc: textIn(a, 'areaDesc') ?? '', polygons, circles, geocodes });
  }
  return { areas: merged(areas), notes };
}

/**
 * Areas that differ only in their codes (a sender who repeats the block per code system), or in the language of their
 * description, become one; the description that came first stays.
 */
export function merged(areas: readonly WarningArea[]): WarningArea[] {
  const byShape = new Map<string, WarningArea>();
  for (const a of areas) {
    const shapeless = a.polygons.length + a.circles.length === 0;
    const key = JSON.stringify(shapeless ? a.desc : [a.polygons, a.circles]);
    const before = byShape.get(key);
    if (!before) byShape.set(key, a);
    else {
      const codes = new Map([...before.geocodes, ...a.geocodes].map((g) => [`${g.system} ${g.code}`, g]));
      byShape.set(key, { ...before, geocodes: [...codes.values()] });
    }
  }
  return [...byShape.values()];
}
