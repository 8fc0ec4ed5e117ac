import type { SubmitFunction } from '$app/forms';
import type { Locale } from '#lib/i18n/locale.ts';
import type { Toasts } from './toasts.svelte.ts';

/**
 * One form's way to the server: `sending` while the command is under way, a toast when it was refused or, where `done` is given,
 * when it was taken. The screen itself changes only by what the server then loads.
 */
export class Submit {
  sending = $state(false);
  readonly #toasts: Toasts;
  readonly #locale: Locale;

  constructor(toasts: Toasts, locale: Locale) {
    this.#toasts = toasts;
    this.#locale = locale;
  }

  /** For `use:enhance`. `ask` returns false to stop it; `done` says what to tell; `after` runs when it was taken. */
  to({
    ask,
    done,
    after,
    reset = true,
  }: {
    ask?: () => boolean;
    done?: string;
    after?: () => void;
    reset?: boolean;
  } = {}): SubmitFunction {
    return ({ cancel }) => {
      if (ask && !ask()) {
        cancel();
        return;
      }
      this.sending = true;
      return async ({ result, update }) => {
        await update({ reset: reset && result.type === 'success' });
        this.sending = false;
        if (result.type === 'failure') {
          const code: unknown = result.data?.refused;
          this.#toasts.show(this.#locale.refusal(typeof code === 'string' ? code : 'unknown'), 'refused');
        } else if (result.type === 'error') this.#toasts.show(this.#locale.words.errors.failed, 'refused');
        else if (result.type === 'success') {
          if (done) this.#toasts.show(done);
          after?.();
        }
      };
    };
  }
}
