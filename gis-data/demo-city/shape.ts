import { layeredNoise, randomFor } from './noise.ts';
import { simplify, smoothThrough, type Pt, type Ring } from './plane.ts';
import { Raster } from './raster.ts';
import { HALF_H, HALF_W } from './terrain.ts';

/** The city's own border: a large irregular round, never straight. */
export function cityBorder(seed: number): Pt[] {
  const rough = layeredNoise(randomFor(seed, 'border'), 1.1, 3);
  const points: Pt[] = [];
  for (let i = 0; i < 90; i++) {
    const a = (i / 90) * 2 * Math.PI;
    const r = 1 + 0.3 * rough(Math.cos(a) * 1.3, Math.sin(a) * 1.3);
    // squarer than an ellipse
    const k = 1 / (Math.abs(Math.cos(a)) ** 2.6 + Math.abs(Math.sin(a)) ** 2.6) ** (1 / 2.6);
    points.push([Math.cos(a) * 22_200 * k * r, Math.sin(a) * 19_000 * k * r]);
  }
  return simplify(smoothThrough(points, 120, true), 6);
}

/** 1 where roads may run: well inside of the border, so that every junction lies within it as it is drawn in the end. */
export function roadLand(border: Ring): Raster {
  const land = new Raster(HALF_W, HALF_H, 60);
  land.paint([border], 1);
  land.stroke([...border, border[0]!], 300, 0);
  return land;
}
