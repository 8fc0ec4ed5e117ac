import { readOsm } from '#gis-data/osm/read.ts';
import { osmRoads, type OsmRoad } from '#gis-data/osm/roads.ts';
import { metresBetween, type EdgeInput } from '#gis-data/roads/graph.ts';
import type { LngLat } from '#store/gis.ts';

/** Streets that join one tile with the next, on each border, at most. */
const LINKS = 24;

/** A city as large as wanted: one OpenStreetMap extract laid out side × side, with streets over the borders. */
export async function tiledCity(file: string, side: number): Promise<EdgeInput[]> {
  const one = await osmRoads(() => readOsm(file));
  const [w, s] = [0, 1].map((k) => Math.min(...one.nodeAt.map((p) => p[k]!))) as [number, number];
  const [wide, high] = [Math.max(...one.nodeAt.map((p) => p[0])) - w, Math.max(...one.nodeAt.map((p) => p[1])) - s];
  const nodes = one.nodeAt.length;
  const edges: EdgeInput[] = [];
  const put = (r: Pick<OsmRoad, 'class' | 'name' | 'nameEn' | 'lengthM' | 'freeKmh' | 'oneway'>, from: number, to: number, line: LngLat[]): void =>
    void edges.push({ id: edges.length + 1, from, to, class: r.class, name: r.name, nameEn: r.nameEn, lengthM: r.lengthM, speedKmh: r.freeKmh, oneway: r.oneway, line }); // prettier-ignore
  const shifted = ([lng, lat]: LngLat, tile: number): LngLat => [
    lng + (tile % side) * wide,
    lat + Math.floor(tile / side) * high,
  ];
  for (let tile = 0; tile < side * side; tile++)
    for (const r of one.roads)
      put(
        r,
        r.from + tile * nodes,
        r.to + tile * nodes,
        r.line.map((p) => shifted(p, tile)),
      );
  const nearest = (fx: number, fy: number): number => {
    const far = (i: number): number => Math.hypot(one.nodeAt[i]![0] - w - fx * wide, one.nodeAt[i]![1] - s - fy * high);
    let best = 0;
    for (let i = 1; i < nodes; i++) if (far(i) < far(best)) best = i;
    return best;
  };
  const link = { class: 'secondary', name: null, nameEn: null, freeKmh: 40, oneway: false } as const;
  const joined = new Set<string>();
  for (let j = 0; j < LINKS; j++) {
    const f = (j + 0.5) / LINKS;
    const [east, west, north, south] = [nearest(1, f), nearest(0, f), nearest(f, 1), nearest(f, 0)];
    const join = (a: number, tileA: number, b: number, tileB: number): void => {
      const ends = [a + tileA * nodes, b + tileB * nodes] as const;
      const line = [shifted(one.nodeAt[a]!, tileA), shifted(one.nodeAt[b]!, tileB)] as const;
      // one node may be the nearest to several places of its border: nobody could tell two streets on one line apart
      if (joined.has(ends.join())) return;
      joined.add(ends.join());
      put({ ...link, lengthM: metresBetween(...line) }, ...ends, [...line]);
    };
    for (let tile = 0; tile < side * side; tile++) {
      if ((tile + 1) % side !== 0) join(east, tile, west, tile + 1);
      if (tile + side < side * side) join(north, tile, south, tile + side);
    }
  }
  return edges;
}
