import { isOpen, isUrgent, phaseOf } from '#domain/cases/case.ts';
import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { HOUR, type Instant } from '#domain/time.ts';
import { worldPixel, worldPlace, type Box } from '#lib/map/geo.ts';
import { group, newLook, urgencyOf, type CaseFilter, type CaseLook } from '#lib/map/layers/cases.ts';
import { CELL_PX, JOIN_PX, MAX_MEMBERS, SINGLE_FROM_ZOOM, type Cluster } from '#lib/map/layers/clusters.ts';
import { HEAT_CELL_PX, SQUARE_PX, type HeatPoint } from '#lib/map/layers/heat.ts';
import { HEX_PX, hexMiddle, type HexCounts } from '#lib/map/layers/hexagons.ts';
import { markSet } from '#lib/map/marks.ts';

/**
 * The map's layers of cases as somebody writes them who thinks of what they say and not of how long they take: what the quick ones are
 * compared with, in tests and in `npm run bench -- layers`.
 */
type Rows = readonly (readonly [string, CaseRow])[];

export function plainFiltered(
  rows: ReadonlyMap<string, CaseRow>,
  f: CaseFilter,
  now: Instant,
  fold: (text: string) => string,
): [string, CaseRow][] {
  const words = f.text.trim().split(/\s+/).map(fold).filter(Boolean);
  return [...rows]
    .filter(([, r]) => f.hours === null || r.acceptedAt >= now - f.hours * HOUR)
    .filter(([, r]) => f.types.length === 0 || f.types.includes(r.type))
    .filter(([, r]) => f.phases.length === 0 || f.phases.includes(phaseOf(r.state)))
    .filter(([, r]) => f.district === null || r.district === f.district)
    .filter(([, r]) => !f.urgentOnly || isUrgent(r.urgency))
    .filter(([no, r]) => {
      const text = fold([no, r.title, r.place ?? '', r.category.join(' '), r.unit ?? ''].join(' '));
      return words.every((w) => text.includes(w));
    })
    .sort(
      ([noA, a], [noB, b]) =>
        urgencyOf(a) - urgencyOf(b) || b.acceptedAt - a.acceptedAt || (noA < noB ? 1 : noA > noB ? -1 : 0),
    );
}

interface Cell {
  readonly column: number;
  readonly row: number;
  readonly points: { readonly id: string; readonly x: number; readonly y: number }[];
}
const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const meanOf = (c: Cell): [number, number] => [
  sum(c.points.map((p) => p.x)) / c.points.length,
  sum(c.points.map((p) => p.y)) / c.points.length,
];

/** As `clusters`: every head is compared with every other. */
export function plainClusters(
  points: readonly { readonly id: string; readonly at: LngLat }[],
  zoom: number,
): Cluster[] {
  const z = Math.floor(zoom);
  const cells = new Map<string, Cell>();
  for (const { id, at } of points) {
    const [x, y] = worldPixel(at, z);
    const [column, row] = [Math.floor(x / CELL_PX), Math.floor(y / CELL_PX)];
    const key = z >= SINGLE_FROM_ZOOM ? id : `${column}/${row}`;
    const cell = cells.get(key) ?? { column, row, points: [] };
    cells.set(key, cell);
    cell.points.push({ id, x, y });
  }
  const heads: { cell: Cell; at: [number, number]; from: [number, number] }[] = [];
  const bySize = [...cells.values()].sort(
    (a, b) => b.points.length - a.points.length || (a.points[0]!.id < b.points[0]!.id ? -1 : 1),
  );
  for (const cell of z >= SINGLE_FROM_ZOOM ? cells.values() : bySize) {
    const at = meanOf(cell);
    // of several the westernmost, northernmost cell is asked first, then the larger head
    const [host] = heads
      .filter((h) => Math.abs(h.from[0] - cell.column) <= 1 && Math.abs(h.from[1] - cell.row) <= 1)
      .filter((h) => Math.hypot(h.at[0] - at[0], h.at[1] - at[1]) < JOIN_PX)
      .sort((a, b) => a.from[0] - b.from[0] || a.from[1] - b.from[1]);
    if (host && z < SINGLE_FROM_ZOOM) {
      host.cell.points.push(...cell.points);
      host.at = meanOf(host.cell);
    } else heads.push({ cell, at, from: [cell.column, cell.row] });
  }
  return heads.map(({ cell, at }) => {
    const members = cell.points.slice(0, MAX_MEMBERS).map((p) => p.id);
    return { id: members.toSorted()[0]!, at: worldPlace(at, z), count: cell.points.length, members };
  });
}

