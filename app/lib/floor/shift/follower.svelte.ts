import { untrack } from 'svelte';
import type { SeatLiveRow } from '#domain/floor/rows.ts';

/** A state that has just ended reaches the records within milliseconds; several changes at once are one question. */
const ASK_AFTER_MS = 250;
/** And again a little later: the figures are counted within a second. */
const ASK_AGAIN_MS = 2500;

/**
 * Holds the row of a seat that fits the records on screen: when the seat changes, the records are read again first, and the new
 * row is shown with them. Made while a component is made.
 */
export class Follower {
  row = $state.raw<SeatLiveRow | undefined>();

  constructor(newest: () => SeatLiveRow | undefined, renew: () => Promise<void>) {
    $effect(() => {
      const row = newest();
      const shown = untrack(() => this.row);
      if (row === shown) return;
      if (shown === undefined || row === undefined) {
        this.row = row;
        return;
      }
      const show = async (): Promise<void> => {
        try {
          await renew();
          this.row = row;
        } catch (e) {
          // the server is away: what is shown stays, and the next change asks again
          console.warn('the seat’s day could not be read', e);
        }
      };
      const first = setTimeout(() => void show(), ASK_AFTER_MS);
      const then = setTimeout(() => void show(), ASK_AGAIN_MS);
      return () => {
        clearTimeout(first);
        clearTimeout(then);
      };
    });
  }
}
