import type { LngLat } from '#domain/city/rows.ts';

/** Outer ring first, then holes; closed. */
export type Polygon = readonly (readonly LngLat[])[];

/** Twice the signed area of a ring in degrees²: positive counter-clockwise. */
export function signedArea(ring: readonly LngLat[]): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  return sum;
}

/** Is a point inside of a ring? A point on its line may be either. */
export function inRing([x, y]: LngLat, ring: readonly LngLat[]): boolean {
  let inside = false;
  for (let i = 1; i < ring.length; i++) {
    const [x1, y1] = ring[i - 1]!;
    const [x2, y2] = ring[i]!;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/**
 * Joins the ways of a multipolygon into closed rings (https://wiki.openstreetmap.org/wiki/Relation:multipolygon/Algorithm): a way may
 * be a ring by itself, or continue another at either end.
 * @param ways node numbers of each way
 * @returns closed rings, and how many ways were left over because no ring closed with them
 */
export function joinRings(ways: readonly (readonly number[])[]): { rings: number[][]; leftOver: number } {
  const rings: number[][] = [];
  const ends = new Map<number, Set<number>>();
  const open = new Map<number, readonly number[]>();
  const at = (node: number): Set<number> => {
    let set = ends.get(node);
    if (!set) ends.set(node, (set = new Set()));
    return set;
  };
  ways.forEach((way, i) => {
    if (way.length < 2) return;
    if (way[0] === way.at(-1)) {
      if (way.length > 3) rings.push([...way]);
      return;
    }
    open.set(i, way);
    at(way[0]!).add(i);
    at(way.at(-1)!).add(i);
  });
  let leftOver = 0;
  for (const [i, way] of open) {
    if (!open.delete(i)) continue;
    at(way[0]!).delete(i);
    at(way.at(-1)!).delete(i);
    const ring = [...way];
    let used = 1;
    while (ring[0] !== ring.at(-1)) {
      const end = ring.at(-1)!;
      const next = at(end).values().next().value;
      if (next === undefined) break;
      const more = open.get(next)!;
      open.delete(next);
      at(more[0]!).delete(next);
      at(more.at(-1)!).delete(next);
      ring.push(...(more[0] === end ? more : [...more].reverse()).slice(1));
      used++;
    }
    if (ring[0] === ring.at(-1) && ring.length > 3) rings.push(ring);
    else leftOver += used;
  }
  return { rings, leftOver };
}

/** Puts each hole into the smallest outer ring that it lies in; a hole outside of all is left out. */
export function toPolygons(outers: readonly (readonly LngLat[])[], inners: readonly (readonly LngLat[])[]): Polygon[] {
  const bySize = outers
    .map((ring) => ({ ring, size: Math.abs(signedArea(ring)), holes: [] as (readonly LngLat[])[] }))
    .sort((a, b) => a.size - b.size);
  for (const hole of inners) {
    // its vertices may lie on the outer ring: a point between two of them decides
    const [a, b] = [hole[0]!, hole[1]!];
    const point: LngLat = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    bySize.find((o) => inRing(point, o.ring) || inRing(a, o.ring))?.holes.push(hole);
  }
  return bySize.map((o) => [o.ring, ...o.holes]);
}

/** A point inside of a polygon for its label: on the middle line, in the widest stretch. */
export function pointInside(polygon: Polygon): LngLat {
  const outer = polygon[0]!;
  let [south, north] = [Infinity, -Infinity];
  for (const [, y] of outer) [south, north] = [Math.min(south, y), Math.max(north, y)];
  for (const share of [0.5, 0.4, 0.6, 0.3, 0.7]) {
    const y = south + (north - south) * share;
    const cuts = polygon
      .flatMap((ring) =>
        ring.slice(1).flatMap(([x2, y2], i) => {
          const [x1, y1] = ring[i]!;
          return y1 > y !== y2 > y ? [x1 + ((x2 - x1) * (y - y1)) / (y2 - y1)] : [];
        }),
      )
      .sort((a, b) => a - b);
    let best: [number, number] | null = null;
    for (let i = 0; i + 1 < cuts.length; i += 2)
      if (!best || cuts[i + 1]! - cuts[i]! > best[1] - best[0]) best = [cuts[i]!, cuts[i + 1]!];
    if (best) return [(best[0] + best[1]) / 2, y];
  }
  return outer[0]!;
}