export function plainMarks(rows: Rows, zoom: number): CaseLook {
  const byNo = new Map(rows);
  const single = (no: string, at: LngLat) => {
    const row = byNo.get(no)!;
    const open = isOpen(row.state);
    return { id: no, at, ...newLook(open, open && isUrgent(row.urgency), false) };
  };
  const points = rows.flatMap(([id, { at }]) => (at ? [{ id, at }] : []));
  if (zoom >= SINGLE_FROM_ZOOM) return { marks: markSet(points.map((p) => single(p.id, p.at))), groups: [] };
  const heads = plainClusters(points, zoom);
  return {
    marks: markSet(heads.map((c) => (c.count === 1 ? single(c.id, c.at) : group(c, null)))),
    groups: heads.filter((c) => c.count > 1),
  };
}

/** Counts by the nearest hexagon, named by its middle in half widths and rows: every hexagon around is asked how far it is. */
export function plainHexagons(rows: Rows, z: number): Map<string, number> {
  const [across, up] = [Math.sqrt(3) * HEX_PX, 1.5 * HEX_PX];
  const counts = new Map<string, number>();
  for (const [, { at }] of rows) {
    if (!at) continue;
    const [x, y] = worldPixel(at, z);
    let best = { far: Infinity, key: '' };
    for (let row = Math.floor(y / up) - 1; row <= Math.floor(y / up) + 2; row++)
      for (let column = -1; column <= 2; column++) {
        const shift = row % 2 === 0 ? 0 : 0.5;
        const place = Math.floor(x / across) + column + shift;
        const far = Math.hypot(place * across - x, row * up - y);
        if (far < best.far) best = { far, key: `${2 * place}/${row}` };
      }
    counts.set(best.key, (counts.get(best.key) ?? 0) + 1);
  }
  return counts;
}

/** Cases by cell of heat, “column/row”, in a box; and the most that a square of cells holds. */
export function plainHeat(rows: Rows, z: number, box: Box | null = null): { cells: Map<string, number>; most: number } {
  const located = rows.flatMap(([, { at }]) => (at ? [at] : []));
  const inBox = located.filter(([x, y]) => !box || (x >= box[0] && y >= box[1] && x <= box[2] && y <= box[3]));
  const squares = counted(located.map((at) => heatCell(at, z, SQUARE_PX)));
  return { cells: counted(inBox.map((at) => heatCell(at, z))), most: [...squares.values()].reduce((a, b) => Math.max(a, b), 0) }; // prettier-ignore
}
function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
const heatCell = (at: LngLat, z: number, side = HEAT_CELL_PX): string =>
  worldPixel(at, z)
    .map((v) => Math.floor(v / side))
    .join('/');

/** What {@link hexCounts} found, named as {@link plainHexagons} names it. */
export const namedHexagons = (counts: HexCounts, z: number): Map<string, number> =>
  new Map(
    [...counts].map(([key, n]) => {
      const [x, y] = worldPixel(hexMiddle(key, z), z);
      return [`${Math.round((2 * x) / (Math.sqrt(3) * HEX_PX))}/${Math.round(y / (1.5 * HEX_PX))}`, n];
    }),
  );

/** What {@link heat} found, named as {@link plainHeat} names it. */
export const namedHeat = (points: readonly HeatPoint[], z: number): Map<string, number> =>
  new Map(points.map((p) => [heatCell(p.at, z), p.count]));

export function plainDistricts(rows: Rows): Map<string, number> {
  const names = [...new Set(rows.flatMap(([, r]) => r.district ?? []))];
  return new Map(names.map((name) => [name, rows.filter(([, r]) => r.district === name).length]));
}
