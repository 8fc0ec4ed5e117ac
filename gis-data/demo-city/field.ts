import { gradientNoise, layeredNoise, randomFor } from './noise.ts';
import { dist, resample, type Pt, type Ring } from './plane.ts';
import { Raster } from './raster.ts';
import type { Drawn } from './skeleton.ts';
import { HALF_H, HALF_W, type Terrain } from './terrain.ts';

/**
 * Which way streets run at a place. A cross field: an angle that means the same turned by a quarter, kept as the
 * cosine and sine of four times itself, so that grids of different directions blend without preferring one street family.
 */
export interface Field {
  /** Angle of one of the two street directions, radians. */
  angle(x: number, y: number): number;
  /** How built-up the land is, 0 fields … 1 the middle of the city. */
  readonly urban: Raster;
}

/** Parts of the city that were laid out at one time: middle in km, reach in km, direction in degrees, strength. */
const PLANS: readonly [x: number, y: number, reach: number, deg: number, weight: number][] = [
  [0.2, 0.4, 2.4, 4, 2.2],
  [2.2, -6.6, 2.6, -14, 2.4],
  [-8, 2.2, 3, 12, 1],
  [-6.5, -4, 2.2, 24, 1],
  [-3, 9, 2.6, -9, 1],
  [3.4, 8.2, 2.2, 8, 1],
  [9.6, 2, 2.2, 33, 1],
  [9.8, 10, 2.6, 18, 1],
  [13.6, 5.6, 2.6, 6, 1.2],
  [12.6, -4.6, 2.8, -21, 1],
  [4.6, -11.2, 2.8, 9, 1.1],
  [-3.2, -10.2, 2.6, -18, 1],
  [-11.6, -6.6, 2.8, -27, 1],
  [-12.4, 7.2, 2.8, 21, 1],
  [-6.4, 12.2, 2.6, -24, 1],
];

/** Where people live: middle and reach in km, density. */
const CENTRES: readonly [x: number, y: number, rx: number, ry: number, d: number][] = [
  [0.4, -1.0, 8.8, 7.6, 1.05],
  [-6.2, 2.8, 4.4, 3.6, 0.5],
  [-5.6, -4.6, 4, 3, 0.42],
  [-1, 8.8, 4.6, 2.8, 0.48],
  [9.6, 2.4, 3.4, 3.2, 0.5],
  [13.8, 5.2, 2.6, 2.2, 0.5],
  [9.4, 10, 3, 2.2, 0.42],
  [3.2, -10.8, 4.6, 2.8, 0.5],
  [10.6, -4, 3.6, 2.4, 0.48],
  [-11.6, 0.6, 3, 2.8, 0.42],
  [-11, -6.8, 3, 2.2, 0.45],
  [-11.6, 7.6, 2.4, 2, 0.4],
];

/** Towns of the outer districts, km. */
export const TOWNS: readonly [x: number, y: number, r: number][] = [
  [-18.6, -3.6, 1.7], [-14.2, 13.6, 1.5], [-7.4, 16.2, 1.2], [12.2, 15.8, 1.2], [19.0, 7.6, 1.4], [20.2, -2.6, 1.5], [16.2, -12, 1.3],
  [6, -17.2, 1.2], [-4.4, -17.2, 1.4], [-10.6, -14.6, 1.1], [-19.4, 3.6, 1.1], [-19.2, -8.2, 1.2], [15.8, -9.6, 1.1], [0.2, 15.9, 0.9], [15.6, 13.0, 0.9],
]; // prettier-ignore

