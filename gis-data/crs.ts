import library from 'gcoord';
import type { LngLat } from '#store/gis.ts';

// Its types describe an ES module; Node loads the CommonJS one, whose exports are the default itself.
interface Gcoord {
  readonly WGS84: string;
  readonly GCJ02: string;
  readonly BD09: string;
  transform(at: [number, number], from: string, to: string): [number, number];
}
const gcoord = ('default' in library ? library.default : library) as unknown as Gcoord;

/** Coordinate systems that partners send; inside everything is WGS-84 (CGCS2000 is treated as equal). */
export const SYSTEMS = ['WGS84', 'GCJ02', 'BD09'] as const;
export type CoordinateSystem = (typeof SYSTEMS)[number];

const CODE = { WGS84: gcoord.WGS84, GCJ02: gcoord.GCJ02, BD09: gcoord.BD09 } as const;

/**
 * A position of a partner in WGS-84. The inverse of GCJ-02 has no closed form: the answer is within 1 m inside of China;
 * outside of it GCJ-02 equals WGS-84.
 * @throws RangeError when a coordinate is no number or outside of [-180, 180] × [-90, 90]
 */
export function toWgs84(at: LngLat, from: CoordinateSystem): LngLat {
  checked(at);
  return from === 'WGS84' ? at : gcoord.transform([at[0], at[1]], CODE[from], gcoord.WGS84);
}

/** A position of ours in a partner's system. @throws RangeError as {@link toWgs84} */
export function fromWgs84(at: LngLat, to: CoordinateSystem): LngLat {
  checked(at);
  return to === 'WGS84' ? at : gcoord.transform([at[0], at[1]], gcoord.WGS84, CODE[to]);
}

function checked([lng, lat]: LngLat): void {
  if (!(lng >= -180 && lng <= 180 && lat >= -90 && lat <= 90)) throw new RangeError(`no position: ${lng}, ${lat}`);
}
