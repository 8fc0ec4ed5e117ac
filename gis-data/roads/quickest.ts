import { FAR } from '../cch/turns.ts';
import type { Snap } from './snap.ts';

/**
 * Of many places those with the quickest ways to one: of equal ones the first. Whoever stands nearer is asked before, so that of most of
 * the others it is soon known that they are farther than the last of the quickest.
 * @param ask how the way from a place begins; may be null where it costs more than the limit
 * @returns of each place what was told of it; null: not among the quickest, or no way
 */
export function quickest<T extends { readonly cost: number }>(
  places: readonly (Snap | null)[],
  to: Snap,
  most: number,
  ask: (from: Snap, limit: number) => T | null,
): (T | null)[] {
  const told: (T | null)[] = places.map(() => null);
  if (most < 1) return told;
  const kx = Math.cos((to.at[1] * Math.PI) / 180);
  const far = Float64Array.from(places, (p) => (p ? Math.hypot((p.at[0] - to.at[0]) * kx, p.at[1] - to.at[1]) : 0));
  const order = Int32Array.from(places, (_, i) => i).sort((a, b) => far[a]! - far[b]!);
  /** The quickest so far, ascending. */
  const best: number[] = [];
  for (const i of order) {
    const from = places[i];
    const got = from ? ask(from, best.length < most ? FAR : told[best[most - 1]!]!.cost) : null;
    if (!got) continue;
    told[i] = got;
    let k = best.length;
    for (; k > 0; k--) {
      const other = best[k - 1]!;
      if (told[other]!.cost < got.cost || (told[other]!.cost === got.cost && other < i)) break;
    }
    best.splice(k, 0, i);
    if (best.length > most) told[best.pop()!] = null;
  }
  return told;
}
