import * as v from 'valibot';
import { NEAR_M } from '#domain/ellipsoid.ts';
import { Position } from '../roads/wire.ts';

/** What the index of cases is asked: `POST /cases` of the road engine's process, beside its own questions. */

export const MAX_RINGS = 5;
/** Also of what lies along a line that crosses itself everywhere. */
export const MAX_CORNERS = 5000;
/** Cases that one answer names. */
export const MAX_NAMED = 2000;

export const Area = v.pipe(
  v.array(v.pipe(v.array(v.pipe(v.array(Position), v.minLength(4))), v.minLength(1))),
  v.minLength(1),
  v.check((a) => a.flat(2).length <= MAX_CORNERS, `at most ${MAX_CORNERS} corners`),
);
export const Radii = v.pipe(
  v.array(v.pipe(v.number(), v.minValue(1), v.maxValue(NEAR_M))),
  v.minLength(1),
  v.maxLength(MAX_RINGS),
  v.check((r) => r.every((x, i) => i === 0 || x > r[i - 1]!), 'radii ascend'),
);
export const CasesQuestion = v.pipe(
  v.object({
    /** Middle of the circles; of an area what distances are from. */
    at: Position,
    radiiM: v.optional(Radii),
    area: v.optional(Area),
    /** Epoch seconds: nothing that was accepted earlier. */
    since: v.optional(v.number()),
    limit: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_NAMED)),
  }),
  v.check((q) => (q.radiiM === undefined) !== (q.area === undefined), 'either radiiM or area'),
);
export type CasesQuestion = v.InferOutput<typeof CasesQuestion>;

export interface CasesAnswer {
  /** In the order of the radii, each within its circle; one for an area. */
  readonly counts: readonly number[];
  /** The nearest, by distance on the ellipsoid; `spot` is the number of a case in the index. */
  readonly nearest: readonly { readonly spot: number; readonly distanceM: number }[];
  /** When the index was last in step with the database, epoch milliseconds. */
  readonly asOf: number | null;
}
/** `not-ready`: the cases are being read. */
export type CasesRefusal = 'bad-question' | 'not-ready' | 'away';
