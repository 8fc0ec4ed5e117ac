import { collection, type Collection } from './geo.ts';
import { query } from './desk/requests.ts';
import type { Stage } from './stage.ts';

/** A speed on a road that is not drawn yet: the lines are asked for again, but not more often than this. */
const AGAIN_MS = 60_000;

/**
 * Brings the lines of the measured roads to a map, and brings them anew when speeds come in for roads that it does not know.
 * A server that is away is asked again with the next speeds.
 */
export class MeasuredRoads {
  #known: ReadonlySet<number> = new Set();
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking = false;

  /** @param flows edges that have a speed now */
  async bring(stage: Stage, flows: ReadonlyMap<number, number>, now: number): Promise<void> {
    if (this.#asking || flows.size === 0 || now - this.#askedAt < AGAIN_MS) return;
    let missing = false;
    for (const edge of flows.keys()) if ((missing = !this.#known.has(edge))) break;
    if (!missing) return;
    this.#asking = true;
    this.#askedAt = now;
    const answer = await query<{ edge: number; line: [number, number][] }[]>('/map/roads');
    this.#asking = false;
    if (!answer.ok) return;
    this.#known = new Set(answer.made.map((r) => r.edge));
    stage.setRoads(roadCollection(answer.made));
  }
}

/** Lines with their edge as id, so that a speed finds its road. */
export const roadCollection = (
  roads: readonly { edge: number; line: readonly (readonly [number, number])[] }[],
): Collection =>
  collection(
    roads.map((r) => ({
      type: 'Feature',
      id: r.edge,
      properties: {},
      geometry: { type: 'LineString', coordinates: r.line },
    })),
  );
