import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readRegistry, type ColumnMap, type RegistryError, type Thing } from '#domain/around/registry.ts';
import { sameNamed, takeThings, type TakenThings } from '#store/city-things.ts';
import type { Sql } from '#store/db.ts';
import type { LngLat } from '#store/gis.ts';
import { fromWgs84, SYSTEMS, toWgs84, type CoordinateSystem } from './crs.ts';

/** A city's registry from a CSV file (`city:import --resources`): columns in domain/around/registry.ts. */

/** A file that is not taken, with every wrong row. */
export class RegistryFileError extends Error {
  readonly errors: readonly RegistryError[];
  constructor(file: string, errors: readonly RegistryError[]) {
    super(`${file}: nothing was taken, ${errors.length} row${errors.length === 1 ? ' is' : 's are'} wrong`);
    this.errors = errors;
  }
}

export interface ResourceOptions {
  readonly city: string;
  readonly columns: ColumnMap;
  readonly crs: CoordinateSystem | null;
  readonly source: string | null;
  /** YYYY-MM-DD. */
  readonly asOf: string | null;
  /** The file is the whole list of its sources: what it does not name leaves. */
  readonly whole: boolean;
}

export interface ResourceReport extends TakenThings {
  readonly removed: number;
  readonly byKind: Readonly<Record<string, number>>;
  /** Rows that lie outside of the city's box: taken, but told. */
  readonly outside: number;
  /** Another system than the declared one fits what the map knows much better; null: nothing speaks against it. */
  readonly suspect: { readonly system: CoordinateSystem; readonly declaredM: number; readonly otherM: number; readonly pairs: number } | null;
} // prettier-ignore

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * @throws RegistryFileError when a row is wrong: then nothing was taken
 * @throws RangeError when the file is too large, no UTF-8 or no CSV
 */
export async function importResources(sql: Sql, file: string, o: ResourceOptions): Promise<ResourceReport> {
  const [city] = await sql<{ west: number; south: number; east: number; north: number }[]>`
    select west, south, east, north from city where id = ${o.city}`;
  if (!city) throw new RangeError(`city ${o.city} is not loaded: import its map first`);
  const read = readRegistry(rowsOf(file), o.columns, { source: o.source, asOf: o.asOf, crs: o.crs }, convert);
  if (!read.ok) throw new RegistryFileError(basename(file), read.errors);
  const suspect = o.crs === null ? null : await otherSystem(sql, o.city, read.things, o.crs);
  const taken = await takeThings(sql, o.city, read.things, o.whole);
  const byKind: Record<string, number> = {};
  for (const t of read.things) byKind[t.kind] = (byKind[t.kind] ?? 0) + 1;
  const outside = read.things.filter(
    ({ at: [lng, lat] }) => lng < city.west || lng > city.east || lat < city.south || lat > city.north,
  ).length;
  return { ...taken, byKind, outside, suspect };
}

function rowsOf(file: string): string[][] {
  const bytes = readFileSync(file);
  if (bytes.length > MAX_BYTES) throw new RangeError(`${basename(file)} has more than ${MAX_BYTES / 2 ** 20} MB`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (e) {
    throw new RangeError(`${basename(file)} is no CSV in UTF-8: ${(e as Error).message}`, { cause: e });
  }
}

function convert(at: LngLat, crs: string): LngLat {
  const system = SYSTEMS.find((s) => s === crs) ?? (crs === 'CGCS2000' ? 'WGS84' : undefined);
  if (!system)
    throw new RangeError(`coordinate system “${crs.slice(0, 20)}” is none of ${SYSTEMS.join(', ')}, CGCS2000`);
  return toWgs84(at, system);
}

/** Fewer pairs say nothing; a pair is somebody's mistake now and then. */
const PAIRS_NEEDED = 5;
const SUSPECT_M = 200;

/** Things that the map knows by the same name lie where the map shows them, if their system was declared rightly. */
async function otherSystem(
  sql: Sql,
  city: string,
  things: readonly Thing[],
  declared: CoordinateSystem,
): Promise<ResourceReport['suspect']> {
  const pairs = await sameNamed(sql, city, things);
  if (pairs.length < PAIRS_NEEDED) return null;
  const off = (system: CoordinateSystem): number => {
    const metres = pairs
      .map((p) => apartM(toWgs84(fromWgs84(p.thing, declared), system), p.place))
      .sort((a, b) => a - b);
    return metres[metres.length >> 1]!;
  };
  const declaredM = off(declared);
  const best = SYSTEMS.map((system) => ({ system, m: off(system) })).sort((a, b) => a.m - b.m)[0]!;
  if (best.system === declared || declaredM < SUSPECT_M || best.m > declaredM / 3) return null;
  return { system: best.system, declaredM, otherM: best.m, pairs: pairs.length };
}

const apartM = (a: LngLat, b: LngLat): number =>
  Math.hypot((a[0] - b[0]) * 111_320 * Math.cos((a[1] * Math.PI) / 180), (a[1] - b[1]) * 110_950);
