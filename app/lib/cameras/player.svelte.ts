import type { Camera, CameraWay } from '#domain/cameras/rows.ts';
import { isFinal, waitAfter } from '#domain/cameras/retry.ts';
import { playHls } from './hls.ts';
import { playStills } from './stills.ts';
import type { NoPicture, Screen, Way } from './way.ts';
import { playWhep } from './whep.ts';

export type PlayerState = 'connecting' | 'playing' | 'waiting' | 'given-up';

const WAYS: Readonly<Record<CameraWay, Way>> = { whep: playWhep, hls: playHls, snapshot: playStills };
/** A picture that has not begun by then does not come. */
const BEGIN_MS = 12_000;
/** A picture that stands still for so long is lost. */
const STILL_MS = 12_000;
const LOOK_MS = 2000;
/** A picture that held so long was one: the next loss is counted from the beginning. */
const HELD_MS = 30_000;

/**
 * One camera on one screen: tries its ways in turn, again after growing waits, and ends trying. Whatever happens to it happens to no
 * other; `stop` leaves nothing behind.
 */
export class CameraPlayer {
  state = $state<PlayerState>('connecting');
  reason = $state.raw<NoPicture | null>(null);
  /** Tries made again since the picture was there last. */
  tries = $state(0);
  way = $state.raw<CameraWay | null>(null);

  readonly #camera: Pick<Camera, 'id' | 'ways'>;
  readonly #screen: Screen;
  #end: (() => void) | null = null;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #stopped = false;

  constructor(camera: Pick<Camera, 'id' | 'ways'>, screen: Screen) {
    this.#camera = camera;
    this.#screen = screen;
    this.#try(0);
  }

  /** From the beginning, when somebody asks for it. */
  again(): void {
    if (this.#stopped) return;
    this.#clear();
    this.tries = 0;
    this.#try(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#clear();
  }

  #try(nth: number): void {
    const way = this.#camera.ways[nth];
    if (way === undefined) return this.#lost('no-address');
    this.state = 'connecting';
    this.way = way;
    let over = false;
    const failed = (why: NoPicture): void => {
      if (over || this.#stopped) return;
      over = true;
      this.#clear();
      // the next way at once; when all have failed, the reason of the last
      if (nth + 1 < this.#camera.ways.length && this.state === 'connecting') this.#try(nth + 1);
      else this.#lost(why);
    };
    const began = (): void => {
      if (over || this.#stopped || this.state === 'playing') return;
      this.#clearTimers();
      this.state = 'playing';
      this.reason = null;
      this.#after(HELD_MS, () => (this.tries = 0));
      if (way !== 'snapshot') this.#watch(failed);
    };
    this.#after(BEGIN_MS, () => failed('timeout'));
    this.#end = WAYS[way](this.#camera.id, this.#screen, { began, failed });
  }

  /** A stream may stop without a word. */
  #watch(failed: (why: NoPicture) => void): void {
    const { video } = this.#screen;
    let at = video.currentTime;
    let still = 0;
    const look = (): void => {
      still = video.currentTime === at && document.visibilityState === 'visible' ? still + LOOK_MS : 0;
      at = video.currentTime;
      if (still >= STILL_MS) failed('frozen');
      else this.#after(LOOK_MS, look);
    };
    this.#after(LOOK_MS, look);
  }

  #lost(why: NoPicture): void {
    this.reason = why;
    const wait = isFinal(why) ? null : waitAfter(this.tries);
    if (wait === null) {
      this.state = 'given-up';
      return;
    }
    this.state = 'waiting';
    this.#after(wait, () => {
      this.tries++;
      this.#try(0);
    });
  }

  #after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers = this.#timers.filter((t) => t !== timer);
      work();
    }, ms);
    this.#timers.push(timer);
  }
  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }
  #clear(): void {
    this.#clearTimers();
    const end = this.#end;
    this.#end = null;
    end?.();
  }
}
