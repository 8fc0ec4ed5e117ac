import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { boundarySources, type BoundarySource } from '#store/city-sources.ts';
import type { Sql } from '#store/db.ts';
import { replaceBoundaries, type BoundaryRow, type BoundaryTarget } from '#store/gis-boundaries.ts';
import { mapExtent, type Box, type LngLat } from '#store/gis.ts';
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

interface Refused {
  /** Of the feature in the file, from 0. */
  readonly index: number;
  readonly reason: string;
}
export interface BoundaryReport {
  readonly taken: number;
  readonly refused: readonly Refused[];
  /** Of those that were refused, the ones that lie wholly outside of the city's map. */
  readonly outside: number;
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
 * Features without a code, a name or a polygon, or wholly outside of the city's map, are refused with a reason; invalid polygons are
 * repaired.
 * @throws RangeError as {@link readBoundaryFile} does; then nothing was written
 */
export async function importBoundaries(sql: Sql, path: string, o: BoundaryFileOptions): Promise<BoundaryReport> {
  const { name, text, rows, refused, outside, corners } = readBoundaryFile(path, o, await mapExtent(sql, o.city));
  const { city, level, crs = 'WGS84', ...how } = o;
  const sha256 = createHash('sha256')
    .update(JSON.stringify({ crs, ...how }))
    .update(text)
    .digest('hex');
  const done = { taken: rows.length, refused, outside };
  const before = (await boundarySources(sql, city))[level];
  if (before?.sha256 === sha256) return { ...done, unchanged: true, suspect: null };
  const suspect = await suspectBorders(sql, city, corners, crs);
  const source: BoundarySource = {
    ...{ file: name, sha256, taken: rows.length, refused: refused.length, outside, at: Date.now() },
    looksLike: suspect?.looksLike ?? null,
  };
  await replaceBoundaries(sql, o, rows, source);
  return { ...done, unchanged: false, suspect };
}

export interface BoundaryFile {
  readonly name: string;
  readonly text: string;
  readonly rows: readonly BoundaryRow[];
  readonly refused: readonly Refused[];
  readonly outside: number;
  /** Corners of what can be taken, each once, by which its system is judged. */
  readonly corners: readonly LngLat[];
}

/**
 * What can be taken of a file, in WGS-84; nothing is written.
 * @param extent of the city's map; null: it has none, and every place is its own
 * @throws RangeError when the file is no GeoJSON FeatureCollection, or when none of its boundaries can be taken
 */
export function readBoundaryFile(path: string, o: BoundaryFileOptions, extent: Box | null): BoundaryFile {
  const text = readFileSync(path, 'utf8');
  const name = basename(path);
  const read = readBoundaries(featuresOf(text, name), o, extent);
  const { rows, refused, apart } = read;
  if (rows.length === 0 && extent !== null && apart.length > 0)
    throw new RangeError(
      `${name}: none of its boundaries lies in ${o.city}, whose map is ${sayBox(extent)}; they are ${sayBox(around(apart))}. ` +
        `Another city, another coordinate system, or longitude and latitude swapped?`,
    );
  if (rows.length === 0)
    throw new RangeError(`${name} has no boundary that can be taken: ${refused[0]?.reason ?? 'it has no features'}`);
  return { ...{ name, text, rows, refused }, outside: apart.length, corners: read.corners };
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

function readBoundaries(
  features: readonly Feature[],
  o: BoundaryFileOptions,
  extent: Box | null,
): { rows: BoundaryRow[]; refused: Refused[]; apart: Box[]; corners: LngLat[] } {
  const refused: Refused[] = [];
  const rows: BoundaryRow[] = [];
  const seen = new Set<string>();
  const apart: Box[] = [];
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
      const own = new Map<string, LngLat>();
      const coordinates = inWgs84(f.geometry!.coordinates, o.crs ?? 'WGS84', own);
      if (coordinates === null || own.size === 0) {
        refuse('a position is no longitude and latitude');
        continue;
      }
      const box = boxOf([...own.values()]);
      if (extent !== null && !meet(box, extent)) {
        refuse(`${name} (${code}) lies wholly outside of the city: ${sayBox(box)}`);
        apart.push(box);
        continue;
      }
      seen.add(code);
      for (const [key, at] of own) corners.set(key, at);
      const nameEn = prop(o.nameEnProp) || name;
      rows.push({ code, name, nameEn, parent: prop(o.parentProp) || null, geometry: { type, coordinates } });
    }
  }
  return { rows, refused, apart, corners: [...corners.values()] };
}

const boxOf = (points: readonly LngLat[]): Box => around(points.map(([lng, lat]) => [lng, lat, lng, lat]));
const around = (boxes: readonly Box[]): Box =>
  boxes.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
const meet = (a: Box, b: Box): boolean => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
const sayBox = ([w, s, e, n]: Box): string =>
  `longitude ${w.toFixed(3)} to ${e.toFixed(3)}, latitude ${s.toFixed(3)} to ${n.toFixed(3)}`;

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
