import type { LngLat } from '#domain/city/rows.ts';
import type { Camera, NearCamera } from '#domain/cameras/rows.ts';
import type { RouteEnd } from '#domain/incidents/rows.ts';
import { camerasById, idsOf } from '../layers/cameras.ts';
import { query } from './requests.ts';

/** What `near-cameras` answers. */
export interface FoundCameras {
  readonly at: LngLat;
  readonly withinM: number;
  readonly cameras: readonly NearCamera[];
  /** Nearer than the farthest of the others, and without a picture. */
  readonly dead: readonly NearCamera[];
}

/** From this zoom on single streets are seen: cameras of a whole city would hide it. */
export const CAMERA_ZOOM = 12.5;
const AGAIN_MS = 20_000;
/** A map that is being moved asks when it rests. */
const REST_MS = 250;

/** The cameras of a desk: those on its map, and those that are open about a place. */
export class DeskCameras {
  /** The place whose cameras are open. */
  from = $state.raw<RouteEnd | null>(null);
  found = $state.raw<FoundCameras | null>(null);
  /** Those whose pictures are open: lit on the map. */
  open = $state.raw<ReadonlySet<string>>(idsOf([]));
  /** In the piece of the map that is seen. */
  seen = $state.raw<readonly Camera[]>([]);

  start(from: RouteEnd): void {
    this.from = from;
    this.found = null;
  }
  clear(): void {
    this.from = this.found = null;
  }

  /** All that stands on the map, by id. */
  readonly shown: ReadonlyMap<string, Camera> = $derived(
    camerasById([...this.seen, ...(this.found?.cameras ?? []), ...(this.found?.dead ?? [])]),
  );

  /**
   * Follows what the map shows.
   * @param box [west, south, east, north] of now; null: the layer is off, or the map too far away
   * @returns what ends it
   */
  follow(
    box: () => readonly [number, number, number, number] | null,
    onmove: (moved: () => void) => () => void,
  ): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ended = new AbortController();
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      const now = box();
      if (!now) this.seen = [];
      else {
        const answer = await query<Camera[]>(
          `/map/cameras?box=${now.map((d) => d.toFixed(5)).join(',')}`,
          ended.signal,
        );
        // the map has gone on, or the server is away: what was there stays until the next answer
        if (answer.ok && !ended.signal.aborted) this.seen = answer.made;
      }
      if (!ended.signal.aborted) timer = setTimeout(again, AGAIN_MS);
    };
    const again = (): void => void ask().catch(() => {}); // ended while asking
    const stop = onmove(() => {
      clearTimeout(timer);
      timer = setTimeout(again, REST_MS);
    });
    again();
    return () => {
      stop();
      ended.abort();
      clearTimeout(timer);
    };
  }
}
