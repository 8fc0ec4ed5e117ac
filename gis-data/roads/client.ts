import { accept, refuse, type Result } from '#domain/result.ts';
import {
  ANSWER_WITHIN_MS,
  type EtasAnswer,
  type EtasQuestion,
  type MatchAnswer,
  type MatchQuestion,
  type MatrixAnswer,
  type MatrixQuestion,
  type ReachAnswer,
  type ReachQuestion,
  type RefusedAnswer,
  type RoadRefusal,
  type RouteAnswer,
  type RouteQuestion,
} from './wire.ts';

/** Asks the road engine. Never throws: an engine that cannot be reached is a refusal with the code `away`. */
export interface RoadClient {
  /** The shortest and the best path between two positions. */
  route(question: RouteQuestion): Promise<Result<RouteAnswer, RoadRefusal>>;
  /** Seconds and metres of the fastest path from each source to one goal. */
  etas(question: EtasQuestion): Promise<Result<EtasAnswer, RoadRefusal>>;
  /** Areas that are reached from a position within some limits of time. */
  reach(question: ReachQuestion): Promise<Result<ReachAnswer, RoadRefusal>>;
  /** Seconds and metres from each of some places to each of others. */
  matrix(question: MatrixQuestion): Promise<Result<MatrixAnswer, RoadRefusal>>;
  /** The roads that a vehicle drove along a track of positions. */
  match(question: MatchQuestion): Promise<Result<MatchAnswer, RoadRefusal>>;
}

/** @param at host and port of gis-data/roads/main.ts (options ROADS_HOST, ROADS_PORT) */
export function roadClient(at: { host: string; port: number }): RoadClient {
  const base = `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}`;
  const ask = async <T>(path: string, question: unknown): Promise<Result<T, RoadRefusal>> => {
    let answer: unknown;
    try {
      const response = await fetch(base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(question),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      answer = await response.json();
    } catch (e) {
      return refuse('away', `the road engine at ${base} did not answer: ${(e as Error).message}`);
    }
    if (answer !== null && typeof answer === 'object' && 'refused' in answer) {
      const { refused, reason } = answer as RefusedAnswer;
      return refuse(refused, reason);
    }
    return accept(answer as T);
  };
  return {
    route: (q) => ask('/route', q),
    etas: (q) => ask('/etas', q),
    reach: (q) => ask('/reach', q),
    matrix: (q) => ask('/matrix', q),
    match: (q) => ask('/match', q),
  };
}
