import type { CchEngine } from './cch-engine.ts';
import type { Asked } from './ends.ts';
import { drivenM } from './describe.ts';
import type { Path } from './engine.ts';
import type { Snap } from './snap.ts';

/** What another way must be to be worth showing. */
export const ALTERNATIVE = {
  /** It takes at most so many times the best way's seconds. */
  stretch: 1.4,
  /** At most this share of its length lies on the best way, or on an alternative already taken. */
  shared: 0.7,
} as const;
/** Each road of a way that was found costs so much more when the next one is looked for. */
const DEARER = 1.5;
/** So many searches for each alternative that is wanted. */
const TRIES = 4;

/**
 * Other ways than the best one, the quickest first: the roads of what was found are made dearer and the city is searched again, as often
 * as it takes. Each is the least way under such prices, so that it makes no detour of its own, and its seconds are the true ones.
 * @param best the best way of the same question
 */
export function alternatives(
  engine: CchEngine,
  best: Path,
  from: Snap,
  to: Snap,
  wanted: number,
  asked: Asked = {},
): Path[] {
  const factor = new Map<number, number>();
  const taken = [best];
  let last = best;
  for (let tries = 0; tries < wanted * TRIES && taken.length <= wanted; tries++) {
    for (const arc of last.arcs.slice(1, -1)) factor.set(arc >> 1, (factor.get(arc >> 1) ?? 1) * DEARER);
    const path = engine.route(from, to, 'fastest', { ...asked, factor });
    if (!path) break;
    last = path;
    const worth =
      path.timeS <= ALTERNATIVE.stretch * best.timeS &&
      taken.every((t) => sharedM(engine, path, t) < ALTERNATIVE.shared * path.lengthM);
    if (worth) taken.push(path);
  }
  return taken.slice(1).sort((a, b) => a.timeS - b.timeS);
}

/** Metres of a path that lie on another one, in either direction. */
export function sharedM({ graph }: CchEngine, path: Path, other: Path): number {
  const roads = new Set(other.arcs.map((arc) => arc >> 1));
  return path.arcs.reduce((sum, arc, i) => sum + (roads.has(arc >> 1) ? drivenM(graph, path, i) : 0), 0);
}
