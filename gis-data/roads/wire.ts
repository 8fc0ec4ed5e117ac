import * as v from 'valibot';
import type { RouteReason } from '#domain/incidents/rows.ts';
import { VEHICLES } from './profile.ts';

/** What the road engine is asked and what it answers: JSON over HTTP on the machine's own address. README.md has examples. */

export const Position = v.tuple([
  v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
]);
/** So long, in milliseconds, whoever asks waits for an answer. */
export const ANSWER_WITHIN_MS = 4000;
/** Sources of one question about arrival times. */
export const MAX_SOURCES = 500;

/** Degrees from north, clockwise. */
const Heading = v.pipe(v.number(), v.minValue(0), v.maxValue(360));
/** Areas that a question wants to keep out of: corners, closed by itself. */
export const MAX_AVOID = 10;
export const MAX_CORNERS = 200;
const Avoid = v.pipe(
  v.array(v.pipe(v.array(Position), v.minLength(3), v.maxLength(MAX_CORNERS))),
  v.maxLength(MAX_AVOID),
);
/** For whom: left out, an ordinary car. */
const Who = {
  vehicle: v.optional(v.picklist(VEHICLES), 'car'),
  /** With the exemptions that the policy gives to emergency drives. */
  emergency: v.optional(v.boolean(), false),
  avoid: v.optional(Avoid, []),
};
/** Other ways that one question may ask for. */
export const MAX_ALTERNATIVES = 3;
export const RouteQuestion = v.object({
  from: Position,
  to: Position,
  ...Who,
  /** Where the vehicle looks at the start. */
  headingDeg: v.optional(v.nullable(Heading), null),
  alternatives: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_ALTERNATIVES)), 0),
});
export const EtasQuestion = v.object({
  to: Position,
  from: v.pipe(v.array(Position), v.minLength(1), v.maxLength(MAX_SOURCES)),
  /** Where each source looks, in their order; left out: nothing is known. */
  headingsDeg: v.optional(v.pipe(v.array(v.nullable(Heading)), v.maxLength(MAX_SOURCES)), []),
  /** Only so many quickest are told, the others are null: half the work. Left out: all. */
  nearest: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SOURCES)), MAX_SOURCES),
  ...Who,
});
/** Pairs of one matrix. */
export const MAX_PAIRS = 2500;
export const MatrixQuestion = v.pipe(
  v.object({
    from: v.pipe(v.array(Position), v.minLength(1), v.maxLength(MAX_SOURCES)),
    to: v.pipe(v.array(Position), v.minLength(1), v.maxLength(MAX_SOURCES)),
    ...Who,
  }),
  v.check((q) => q.from.length * q.to.length <= MAX_PAIRS, `at most ${MAX_PAIRS} pairs`),
);
/** Positions of one track. */
export const MAX_TRACK = 600;
export const MatchQuestion = v.object({
  track: v.pipe(
    v.array(v.object({ at: Position, headingDeg: v.optional(v.nullable(Heading), null) })),
    v.minLength(2),
    v.maxLength(MAX_TRACK),
  ),
  /** Metres by which positions are usually wrong. */
  accuracyM: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100)), 10),
});
/** Limits of one question about what can be reached. */
export const MAX_LIMITS = 4;
export const MAX_LIMIT_S = 3600;
export const ReachQuestion = v.object({
  /** One place, or several: what is reached from any of them. */
  from: v.union([Position, v.pipe(v.array(Position), v.minLength(1), v.maxLength(MAX_SOURCES))]),
  ...Who,
  limitsS: v.pipe(
    v.array(v.pipe(v.number(), v.minValue(30), v.maxValue(MAX_LIMIT_S))),
    v.minLength(1),
    v.maxLength(MAX_LIMITS),
    v.check((l) => l.every((x, i) => i === 0 || x > l[i - 1]!), 'limits ascend'),
  ),
});

/** As they are asked: what has a default may be left out. */
export type RouteQuestion = v.InferInput<typeof RouteQuestion>;
export type EtasQuestion = v.InferInput<typeof EtasQuestion>;
export type ReachQuestion = v.InferInput<typeof ReachQuestion>;
export type MatrixQuestion = v.InferInput<typeof MatrixQuestion>;
export type MatchQuestion = v.InferInput<typeof MatchQuestion>;

export type RoadRefusal =
  /** The question is malformed. */
  | 'bad-question'
  /** An end is farther from any road than is sensible. */
  | 'too-far'
  /** The ends are not connected for this vehicle, whatever is closed. */
  | 'no-route'
  /** Closures cut them off. */
  | 'closed'
  /** Only the areas that are to be avoided cut them off. */
  | 'avoided'
  /** No road network is loaded. */
  | 'no-network'
  /** Too many large questions are being answered. */
  | 'busy'
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
  /** Closures that somebody drew on the map. */
  readonly closedByHand: number;
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
  /** Other ways that are worth a thought, the quickest first (alternatives.ts has the rules). */
  readonly alternatives: readonly Way[];
  readonly basis: Basis;
}
export interface EtasAnswer {
  /** In the order of the sources; null where there is no way, or no road near. */
  readonly etas: readonly ({ readonly timeS: number; readonly lengthM: number } | null)[];
  readonly basis: Basis;
}
export interface MatrixAnswer {
  /** Rows are sources, columns goals; null where there is no way, or no road near. */
  readonly etas: readonly EtasAnswer['etas'][];
  readonly basis: Basis;
}
export interface MatchAnswer {
  /** In the order of the track: where on the roads each position lies, and on which road; null: on none that fits. */
  readonly points: readonly ({
    readonly at: readonly [number, number];
    readonly edge: number;
    readonly road: string | null;
    readonly offM: number;
  } | null)[];
  /** The ways driven; more than one where no drive joins what comes before and after. */
  readonly lines: readonly (readonly (readonly [number, number])[])[];
  readonly lengthM: number;
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
