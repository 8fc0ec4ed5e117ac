import type { Logger } from 'pino';
import type { ContactSignal } from '#domain/contact.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql } from '#store/db.ts';
import { putContact } from '#store/signals.ts';

/** A sign of life reaches the database at most this often. */
export const CONTACT_EVERY_MS = 1000;

/**
 * Writes when a source was last heard. Never makes its caller wait and never fails: while the database is away nothing is written,
 * and the age on the screens grows, which is the truth.
 */
export class ContactTeller {
  readonly #sql: Sql;
  readonly #key: string;
  readonly #limitS: number | null;
  readonly #log: Logger;
  readonly #now: () => Instant;
  #heardAt: Instant = 0;
  #toldAt: Instant = 0;
  #wroteAt = -Infinity;
  #busy: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(sql: Sql, key: string, limitS: number | null, log: Logger, now: () => Instant = Date.now) {
    this.#sql = sql;
    this.#key = key;
    this.#limitS = limitS;
    this.#log = log;
    this.#now = now;
  }

  /** The source is configured, and was perhaps never heard: told once, so that its silence shows. */
  async expected(): Promise<void> {
    await putContact(this.#sql, this.#key, this.#body(null));
  }

  heard(at: Instant): void {
    if (at > this.#heardAt) this.#heardAt = at;
    this.#tell();
  }

  /** Waits for what is being written, and writes the last word. */
  async settled(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#busy;
    if (this.#heardAt > this.#toldAt) await this.#write();
  }

  #body(contactAt: Instant | null): ContactSignal {
    return { contactAt, limitS: this.#limitS };
  }

  #tell(): void {
    if (this.#busy || this.#timer || this.#heardAt <= this.#toldAt) return;
    const wait = this.#wroteAt + CONTACT_EVERY_MS - this.#now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#tell();
      }, wait);
      this.#timer.unref();
    } else
      this.#busy = this.#write().finally(() => {
        this.#busy = null;
        this.#tell();
      });
  }

  async #write(): Promise<void> {
    const at = this.#heardAt;
    this.#wroteAt = this.#now();
    this.#toldAt = at;
    try {
      await putContact(this.#sql, this.#key, this.#body(at));
    } catch (e) {
      this.#log.warn({ err: e, key: this.#key }, 'a sign of life could not be written');
    }
  }
}