export function makeField(seed: number, t: Terrain, roads: readonly Drawn[], border: Ring): Field {
  const random = randomFor(seed, 'field');
  const [c4, s4] = [new Raster(HALF_W, HALF_H, 125), new Raster(HALF_W, HALF_H, 125)];
  const twist = layeredNoise(random, 5200, 2);
  const small = gradientNoise(random, 1500);
  const add = (i: number, angle: number, weight: number): void => {
    c4.data[i]! += weight * Math.cos(4 * angle);
    s4.data[i]! += weight * Math.sin(4 * angle);
  };
  for (let i = 0; i < c4.data.length; i++) {
    const [x, y] = c4.centre(i);
    const old = Math.hypot(x - 200, y - 300) < 2900 ? 0.3 : 0.13;
    const rural = Math.min(1, Math.max(0, Math.hypot(x / 1.15, y) - 9_000) / 6_000);
    const turn = (0.5 + 1.3 * rural) * twist(x, y) + old * small(x, y);
    add(i, turn, 0.05);
    for (const [px, py, reach, deg, weight] of PLANS) {
      const d2 = ((x / 1000 - px) ** 2 + (y / 1000 - py) ** 2) / reach ** 2;
      if (d2 < 7) add(i, (deg * Math.PI) / 180 + turn * 0.45, weight * Math.exp(-d2));
    }
  }
  // along water and along the great roads, streets follow them
  for (const bank of t.banks) follow(c4, add, bank, 900, 0.5);
  for (const w of t.waters) {
    if (w.kind === 'lake') follow(c4, add, w.rings[0]!, 420, 0.5);
    else if (w.centre && w.kind !== 'river') follow(c4, add, w.centre, 330, 0.4);
  }
  for (const r of roads) follow(c4, add, r.line, r.cls === 'primary' ? 520 : 620, r.cls === 'primary' ? 0.45 : 0.5);
  return {
    angle: (x, y) => Math.atan2(s4.smoothAt(x, y), c4.smoothAt(x, y)) / 4,
    urban: urbanLand(seed, t, border),
  };
}

/** Adds the direction of a line to the cells near it. */
function follow(
  grid: Raster,
  add: (i: number, angle: number, weight: number) => void,
  line: readonly Pt[],
  reach: number,
  strength: number,
): void {
  const step = 150;
  const points = resample(line, step);
  const cells = Math.ceil((2.2 * reach) / grid.cell);
  for (let k = 0; k + 1 < points.length; k++) {
    const [a, b] = [points[k]!, points[k + 1]!];
    if (Math.abs(a[0]) > HALF_W || Math.abs(a[1]) > HALF_H) continue;
    const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
    const ci = Math.floor((a[0] - grid.west) / grid.cell);
    const cj = Math.floor((a[1] - grid.south) / grid.cell);
    for (let j = Math.max(0, cj - cells); j <= Math.min(grid.h - 1, cj + cells); j++)
      for (let i = Math.max(0, ci - cells); i <= Math.min(grid.w - 1, ci + cells); i++) {
        const d = dist(a, grid.centre(j * grid.w + i));
        if (d < 2.2 * reach) add(j * grid.w + i, angle, strength * (step / reach) * Math.exp(-((d / reach) ** 2)));
      }
  }
}

function urbanLand(seed: number, t: Terrain, border: Ring): Raster {
  const inside = new Raster(HALF_W, HALF_H, 125);
  inside.paint([border], 1);
  const random = randomFor(seed, 'urban');
  const rough = layeredNoise(random, 3400, 3);
  return new Raster(HALF_W, HALF_H, 125).fill((x, y) => {
    if (t.steep.at(x, y) > 0 || inside.at(x, y) === 0) return 0;
    let d = 0;
    for (const [cx, cy, rx, ry, weight] of CENTRES) {
      const q = ((x / 1000 - cx) / rx) ** 2 + ((y / 1000 - cy) / ry) ** 2;
      if (q < 6) d += weight * Math.exp(-q * q * 0.55);
    }
    d += 0.42 * rough(x, y) * Math.min(1, d * 2.2);
    for (const [cx, cy, r] of TOWNS) {
      const q = ((x / 1000 - cx) ** 2 + (y / 1000 - cy) ** 2) / r ** 2;
      if (q < 6)
        d = Math.max(d, 0.62 * Math.exp(-(q ** 1.2) * 0.7) + 0.55 * rough(x * 2.1, y * 2.1) * Math.exp(-q * 0.3));
    }
    return Math.max(0, Math.min(1, d));
  });
}
