import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Live } from '#lib/live/live.svelte.ts';
import type { Toasts } from '#lib/ui/toasts.svelte.ts';
import { command, type Answer } from './requests.ts';

/** Longest wait for a fact to come back; then the button is free again and the connection's own sign says what is wrong. */
const FACT_WITHIN_MS = 8000;

/**
 * Sends commands and keeps their buttons busy until what they did is seen in the live tables: the screen never shows what was only
 * asked for. Refusals are told in the reader's language.
 */
export class Commands {
  readonly #sending = new SvelteSet<string>();
  readonly #live: Live;
  readonly #toasts: Toasts;
  readonly #sentence: (code: string) => string;

  constructor(live: Live, toasts: Toasts, sentence: (code: string) => string) {
    this.#live = live;
    this.#toasts = toasts;
    this.#sentence = sentence;
  }

  /** Is a command of this key under way? */
  busy(key: string): boolean {
    return this.#sending.has(key);
  }

  /**
   * @param key names the button; a second press while it is busy does nothing
   * @param seen true once the fact is in the live tables; left out: the answer is enough
   * @returns the answer, or null when the same key was busy
   */
  async send<T = null>(
    key: string,
    name: string,
    body: object,
    seen?: (made: T) => boolean,
  ): Promise<Answer<T> | null> {
    if (this.#sending.has(key)) return null;
    this.#sending.add(key);
    try {
      const answer = await command<T>(name, body);
      if (!answer.ok) {
        const detail = answer.detail !== '' && /^[R\d-]+$/.test(answer.detail) ? ` ${answer.detail}` : '';
        this.#toasts.show(this.#sentence(answer.refused) + detail, 'refused');
      } else if (seen) await this.#until(() => seen(answer.made));
      return answer;
    } finally {
      this.#sending.delete(key);
    }
  }

  #until(seen: () => boolean): Promise<void> {
    if (seen()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, FACT_WITHIN_MS);
      const stop = this.#live.onUpdate(() => {
        if (seen()) done();
      });
    });
  }
}

export const [getCommands, setCommands] = createContext<Commands>();
