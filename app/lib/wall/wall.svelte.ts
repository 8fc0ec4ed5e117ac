import { createContext } from 'svelte';
import type { Instant } from '#domain/time.ts';
import type { Live } from '#lib/live/live.svelte.ts';
import { nextSecond } from './second.ts';

/** What all parts of a wall share: the one clock that only heartbeats move, and who must have drawn before the wall is ready. */
export class Wall {
  readonly live: Live;
  #second = $state.raw(0);
  #drawing = $state.raw(0);
  #rem = $state.raw(16);

  constructor(live: Live) {
    this.live = live;
  }

  /**
   * The wall's time, whole seconds in epoch milliseconds; 0 before the first heartbeat. Times in state, waits and the clock
   * are all counted from it, so that a wall that hears nothing stands still as a whole.
   */
  get now(): Instant {
    return this.#second * 1000;
  }

  beat(heard: Instant): void {
    this.#second = nextSecond(this.#second, heard);
  }

  /** 1 rem in CSS pixels, as the window makes it: for what is laid out by numbers (grids that count, charts). */
  get rem(): number {
    return this.#rem;
  }

  /** Follows the window's size until the returned function is called. */
  followSize(): () => void {
    const read = (): void => {
      this.#rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    };
    read();
    window.addEventListener('resize', read);
    return () => window.removeEventListener('resize', read);
  }

  /** For scenes that need time to draw (maps): the wall is not ready until the returned function was called. */
  holdReady(): () => void {
    this.#drawing++;
    let held = true;
    return () => {
      if (held) this.#drawing--;
      held = false;
    };
  }

  /** First snapshots are in, and nobody holds. */
  get ready(): boolean {
    return this.live.ready && this.#drawing === 0;
  }
}

export const [getWall, setWall] = createContext<Wall>();
