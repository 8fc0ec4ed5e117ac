import * as v from 'valibot';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { SpotKeeper } from './spot-keeper.ts';
import type { Found, SpotIndex } from './spots.ts';
import { CasesQuestion, type CasesAnswer, type CasesRefusal } from './wire.ts';

/** Cases within circles or an area: how many, and which are nearest. No I/O. */
export function answerCases(
  keeper: Pick<SpotKeeper, 'index' | 'followedAt'>,
  question: unknown,
): Result<CasesAnswer, CasesRefusal> {
  const read = v.safeParse(CasesQuestion, question);
  if (!read.success) return refuse('bad-question', v.summarize(read.issues).slice(0, 400));
  const { index } = keeper;
  if (!index) return refuse('not-ready', 'the cases are being read');
  try {
    return accept({ ...around(index, read.output), asOf: keeper.followedAt });
  } catch (e) {
    if (e instanceof RangeError) return refuse('bad-question', e.message);
    throw e;
  }
}

function around(index: SpotIndex, q: CasesQuestion): Pick<CasesAnswer, 'counts' | 'nearest'> {
  const widest = q.radiiM?.at(-1);
  const found = q.area ? index.inside(q.area, q.at, q.since) : index.within(q.at, widest!, q.since);
  const inner = (q.radiiM ?? []).slice(0, -1).map((r) => index.within(q.at, r, q.since).ids.length);
  return { counts: [...inner, found.ids.length], nearest: nearest(found, q.limit) };
}

const BINS = 1024;

/** The first few by distance; equal ones by their number, so that the answer never changes. Only they are sorted. */
function nearest({ ids, metres }: Found, limit: number): CasesAnswer['nearest'] {
  let order = Array.from(ids.keys());
  if (ids.length > 2 * limit) {
    let farthest = 0;
    for (const m of metres) if (m > farthest) farthest = m;
    const binOf = (i: number): number => Math.floor((metres[i]! / (farthest || 1)) * (BINS - 1));
    const bins = new Uint32Array(BINS);
    for (const i of order) bins[binOf(i)]!++;
    let last = 0;
    for (let sum = bins[0]!; sum < limit && last < BINS - 1;) sum += bins[++last]!;
    order = order.filter((i) => binOf(i) <= last);
  }
  return order
    .sort((a, b) => metres[a]! - metres[b]! || ids[a]! - ids[b]!)
    .slice(0, limit)
    .map((i) => ({ spot: ids[i]!, distanceM: metres[i]! }));
}
