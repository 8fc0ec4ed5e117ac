import * as v from 'valibot';
import type { LngLat } from '#domain/city/rows.ts';
import { refuse } from '#domain/result.ts';
import type { ParseFeed } from '../feeds/contract.ts';
import { Head, parseRecords, Point, wrong } from '../feeds/json.ts';
import { readHappening } from '../feeds/readings.ts';

const Geometry = v.nullable(
  v.variant('type', [
    v.looseObject({ type: v.literal('Point'), coordinates: Point }),
    v.looseObject({ type: v.literal('MultiPoint'), coordinates: v.pipe(v.array(Point), v.minLength(1)) }),
    v.looseObject({ type: v.literal('LineString'), coordinates: v.pipe(v.array(Point), v.minLength(2)) }),
    v.looseObject({
      type: v.literal('Polygon'),
      coordinates: v.pipe(v.array(v.pipe(v.array(Point), v.minLength(4))), v.minLength(1)),
    }),
  ]),
);

const Feature = v.looseObject({
  type: v.literal('Feature'),
  id: v.optional(v.unknown()),
  geometry: Geometry,
  properties: v.record(v.string(), v.unknown()),
});

/** The point that stands for a geometry: itself, or the middle of its points. */
function pointOf(g: v.InferOutput<typeof Geometry>): LngLat | null {
  if (g === null) return null;
  if (g.type === 'Point') return g.coordinates;
  const points = g.type === 'Polygon' ? g.coordinates[0]!.slice(1) : g.coordinates;
  const sum = points.reduce<[number, number]>((s, p) => [s[0] + p[0], s[1] + p[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** Police incidents: a GeoJSON FeatureCollection with `time` and `complete` beside `features`; README.md has the whole format. */
export const parsePolice: ParseFeed = (body, contentType, context) =>
  parseRecords(
    body,
    contentType,
    context,
    v.looseObject({ ...Head, type: v.literal('FeatureCollection') }),
    (m) => m.features,
    (raw) => {
      const r = v.safeParse(Feature, raw);
      if (!r.success) return refuse('format', wrong(r.issues));
      const { id, properties, geometry } = r.output;
      return readHappening(id ?? properties.id, pointOf(geometry), properties, context);
    },
  );
