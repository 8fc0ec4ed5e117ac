import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { boundarySources, type BoundarySource } from '#store/city-sources.ts';
import type { Sql } from '#store/db.ts';
import { replaceBoundaries, type BoundaryRow, type BoundaryTarget } from '#store/gis-boundaries.ts';
import type { LngLat } from '#store/gis.ts';
import { suspectBorders, type BorderSuspicion } from './crs-suspect.ts';
import { toWgs84, type CoordinateSystem } from './crs.ts';

/** Boundaries of a city from a GeoJSON file (RFC 7946): `city:import --boundaries`. */

export interface BoundaryFileOptions extends BoundaryTarget {
  /** Property of a feature that holds the code, and the one with the name. */
  readonly codeProp: string;
  readonly nameProp: string;
  readonly nameEnProp?: string;
  readonly parentProp?: string;
  /** What the positions are declared as; left out: WGS84, as RFC 7946 wants. */
  readonly crs?: CoordinateSystem;
}

export interface BoundaryReport {
  readonly taken: number;
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
  /** The same file was taken before: nothing was written. */
  readonly unchanged: boolean;
  /** Another system than the declared one fits the city's roads much better; null: nothing speaks against it. */
  readonly suspect: BorderSuspicion | null;
}

interface Feature {
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
}

/**
 * Takes the boundaries of one level; those of this city and level that were there are replaced, the rest of the city is not touched.
 * Features without a code, a name or a polygon are refused with a reason; invalid polygons are repaired.
 * @throws RangeError when the file is no GeoJSON FeatureCollection
 */
export async function importBoundaries(sql: Sql, path: string, o: BoundaryFileOptions): Promise<BoundaryReport> {
  const text = readFileSync(path, 'utf8');
  const { rows, refused, corners } = readBoundaries(featuresOf(text, basename(path)), o);
  const { city, level, crs = 'WGS84', ...how } = o;
  const sha256 = createHash('sha256')
    .update(JSON.stringify({ crs, ...how }))
    .update(text)
    .digest('hex');
  const before = (await boundarySources(sql, city))[level];
  if (before?.sha256 === sha256) return { taken: rows.length, refused, unchanged: true, suspect: null };
  const suspect = await suspectBorders(sql, city, corners, crs);
  if (rows.length > 0) {
    const source: BoundarySource = {
      ...{ file: basename(path), sha256, taken: rows.length, refused: refused.length, at: Date.now() },
      looksLike: suspect?.looksLike ?? null,
    };
    await replaceBoundaries(sql, o, rows, source);
  }
  return { taken: rows.length, refused, unchanged: false, suspect };
}

function featuresOf(text: string, name: string): readonly Feature[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (e) {
    throw new RangeError(`${name} is no JSON: ${(e as Error).message}`, { cause: e });
  }
  const { features } = (parsed ?? {}) as { features?: unknown };
  if (!Array.isArray(features)) throw new RangeError(`${name} is no GeoJSON FeatureCollection`);
  return features as Feature[];
}

/** What can be taken of the features, in WGS-84, and corners of it by which its system is judged. */
function readBoundaries(
  features: readonly Feature[],
  o: BoundaryFileOptions,
): { rows: BoundaryRow[]; refused: { index: number; reason: string }[]; corners: LngLat[] } {
  const refused: { index: number; reason: string }[] = [];
  const rows: BoundaryRow[] = [];
  const seen = new Set<string>();
  const corners = new Map<string, LngLat>();
  for (const [index, f] of features.entries()) {
    const prop = (name: string | undefined): string =>
      name === undefined ? '' : String(f.properties?.[name] ?? '').trim();
    const code = prop(o.codeProp);
    const name = prop(o.nameProp);
    const type = f.geometry?.type;
    const refuse = (reason: string): number => refused.push({ index, reason });
    if (code === '') refuse(`property ${o.codeProp} is missing`);
    else if (name === '') refuse(`property ${o.nameProp} is missing`);
    else if (seen.has(code)) refuse(`code ${code} came twice`);
    else if (type !== 'Polygon' && type !== 'MultiPolygon') refuse(`geometry is ${type ?? 'missing'}, not a polygon`);
    else {
      const coordinates = inWgs84(f.geometry!.coordinates, o.crs ?? 'WGS84', corners);
      if (coordinates === null) {
        refuse('a position is no longitude and latitude');
        continue;
      }
      seen.add(code);
      const nameEn = prop(o.nameEnProp) || name;
      rows.push({ code, name, nameEn, parent: prop(o.parentProp) || null, geometry: { type, coordinates } });
    }
  }
  return { rows, refused, corners: [...corners.values()] };
}

/**
 * Positions of a polygon's nested lists in WGS-84; null when one is none.
 * @param corners each corner once, whatever polygons share it
 */
function inWgs84(value: unknown, crs: CoordinateSystem, corners: Map<string, LngLat>): unknown {
  if (!Array.isArray(value)) return null;
  const [lng, lat] = value as unknown[];
  if (typeof lng === 'number') {
    if (typeof lat !== 'number' || !(Math.abs(lng) <= 180 && Math.abs(lat) <= 90)) return null;
    const at = toWgs84([lng, lat], crs);
    corners.set(`${lng} ${lat}`, at);
    return at;
  }
  const inner = value.map((v) => inWgs84(v, crs, corners));
  return inner.includes(null) ? null : inner;
}
