import { getContext, setContext } from 'svelte';
import type { Instant } from '#domain/time.ts';

/**
 * The time that ages and "time in state" are counted from. One per page, made in the root layout.
 * It starts at the server's time, so that server and browser draw the same first picture, and ticks once a second
 * by the server's clock: a wall PC with a wrong clock still shows right ages.
 */
export class Clock {
  #now = $state.raw<Instant>(0);
  #offset = 0;

  constructor(serverNow: Instant) {
    this.#now = serverNow;
  }

  /** Epoch milliseconds by the server's clock, renewed each second. */
  get now(): Instant {
    return this.#now;
  }

  /** Corrects the difference between this machine's clock and the server's; `serverNow` just arrived. */
  sync(serverNow: Instant): void {
    this.#offset = serverNow - Date.now();
    this.tick();
  }

  tick(): void {
    this.#now = Date.now() + this.#offset;
  }

  /** Ticks on each whole second until the returned function is called. Browser only. */
  run(): () => void {
    let timer: ReturnType<typeof setTimeout>;
    const next = (): void => {
      this.tick();
      timer = setTimeout(next, 1000 - (this.#now % 1000) + 2);
    };
    next();
    return () => clearTimeout(timer);
  }
}

const KEY = Symbol('clock');
export const provideClock = (clock: Clock): Clock => setContext(KEY, clock);
export const useClock = (): Clock => getContext<Clock>(KEY);
