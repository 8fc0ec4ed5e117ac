import type { LngLat } from '../city/rows.ts';
import { tableRows, type ImportRecord, type NoTable, type RowError, type WrongRows } from '../import-table.ts';
import type { CameraEntry } from './rows.ts';
import { decideCamera, isCameraId, type CameraRefusal } from './rules.ts';

/** Columns of the template, in its order; a file may have them in any order, in either language. */
export const CAMERA_COLUMNS = [
  'id',
  'name',
  'lng',
  'lat',
  'bearing',
  'fov',
  'owner',
  'hls',
  'whep',
  'snapshot',
] as const;
export type CameraColumn = (typeof CAMERA_COLUMNS)[number];
const NEEDED: readonly CameraColumn[] = ['id', 'name', 'lng', 'lat'];

/** Heads as files write them, lower case. */
export const CAMERA_COLUMN_NAMES: Readonly<Record<CameraColumn, readonly string[]>> = {
  id: ['编号', '监控编号', '设备编号', 'id', 'camera_id'],
  name: ['名称', '监控名称', '点位名称', 'name'],
  lng: ['经度', 'lng', 'lon', 'longitude'],
  lat: ['纬度', 'lat', 'latitude'],
  bearing: ['方向', '朝向', 'bearing', 'direction'],
  fov: ['视场角', 'fov', 'field of view'],
  owner: ['所属单位', '单位', 'owner'],
  hls: ['hls', 'hls地址'],
  whep: ['whep', 'whep地址'],
  snapshot: ['快照', '快照地址', 'snapshot'],
};

export type CameraImportCode = CameraRefusal | 'camera-twice';
/** Its value: what stands there, the column of an address, or the line of the first of two. Never an address. */
export type CameraImportError = RowError<CameraImportCode>;
export type CameraImport =
  { readonly ok: true; readonly cameras: readonly CameraEntry[] } | NoTable | WrongRows<CameraImportCode>;

/**
 * A whole file or nothing: one wrong row and none is taken, with every wrong row told.
 * @param toWgs84 from the system that the sender declared; throws RangeError for what is no position
 */
export function readCameras(records: readonly ImportRecord[], toWgs84: (at: LngLat) => LngLat): CameraImport {
  const table = tableRows(records, CAMERA_COLUMN_NAMES, NEEDED);
  if (!table.ok) return table;
  const { rows } = table;
  const errors: CameraImportError[] = [];
  const cameras: CameraEntry[] = [];
  const seen = new Map<string, number>();
  for (const { line, cell } of rows) {
    const read = readRow(cell, toWgs84);
    const first = seen.get(read.id);
    if (first !== undefined) errors.push({ line, code: 'camera-twice', value: String(first) });
    else if (isCameraId(read.id)) seen.set(read.id, line);
    if ('code' in read) errors.push({ line, code: read.code, value: read.value });
    else cameras.push(read);
  }
  return errors.length > 0 ? { ok: false, code: 'import-errors', errors, rows: rows.length } : { ok: true, cameras };
}

/** Cells of one row: its camera, or what is wrong with it. */
function readRow(
  cell: (c: CameraColumn) => string,
  toWgs84: (at: LngLat) => LngLat,
): CameraEntry | { id: string; code: CameraRefusal; value: string } {
  const id = cell('id');
  const typed: LngLat = [number(cell('lng')), number(cell('lat'))];
  const place = `${cell('lng')}, ${cell('lat')}`.slice(0, 60);
  let at: LngLat;
  try {
    at = toWgs84(typed);
  } catch {
    // out of range, or no number: the row says so
    return { id, code: 'camera-point', value: place };
  }
  const optional = (c: CameraColumn): number | null => (cell(c) === '' ? null : number(cell(c)));
  const address = (c: CameraColumn): string | null => (cell(c) === '' ? null : cell(c));
  const made = decideCamera({
    id,
    name: cell('name'),
    at,
    bearing: optional('bearing'),
    fov: optional('fov'),
    owner: cell('owner'),
    addresses: { hls: address('hls'), whep: address('whep'), snapshot: address('snapshot') },
  });
  if (made.ok) return made.value;
  const shown = { 'camera-bearing': cell('bearing'), 'camera-fov': cell('fov'), 'camera-point': place };
  return { id, code: made.code, value: (made.code in shown ? shown[made.code as never] : made.reason).slice(0, 60) };
}

const number = (text: string): number => (text === '' ? Number.NaN : Number(text.replace(/°$/, '')));
