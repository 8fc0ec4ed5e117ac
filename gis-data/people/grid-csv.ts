import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { gridStep, peopleIn } from '#domain/around/people.ts';
import type { LngLat } from '#store/gis.ts';
import { toWgs84, type CoordinateSystem } from '../crs.ts';
import type { GridFile } from './import.ts';

/** A population grid as CSV: a head, then the middle of a cell, its people and, where it is told, its side in metres. */

const HEADS = {
  lng: ['lng', 'lon', 'long', 'longitude', 'x'],
  lat: ['lat', 'latitude', 'y'],
  people: ['people', 'population', 'pop', 'value', 'z'],
  cell: ['cell', 'cell_m'],
} as const;
type Column = keyof typeof HEADS;

/** So many rows tell the side of the cells where nobody does. */
const LOOKED_AT = 50_000;
const M_PER_DEG = 110_950;
const MAX_CELL_M = 20_000;
/** Bytes: a longer line is no line of a grid. */
const MAX_LINE = 10_000;

/**
 * @param cellM side of a cell where the rows do not tell it; null: from the distances between the cells
 * @param crs of the middles
 * @throws RangeError when a column is missing, or the size of the cells cannot be told
 */
export async function* csvGrid(
  path: string,
  gzip: boolean,
  { cellM, crs }: { cellM: number | null; crs: CoordinateSystem },
): GridFile {
  let at: Record<Column, number> | null = null;
  let half: ((lat: number) => readonly [number, number]) | null = null;
  let line = 0;
  for await (const row of rowsOf(path, gzip)) {
    line++;
    if (!at) {
      at = columnsOf(row);
      if (cellM !== null) half = squareOf(cellM);
      else if (at.cell < 0) half = await stepOf(path, gzip, at);
      continue;
    }
    const [x, y] = [numberOf(row[at.lng]), numberOf(row[at.lat])];
    const side = half ? 0 : numberOf(row[at.cell]);
    if (!(Math.abs(x) <= 180 && Math.abs(y) < 85) || (!half && !(side > 0 && side <= MAX_CELL_M))) {
      yield { fault: 'unreadable', line };
      continue;
    }
    const middle = crs === 'WGS84' ? ([x, y] as const) : toWgs84([x, y] as LngLat, crs);
    const text = bare(row[at.people]);
    const value = text === '' || /^(nan|na|null)$/i.test(text) ? NaN : Number(text);
    if (Number.isNaN(value) && /\d/.test(text)) yield { fault: 'unreadable', line };
    else yield { at: middle, half: (half ?? squareOf(side))(y), people: peopleIn(value, null) };
  }
  if (!at) throw new RangeError('the file is empty');
}

/** A field without its quotes: rows hold numbers alone, and a quote that is never closed must not swallow the lines after it. */
const bare = (text: string | undefined): string => text?.replaceAll('"', '').trim() ?? '';
const numberOf = (text: string | undefined): number => (bare(text) === '' ? NaN : Number(bare(text)));

const squareOf =
  (sideM: number) =>
  (lat: number): readonly [number, number] => [
    sideM / 2 / (111_320 * Math.cos((lat * Math.PI) / 180)),
    sideM / 2 / M_PER_DEG,
  ];

async function* rowsOf(path: string, gzip: boolean): AsyncGenerator<string[]> {
  const file = createReadStream(path);
  const parser = parse({ bom: true, quote: null, relax_column_count: true, max_record_size: MAX_LINE });
  const bytes = gzip ? file.pipe(createGunzip()) : file;
  // an error of the file would otherwise be nobody's
  file.on('error', (e: Error) => parser.destroy(e));
  bytes.on('error', (e: Error) => parser.destroy(e));
  bytes.pipe(parser);
  try {
    for await (const row of parser) yield row as string[];
  } finally {
    file.destroy();
  }
}

function columnsOf(head: readonly string[]): Record<Column, number> {
  const names = head.map((h) => bare(h).toLowerCase());
  const find = (c: Column): number => names.findIndex((n) => (HEADS[c] as readonly string[]).includes(n));
  const at = { lng: find('lng'), lat: find('lat'), people: find('people'), cell: find('cell') };
  for (const c of ['lng', 'lat', 'people'] as const)
    if (at[c] < 0) throw new RangeError(`the head has no column ${HEADS[c].join(' or ')}; it says ${names.slice(0, 8).join(', ')}`); // prettier-ignore
  return at;
}

/** The side of cells of which no row tells the size. */
async function stepOf(
  path: string,
  gzip: boolean,
  at: Record<Column, number>,
): Promise<() => readonly [number, number]> {
  const [lngs, lats]: [number[], number[]] = [[], []];
  let n = 0;
  for await (const row of rowsOf(path, gzip)) {
    if (n++ === 0) continue;
    const [x, y] = [numberOf(row[at.lng]), numberOf(row[at.lat])];
    if (Number.isFinite(x)) lngs.push(x);
    if (Number.isFinite(y)) lats.push(y);
    if (n > LOOKED_AT) break;
  }
  const [dx, dy] = [gridStep(lngs), gridStep(lats)];
  if (dx === null || dy === null)
    throw new RangeError('the size of the cells cannot be told from the file: name it with --population-cell METRES');
  return () => [dx / 2, dy / 2];
}
