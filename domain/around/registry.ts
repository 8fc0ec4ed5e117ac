import type { LngLat } from '../city/rows.ts';
import { isThingKind, THING_KIND_LIST, type ThingKind } from './kinds.ts';

/**
 * The city's own list of hazard sources, protected targets, shelters, hydrants, bases and materials, as a table (CSV). A file is
 * taken whole or not at all; every wrong row is told.
 */

export const REGISTRY_COLUMNS = [
  'id',
  'kind',
  'name',
  'name_en',
  'lng',
  'lat',
  'area',
  'capacity',
  'occupied',
  'unit',
  'address',
  'contact',
  'source',
  'as_of',
  'crs',
] as const;
export type RegistryColumn = (typeof REGISTRY_COLUMNS)[number];

export interface Thing {
  readonly id: string;
  readonly kind: ThingKind;
  readonly name: string;
  readonly nameEn: string;
  /** Where it is reached. */
  readonly at: LngLat;
  /** Its grounds: polygons of rings; null when only a point is told. */
  readonly area: readonly (readonly (readonly LngLat[])[])[] | null;
  /** In its unit: people of a shelter, engines of a base. */
  readonly capacity: number | null;
  /** Of the capacity, what is taken already; null: not told. */
  readonly occupied: number | null;
  readonly unit: string | null;
  readonly address: string | null;
  readonly contact: string | null;
  readonly source: string;
  /** Date of the source, YYYY-MM-DD. */
  readonly asOf: string;
}

/** Where the columns of a file come from: a head of the file, or the same text for every row. */
export type ColumnMap = Readonly<Partial<Record<RegistryColumn, { readonly head: string } | { readonly all: string }>>>;

export interface RegistryError {
  /** Line of the file, the head is 1; 0: the file as a whole. */
  readonly line: number;
  readonly reason: string;
}

/** A systems' position as WGS-84; throws RangeError when it is none. */
export type Convert = (at: LngLat, crs: string) => LngLat;

export const MAX_THINGS = 200_000;
const MAX_ERRORS = 1000;

/**
 * `lng=经度,kind:=shelter`: a head of the file, or after `:=` a text for every row.
 * @throws TypeError that names what cannot be read
 */
export function columnMap(text: string): ColumnMap {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const m = /^([a-z_]+)(:?=)(.+)$/.exec(part.trim());
      const column = REGISTRY_COLUMNS.find((c) => c === m?.[1]);
      if (!m || !column)
        throw new TypeError(`“${part}” is not COLUMN=HEAD or COLUMN:=TEXT with one of ${REGISTRY_COLUMNS.join(', ')}`);
      return [column, m[2] === ':=' ? { all: m[3]! } : { head: m[3]! }];
    }),
  );
}

/**
 * Reads the rows of a file.
 * @param rows the first one is the head
 * @param defaults what holds for rows that do not say: source, date, coordinate system
 * @returns all things, or what is wrong (at most 1,000 rows of it)
 */
export function readRegistry(
  rows: readonly (readonly string[])[],
  columns: ColumnMap,
  defaults: { readonly source: string | null; readonly asOf: string | null; readonly crs: string | null },
  convert: Convert,
): { ok: true; things: Thing[] } | { ok: false; errors: RegistryError[] } {
  const head = (rows[0] ?? []).map((h) => h.trim());
  const at = new Map<RegistryColumn, number>();
  const fixed = new Map<RegistryColumn, string>();
  const errors: RegistryError[] = [];
  for (const column of REGISTRY_COLUMNS) {
    const from = columns[column] ?? { head: column };
    if ('all' in from) fixed.set(column, from.all);
    else if (head.includes(from.head)) at.set(column, head.indexOf(from.head));
    else if (columns[column]) errors.push({ line: 1, reason: `the file has no column “${from.head}”` });
  }
  for (const column of ['id', 'kind', 'name'] as const)
    if (!at.has(column) && !fixed.has(column)) errors.push({ line: 1, reason: `column ${column} is missing` });
  if (!(at.has('lng') && at.has('lat')) && !at.has('area'))
    errors.push({ line: 1, reason: 'columns lng and lat, or area, are missing' });
  if (rows.length - 1 > MAX_THINGS) errors.push({ line: 0, reason: `more than ${MAX_THINGS} rows` });
  if (rows.length < 2) errors.push({ line: 0, reason: 'the file has no rows' });
  if (errors.length > 0) return { ok: false, errors };

  const things: Thing[] = [];
  const seen = new Map<string, number>();
  for (let i = 1; i < rows.length && errors.length < MAX_ERRORS; i++) {
    const row = rows[i]!;
    const cell = (c: RegistryColumn): string => (fixed.get(c) ?? row[at.get(c) ?? -1] ?? '').trim();
    const read = thingOf(cell, defaults, convert);
    if (typeof read === 'string') errors.push({ line: i + 1, reason: read });
    else if (seen.has(read.id))
      errors.push({ line: i + 1, reason: `id ${read.id} is that of line ${seen.get(read.id)}` });
    else {
      seen.set(read.id, i + 1);
      things.push(read);
    }
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, things };
}

