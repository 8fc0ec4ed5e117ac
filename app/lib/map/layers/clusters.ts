import type { LngLat } from '#domain/city/rows.ts';
import { worldPixel, worldPlace } from '../geo.ts';

export interface Cluster {
  /** Stable while its members are: the smallest id among them. */
  readonly id: string;
  readonly at: readonly [number, number];
  readonly count: number;
  /** Ids of the members; at most {@link MAX_MEMBERS}, the count tells of the rest. */
  readonly members: readonly string[];
}

/** Side of a cell in pixels at 1×. */
export const CELL_PX = 72;
/** Heads nearer than this are joined, so that no two circles overlap. */
export const JOIN_PX = 46;
export const MAX_MEMBERS = 200;
/** From this zoom on every point stands alone. */
export const SINGLE_FROM_ZOOM = 15;

interface Cell {
  x: number;
  y: number;
  n: number;
  ids: string[];
}

/**
 * Groups points that would lie on one another at this zoom: a grid of pixels, then heads too near to each other are joined.
 * One pass over the points, so that a hundred thousand cost some tens of milliseconds.
 * @param zoom rounded down to whole levels, so that groups hold still while a person zooms
 */
export function clusters(points: Iterable<{ readonly id: string; readonly at: LngLat }>, zoom: number): Cluster[] {
  const z = Math.floor(zoom);
  const cells = new Map<number | string, Cell>();
  for (const p of points) {
    const [x, y] = worldPixel(p.at, z);
    const key = z >= SINGLE_FROM_ZOOM ? p.id : cellKey(x, y);
    let cell = cells.get(key);
    if (!cell) cells.set(key, (cell = { x: 0, y: 0, n: 0, ids: [] }));
    cell.x += x;
    cell.y += y;
    cell.n++;
    if (cell.ids.length < MAX_MEMBERS) cell.ids.push(p.id);
  }
  const heads = z >= SINGLE_FROM_ZOOM ? [...cells.values()] : joined([...cells.values()]);
  return heads.map((c) => ({
    id: c.ids.reduce((a, b) => (a < b ? a : b)),
    at: worldPlace([c.x / c.n, c.y / c.n], z),
    count: c.n,
    members: c.ids,
  }));
}

/** One number per cell: a text per point would cost more than all the rest. */
const cellKey = (x: number, y: number): number => Math.floor(x / CELL_PX) * 2 ** 24 + Math.floor(y / CELL_PX);

/** Joins each smaller head into the biggest one that is too near. */
function joined(cells: Cell[]): Cell[] {
  const heads: Cell[] = [];
  const near = new Map<number, Cell[]>();
  for (const c of cells.sort((a, b) => b.n - a.n || (a.ids[0]! < b.ids[0]! ? -1 : 1))) {
    const x = c.x / c.n;
    const y = c.y / c.n;
    let host: Cell | undefined;
    for (const dx of [-CELL_PX, 0, CELL_PX])
      for (const dy of [-CELL_PX, 0, CELL_PX])
        host ??= near.get(cellKey(x + dx, y + dy))?.find((h) => Math.hypot(h.x / h.n - x, h.y / h.n - y) < JOIN_PX);
    if (!host) {
      heads.push(c);
      const key = cellKey(x, y);
      near.set(key, [...(near.get(key) ?? []), c]);
      continue;
    }
    host.x += c.x;
    host.y += c.y;
    host.n += c.n;
    for (const id of c.ids) if (host.ids.length < MAX_MEMBERS) host.ids.push(id);
  }
  return heads;
}
