import { MINUTE } from '#domain/time.ts';
import { Draws } from './draws.ts';

/** Numbers that the demo's seats still mean to call back. */
const WAITING_AT_MOST = 400;
const TRIES = 3;

/**
 * What happens to the demo's callers who were not served: most try again or are called back, some leave a message, a few are left to
 * the officers. Draws of its own, so that it decides nothing else.
 */
export class Habits {
  readonly #draws: Draws;
  /** Number → how often it was called back in vain, oldest first. */
  readonly #waiting = new Map<string, number>();

  constructor(seed: number) {
    this.#draws = new Draws(seed ^ 0x5eed);
  }

  /** Some callers withhold their number. */
  withholds(): boolean {
    return this.#draws.next() < 0.02;
  }

  /** How long a caller who gives up speaks to the voice box, seconds; null: he hangs up. */
  messageS(number: string): number | null {
    if (this.#draws.next() >= 0.12) return null;
    if (number !== '') this.#later(number, 0);
    return Math.round(this.#draws.between(8, 70));
  }

  /** @returns milliseconds until he tries again; null: he does not */
  gaveUp(number: string): number | null {
    if (number === '') return null;
    if (this.#draws.next() < 0.85) this.#later(number, this.#waiting.get(number) ?? 0);
    return this.#draws.next() < 0.45 ? MINUTE + this.#draws.exp(9 * MINUTE) : null;
  }

  /** He got through: nobody has to call him. */
  served(number: string): void {
    this.#waiting.delete(number);
  }

  /** The number that a free seat calls back now; null: it makes another call. */
  callBack(): string | null {
    const [first] = this.#waiting;
    if (!first || this.#draws.next() < 0.25) return null;
    this.#waiting.delete(first[0]);
    if (first[1] + 1 < TRIES) this.#later(first[0], first[1] + 1);
    return first[0];
  }

  #later(number: string, tries: number): void {
    this.#waiting.delete(number);
    this.#waiting.set(number, tries);
    if (this.#waiting.size > WAITING_AT_MOST) this.#waiting.delete(this.#waiting.keys().next().value!);
  }
}
