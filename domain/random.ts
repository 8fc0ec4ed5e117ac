/** Seeded random numbers: the same seed gives the same sequence, in every process and browser. Not for secrets. */
export type Random = () => number;

/** @returns numbers in [0, 1) @source Tommy Ettinger's mulberry32, public domain */
export function mulberry32(seed: number): Random {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
