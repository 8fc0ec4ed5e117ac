import type { LngLat } from '../city/rows.ts';
import type { CameraEntry } from './rows.ts';
import { decideCamera, isCameraId, type CameraRefusal } from './rules.ts';

export const MAX_CAMERA_ROWS = 10_000;
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

/** One record of a file: its cells, and the line it begins at. */
export interface CameraRecord {
  readonly line: number;
  readonly cells: readonly string[];
}
export type CameraImportCode = CameraRefusal | 'camera-twice';
export interface CameraImportError {
  readonly line: number;
  readonly code: CameraImportCode;
  /** What stands there, the column of an address, or the line of the first of two. Never an address. */
  readonly value: string;
}
export type CameraImport =
  | { readonly ok: true; readonly cameras: readonly CameraEntry[] }
  | { readonly ok: false; readonly code: 'import-empty' | 'import-rows' | 'import-columns'; readonly detail: string }
  | {
      readonly ok: false;
      readonly code: 'import-errors';
      readonly errors: readonly CameraImportError[];
      readonly rows: number;
    };

/**
 * A whole file or nothing: one wrong row and none is taken, with every wrong row told.
 * @param toWgs84 from the system that the sender declared; throws RangeError for what is no position
 */
export function readCameras(records: readonly CameraRecord[], toWgs84: (at: LngLat) => LngLat): CameraImport {
  const [head, ...all] = records;
  const rows = all.filter((r) => r.cells.some((c) => c.trim() !== ''));
  if (!head || rows.length === 0) return { ok: false, code: 'import-empty', detail: '' };
  if (rows.length > MAX_CAMERA_ROWS) return { ok: false, code: 'import-rows', detail: String(rows.length) };
  const names = head.cells.map((h) => h.trim().toLowerCase());
  const at = Object.fromEntries(
    CAMERA_COLUMNS.map((c) => [c, names.findIndex((n) => CAMERA_COLUMN_NAMES[c].includes(n))]),
  ) as Record<CameraColumn, number>;
  const missing = NEEDED.filter((c) => at[c] === -1);
  if (missing.length > 0)
    return { ok: false, code: 'import-columns', detail: missing.map((c) => CAMERA_COLUMN_NAMES[c][0]).join('、') };
  const errors: CameraImportError[] = [];
  const cameras: CameraEntry[] = [];
  const seen = new Map<string, number>();
  for (const { line, cells } of rows) {
    const read = readRow((c) => (at[c] === -1 ? '' : (cells[at[c]] ?? '').trim()), toWgs84);
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
