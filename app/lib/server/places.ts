import { SYSTEMS, toWgs84, type CoordinateSystem } from '#gis-data/crs.ts';
import { divisionsOf, isBuilt } from '#gis-data/places/build.ts';
import { sayReasons, type Candidate } from '#gis-data/places/candidate.ts';
import { placeKey } from '#gis-data/places/fold.ts';
import { geocode, type GeocodeOptions } from '#gis-data/places/geocode.ts';
import type { Divisions } from '#gis-data/places/parse.ts';
import { reverseGeocode, type PointName } from '#gis-data/places/reverse.ts';
import type { FoundAddress } from '#lib/map/desk/requests.ts';
import { Cached } from '#lib/server/cached.ts';
import { db } from '#lib/server/runtime.ts';
import { activeCity, boundaries, type BoundaryRef, type City, type LngLat } from '#store/gis.ts';

/** What the desks ask the gazetteer of the shown city. */

/** A city that was just loaded is known after so long. */
const CITY_MS = 5000;
interface Shown {
  readonly city: City;
  readonly divisions: Divisions;
  /** Districts as they are written, by their keys. */
  readonly districts: ReadonlyMap<string, BoundaryRef>;
}
const shown = new Cached<Shown | null>(CITY_MS, 1);

const shownCity = (): Promise<Shown | null> =>
  shown.get('', Date.now(), async () => {
    const city = await activeCity(db());
    if (!city) return null;
    const [divisions, districts] = await Promise.all([divisionsOf(db(), city), boundaries(db(), 'district', city.id)]);
    return { city, divisions, districts: new Map(districts.map((d) => [placeKey(d.name), d])) };
  });

const told = (c: Candidate, { districts }: Shown): FoundAddress => ({
  label: c.label,
  labelEn: c.labelEn,
  district: c.district === null ? null : (districts.get(c.district)?.name ?? c.district),
  districtEn: c.district === null ? null : (districts.get(c.district)?.nameEn ?? null),
  at: c.at,
  level: c.level,
  radiusM: c.radiusM,
  score: Number(c.score.toFixed(2)),
  reason: sayReasons(c.reasons),
});

/** Where an address is, the best first; nothing while no city is shown. */
export async function findAddress(text: string, options: GeocodeOptions): Promise<FoundAddress[]> {
  const here = await shownCity();
  return here ? (await geocode(db(), here.city.id, here.divisions, text, options)).map((c) => told(c, here)) : [];
}

/**
 * The gazetteer of the shown city is still being made of its map, as for some seconds after another city is shown: that nothing was found
 * then says nothing.
 */
export async function stillBuilding(): Promise<boolean> {
  const here = await shownCity();
  return here !== null && !(await isBuilt(db(), here.city));
}

/** What a point is called; null outside of every loaded city. */
export async function namePoint(at: LngLat): Promise<PointName | null> {
  const here = await shownCity();
  return here ? await reverseGeocode(db(), here.city.id, at) : null;
}

/** A candidate worse than this is no answer to what is being typed. */
const LEAST_SCORE = 0.5;

/** Candidates for a list that names places already: without those that only repeat one of these names. */
export function besides(found: readonly FoundAddress[], names: readonly string[], most: number): FoundAddress[] {
  const keys = new Set(names.map(placeKey));
  return found
    .filter((f) => f.score >= LEAST_SCORE)
    .filter((f) => f.level === 'house' || f.level === 'interpolated' || !keys.has(placeKey(f.label)))
    .slice(0, most);
}

/** The coordinate system that an address names (`crs`), WGS-84 when it names none; null for one that is not known. */
export function systemOf(url: URL): CoordinateSystem | null {
  const name = url.searchParams.get('crs') ?? 'WGS84';
  return SYSTEMS.find((s) => s === name) ?? null;
}

export { toWgs84 };
