import { createContext } from 'svelte';
import { UNDO_MS } from '#domain/missed/decide.ts';
import type { Instant } from '#domain/time.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { command, requestKey } from '#lib/map/desk/requests.ts';
import type { Toasts } from '#lib/ui/toasts.svelte.ts';
import type { MatterView } from './missed.ts';

/** What an officer does at the list: one command at a time, an open dialog, the own telephone, and a closing that can be undone. */
export class MissedDesk {
  phone = $state<string | null>(null);
  sending = $state(false);
  dialog = $state.raw<{ readonly kind: 'close' | 'reopen'; readonly matter: MatterView } | null>(null);
  undo = $state.raw<{ readonly matter: MatterView; readonly until: Instant } | null>(null);
  readonly #toasts: Toasts;
  readonly #locale: Locale;
  /** Loads the list anew: what was done is shown by what the server then says. */
  readonly #reload: () => Promise<void>;

  constructor(o: { phone: string | null; toasts: Toasts; locale: Locale; reload: () => Promise<void> }) {
    this.phone = o.phone;
    this.#toasts = o.toasts;
    this.#locale = o.locale;
    this.#reload = o.reload;
  }

  async #send(name: string, body: object): Promise<boolean> {
    if (this.sending) return false;
    this.sending = true;
    try {
      const answer = await command(name, body);
      if (!answer.ok) {
        // of these the detail is a name; of others it is for the log
        const detail = answer.refused === 'missed-taken' ? answer.detail : '';
        this.#toasts.show(`${this.#locale.refusal(answer.refused)}${detail}`, 'refused');
      }
      await this.#reload();
      return answer.ok;
    } finally {
      this.sending = false;
    }
  }

  take = (m: MatterView): Promise<boolean> => this.#send('missed-take', { call: m.id });
  release = (m: MatterView): Promise<boolean> => this.#send('missed-release', { call: m.id });

  async dial(m: MatterView): Promise<void> {
    if (this.phone === null) this.#toasts.show(this.#locale.words.missed.phoneNeeded, 'refused');
    else await this.#send('missed-dial', { call: m.id, phone: this.phone, requestKey: requestKey() });
  }

  async close(m: MatterView, reason: string, note: string, now: Instant): Promise<void> {
    if (!(await this.#send('missed-close', { call: m.id, reason, note }))) return;
    this.dialog = null;
    this.undo = { matter: m, until: now + UNDO_MS };
  }

  async reopen(m: MatterView, note: string): Promise<void> {
    if (!(await this.#send('missed-reopen', { call: m.id, note }))) return;
    this.dialog = null;
    this.undo = null;
    this.#toasts.show(this.#locale.words.missed.reopening.done);
  }
}

export const [getMissedDesk, setMissedDesk] = createContext<MissedDesk>();
