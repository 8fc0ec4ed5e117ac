import * as v from 'valibot';
import type { RouteReason } from '#domain/incidents/rows.ts';

/** What the road engine is asked and what it answers: JSON over HTTP on the machine's own address. README.md has examples. */

export const Position = v.tuple([
  v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
]);
/** Sources of one question about arrival times. */
export const MAX_SOURCES = 500;

export const RouteQuestion = v.object({ from: Position, to: Position });
export const EtasQuestion = v.object({
  to: Position,
  from: v.pipe(v.array(Position), v.minLength(1), v.maxLength(MAX_SOURCES)),
});
/** Limits of one question about what can be reached. */
export const MAX_LIMITS = 4;
export const MAX_LIMIT_S = 3600;
export const ReachQuestion = v.object({
  from: Position,
  limitsS: v.pipe(
    v.array(v.pipe(v.number(), v.minValue(30), v.maxValue(MAX_LIMIT_S))),
    v.minLength(1),
    v.maxLength(MAX_LIMITS),
    v.check((l) => l.every((x, i) => i === 0 || x > l[i - 1]!), 'limits ascend'),
  ),
});

export type ReachQuestion = v.InferOutput<typeof ReachQuestion>;
export type RouteQuestion = v.InferOutput<typeof RouteQuestion>;
export type EtasQuestion = v.InferOutput<typeof EtasQuestion>;

export type RoadRefusal =
  /** The question is malformed. */
  | 'bad-question'
  /** An end is farther from any road than is sensible. */
  | 'too-far'
  /** The ends are not connected, or closures cut them off. */
  | 'no-route'
  /** No road network is loaded. */
  | 'no-network'
  /** The road engine cannot be reached. */
  | 'away';

export interface Way {
  readonly line: readonly (readonly [number, number])[];
  readonly lengthM: number;
  /** Seconds with the speeds of now; what is closed counts as if it were open. */
  readonly timeS: number;
  readonly via: readonly { readonly name: string; readonly nameEn: string | null }[];
}
/** What an answer rests on. */
export interface Basis {
  readonly speeds: 'live' | 'free-flow';
  /** Road segments with a fresh measured speed. */
  readonly measuredSegments: number;
  readonly closedSegments: number;
  /** When speeds and closures were read last, epoch milliseconds; null: never. */
  readonly at: number | null;
  readonly mapVersion: string;
}
export interface RouteAnswer {
  /** Least metres, whatever is closed. */
  readonly shortest: Way;
  /** Least seconds with the speeds of now, around what is closed. */
  readonly best: Way;
  /** Why they differ; `same` when they do not. */
  readonly why: readonly RouteReason[];
  readonly basis: Basis;
}
export interface EtasAnswer {
  /** In the order of the sources; null where there is no way, or no road near. */
  readonly etas: readonly ({ readonly timeS: number; readonly lengthM: number } | null)[];
  readonly basis: Basis;
}
export interface ReachAnswer {
  /** In the order of the limits. */
  readonly areas: readonly {
    readonly limitS: number;
    readonly polygons: readonly (readonly (readonly (readonly [number, number])[])[])[];
    readonly areaKm2: number;
  }[];
  readonly basis: Basis;
}
export interface RefusedAnswer {
  readonly refused: RoadRefusal;
  readonly reason: string;
}
