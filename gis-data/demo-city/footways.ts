import type { FootwayData } from '#store/gis-load.ts';
import type { Block } from './blocks.ts';
import { between, randomFor } from './noise.ts';
import { dist, ellipsoidLengthM, inRing, lerp, toLngLat, type Pt } from './plane.ts';
import type { RoadNetwork } from './roads.ts';

/** Half axes of the walk around the middle of a park, as shares of its side: a pond of generate.ts lies within. */
const [WIDE, HIGH] = [0.42, 0.28];
/** Points of that walk. */
const AROUND = 24;
/** Gates of one park, and the least angle between two, seen from its middle. */
const GATES = 5;
const APART = 0.8;
/** A path must not touch the border of its park between its ends: looked at so often. */
const LOOKS = 12;
/** Parks smaller than this have no paths. */
const LEAST_M2 = 8000;

/**
 * Paths of the parks: a walk around the middle, and one from each gate to it. Gates are corners of the streets around, so that nothing
 * of the roads changes. A park whose shape leaves no room for the walk has none.
 * @param firstNode number of the first node that is no road's; nodes of roads are their index + 1
 * @param firstId number of the first path
 */
export function parkPaths(
  seed: number,
  net: RoadNetwork,
  blocks: readonly Block[],
  firstNode: number,
  firstId: number,
): FootwayData[] {
  const random = randomFor(seed, 'park paths');
  const corners = new Map<string, number>();
  // who cannot stop on a road cannot enter a park from it
  for (const r of net.roads) if (!['motorway', 'expressway', 'link'].includes(r.cls)) for (const i of [r.from, r.to]) corners.set(key(net.nodes[i]!), i); // prettier-ignore
  const out: FootwayData[] = [];
  let node = firstNode;
  const put = (from: number, to: number, line: readonly Pt[]): void => {
    const at = line.map(toLngLat);
    const lengthM = Math.round(ellipsoidLengthM(at) * 100) / 100;
    const about = { kind: 'footway', name: null, nameEn: null, waitS: 0, oneway: false, bridge: false, tunnel: false };
    out.push({ ...about, id: firstId + out.length, from, to, lengthM, line: at });
  };
  for (const b of blocks) {
    if (b.kind !== 'park' || b.areaM2 < LEAST_M2) continue;
    const start = between(random, 0, 2 * Math.PI);
    const side = Math.sqrt(b.areaM2);
    const walk = Array.from({ length: AROUND }, (_, k): Pt => {
      const a = start + (k / AROUND) * 2 * Math.PI;
      return [b.centre[0] + Math.cos(a) * side * WIDE, b.centre[1] + Math.sin(a) * side * HIGH];
    });
    if (!walk.every((p) => inRing(p, b.ring))) continue;
    const gates = gatesOf(b, walk, corners);
    if (gates.length < 2) continue;
    const nodes = gates.map(() => node++);
    gates.forEach(({ corner, at }, i) => {
      put(corner + 1, nodes[i]!, [net.nodes[corner]!, walk[at]!]);
      const next = gates[(i + 1) % gates.length]!;
      const steps = (next.at - at + AROUND) % AROUND;
      put(nodes[i]!, nodes[(i + 1) % gates.length]!, Array.from({ length: steps + 1 }, (_, s) => walk[(at + s) % AROUND]!)); // prettier-ignore
    });
  }
  return out;
}

const key = ([x, y]: Pt): string => `${x} ${y}`;

/** Corners from which a straight path leads to the walk inside of the park: where each meets it, in the order of the walk. */
function gatesOf(
  b: Block,
  walk: readonly Pt[],
  corners: ReadonlyMap<string, number>,
): { corner: number; at: number }[] {
  const gates: { corner: number; at: number; angle: number }[] = [];
  for (const p of b.ring) {
    const corner = corners.get(key(p));
    if (corner === undefined || gates.length === GATES) continue;
    const angle = Math.atan2(p[1] - b.centre[1], p[0] - b.centre[0]);
    let at = 0;
    walk.forEach((w, k) => (at = dist(w, p) < dist(walk[at]!, p) ? k : at));
    const clear = Array.from({ length: LOOKS }, (_, k) => lerp(p, walk[at]!, (k + 1) / LOOKS)).every((q) => inRing(q, b.ring)); // prettier-ignore
    const apart = gates.every((g) => g.at !== at && Math.abs(((angle - g.angle + 3 * Math.PI) % (2 * Math.PI)) - Math.PI) > APART); // prettier-ignore
    if (clear && apart) gates.push({ corner, at, angle });
  }
  return gates.sort((x, y) => x.at - y.at);
}
