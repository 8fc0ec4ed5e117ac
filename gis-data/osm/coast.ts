import type { LngLat } from '#domain/city/rows.ts';
import { signedArea, toPolygons, type Polygon } from './rings.ts';

export type Box = readonly [west: number, south: number, east: number, north: number];

/**
 * How far beyond the city the sea is drawn, degrees: the first of these within which no coast breaks off, as it does where the file was
 * cut out of the world.
 */
const MARGINS = [0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0];

/**
 * The sea of a city from the ways of its coast. By OpenStreetMap's rule land lies to the left of a coast and water to its right
 * (https://wiki.openstreetmap.org/wiki/Tag:natural=coastline), so each coast that crosses the box tells the side.
 * @param ways node numbers of the ways tagged natural=coastline, in their direction
 * @param at where a node is; null: not in the file
 * @param city the box of the city
 * @returns polygons, none where no coast crosses; null when the coast breaks off within the city and nobody can tell the side
 */
export function seaOf(
  ways: readonly (readonly number[])[],
  at: (node: number) => LngLat | null,
  city: Box,
): Polygon[] | null {
  const coasts = joinDirected(ways).flatMap((refs) => cutAtGaps(refs.map(at)));
  if (coasts.length === 0) return [];
  for (const m of MARGINS) {
    const box: Box = [city[0] - m, city[1] - m, city[2] + m, city[3] + m];
    if (coasts.every((c) => isRing(c) || (!within(c[0]!, box) && !within(c.at(-1)!, box)))) return seaIn(coasts, box);
  }
  return null;
}

const isRing = (c: readonly LngLat[]): boolean =>
  c.length > 3 && c[0]![0] === c.at(-1)![0] && c[0]![1] === c.at(-1)![1];
const within = ([x, y]: LngLat, [w, s, e, n]: Box): boolean => x > w && x < e && y > s && y < n;

/** Joins ways end to start, never turning one round: the direction says where the water is. */
function joinDirected(ways: readonly (readonly number[])[]): number[][] {
  const from = new Map<number, (readonly number[])[]>();
  const into = new Set<number>();
  for (const way of ways) {
    if (way.length < 2) continue;
    from.set(way[0]!, [...(from.get(way[0]!) ?? []), way]);
    into.add(way.at(-1)!);
  }
  const out: number[][] = [];
  const take = (node: number): readonly number[] | undefined => from.get(node)?.pop();
  const follow = (start: readonly number[]): void => {
    const chain = [...start];
    while (chain[0] !== chain.at(-1)) {
      const next = take(chain.at(-1)!);
      if (!next) break;
      for (let i = 1; i < next.length; i++) chain.push(next[i]!);
    }
    out.push(chain);
  };
  // where nothing leads to a coast begins; what is left are rings
  for (const node of from.keys()) if (!into.has(node)) for (let way = take(node); way; way = take(node)) follow(way);
  for (const node of from.keys()) for (let way = take(node); way; way = take(node)) follow(way);
  return out;
}

/** A lost node ends a coast: across the gap nobody knows it. */
function cutAtGaps(points: readonly (LngLat | null)[]): LngLat[][] {
  const out: LngLat[][] = [[]];
  for (const p of points)
    if (p) out.at(-1)!.push(p);
    else out.push([]);
  return out.filter((c) => c.length > 1);
}

/** A piece of coast across the box: both ends lie on the frame, `t` tells where, clockwise from the north-west corner, 0–4. */
interface Piece {
  readonly line: LngLat[];
  readonly enters: number;
  readonly leaves: number;
}

function seaIn(coasts: readonly (readonly LngLat[])[], box: Box): Polygon[] {
  const pieces: Piece[] = [];
  const islands: (readonly LngLat[])[] = [];
  const seas: LngLat[][] = [];
  for (const coast of coasts) {
    if (isRing(coast) && coast.every((p) => within(p, box))) {
      if (signedArea(coast) > 0) islands.push(coast);
      else seas.push([...coast]);
    } else pieces.push(...across(coast, box));
  }
  const open = new Set(pieces);
  for (const first of pieces) {
    if (!open.delete(first)) continue;
    const ring = [...first.line];
    for (let last = first; ;) {
      // along the frame with the water to the right: clockwise to the next coast that comes in, which may be the first one
      const next = [first, ...open].reduce((a, b) =>
        ahead(last.leaves, b.enters) < ahead(last.leaves, a.enters) ? b : a,
      );
      ring.push(...corners(last.leaves, next.enters, box));
      if (next === first) break;
      open.delete(next);
      ring.push(...next.line);
      last = next;
    }
    seas.push([...ring, ring[0]!]);
  }
  const [w, s, e, n] = box;
  // islands alone: all around them is sea
  if (seas.length === 0 && islands.length > 0) seas.push([[w, n], [e, n], [e, s], [w, s], [w, n]]); // prettier-ignore
  return toPolygons(seas, islands);
}

const ahead = (from: number, to: number): number => (to - from + 4) % 4;

function corners(from: number, to: number, [w, s, e, n]: Box): LngLat[] {
  const all: LngLat[] = [[w, n], [e, n], [e, s], [w, s]]; // prettier-ignore
  const out: LngLat[] = [];
  for (let k = Math.floor(from) + 1; k < from + ahead(from, to); k++) out.push(all[k % 4]!);
  return out;
}

/** Parts of a coast within the box. The coast begins and ends outside, or is a ring. */
function across(coast: readonly LngLat[], box: Box): Piece[] {
  const points = isRing(coast) ? fromOutside(coast, box) : coast;
  if (!points) return [];
  const out: Piece[] = [];
  let line: LngLat[] | null = null;
  for (let i = 1; i < points.length; i++) {
    const cut = clipped(points[i - 1]!, points[i]!, box);
    if (!cut) continue;
    line ??= [cut.from];
    line.push(cut.to);
    if (cut.leaves) {
      out.push({ line, enters: onFrame(line[0]!, box), leaves: onFrame(cut.to, box) });
      line = null;
    }
  }
  return out;
}

/** A ring begun at one of its points outside of the box; null when it has none. */
function fromOutside(ring: readonly LngLat[], box: Box): LngLat[] | null {
  const start = ring.findIndex((p) => !within(p, box));
  return start < 0 ? null : [...ring.slice(start, -1), ...ring.slice(0, start + 1)];
}

/** Liang–Barsky: the part of a segment within the box. */
function clipped(a: LngLat, b: LngLat, [w, s, e, n]: Box): { from: LngLat; to: LngLat; leaves: boolean } | null {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  let [t0, t1] = [0, 1];
  for (const [p, q] of [[-dx, a[0] - w], [dx, e - a[0]], [-dy, a[1] - s], [dy, n - a[1]]] as const) {
    if (p === 0 && q <= 0) return null;
    if (p < 0) t0 = Math.max(t0, q / p);
    if (p > 0) t1 = Math.min(t1, q / p);
  } // prettier-ignore
  if (t0 >= t1) return null;
  const at = (t: number): LngLat => [a[0] + t * dx, a[1] + t * dy];
  return { from: at(t0), to: at(t1), leaves: t1 < 1 };
}

function onFrame([x, y]: LngLat, [w, s, e, n]: Box): number {
  const gap = [Math.abs(y - n), Math.abs(x - e), Math.abs(y - s), Math.abs(x - w)];
  const side = gap.indexOf(Math.min(...gap));
  const along = [(x - w) / (e - w), (n - y) / (n - s), (e - x) / (e - w), (y - s) / (n - s)][side]!;
  return side + Math.min(Math.max(along, 0), 1 - 1e-12);
}
