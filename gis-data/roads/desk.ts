import * as v from 'valibot';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { LngLat } from '#store/gis.ts';
import { describe, whyDifferent } from './describe.ts';
import type { CchEngine } from './cch-engine.ts';
import type { RoadEngine } from './engine.ts';
import type { Snap } from './snap.ts';
import {
  EtasQuestion,
  ReachQuestion,
  RouteQuestion,
  type Basis,
  type EtasAnswer,
  type ReachAnswer,
  type RoadRefusal,
  type RouteAnswer,
  type Way,
} from './wire.ts';

/** Answers to the questions of wire.ts, from one engine. No I/O. */

/** An end farther than this from every road is not on the network, metres. */
export const REACH_M = 1500;
const round = (n: number, digits: number): number => Math.round(n * 10 ** digits) / 10 ** digits;

export function answerRoute(engine: RoadEngine, basis: Basis, question: unknown): Result<RouteAnswer, RoadRefusal> {
  const q = v.safeParse(RouteQuestion, question);
  if (!q.success) return refuse('bad-question', problem(q.issues));
  const from = onRoad(engine, q.output.from, 'start');
  if (!from.ok) return from;
  const to = onRoad(engine, q.output.to, 'goal');
  if (!to.ok) return to;
  const shortest = engine.route(from.value, to.value, 'shortest');
  if (!shortest) return refuse('no-route', 'no road leads from the start to the goal');
  const best = engine.route(from.value, to.value, 'fastest');
  if (!best) return refuse('no-route', 'every way to the goal is closed');
  const way = (path: typeof best): Way => {
    const d = describe(engine, path);
    return {
      line: d.line.map(([lng, lat]) => [round(lng, 6), round(lat, 6)] as const),
      lengthM: round(d.lengthM, 1),
      timeS: round(d.timeS, 1),
      via: d.via,
    };
  };
  return accept({ shortest: way(shortest), best: way(best), why: whyDifferent(engine, shortest, best), basis });
}

export function answerEtas(engine: RoadEngine, basis: Basis, question: unknown): Result<EtasAnswer, RoadRefusal> {
  const q = v.safeParse(EtasQuestion, question);
  if (!q.success) return refuse('bad-question', problem(q.issues));
  const to = onRoad(engine, q.output.to, 'goal');
  if (!to.ok) return to;
  const sources = q.output.from.map((p) => engine.snap(p, REACH_M));
  const etas = engine
    .etas(sources, to.value)
    .map((e) => (e ? { timeS: round(e.timeS, 1), lengthM: round(e.lengthM, 1) } : null));
  return accept({ etas, basis });
}

export function answerReach(engine: CchEngine, basis: Basis, question: unknown): Result<ReachAnswer, RoadRefusal> {
  const q = v.safeParse(ReachQuestion, question);
  if (!q.success) return refuse('bad-question', problem(q.issues));
  const from = onRoad(engine, q.output.from, 'start');
  return from.ok ? accept({ areas: engine.reachAreas(from.value, q.output.limitsS), basis }) : from;
}

function onRoad(engine: RoadEngine, at: LngLat, which: string): Result<Snap, RoadRefusal> {
  const snap = engine.snap(at, REACH_M);
  return snap ? accept(snap) : refuse('too-far', `the ${which} is farther than ${REACH_M} m from any road`);
}

const problem = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((i) => `${v.getDotPath(i) ?? 'question'}: ${i.message}`).join('; ').slice(0, 500); // prettier-ignore
