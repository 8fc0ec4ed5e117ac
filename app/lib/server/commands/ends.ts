import * as v from 'valibot';
import { CITY_LANES, type VehicleSignal } from '#domain/city/rows.ts';
import type { RouteEnd } from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { casePlace } from '#store/case-file.ts';
import type { Sql } from '#store/db.ts';
import { incidentById } from '#store/incidents.ts';
import { Point, Text } from './command.ts';

/** An end as a desk names it: a place brings its point, everything else is looked up here, where it is now. */
export const End = v.variant('kind', [
  v.strictObject({
    kind: v.picklist(['point', 'place']),
    ref: v.nullable(Text(80)),
    label: Text(120),
    at: Point,
  }),
  v.strictObject({ kind: v.picklist(['incident', 'case', 'vehicle']), ref: v.pipe(Text(80), v.minLength(1)) }),
]);
export type End = v.InferOutput<typeof End>;

export type EndRefusal = 'incident-missing' | 'case-missing' | 'vehicle-missing';

/** Where an end is, and whether that is kept off the walls. */
export async function resolveEnd(
  sql: Sql,
  end: End,
): Promise<Result<{ end: RouteEnd; sensitive: boolean }, EndRefusal>> {
  switch (end.kind) {
    case 'point':
    case 'place':
      return accept({ end: { kind: end.kind, ref: end.ref, label: end.label, at: end.at }, sensitive: false });
    case 'incident': {
      const found = await incidentById(sql, end.ref);
      if (!found) return refuse('incident-missing', end.ref);
      const { title, at, sensitive } = found.row;
      return accept({ end: { kind: 'incident', ref: end.ref, label: title, at }, sensitive });
    }
    case 'case': {
      const found = await casePlace(sql, end.ref);
      if (!found) return refuse('case-missing', end.ref);
      return accept({
        end: { kind: 'case', ref: end.ref, label: found.title, at: found.at },
        sensitive: found.sensitive,
      });
    }
    case 'vehicle': {
      const [row] = await sql<{ body: VehicleSignal }[]>`
        select body from signal_latest where lane = ${CITY_LANES.vehicles} and key = ${end.ref}`;
      if (!row?.body.at) return refuse('vehicle-missing', end.ref);
      return accept({ end: { kind: 'vehicle', ref: end.ref, label: row.body.zh, at: row.body.at }, sensitive: false });
    }
  }
}
