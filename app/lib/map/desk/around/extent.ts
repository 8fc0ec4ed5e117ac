import type { AreaPolygons } from '#domain/around/area.ts';
import type { LngLat } from '#domain/city/rows.ts';

/** What is asked of: rings around a place, an area, or the sides of a line. */
export type Extent =
  | { readonly radiiM: readonly number[] }
  | { readonly area: AreaPolygons }
  /** Metres to each side of a line; the answer tells the area that this is. */
  | { readonly line: readonly LngLat[]; readonly besideM: number; readonly area?: AreaPolygons };
