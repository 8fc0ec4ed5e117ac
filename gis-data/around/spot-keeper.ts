import type { Logger } from 'pino';
import type { Sql } from '#store/db.ts';
import { caseSpots, changedSpots, spotMark } from '#store/case-spots.ts';
import { SpotIndex, STRIPS_PER_DEG } from './spots.ts';

/** So many changed points are looked through with each question; with more everything is read anew. */
const MANY_CHANGES = 20_000;
/** Not more often, whatever is imported. */
const READ_ANEW_EVERY_MS = 60_000;

/** The index of all placed cases, kept in step with the database. While it is read for the first time there is none. */
export class SpotKeeper {
  readonly #sql: Sql;
  readonly #log: Logger;
  readonly #now: () => number;
  #index: SpotIndex | null = null;
  #mark = '0';
  #readAt = -Infinity;
  #followedAt: number | null = null;
  #reading: Promise<void> | null = null;

  constructor(sql: Sql, log: Logger, now: () => number) {
    this.#sql = sql;
    this.#log = log;
    this.#now = now;
  }

  /** Null until everything was read once. */
  get index(): SpotIndex | null {
    return this.#index;
  }
  /** When it was last in step with the database, epoch milliseconds. */
  get followedAt(): number | null {
    return this.#followedAt;
  }

  /** Follows what changed. Reading everything goes on beside it, for seconds. @throws while the database is away */
  async follow(): Promise<void> {
    if (!this.#index) {
      this.#read();
      return;
    }
    const mark = await spotMark(this.#sql);
    const changes = await changedSpots(this.#sql, this.#mark, MANY_CHANGES);
    for (const { id, spot } of changes) this.#index.change(id, spot);
    // what is in the index already comes again while its transaction is not older than all others: it changes nothing
    if (changes.length < MANY_CHANGES) {
      this.#mark = mark;
      this.#followedAt = this.#now();
    }
    if (this.#index.changes >= MANY_CHANGES || changes.length === MANY_CHANGES) this.#read();
  }

  /** Waits for a reading that is under way. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  #read(): void {
    if (this.#reading || this.#now() - this.#readAt < READ_ANEW_EVERY_MS) return;
    this.#readAt = this.#now();
    this.#reading = this.#readAll()
      .catch((e: unknown) => this.#log.warn({ err: e }, 'the cases could not be read; tried again in a minute'))
      .finally(() => (this.#reading = null));
  }

  async #readAll(): Promise<void> {
    const began = performance.now();
    const mark = await spotMark(this.#sql);
    const index = new SpotIndex();
    for await (const batch of caseSpots(this.#sql, STRIPS_PER_DEG)) for (const spot of batch) index.add(spot);
    this.#index = index;
    this.#mark = mark;
    this.#followedAt = this.#now();
    this.#log.info(
      { cases: index.size, mb: Math.round(index.bytes / 1e6), tookMs: Math.round(performance.now() - began) },
      'cases are in the index',
    );
  }
}
