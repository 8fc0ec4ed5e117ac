import { metres } from '#domain/geo.ts';
import type { House } from '#store/gis-places.ts';
import type { LngLat } from '#store/gis.ts';

/** Where a house number is on a way of which some numbers are known. Pure. */

export interface OnWay {
  readonly how: 'known' | 'neighbour' | 'between' | 'beyond';
  readonly at: LngLat;
  readonly radiusM: number;
  /** The known numbers that it was found by. */
  readonly by: readonly number[];
}

/** A known house is where it is but for its plot and what geocoders differ in. */
const HOUSE_M = 20;
/** Two houses this far apart per number are not on one way. */
const MAX_STEP_M = 60;
/** Beyond the last known number nothing is said from more numbers away. */
const MAX_BEYOND = 200;

const mean = (rows: readonly House[]): LngLat => [
  rows.reduce((s, r) => s + r.at[0], 0) / rows.length,
  rows.reduce((s, r) => s + r.at[1], 0) / rows.length,
];
const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1]!;

/** Without those that lie far from the others: an address that was located wrongly must not bend the way. */
export function withoutStrays(rows: readonly House[]): readonly House[] {
  if (rows.length < 4) return rows;
  const middle: LngLat = [median(rows.map((r) => r.at[0])), median(rows.map((r) => r.at[1]))];
  const far = rows.map((r) => metres(r.at, middle));
  const most = 4 * median(far) + 150;
  return rows.filter((_, i) => far[i]! <= most);
}

/**
 * @param number > 0; `sub` of 76之6, 0 without
 * @param around known positions in the same lane and alley, the nearest numbers of both sides
 * @returns null when nothing near enough is known
 */
export function onWay(number: number, sub: number, around: readonly House[]): OnWay | null {
  const same = around.filter((r) => r.number === number);
  if (same.length > 0) {
    const exact = same.filter((r) => r.sub === sub);
    const rows = exact.length > 0 ? exact : same;
    const at = mean(rows);
    const apart = Math.max(...rows.map((r) => metres(r.at, at) + r.spreadM));
    return { how: exact.length > 0 ? 'known' : 'neighbour', at, radiusM: HOUSE_M + apart, by: [number] };
  }
  const rows = withoutStrays(around.filter((r) => r.number > 0));
  const below = side(number, rows.filter((r) => r.number < number)); // prettier-ignore
  const above = side(number, rows.filter((r) => r.number > number)); // prettier-ignore
  if (below && above) {
    const apart = metres(below.at, above.at);
    const gap = above.number - below.number;
    if (apart <= 120 || apart / gap <= MAX_STEP_M) {
      const t = (number - below.number) / gap;
      const at: LngLat = [below.at[0] + (above.at[0] - below.at[0]) * t, below.at[1] + (above.at[1] - below.at[1]) * t];
      return { how: 'between', at, radiusM: HOUSE_M + 20 + apart * 0.45, by: [below.number, above.number] };
    }
  }
  const [near] = [below, above]
    .filter((r) => r !== null)
    .sort((a, b) => Math.abs(a.number - number) - Math.abs(b.number - number));
  if (!near || Math.abs(near.number - number) > MAX_BEYOND) return null;
  return { how: 'beyond', at: near.at, radiusM: HOUSE_M + 25 + 5 * Math.abs(near.number - number), by: [near.number] };
}

/** The nearest number of one side; one of the same parity (same side of the way) where it is hardly farther. */
function side(number: number, rows: readonly House[]): House | null {
  const near = [...rows].sort((a, b) => Math.abs(a.number - number) - Math.abs(b.number - number));
  const [first] = near;
  if (!first) return null;
  const parity = near.find((r) => (r.number - number) % 2 === 0);
  return parity && Math.abs(parity.number - number) <= Math.abs(first.number - number) + 3 ? parity : first;
}
