import type { LngLat } from '#domain/city/rows.ts';
import type { CchEngine } from './cch-engine.ts';
import { pathLine } from './describe.ts';
import type { Path } from './engine.ts';
import { metresBetween } from './graph.ts';
import { alongM, type Snap } from './snap.ts';

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
  /** What was driven, for each stretch without a break. */
  readonly stretches: readonly (readonly Path[])[];
}

/** Roads considered for one position: a junction of two wide streets has more than ten within the noise. */
const CANDIDATES = 16;
/** A position that is farther than this many times the usual error lies on no road. */
const FAR_ERRORS = 5;
/** Metres by which a drive between two positions is usually longer than it looks. */
const DETOUR_M = 8;
/** A drive longer than so many straight lines, and these metres more, is none. */
const MAX_DETOUR = 4;
const MAX_DETOUR_M = 300;
/** So many usual errors back on one road are noise, and no drive around the block. */
const BACK_ERRORS = 3;
/** What going against the vehicle's heading costs, in the unit of the logarithms. */
const AGAINST = 4;
/** What turning round on the road costs, in the same unit. */
const ROUND = 8;

/** Places on roads that one position may mean, each with the direction of the drive past it (`facing`), and how unlikely each is by itself. */
interface Position {
  readonly index: number;
  readonly places: readonly Snap[];
  readonly unlikely: readonly number[];
}
interface Layer extends Position {
  /** Least cost (negative logarithm) of a sequence that ends here, and the place before it. */
  readonly cost: number[];
  readonly came: number[];
  /** As which place it was reached: itself, or the same one the other way round. */
  readonly on: number[];
}

/** @param accuracyM metres by which positions are usually wrong */
export function matchTrack(engine: CchEngine, track: readonly TrackPoint[], accuracyM: number): Matched {
  const points: (Snap | null)[] = track.map(() => null);
  const stretches: Path[][] = [];
  const backM = BACK_ERRORS * accuracyM;
  let chain: Layer[] = [];
  const close = (): void => {
    const drives = drivesOf(engine, likeliest(chain, points), backM);
    if (drives.length > 0) stretches.push(drives);
    chain = [];
  };
  track.forEach((p, index) => {
    const position = placesOf(engine, p, index, accuracyM);
    if (position.places.length === 0) return;
    const before = chain.at(-1);
    // standing, or nearly: it says nothing new, and noise would let the vehicle jump about
    if (before && metresBetween(track[before.index]!.at, p.at) < accuracyM / 2) return;
    const layer = before && step(engine, before, position, track, backM);
    if (layer) chain.push(layer);
    else {
      close();
      chain.push(turned({ ...position, cost: [...position.unlikely], came: position.places.map(() => -1) }));
    }
  });
  close();
  return { points, stretches };
}

function placesOf(engine: CchEngine, { at, headingDeg }: TrackPoint, index: number, accuracyM: number): Position {
  const places: Snap[] = [];
  const unlikely: number[] = [];
  for (const near of engine.placesNear(at, FAR_ERRORS * accuracyM, CANDIDATES, headingDeg ?? undefined))
    for (const facing of engine.directionsOf(near.edge)) {
      places.push({ ...near, facing });
      const against = near.facing !== undefined && near.facing !== facing;
      unlikely.push(0.5 * (near.distanceM / accuracyM) ** 2 + (against ? AGAINST : 0));
    }
  return { index, places, unlikely };
}

/** One position further; null when no drive leads from any place before to any place here. */
function step(
  engine: CchEngine,
  before: Layer,
  position: Position,
  track: readonly TrackPoint[],
  backM: number,
): Layer | null {
  const straight = metresBetween(track[before.index]!.at, track[position.index]!.at);
  const cost = position.places.map(() => Infinity);
  const came = position.places.map(() => -1);
  const drives = engine.drives(before.places, position.places, MAX_DETOUR * straight + MAX_DETOUR_M, backM);
  drives.forEach((row, j) =>
    row.forEach((lengthM, i) => {
      const sum = before.cost[i]! + position.unlikely[j]! + Math.abs(lengthM - straight) / DETOUR_M;
      if (sum < cost[j]!) {
        cost[j] = sum;
        came[j] = i;
      }
    }),
  );
  return cost.some((c) => c < Infinity) ? turned({ ...position, cost, came }) : null;
}

/** Where the vehicle may have turned round. */
function turned(layer: Omit<Layer, 'on'>): Layer {
  const { places } = layer;
  const cost = [...layer.cost];
  const on = places.map((p, j) => {
    const other = places.findIndex((o) => o.edge === p.edge && o.facing !== p.facing);
    if (other < 0 || layer.cost[other]! + ROUND >= cost[j]!) return j;
    cost[j] = layer.cost[other]! + ROUND;
    return other;
  });
  return { ...layer, cost, on };
}

/** A place of the likeliest sequence: as it was reached, and as it was left, which may be the other way round. */
interface Passed {
  readonly to: Snap;
  readonly from: Snap;
}

/** The likeliest sequence of a chain; writes its places to the points of the track. */
function likeliest(chain: readonly Layer[], points: (Snap | null)[]): Passed[] {
  const passed: Passed[] = [];
  const last = chain.at(-1);
  let k = last ? last.cost.indexOf(Math.min(...last.cost)) : -1;
  for (const { index, places, on, came } of chain.toReversed()) {
    const reached = on[k]!;
    const to = places[reached]!;
    points[index] = to;
    passed.unshift({ to, from: places[k]! });
    k = came[reached]!;
  }
  return passed;
}

/** The drives between places, each from where the one before ended: what lies behind that on the same road was not driven to. */
function drivesOf(engine: CchEngine, passed: readonly Passed[], backM: number): Path[] {
  const paths: Path[] = [];
  let at: Snap | null = null;
  passed.forEach(({ to, from }, i) => {
    const before = passed[i - 1]?.from;
    const behind = at && before && alongM(before, to) >= -backM && alongM(at, to) <= 0;
    const path = at && !behind ? engine.route(at, to, 'shortest', { arriving: to.facing }) : null;
    if (path) paths.push(path);
    if (!behind || from !== to) at = from;
  });
  return paths;
}

/** The line of each stretch. */
export const linesOf = (engine: CchEngine, stretches: Matched['stretches']): LngLat[][] =>
  stretches.map((paths) => paths.flatMap((path, i) => pathLine(engine.graph, path).slice(i === 0 ? 0 : 1)));
