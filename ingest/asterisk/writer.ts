import type { Logger } from 'pino';
import type { FactDraft } from '#domain/fact.ts';
import { emptyRecords, type RecordFold } from '#domain/floor/records.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql } from '#store/db.ts';
import { FloorTakenOver, noteHeard, writeFloorBatch, type FloorBatch } from '#store/floor.ts';

/** Facts that may wait while the database is away: minutes of a busy floor. Beyond, the source starts anew with a gap. */
export const QUEUE_AT_MOST = 60_000;
/** Facts in one transaction at most; the lock on the facts is held for its last statement only. */
const BATCH_AT_MOST = 2000;
/** Under load what comes within this long is one transaction: a few hundred commits a second are enough for every reader. */
const GROUP_MS = 3;
const RETRY_FIRST_MS = 50;
const RETRY_LONGEST_MS = 2000;
/** How often "heard until" is noted when nothing happens. */
const NOTE_EVERY_MS = 1000;

/** More came than could be kept: the database was away for too long. */
export class WriterOverflow extends Error {
  constructor(atMost: number) {
    super(`more than ${atMost} facts wait for the database`);
  }
}

export interface WriterFigures {
  facts: number;
  batches: number;
  waiting: number;
  /** Milliseconds of the newest batch, from its first fact's arrival to its commit. */
  lastMs: number;
  /** Since when the database does not answer; null: it does. */
  awaySince: number | null;
}

/**
 * Takes facts without ever making their reader wait, and writes them in their order: at once when idle, and what gathered
 * during one transaction with the next one. A batch whose commit was not heard of is tried again and not written twice.
 */
export class FloorWriter {
  readonly figures: WriterFigures = { facts: 0, batches: 0, waiting: 0, lastMs: 0, awaySince: null };
  readonly #sql: Sql;
  readonly #run: string;
  readonly #records: RecordFold;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #atMost: number;
  #queue: FactDraft[] = [];
  #since = 0;
  #heardAt: Instant = 0;
  #notedAt: Instant = 0;
  #batch = 0;
  #startup: string | null;
  #wake: () => void = () => {};
  #stopping = false;
  #fail: (e: Error) => void = () => {};
  /** Rejects when the writer has failed for good, resolves when it has stopped. */
  readonly #done: Promise<void>;

  constructor(o: {
    sql: Sql;
    run: string;
    records: RecordFold;
    startup: string | null;
    log: Logger;
    now: () => number;
    atMost?: number;
  }) {
    this.#sql = o.sql;
    this.#run = o.run;
    this.#records = o.records;
    this.#startup = o.startup;
    this.#log = o.log;
    this.#now = o.now;
    this.#atMost = o.atMost ?? QUEUE_AT_MOST;
    this.#done = new Promise((resolve, reject) => {
      this.#fail = (e) => {
        this.#stopping = true;
        this.#queue = [];
        reject(e);
      };
      this.#pump().then(resolve, this.#fail);
    });
    this.#done.catch(() => {}); // whoever runs the writer awaits settled()
  }

  /** Resolves when the writer has failed for good or has stopped. @throws FloorTakenOver, WriterOverflow */
  settled(): Promise<void> {
    return this.#done;
  }

  set startup(text: string | null) {
    this.#startup = text;
  }

  push(facts: readonly FactDraft[], heardAt: Instant): void {
    if (heardAt > this.#heardAt) this.#heardAt = heardAt;
    if (facts.length === 0 || this.#stopping) return;
    if (this.#queue.length + facts.length > this.#atMost) return this.#fail(new WriterOverflow(this.#atMost));
    if (this.#queue.length === 0) this.#since = this.#now();
    for (const f of facts) this.#queue.push(f);
    this.figures.waiting = this.#queue.length;
    this.#wake();
  }

  /** Writes what waits, for at most `withinMs`, and ends. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    this.#wake();
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((r) => (timer = setTimeout(r, withinMs)));
    await Promise.race([this.#done.catch(() => {}), over]);
    clearTimeout(timer);
  }

  async #pump(): Promise<void> {
    let began = -Infinity;
    for (;;) {
      if (this.#queue.length === 0) {
        if (this.#stopping) return await this.#note();
        await this.#idle();
        if (this.#queue.length === 0 && this.#heardAt > this.#notedAt) await this.#note();
        continue;
      }
      const early = GROUP_MS - (this.#now() - began);
      if (early > 0 && !this.#stopping) await new Promise((r) => setTimeout(r, early));
      began = this.#now();
      const facts = this.#queue.splice(0, BATCH_AT_MOST);
      const since = this.#since;
      this.#since = this.#now();
      const records = emptyRecords();
      for (const f of facts) this.#records.apply(f, records);
      await this.#write({
        run: this.#run,
        batch: ++this.#batch,
        heardAt: this.#heardAt,
        startup: this.#startup,
        facts,
        records,
      });
      this.#notedAt = this.#heardAt;
      this.figures.facts += facts.length;
      this.figures.batches++;
      this.figures.waiting = this.#queue.length;
      this.figures.lastMs = Math.round(this.#now() - since);
    }
  }

  async #idle(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((r) => {
      this.#wake = r;
      timer = setTimeout(r, NOTE_EVERY_MS);
    });
    clearTimeout(timer);
    this.#wake = () => {};
  }

  async #note(): Promise<void> {
    const heardAt = this.#heardAt;
    if (heardAt === 0) return;
    try {
      await noteHeard(this.#sql, this.#run, heardAt);
      this.#notedAt = heardAt;
    } catch (e) {
      if (e instanceof FloorTakenOver) throw e;
      // the next batch or note says it; only a fact is worth trying again for
      this.#log.debug({ err: e }, 'heard-until could not be noted');
    }
  }

  async #write(batch: FloorBatch): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await writeFloorBatch(this.#sql, batch);
        if (this.figures.awaySince !== null)
          this.#log.info({ waiting: this.#queue.length }, 'the database answers again');
        this.figures.awaySince = null;
        return;
      } catch (e) {
        if (e instanceof FloorTakenOver) throw e;
        if (this.#stopping && attempt > 0) throw e;
        this.figures.awaySince ??= this.#now();
        if (attempt === 0) this.#log.warn({ err: e }, 'the database does not take the facts; they wait');
        const delay = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** attempt);
        await new Promise((r) => setTimeout(r, delay));
      }
    }
  }
}
