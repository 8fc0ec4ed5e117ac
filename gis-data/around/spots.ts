import { MOST_LAT, NEAR_M, QUICK_ERROR, quickMetres } from '#domain/ellipsoid.ts';
import type { LngLat } from '#store/gis.ts';
import { ellipsoidM } from './ellipsoid.ts';

/**
 * Millions of points in memory, asked for all within a circle or an area: strips of latitude, each in the order of longitude. Ids
 * are exactly those that ST_DWithin finds on the ellipsoid: what a quick distance cannot decide, the geodesic does.
 */

/** Strips of a degree of latitude: each about 220 m high. Rows come to {@link SpotIndex.add} in the order of (strip, lng). */
export const STRIPS_PER_DEG = 500;

export interface Spot {
  readonly id: number;
  readonly lng: number;
  readonly lat: number;
  /** When it happened, epoch seconds. */
  readonly at: number;
}

/** What a question finds, in no order. */
export interface Found {
  readonly ids: number[];
  /** Metres to each, good to {@link QUICK_ERROR}; of an area from its anchor. */
  readonly metres: number[];
}

export class SpotIndex {
  #lng = new Float64Array(1024);
  #lat = new Float64Array(1024);
  #at = new Float64Array(1024);
  #id = new Float64Array(1024);
  #size = 0;
  /** Strip → its first point. Strips ascend. */
  readonly #strips: { strip: number; from: number }[] = [];
  /** What changed since the points were read: where it is now, or null when it is gone. */
  readonly #changed = new Map<number, Spot | null>();

  get size(): number {
    return this.#size;
  }
  /** Points that were changed since: a growing number makes answers slower. */
  get changes(): number {
    return this.#changed.size;
  }
  /** Bytes of memory, about. */
  get bytes(): number {
    return this.#lng.byteLength * 4 + this.#changed.size * 100;
  }

  /** @throws RangeError when it comes out of order */
  add(spot: Spot): void {
    if (this.#size === this.#lng.length) this.#grow();
    const strip = Math.floor(spot.lat * STRIPS_PER_DEG);
    const last = this.#strips.at(-1);
    const i = this.#size++;
    if (!last || strip > last.strip) this.#strips.push({ strip, from: i });
    else if (strip < last.strip || spot.lng < this.#lng[i - 1]!)
      throw new RangeError(`spot ${spot.id} comes out of the order of strips`);
    this.#lng[i] = spot.lng;
    this.#lat[i] = spot.lat;
    this.#at[i] = spot.at;
    this.#id[i] = spot.id;
  }
  #grow(): void {
    const more = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const wide = new Float64Array(Math.ceil(old.length * 1.5));
      wide.set(old);
      return wide;
    };
    [this.#lng, this.#lat, this.#at, this.#id] = [more(this.#lng), more(this.#lat), more(this.#at), more(this.#id)];
  }

  /** A point is somewhere else now, is new, or is gone (null). */
  change(id: number, spot: Spot | null): void {
    this.#changed.set(id, spot);
  }

  /**
   * All within a circle, its rim too.
   * @param radiusM at most {@link NEAR_M}
   * @param since epoch seconds: nothing older
   */
  within(centre: LngLat, radiusM: number, since = -Infinity): Found {
    if (!(radiusM >= 0 && radiusM <= NEAR_M)) throw new RangeError(`a radius of ${radiusM} m is not 0–${NEAR_M} m`);
    if (Math.abs(centre[1]) > MOST_LAT) throw new RangeError(`latitude ${centre[1]} is beyond ${MOST_LAT}°`);
    const quick = quickMetres(centre);
    const slack = radiusM * QUICK_ERROR * 2 + 0.002;
    const dLat = (radiusM + slack) / 110_570;
    const dLng = (radiusM + slack) / (111_300 * Math.cos((Math.min(89, Math.abs(centre[1]) + dLat) * Math.PI) / 180));
    const found: Found = { ids: [], metres: [] };
    this.#scan([centre[0] - dLng, centre[1] - dLat, centre[0] + dLng, centre[1] + dLat], since, (lng, lat, id) => {
      const m = quick(lng, lat);
      if (m > radiusM + slack) return;
      if (m > radiusM - slack && ellipsoidM(centre, [lng, lat]) > radiusM) return;
      found.ids.push(id);
      found.metres.push(m);
    });
    return found;
  }

  /**
   * All within an area of polygons (rings, holes after the outer one), straight lines of the map.
   * @param anchor what distances are from
   */
  inside(polygons: readonly (readonly (readonly LngLat[])[])[], anchor: LngLat, since = -Infinity): Found {
    const found: Found = { ids: [], metres: [] };
    const corners = polygons.flatMap((p) => p[0] ?? []);
    if (corners.length === 0) return found;
    const lngs = corners.map((p) => p[0]);
    const lats = corners.map((p) => p[1]);
    const box = [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)] as const;
    const rings = polygons.flat();
    const quick = quickMetres(anchor);
    this.#scan(box, since, (lng, lat, id) => {
      if (!oddRings(rings, lng, lat)) return;
      found.ids.push(id);
      found.metres.push(quick(lng, lat));
    });
    return found;
  }

  #scan(
    [west, south, east, north]: readonly [number, number, number, number],
    since: number,
    take: (lng: number, lat: number, id: number) => void,
  ): void {
    const fits = (lng: number, lat: number): boolean => lng >= west && lng <= east && lat >= south && lat <= north;
    const [first, last] = [Math.floor(south * STRIPS_PER_DEG), Math.floor(north * STRIPS_PER_DEG)];
    const old = this.#changed.size > 0 ? this.#changed : null;
    for (let s = this.#stripFrom(first); s < this.#strips.length && this.#strips[s]!.strip <= last; s++) {
      const end = this.#strips[s + 1]?.from ?? this.#size;
      for (let i = this.#lngFrom(west, this.#strips[s]!.from, end); i < end && this.#lng[i]! <= east; i++) {
        const lat = this.#lat[i]!;
        if (lat < south || lat > north || this.#at[i]! < since || old?.has(this.#id[i]!)) continue;
        take(this.#lng[i]!, lat, this.#id[i]!);
      }
    }
    for (const spot of this.#changed.values())
      if (spot && spot.at >= since && fits(spot.lng, spot.lat)) take(spot.lng, spot.lat, spot.id);
  }

  /** The first strip that is not below this one. */
  #stripFrom(strip: number): number {
    let [low, high] = [0, this.#strips.length];
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.#strips[mid]!.strip < strip) low = mid + 1;
      else high = mid;
    }
    return low;
  }
  /** The first point of a strip that is not west of a longitude. */
  #lngFrom(west: number, from: number, to: number): number {
    let [low, high] = [from, to];
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.#lng[mid]! < west) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}

/** Inside an odd number of rings: in the outer one and in none of its holes. */
function oddRings(rings: readonly (readonly LngLat[])[], lng: number, lat: number): boolean {
  let odd = false;
  for (const ring of rings)
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[i]!, ring[j]!];
      if (a[1] > lat !== b[1] > lat && lng < ((b[0] - a[0]) * (lat - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd;
    }
  return odd;
}
