import { readFileSync } from 'node:fs';
import Flatbush from 'flatbush';
import * as v from 'valibot';
import type { LngLat } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';

const Ring = v.pipe(v.array(v.looseTuple([v.number(), v.number()])), v.minLength(4));
const Polygon = v.pipe(v.array(Ring), v.minLength(1));
const Feature = v.object({
  properties: v.record(v.string(), v.unknown()),
  geometry: v.variant('type', [
    v.object({ type: v.literal('Polygon'), coordinates: Polygon }),
    v.object({ type: v.literal('MultiPolygon'), coordinates: v.array(Polygon) }),
  ]),
});
const Collection = v.object({ features: v.pipe(v.array(Feature), v.minLength(1), v.maxLength(20_000)) });

/** Each ring as lng, lat, lng, lat …: a plain run of numbers is read several times faster than pairs. */
type Rings = readonly Float64Array[];

/** District of a point, from polygons in memory: for cases of a city whose boundaries are not loaded. */
export class Districts {
  readonly #polygons: { readonly name: string; readonly rings: Rings }[] = [];
  readonly #index: Flatbush;

  constructor(features: v.InferOutput<typeof Collection>['features'], nameOf: (p: Record<string, unknown>) => string) {
    for (const f of features) {
      const name = nameOf(f.properties);
      const polygons = f.geometry.type === 'Polygon' ? [f.geometry.coordinates] : f.geometry.coordinates;
      for (const rings of polygons)
        this.#polygons.push({ name, rings: rings.map((r) => Float64Array.from(r.flatMap((p) => [p[0], p[1]]))) });
    }
    this.#index = new Flatbush(this.#polygons.length);
    for (const { rings } of this.#polygons) this.#index.add(...extentOf(rings[0]!));
    this.#index.finish();
  }

  /** The name of the polygon that holds the point; of several the first in the file. Null outside of all. */
  at([lng, lat]: LngLat): string | null {
    const found = this.#index.search(lng, lat, lng, lat).sort((a, b) => a - b);
    for (const i of found) if (holds(this.#polygons[i]!.rings, lng, lat)) return this.#polygons[i]!.name;
    return null;
  }
}

function extentOf(ring: Float64Array): [number, number, number, number] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    west = Math.min(west, ring[i]!);
    east = Math.max(east, ring[i]!);
    south = Math.min(south, ring[i + 1]!);
    north = Math.max(north, ring[i + 1]!);
  }
  return [west, south, east, north];
}

/** Even-odd rule over all rings, so that holes are outside. */
function holds(rings: Rings, x: number, y: number): boolean {
  let inside = false;
  for (const r of rings)
    for (let i = 0, j = r.length - 2; i < r.length; j = i, i += 2) {
      const ay = r[i + 1]!;
      const by = r[j + 1]!;
      if (ay > y !== by > y && x < ((r[j]! - r[i]!) * (y - ay)) / (by - ay) + r[i]!) inside = !inside;
    }
  return inside;
}

/** Districts from a GeoJSON file: a FeatureCollection of polygons whose property `name` (or NAME, TOWNNAME, 名称) names the district. */
export function readDistricts(path: string): Result<Districts> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (e) {
    return refuse('boundaries', `${path}: ${(e as Error).message}`);
  }
  const r = v.safeParse(Collection, json);
  if (!r.success) return refuse('boundaries', `${path}: no GeoJSON of polygons (${r.issues[0].message})`);
  const key = ['name', 'NAME', 'TOWNNAME', '名称'].find((k) => typeof r.output.features[0]!.properties[k] === 'string');
  if (key === undefined) return refuse('boundaries', `${path}: its features have no property name`);
  return accept(new Districts(r.output.features, (p) => String(p[key] ?? '')));
}
