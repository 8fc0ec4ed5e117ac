import * as v from 'valibot';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { LngLat } from '#store/gis.ts';
import { alternatives } from './alternatives.ts';
import type { CchEngine } from './cch-engine.ts';
import type { Asked } from './ends.ts';
import { describe, whyDifferent } from './describe.ts';
import type { Eta, Path } from './engine.ts';
import { linesOf, matchTrack } from './match.ts';
import { asDriver, type How, type Vehicle } from './profile.ts';
import type { Snap } from './snap.ts';
import {
  EtasQuestion,
  MatchQuestion,
  MatrixQuestion,
  ReachQuestion,
  RouteQuestion,
  type Basis,
  type EtasAnswer,
  type MatchAnswer,
  type MatrixAnswer,
  type ReachAnswer,
  type RoadRefusal,
  type RouteAnswer,
  type Way,
} from './wire.ts';

/** Answers to the questions of wire.ts, from one engine: that of roads, or that of walkers for who asks as one. No I/O. */

/** An end farther than this from every road is not on the network, metres. */
export const REACH_M = 1500;
const round = (n: number, digits: number): number => Math.round(n * 10 ** digits) / 10 ** digits;
const point = ([lng, lat]: LngLat): LngLat => [round(lng, 6), round(lat, 6)];

type Answer<T> = Result<T, RoadRefusal>;
interface Who {
  readonly vehicle: Vehicle;
  readonly emergency: boolean;
  readonly avoid: readonly (readonly LngLat[])[];
}

/** A question that is well formed, or why it is not. */
function parsed<S extends v.GenericSchema>(schema: S, question: unknown): Answer<v.InferOutput<S>> {
  const q = v.safeParse(schema, question);
  return q.success ? accept(q.output) : refuse('bad-question', problem(q.issues));
}

function askedBy(engine: CchEngine, { vehicle, emergency, avoid }: Who): Asked & { how: How } {
  const how = asDriver(vehicle, emergency);
  return avoid.length === 0
    ? { how }
    : { how, avoid: engine.touched(avoid.map((points) => ({ kind: 'area', points }))) };
}

export function answerRoute(engine: CchEngine, basis: Basis, question: unknown): Answer<RouteAnswer> {
  const q = parsed(RouteQuestion, question);
  if (!q.ok) return q;
  const asked = askedBy(engine, q.value);
  const from = onRoad(engine, q.value.from, 'start', asked.how, q.value.vehicle === 'foot' ? null : q.value.headingDeg);
  if (!from.ok) return from;
  const to = onRoad(engine, q.value.to, 'goal', asked.how);
  if (!to.ok) return to;
  const shortest = engine.route(from.value, to.value, 'shortest', { how: asked.how });
  if (!shortest) return refuse('no-route', 'no road leads from the start to the goal');
  const best = engine.route(from.value, to.value, 'fastest', asked);
  if (!best)
    return asked.avoid && engine.route(from.value, to.value, 'fastest', { how: asked.how })
      ? refuse('avoided', 'every way to the goal passes an area that is to be avoided')
      : refuse('closed', 'every way to the goal is closed');
  const way = (path: Path): Way => {
    const d = describe(engine, path);
    return { line: d.line.map(point), lengthM: round(d.lengthM, 1), timeS: round(d.timeS, 1), via: d.via };
  };
  return accept({
    shortest: way(shortest),
    best: way(best),
    why: whyDifferent(engine, shortest, best, q.value.vehicle === 'foot'),
    alternatives: alternatives(engine, best, from.value, to.value, q.value.alternatives, asked).map(way),
    basis,
  });
}

/** To the millisecond, in which the engine weighs: who is nearer must not be lost in rounding. */
const etaOf = (e: Eta | null) => (e ? { timeS: round(e.timeS, 3), lengthM: round(e.lengthM, 1) } : null);

export function answerEtas(engine: CchEngine, basis: Basis, question: unknown): Answer<EtasAnswer> {
  const q = parsed(EtasQuestion, question);
  if (!q.ok) return q;
  const asked = askedBy(engine, q.value);
  const to = onRoad(engine, q.value.to, 'goal', asked.how);
  if (!to.ok) return to;
  const sources = q.value.from.map((p, i) =>
    snapFor(engine, p, asked.how, q.value.vehicle === 'foot' ? null : q.value.headingsDeg[i]),
  );
  return accept({ etas: engine.etas(sources, to.value, { ...asked, nearest: q.value.nearest }).map(etaOf), basis });
}

export function answerMatrix(engine: CchEngine, basis: Basis, question: unknown): Answer<MatrixAnswer> {
  const q = parsed(MatrixQuestion, question);
  if (!q.ok) return q;
  const asked = askedBy(engine, q.value);
  const [from, to] = [q.value.from, q.value.to].map((at) => at.map((p) => snapFor(engine, p, asked.how)));
  return accept({ etas: engine.matrix(from!, to!, asked).map((row) => row.map(etaOf)), basis });
}

export function answerReach(engine: CchEngine, basis: Basis, question: unknown): Answer<ReachAnswer> {
  const q = parsed(ReachQuestion, question);
  if (!q.ok) return q;
  const asked = askedBy(engine, q.value);
  const { from, limitsS } = q.value;
  const places = typeof from[0] === 'number' ? [from as LngLat] : (from as LngLat[]);
  // what stands far from every road reaches nobody
  const snaps = places.map((at) => snapFor(engine, at, asked.how)).filter((snap) => snap !== null);
  return snaps.length > 0
    ? accept({ areas: engine.reachAreasOfAny(snaps, limitsS, asked), basis })
    : refuse('too-far', `no start is within ${REACH_M} m of a road`);
}

export function answerMatch(engine: CchEngine, basis: Basis, question: unknown): Answer<MatchAnswer> {
  const q = parsed(MatchQuestion, question);
  if (!q.ok) return q;
  const { points, stretches } = matchTrack(engine, q.value.track, q.value.accuracyM);
  const g = engine.graph;
  return accept({
    points: points.map((s) =>
      s ? { at: point(s.at), edge: g.edgeId[s.edge]!, road: g.edgeName[s.edge]!, offM: round(s.distanceM, 1) } : null,
    ),
    lines: linesOf(engine, stretches).map((line) => line.map(point)),
    lengthM: round(
      stretches.flat().reduce((sum, p) => sum + p.lengthM, 0),
      1,
    ),
    basis,
  });
}

/** The questions, by their names. */
export const ANSWERS = {
  route: answerRoute,
  etas: answerEtas,
  reach: answerReach,
  matrix: answerMatrix,
  match: answerMatch,
} as const;
export type Kind = keyof typeof ANSWERS;
export type AnswerOf<K extends Kind> = ReturnType<(typeof ANSWERS)[K]>;

const snapFor = (engine: CchEngine, at: LngLat, how: How, headingDeg?: number | null): Snap | null =>
  engine.snap(at, REACH_M, { for: how, ...(headingDeg == null ? {} : { headingDeg }) });

function onRoad(engine: CchEngine, at: LngLat, which: string, how: How, headingDeg?: number | null): Answer<Snap> {
  const snap = snapFor(engine, at, how, headingDeg);
  return snap ? accept(snap) : refuse('too-far', `the ${which} is farther than ${REACH_M} m from any road`);
}

const problem = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((i) => `${v.getDotPath(i) ?? 'question'}: ${i.message}`).join('; ').slice(0, 500); // prettier-ignore
