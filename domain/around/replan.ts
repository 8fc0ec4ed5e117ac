import type { LngLat } from '../city/rows.ts';
import { freePlaces, type ShelterFill } from './evacuation-rows.ts';

/** A plan that is computed anew: who has arrived stays, the others go to what is free. */

/** People of one block to one shelter. */
export interface BlockTo {
  readonly shelter: string;
  readonly people: number;
  readonly timeS: number;
}
/** One block of people and where they go. */
export interface BlockFlow {
  readonly at: LngLat;
  readonly people: number;
  readonly street: string | null;
  readonly to: readonly BlockTo[];
  readonly left: number;
}

/** Of those who are in a shelter, the ones that the plan sent there; of a shelter that shrank no more than it holds. */
export const settledIn = (s: ShelterFill): number => Math.min(s.arrived, s.assigned, freePlaces(s));

/**
 * Others who are there: nobody knows from which block, so they hold places and no block is the smaller for them. So nobody of the area
 * is ever left without a plan.
 */
export const extraIn = (s: ShelterFill): number => Math.max(0, Math.min(s.arrived, freePlaces(s)) - settledIn(s));

/**
 * Which people of which block have arrived where: of the blocks that go to a shelter in the proportion in which they do.
 * @returns by {@link blockKey}
 */
export function settled(shelters: readonly ShelterFill[], flows: readonly BlockFlow[]): Map<string, BlockTo[]> {
  const out = new Map<string, BlockTo[]>();
  for (const s of shelters) {
    const going = flows.flatMap((f) =>
      f.to.flatMap((to) => (to.shelter === s.id ? [{ key: blockKey(f.at), to }] : [])),
    );
    const sum = going.reduce((n, g) => n + g.to.people, 0);
    const many = Math.min(settledIn(s), sum);
    // people are whole: what rounding down leaves goes to the first blocks
    const share = going.map((g) => Math.floor((g.to.people * many) / Math.max(1, sum)));
    let rest = many - share.reduce((a, b) => a + b, 0);
    for (const [i, g] of going.entries()) {
      const more = rest > 0 && share[i]! < g.to.people ? 1 : 0;
      rest -= more;
      const people = share[i]! + more;
      if (people > 0) out.set(g.key, [...(out.get(g.key) ?? []), { ...g.to, people }]);
    }
  }
  return out;
}

/** A block by its place: the same people of the same data make the same blocks. */
export const blockKey = (at: LngLat): string => `${at[0].toFixed(6)},${at[1].toFixed(6)}`;
