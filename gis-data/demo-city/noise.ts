import { mulberry32, type Random } from '#domain/random.ts';

/** Independent random numbers for each part of the generator, so that a change in one leaves the others alone. */
export function randomFor(seed: number, part: string): Random {
  let h = seed ^ 0x9e3779b9;
  for (const ch of part) h = Math.imul(h ^ ch.codePointAt(0)!, 0x01000193);
  return mulberry32(h ^ (h >>> 15));
}

export const between = (random: Random, a: number, b: number): number => a + random() * (b - a);
export const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** Smooth noise in the plane, −1 … 1, features about `size` metres wide. */
export type Noise = (x: number, y: number) => number;

/** Gradient noise on a lattice. @source Perlin's improved noise, two dimensions */
export function gradientNoise(random: Random, size: number): Noise {
  const perm = new Uint8Array(512);
  for (let i = 0; i < 256; i++) perm[i] = i;
  for (let i = 255; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [perm[i], perm[j]] = [perm[j]!, perm[i]!];
  }
  perm.copyWithin(256, 0, 256);
  const gx = Float64Array.from({ length: 256 }, (_, i) => Math.cos((i / 256) * 2 * Math.PI));
  const gy = Float64Array.from({ length: 256 }, (_, i) => Math.sin((i / 256) * 2 * Math.PI));
  const fade = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);
  return (x, y) => {
    const [sx, sy] = [x / size, y / size];
    const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
    const [fx, fy] = [sx - x0, sy - y0];
    const corner = (i: number, j: number): number => {
      const h = perm[perm[(x0 + i) & 255]! + ((y0 + j) & 255)]!;
      return gx[h]! * (fx - i) + gy[h]! * (fy - j);
    };
    const [u, v] = [fade(fx), fade(fy)];
    const bottom = corner(0, 0) * (1 - u) + corner(1, 0) * u;
    const top = corner(0, 1) * (1 - u) + corner(1, 1) * u;
    return (bottom * (1 - v) + top * v) * 1.5;
  };
}

/** Several octaves of gradient noise, each half as large and half as strong. */
export function layeredNoise(random: Random, size: number, octaves: number): Noise {
  const layers = Array.from({ length: octaves }, (_, i) => gradientNoise(random, size / 2 ** i));
  const norm = 2 - 2 ** (1 - octaves);
  return (x, y) => layers.reduce((sum, n, i) => sum + n(x, y) / 2 ** i, 0) / norm;
}