const short = (text: string, max: number): string | null => text.replace(/\s+/g, ' ').slice(0, max) || null;

/** @returns the thing, or what is wrong with its row */
function thingOf(
  cell: (c: RegistryColumn) => string,
  defaults: { readonly source: string | null; readonly asOf: string | null; readonly crs: string | null },
  convert: Convert,
): Thing | string {
  const id = cell('id');
  if (!/^[\p{L}\p{N}_.:/-]{1,80}$/u.test(id)) return `id “${id.slice(0, 80)}” must be 1–80 letters, digits or _.:/-`;
  const kind = cell('kind').toLowerCase();
  if (!isThingKind(kind)) return `kind “${kind.slice(0, 40)}” is none of ${THING_KIND_LIST.join(', ')}`;
  const name = short(cell('name'), 120);
  if (name === null) return 'the name is empty';
  const capacity = cell('capacity').replaceAll(',', '');
  if (capacity !== '' && !/^\d{1,9}$/.test(capacity)) return `capacity “${capacity.slice(0, 20)}” is no whole number`;
  const occupied = cell('occupied').replaceAll(',', '');
  if (occupied !== '' && !/^\d{1,9}$/.test(occupied)) return `occupied “${occupied.slice(0, 20)}” is no whole number`;
  const source = short(cell('source'), 200) ?? defaults.source;
  if (source === null) return 'no source: a column, or --resources-source';
  const asOf = cell('as_of') || defaults.asOf;
  if (asOf === null || !isDay(asOf)) return asOf === null ? 'no date: a column as_of, or --resources-date' : `date “${asOf.slice(0, 20)}” is not YYYY-MM-DD`;
  const crs = cell('crs').toUpperCase().replace('-', '') || defaults.crs;
  if (crs === null) return 'no coordinate system: a column crs, or --resources-crs';
  const place = placeOf(cell, crs, convert);
  if (typeof place === 'string') return place;
  return {
    ...{ id, kind, name, nameEn: short(cell('name_en'), 120) ?? name, ...place },
    capacity: capacity === '' ? null : Number(capacity),
    occupied: occupied === '' ? null : Number(occupied),
    unit: short(cell('unit'), 20),
    address: short(cell('address'), 200),
    contact: short(cell('contact'), 120),
    source,
    asOf,
  };
} // prettier-ignore

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

function placeOf(
  cell: (c: RegistryColumn) => string,
  crs: string,
  convert: Convert,
): Pick<Thing, 'at' | 'area'> | string {
  try {
    const area = cell('area') === '' ? null : polygonsOf(cell('area'), (p) => convert(p, crs));
    if (cell('lng') === '' && cell('lat') === '')
      return area ? { at: middle(area[0]![0]!), area } : 'neither lng and lat nor an area is told';
    const [lng, lat] = [Number(cell('lng') || 'none'), Number(cell('lat') || 'none')];
    if (!Number.isFinite(lng) || !Number.isFinite(lat)) return `“${cell('lng')}, ${cell('lat')}” is no position`;
    return { at: convert([lng, lat], crs), area };
  } catch (e) {
    if (e instanceof RangeError) return e.message;
    throw e;
  }
}

/** Mean of the corners: good enough to drive to. */
function middle(ring: readonly LngLat[]): LngLat {
  const corners = ring.slice(0, -1);
  const sum = corners.reduce<[number, number]>((s, p) => [s[0] + p[0], s[1] + p[1]], [0, 0]);
  return [sum[0] / corners.length, sum[1] / corners.length];
}

/** POLYGON and MULTIPOLYGON of WKT. @throws RangeError when it is none */
function polygonsOf(wkt: string, convert: (p: LngLat) => LngLat): LngLat[][][] {
  const m = /^\s*(?:SRID=\d+;)?\s*(POLYGON|MULTIPOLYGON)\s*(\(.*\))\s*$/is.exec(wkt);
  const problem = (): RangeError => new RangeError(`area “${wkt.slice(0, 40)}…” is no POLYGON of WKT`);
  if (!m) throw problem();
  const inner = m[1]!.toUpperCase() === 'POLYGON' ? `(${m[2]!})` : m[2]!;
  const polygons = [...inner.matchAll(/\(\s*(\([^()]*\)(?:\s*,\s*\([^()]*\))*)\s*\)/g)].map((polygon) =>
    [...polygon[1]!.matchAll(/\(([^()]*)\)/g)].map((ring) =>
      ring[1]!.split(',').map((pair): LngLat => {
        const [lng, lat, ...rest] = pair.trim().split(/\s+/).map(Number);
        if (!Number.isFinite(lng) || !Number.isFinite(lat) || rest.length > 1) throw problem();
        return convert([lng!, lat!]);
      }),
    ),
  );
  if (polygons.length === 0) throw problem();
  for (const ring of polygons.flat()) {
    const [first, last] = [ring[0]!, ring.at(-1)!];
    if (ring.length < 4 || first[0] !== last[0] || first[1] !== last[1]) throw problem();
  }
  return polygons;
}
