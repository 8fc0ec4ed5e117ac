import type { LngLat } from '#domain/city/rows.ts';
import { accept, type Result } from '#domain/result.ts';
import type { RoadClient } from '#gis-data/roads/client.ts';
import { MAX_SOURCES, type RoadRefusal } from '#gis-data/roads/wire.ts';

export interface Quick {
  /** Which of the places it is. */
  readonly index: number;
  readonly timeS: number;
  readonly lengthM: number;
}

/**
 * Of any number of places the quickest to one by road, quickest first. None is left out by its distance: what is more than a question
 * holds is asked in several.
 * @param ask the road engine; of equally quick places it names the first ones
 * @param most so many are told at most; of equally quick places the first in `from`
 * @returns refused when one of the questions is: the quickest could be among those that were not answered
 */
export async function quickestOf(
  ask: RoadClient['etas'],
  from: readonly LngLat[],
  to: LngLat,
  most: number,
): Promise<Result<Quick[], RoadRefusal>> {
  let best: Quick[] = [];
  for (let begin = 0; begin < from.length; begin += MAX_SOURCES) {
    const part = from.slice(begin, begin + MAX_SOURCES);
    const answer = await ask({ to: [...to], from: part.map((p) => [...p]), nearest: most });
    if (!answer.ok) return answer;
    const told = answer.value.etas.flatMap((eta, i) => (eta ? [{ index: begin + i, ...eta }] : []));
    best = [...best, ...told].sort((a, b) => a.timeS - b.timeS || a.index - b.index).slice(0, most);
  }
  return accept(best);
}
