import { createRequire } from 'node:module';
import type { LngLat } from '#store/gis.ts';

/** Distances on the ellipsoid of WGS-84. The library is CommonJS without a default that Node and the types agree on. */
interface Geodesic {
  readonly WGS84: { Inverse(lat1: number, lng1: number, lat2: number, lng2: number, mask: number): { s12: number } };
  readonly DISTANCE: number;
}
const { Geodesic: geodesic } = createRequire(import.meta.url)('geographiclib-geodesic') as { Geodesic: Geodesic };

/** Metres of the geodesic between two positions: to the nanometre what PostGIS says of geography (Karney 2013). About 5 µs. */
export const ellipsoidM = (a: LngLat, b: LngLat): number =>
  geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0], geodesic.DISTANCE).s12;

const A = 6_378_137;
const E2 = 0.006_694_379_990_141_317;
const RAD = Math.PI / 180;

/**
 * A quick distance from one place to others near it: within {@link NEAR_M} it is off by less than {@link QUICK_ERROR} of itself and a
 * millimetre (the test holds it against the geodesic).
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
export const NEAR_M = 20_000;
export const QUICK_ERROR = 6e-6;
/** Beyond this latitude the quick distance is not promised: no city lies there. */
export const MOST_LAT = 72;
