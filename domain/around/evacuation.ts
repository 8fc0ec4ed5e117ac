/**
 * People to shelters: the assignment of least total road time that puts nobody where there is no place. A transportation problem,
 * solved exactly: blocks come in one after the other, each along the cheapest chain of moves that makes room for it (successive
 * shortest paths). Pure; costs are seconds, people are whole.
 */

export interface EvacuationInput {
  /** People of each block, whole, ≥ 0. */
  readonly people: readonly number[];
  /** Places of each shelter that are free, whole, ≥ 0. */
  readonly places: readonly number[];
  /** Seconds from block to shelter, row by row; null: no way leads there. */
  readonly seconds: readonly (readonly (number | null)[])[];
}

export interface Flow {
  readonly block: number;
  readonly shelter: number;
  readonly people: number;
}

export interface Evacuation {
  /** By block, then shelter. */
  readonly flows: readonly Flow[];
  /** Sum over people, person-seconds. */
  readonly totalS: number;
  /** People of each block for whom there is no place that a road leads to. */
  readonly left: readonly number[];
}

export const MAX_BLOCKS = 400;
export const MAX_SHELTERS = 80;

/**
 * Whoever can be placed is placed: the number of people without a place is least, and of all such assignments the sum of road times.
 * The same input gives the same answer.
 */
export function assign({ people, places, seconds }: EvacuationInput): Evacuation {
  const free = [...places];
  const held: Map<number, number>[] = places.map(() => new Map());
  const left = [...people];
  for (let block = 0; block < people.length; block++)
    while (left[block]! > 0) {
      const chain = cheapestChain(block, seconds, held, free);
      if (!chain) break;
      move(chain, block, left, held, free);
    }
  const flows = held
    .flatMap((blocks, shelter) => [...blocks].map(([block, n]) => ({ block, shelter, people: n })))
    .sort((a, b) => a.block - b.block || a.shelter - b.shelter);
  const totalS = flows.reduce((sum, f) => sum + f.people * seconds[f.block]![f.shelter]!, 0);
  return { flows, totalS, left };
}

/** One who moves from a shelter to another so that somebody else finds room. */
interface Step {
  readonly shelter: number;
  /** Whose people move on from here to the next shelter; -1 at the last one, where there is room. */
  readonly mover: number;
}

/** Where the block goes, whom that moves on, and so forth to a shelter with room; least seconds per person (Bellman–Ford). */
function cheapestChain(
  block: number,
  seconds: EvacuationInput['seconds'],
  held: readonly ReadonlyMap<number, number>[],
  free: readonly number[],
): Step[] | null {
  const n = free.length;
  const cost = Float64Array.from(seconds[block]!, (s) => s ?? Infinity);
  const from = new Int32Array(n).fill(-1);
  const mover = new Int32Array(n).fill(-1);
  const queue = [...cost.keys()].filter((j) => cost[j]! < Infinity);
  const waiting = new Uint8Array(n);
  for (const j of queue) waiting[j] = 1;
  // a shelter with room needs nobody to move on: a chain that goes through it would only end later, and dearer
  for (let head = 0; head < queue.length; head++) {
    const here = queue[head]!;
    waiting[here] = 0;
    for (const other of held[here]!.keys()) {
      const row = seconds[other]!;
      const away = row[here]!;
      for (let to = 0; to < n; to++) {
        const there = row[to];
        if (there === null || there === undefined || to === here) continue;
        const sum = cost[here]! + there - away;
        // sums of the same seconds in another order must not go round in circles
        if (sum >= cost[to]! - 1e-7) continue;
        cost[to] = sum;
        from[to] = here;
        mover[to] = other;
        if (!waiting[to]) {
          waiting[to] = 1;
          queue.push(to);
        }
      }
    }
  }
  let end = -1;
  for (let j = 0; j < n; j++) if (free[j]! > 0 && cost[j]! < Infinity && (end < 0 || cost[j]! < cost[end]!)) end = j;
  if (end < 0) return null;
  const chain: Step[] = [{ shelter: end, mover: -1 }];
  for (let at = end; from[at]! >= 0; at = from[at]!) chain.unshift({ shelter: from[at]!, mover: mover[at]! });
  return chain;
}

/** As many people as the chain bears move along it. */
function move(
  chain: readonly Step[],
  block: number,
  left: number[],
  held: readonly Map<number, number>[],
  free: number[],
): void {
  const end = chain.at(-1)!.shelter;
  let many = Math.min(left[block]!, free[end]!);
  for (const { shelter, mover } of chain) if (mover >= 0) many = Math.min(many, held[shelter]!.get(mover)!);
  const add = (shelter: number, who: number, n: number): void => {
    const now = (held[shelter]!.get(who) ?? 0) + n;
    if (now === 0) held[shelter]!.delete(who);
    else held[shelter]!.set(who, now);
  };
  let who = block;
  for (const { shelter, mover } of chain) {
    add(shelter, who, many);
    if (mover < 0) break;
    add(shelter, mover, -many);
    who = mover;
  }
  left[block]! -= many;
  free[end]! -= many;
}
