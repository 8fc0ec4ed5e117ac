import type { LngLat } from './city/rows.ts';

/** Distances and areas on the ellipsoid of WGS-84, without a library. Positions are [lng, lat], degrees, of one side of the antimeridian. */

const A = 6_378_137;
const E2 = 0.006_694_379_990_141_317;
const E = Math.sqrt(E2);
const RAD = Math.PI / 180;

/** Metres. */
export const NEAR_M = 20_000;
export const QUICK_ERROR = 6e-6;
/** Beyond this latitude the quick distance is not promised: no city lies there. */
export const MOST_LAT = 72;

/**
 * A quick distance from one place to others near it: within {@link NEAR_M} it is off by less than {@link QUICK_ERROR} of itself and a
 * millimetre (gis-data/around/spots.test.ts holds it against the geodesic).
 * @returns metres to lng, lat
 */
export function quickMetres([lng0, lat0]: LngLat): (lng: number, lat: number) => number {
  const phi = lat0 * RAD;
  const [sin, cos] = [Math.sin(phi), Math.cos(phi)];
  const w2 = 1 - E2 * sin * sin;
  const w = Math.sqrt(w2);
  const meridian = (A * (1 - E2) * RAD) / (w2 * w);
  const parallel = (A * RAD) / w;
  // how both radii change with the latitude, per degree: taken half way to the other place
  const meridianPer = (3 * meridian * E2 * sin * cos * RAD) / w2;
  const parallelPer = (parallel * E2 * sin * cos * RAD) / w2;
  return (lng, lat) => {
    const half = (lat - lat0) / 2;
    const h = half * RAD;
    const cosHalf = cos * (1 - (h * h) / 2) - sin * (h - (h * h * h) / 6);
    const dy = (lat - lat0) * (meridian + meridianPer * half);
    const dx = (lng - lng0) * (parallel + parallelPer * half) * cosHalf;
    return Math.sqrt(dx * dx + dy * dy);
  };
}

/** Metres of a leg of any length, as it is drawn: straight on the map. Of 200 km it is 0.002 % longer than the geodesic. */
export function legM(a: LngLat, b: LngLat): number {
  const whole = quickMetres(a)(b[0], b[1]);
  if (!(whole > NEAR_M)) return whole;
  const pieces = Math.ceil(whole / NEAR_M);
  const at = (i: number): LngLat => [a[0] + ((b[0] - a[0]) * i) / pieces, a[1] + ((b[1] - a[1]) * i) / pieces];
  let m = 0;
  for (let i = 0; i < pieces; i++) {
    const [lng, lat] = at(i + 1);
    m += quickMetres(at(i))(lng, lat);
  }
  return m;
}

/** q of the authalic latitude: the area between the equator and a latitude grows with it. */
function authalic(sin: number): number {
  return (1 - E2) * (sin / (1 - E2 * sin * sin) + Math.atanh(E * sin) / E);
}
const POLE = authalic(1);

/**
 * Square metres within a ring of great circles, on the sphere that has the area of the ellipsoid: within 0.01 % of what PostGIS says of
 * geography. A ring that crosses itself has no such area ({@link crossesItself}).
 * @param ring its corners in either direction; the last need not be the first again
 */
export function areaM2(ring: readonly LngLat[]): number {
  const halfTan = ring.map(([, lat]) => {
    const sin = authalic(Math.sin(lat * RAD)) / POLE;
    return sin / (1 + Math.sqrt(1 - sin * sin));
  });
  let excess = 0;
  for (let i = 0; i < ring.length; i++) {
    const j = (i + 1) % ring.length;
    const half = ((ring[j]![0] - ring[i]![0]) * RAD) / 2;
    const [p, q] = [halfTan[i]!, halfTan[j]!];
    excess += 2 * Math.atan((Math.tan(half) * (p + q)) / (1 + p * q));
  }
  return (Math.abs(excess) * A * A * POLE) / 2;
}

/** Whether two sides of a ring that are not neighbours cross. */
export function crossesItself(ring: readonly LngLat[]): boolean {
  const n = ring.length;
  for (let i = 0; i < n; i++)
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      if (cross(ring[i]!, ring[i + 1]!, ring[j]!, ring[(j + 1) % n]!)) return true;
    }
  return false;
}

/** On which side of the line from a to b the place c lies: above 0 left, below 0 right. */
const side = (a: LngLat, b: LngLat, c: LngLat): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
const cross = (a: LngLat, b: LngLat, c: LngLat, d: LngLat): boolean =>
  side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
