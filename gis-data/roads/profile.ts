import type { Vehicle } from '#domain/city/travel.ts';
import type { Config } from '#domain/config.ts';
import { FAR, TURN } from '../cch/turns.ts';
import type { RoadGraph } from './graph.ts';

/** Who drives, and what the map allows them. What may be configured stands in {@link RoadPolicy}; the rest is said here. */
export { VEHICLES, type Vehicle } from '#domain/city/travel.ts';
/** Who drives on roads; walkers have a network of their own (walking.ts). */
export type Driver = Exclude<Vehicle, 'foot'>;
/** What an emergency drive may do that others may not. */
export const EXEMPTIONS = ['u-turn', 'one-way', 'turn'] as const;
export type Exemption = (typeof EXEMPTIONS)[number];

export interface RoadPolicy {
  /** The heaviest fire engine: metres, tonnes, metres. */
  readonly heavy: { readonly heightM: number; readonly weightT: number; readonly widthM: number };
  readonly exempt: readonly Exemption[];
}
export const DEFAULT_POLICY: RoadPolicy = {
  heavy: { heightM: 3.8, weightT: 32, widthM: 2.55 },
  exempt: ['u-turn', 'one-way'],
};

export const policyOf = (c: Config): RoadPolicy => ({
  heavy: { heightM: c.roadsHeavyHeightM, weightT: c.roadsHeavyWeightT, widthM: c.roadsHeavyWidthM },
  exempt: EXEMPTIONS.filter((e) => c.roadsExempt.split(',').some((x) => x.trim() === e)),
});

/** For whom a way is asked. */
export interface How {
  readonly vehicle: Driver;
  /** An emergency drive: with the exemptions of the policy. */
  readonly emergency: boolean;
}
export const ORDINARY: How = { vehicle: 'car', emergency: false };
/** As which driver an engine is asked: that of walkers knows no vehicles. */
export const asDriver = (vehicle: Vehicle, emergency: boolean): How =>
  vehicle === 'foot' ? ORDINARY : { vehicle, emergency };

const HEAVY_TOP_KMH = 70;
/** Against the traffic one feels one's way, and never where it is fast; `link` may be a slip road of a motorway. */
const AGAINST_KMH = 20;
const FAST = new Set(['motorway', 'expressway', 'link']);
/** Turning round takes so long, and so does a forbidden turn, which wants a look. */
const ROUND_MS = 15_000;
const FORBIDDEN_TURN_MS = 5_000;

/** Whether anything in the question asks for more than the turns and directions that everybody has. */
export const isRuled = (how: How): boolean => !how.emergency;
export const keyOf = (how: How): string => how.vehicle + (how.emergency ? '!' : '');

/**
 * Seconds of a whole arc for somebody, closures apart; Infinity where they may not be.
 * @param driveS seconds for a car with the speed of now
 */
export function arcSeconds(g: RoadGraph, p: RoadPolicy, how: How, arc: number, driveS: number): number {
  const e = arc >> 1;
  const lengthM = g.edgeLengthM[e]!;
  const fast = FAST.has(g.edgeClass[e]!);
  if (g.edgeReserved[e] && !how.emergency) return Infinity;
  if (how.vehicle === 'heavy' && !fits(g, p, e)) return Infinity;
  const against = arc & 1 && g.edgeOneway[e];
  if (against && (!how.emergency || !p.exempt.includes('one-way') || fast)) return Infinity;
  const topKmh = against ? AGAINST_KMH : how.vehicle === 'heavy' ? HEAVY_TOP_KMH : Infinity;
  return Math.max(driveS, lengthM / (topKmh / 3.6));
}

const fits = (g: RoadGraph, { heavy }: RoadPolicy, e: number): boolean =>
  heavy.heightM <= g.edgeMaxHeightM[e]! && heavy.weightT <= g.edgeMaxWeightT[e]! && heavy.widthM <= g.edgeMaxWidthM[e]!;

/** Milliseconds of a kind of turn (TURN) for somebody; FAR where they may not take it. */
export function turnCosts(p: RoadPolicy, how: How): Int32Array {
  const costs = new Int32Array(3).fill(FAR);
  costs[TURN.free] = 0;
  if (how.emergency && p.exempt.includes('u-turn')) costs[TURN.round] = ROUND_MS;
  if (how.emergency && p.exempt.includes('turn')) costs[TURN.forbidden] = FORBIDDEN_TURN_MS;
  return costs;
}
