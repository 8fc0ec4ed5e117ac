import type { LngLat } from '#domain/city/rows.ts';
import type { CchEngine } from './cch-engine.ts';
import { pathLine } from './describe.ts';
import type { Path } from './engine.ts';
import { metresBetween } from './graph.ts';
import type { Snap } from './snap.ts';

/**
 * Where a vehicle drove, from positions that are wrong by some metres: of all sequences of places on roads the likeliest, where a place is
 * the less likely the farther it lies from the position, and a step the less likely the more its drive is longer than the straight line
 * (Newson and Krumm, Hidden Markov Map Matching Through Noise and Sparseness, 2009).
 */
export interface TrackPoint {
  readonly at: LngLat;
  readonly headingDeg?: number | null;
}
export interface Matched {
  /** In the order of the track; null: no road near, or none that fits. */
  readonly points: readonly (Snap | null)[];
  readonly paths: readonly Path[];
}

/** Places considered for one position. */
const CANDIDATES = 8;
/** A position that is farther than this many times the usual error lies on no road. */
const FAR_ERRORS = 5;
/** Metres by which a drive between two positions is usually longer than it looks. */
const DETOUR_M = 8;
/** A drive longer than so many straight lines, and these metres more, is none. */
const MAX_DETOUR = 4;
const MAX_DETOUR_M = 300;
/** So far back on one road is noise, and no drive around the block. */
export const BACKWARDS_M = 15;
/** What going against the vehicle's heading costs, in the unit of the logarithms. */
const AGAINST = 4;

interface Layer {
  readonly index: number;
  readonly snaps: readonly Snap[];
  /** Least cost (negative logarithm) of a sequence that ends here, and the place before it. */
  readonly cost: number[];
  readonly came: number[];
}

/** @param accuracyM metres by which positions are usually wrong */
export function matchTrack(engine: CchEngine, track: readonly TrackPoint[], accuracyM: number): Matched {
  const points: (Snap | null)[] = track.map(() => null);
  const paths: Path[] = [];
  let chain: Layer[] = [];
  const close = (): void => {
    paths.push(...trace(engine, chain, points));
    chain = [];
  };
  track.forEach((p, index) => {
    const snaps = engine.placesNear(p.at, FAR_ERRORS * accuracyM, CANDIDATES, p.headingDeg ?? undefined);
    if (snaps.length === 0) return;
    const emission = snaps.map((s) => 0.5 * (s.distanceM / accuracyM) ** 2);
    const before = chain.at(-1);
    // standing, or nearly: it says nothing new, and noise would let the vehicle jump about
    if (before && metresBetween(track[before.index]!.at, p.at) < accuracyM / 2) return;
    const layer = before && step(engine, before, { index, snaps, emission }, track);
    if (layer) chain.push(layer);
    else {
      close();
      chain.push({ index, snaps, cost: emission, came: snaps.map(() => -1) });
    }
  });
  close();
  return { points, paths };
}

/** One position further; null when no drive leads from any place before to any place here. */
function step(
  engine: CchEngine,
  before: Layer,
  { index, snaps, emission }: { index: number; snaps: readonly Snap[]; emission: readonly number[] },
  track: readonly TrackPoint[],
): Layer | null {
  const straight = metresBetween(track[before.index]!.at, track[index]!.at);
  const cost = snaps.map(() => Infinity);
  const came = snaps.map(() => -1);
  snaps.forEach((to, j) => {
    const drives = engine.drives(before.snaps, to, MAX_DETOUR * straight + MAX_DETOUR_M, BACKWARDS_M);
    drives.forEach((drive, i) => {
      if (!drive) return;
      const sum =
        before.cost[i]! + emission[j]! + Math.abs(drive.lengthM - straight) / DETOUR_M + (drive.against ? AGAINST : 0);
      if (sum < cost[j]!) {
        cost[j] = sum;
        came[j] = i;
      }
    });
  });
  return cost.some((c) => c < Infinity) ? { index, snaps, cost, came } : null;
}

/** The likeliest sequence of a chain: writes its places, and returns the drives between them as one path where they join. */
function trace(engine: CchEngine, chain: readonly Layer[], points: (Snap | null)[]): Path[] {
  const last = chain.at(-1);
  if (!last) return [];
  let k = last.cost.indexOf(Math.min(...last.cost));
  const places: Snap[] = [];
  for (let i = chain.length - 1; i >= 0; i--) {
    const layer = chain[i]!;
    places.unshift((points[layer.index] = layer.snaps[k]!));
    k = layer.came[k]!;
  }
  return places.slice(1).flatMap((to, i) => {
    const from = places[i]!;
    const back = from.edge === to.edge && metresBetween(from.at, to.at) <= BACKWARDS_M;
    const path = engine.route(from, to, 'shortest');
    return path && (!back || path.lengthM <= BACKWARDS_M) ? path : [];
  });
}

/** The lines of drives, joined where one begins at the other's end. */
export function linesOf(engine: CchEngine, paths: readonly Path[]): LngLat[][] {
  const out: LngLat[][] = [];
  let before: Path | null = null;
  for (const path of paths) {
    const line = pathLine(engine.graph, path);
    if (before && before.to.edge === path.from.edge && metresBetween(before.to.at, path.from.at) <= BACKWARDS_M)
      out.at(-1)!.push(...line.slice(1));
    else out.push(line);
    before = path;
  }
  return out;
}
