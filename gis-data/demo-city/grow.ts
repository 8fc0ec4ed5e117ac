import type { Field } from './field.ts';
import { gradientNoise, randomFor } from './noise.ts';
import { inRing, type Pt, type Ring } from './plane.ts';
import { Raster } from './raster.ts';
import type { Drawn, RoadClass, Track } from './skeleton.ts';
import { HALF_H, HALF_W, type Terrain } from './terrain.ts';
import { Lines, traceAll, type Spacing } from './trace.ts';

/** Grown streets, coarse ones first; each level keeps its distance from all before it. */

export interface Grown {
  readonly cls: RoadClass;
  readonly line: readonly Pt[];
}

/** Land that is taken: nothing is built on it. 1 railways, 2 great roads, 3 airport and the like. */
export function takenLand(roads: readonly Drawn[], tracks: readonly Track[], sites: readonly Ring[]): Raster {
  const taken = new Raster(HALF_W, HALF_H, 16);
  for (const t of tracks) if (t.kind !== 'metro') taken.stroke(t.line, t.kind === 'highspeed' ? 24 : 22, 1);
  for (const r of roads) {
    if (r.cls === 'motorway') taken.stroke(r.line, 42, 2);
    if (r.cls === 'expressway') taken.stroke(r.line, 34, 2);
  }
  for (const s of sites) taken.paint([s], 3);
  return taken;
}

export function growStreets(
  seed: number,
  t: Terrain,
  field: Field,
  roads: readonly Drawn[],
  taken: Raster,
  inCity: Raster,
): Grown[] {
  const lines = new Lines();
  for (const r of roads) lines.add(r.line);
  const urban = (x: number, y: number): number => field.urban.smoothAt(x, y);
  const patches = gradientNoise(randomFor(seed, 'patches'), 1500);
  const fords = gradientNoise(randomFor(seed, 'fords'), 420);
  const oldTown = (x: number, y: number): boolean => inRing([x, y], t.wall);

  const land = (x: number, y: number): boolean =>
    t.water.at(x, y) < 2 && t.steep.at(x, y) === 0 && taken.at(x, y) !== 3 && inCity.at(x, y) > 0;
  const great = (x: number, y: number): boolean => !land(x, y);
  const common = (x: number, y: number): boolean =>
    !land(x, y) || (t.water.at(x, y) > 0 && fords(x, y) < 0.05) || (taken.at(x, y) > 0 && fords(y, x) < 0.12);
  const small = (x: number, y: number): boolean => !land(x, y) || t.water.at(x, y) > 0 || taken.at(x, y) > 0;

  const base = { halfW: HALF_W, halfH: HALF_H };
  const levels: { cls: RoadClass; spacing: Spacing }[] = [
    {
      cls: 'primary',
      spacing: {
        ...base, blocked: great, step: 40, minLength: 1_500, maxLength: () => 14_000,
        at: (x, y) => (urban(x, y) > 0.3 ? 1_150 + 350 * Math.max(0, 0.75 - urban(x, y)) : 0),
      },
    },
    {
      cls: 'tertiary', // country roads between towns
      spacing: {
        ...base, blocked: great, step: 40, minLength: 1_600, maxLength: (r) => 3_000 + 9_000 * r(),
        at: (x, y) => (urban(x, y) < 0.3 ? 2_300 + 500 * patches(x / 3, y / 3) : 0),
      },
    },
    {
      cls: 'secondary',
      spacing: {
        ...base, blocked: great, step: 30, minLength: 700, maxLength: (r) => 1_500 + 5_000 * r(),
        at: (x, y) => (urban(x, y) > 0.24 ? 520 + 220 * Math.max(0, 0.8 - urban(x, y)) : 0),
      },
    },
    {
      cls: 'tertiary',
      spacing: {
        ...base, blocked: common, step: 25, minLength: 260, maxLength: (r) => 400 + 2_600 * r(),
        at: (x, y) => (urban(x, y) > 0.22 ? 255 + 130 * Math.max(0, 0.8 - urban(x, y)) : 0),
      },
    },
    {
      cls: 'residential',
      spacing: {
        ...base, blocked: small, step: 20, minLength: 120, maxLength: (r) => 150 + 800 * r(),
        at: (x, y) => {
          const u = urban(x, y);
          if (oldTown(x, y)) return 118;
          return u > 0.42 && patches(x, y) + u > 0.62 ? 135 : 0;
        },
      },
    },
    {
      cls: 'lane',
      spacing: {
        ...base, blocked: small, step: 12, minLength: 60, maxLength: (r) => 60 + 330 * r(),
        at: (x, y) => (oldTown(x, y) && patches(x * 2.3, y * 2.3) > -0.34 ? 58 : 0),
      },
    },
  ]; // prettier-ignore

  const all: Grown[] = [];
  let seeds: (readonly Pt[])[] = roads.map((r) => r.line);
  levels.forEach(({ cls, spacing }, i) => {
    const grown = traceAll(field, lines, seeds, spacing, randomFor(seed, `grow${i}`));
    for (const line of grown) all.push({ cls, line });
    seeds = [...seeds, ...grown];
  });
  return all;
}
