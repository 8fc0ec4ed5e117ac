import type { Crs } from '#domain/city/feed-config.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { toWgs84 as convert } from '#gis-data/crs.ts';

const SYSTEM = { gcj02: 'GCJ02', bd09: 'BD09' } as const;

/** From a feed's declared coordinate system to ours. Seven decimals: a centimetre, and the same text every time. */
export function toWgs84(crs: Crs): (p: LngLat) => LngLat {
  if (crs === 'wgs84') return (p) => p;
  return (p) => {
    const [lng, lat] = convert([p[0], p[1]], SYSTEM[crs]);
    return [Math.round(lng * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];
  };
}
