import type { Logger } from 'pino';
import type { Config } from '#domain/config.ts';
import type { Sql } from '#store/db.ts';
import type { WorkerState } from '#store/health.ts';
import type { Source, SourceContext } from './source.ts';

/** The time and chance that the supervisor uses: real in main.ts, scripted in tests. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

/** Where health and rejects go: the database in main.ts, arrays in tests. Either may throw while the database is away. */
export interface Ledger {
  health(worker: string, state: WorkerState, detail: Record<string, unknown>): Promise<void>;
  reject(source: string, raw: string | Uint8Array, code: string, reason: string): Promise<void>;
}

export interface SuperviseOptions {
  readonly sources: readonly Source[];
  readonly config: Config;
  readonly sql: Sql;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly ledger: Ledger;
}

export const FIRST_DELAY_MS = 500;
export const LONGEST_DELAY_MS = 30_000;
/** A source that ran this long is taken to have recovered: its next failure starts from the first delay again. */
export const HEALTHY_MS = 60_000;
export const REPORT_EVERY_MS = 1000;
const PENDING_REJECTS = 500;

/**
 * Delay before the n-th restart in a row: doubles from 0.5 s to 30 s, spread over its upper half so that sources that
 * failed together do not come back together.
 * @param failures failures in a row, ≥ 1
 * @param random 0 ≤ x < 1
 * @returns milliseconds
 */
export function restartDelay(failures: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(full * (0.5 + random / 2));
}

/**
 * Runs every source until the signal aborts. A source that rejects, or that ends by itself, is started again; it never takes
 * another one with it. Resolves when every source has stopped.
 * @returns names of the sources that are still running, for whoever gives them a limited time to stop
 */
export function supervise(options: SuperviseOptions): { done: Promise<void>; running: ReadonlySet<string> } {
  const running = new Set<string>();
  const done = Promise.all(
    options.sources.map(async (source) => {
      running.add(source.name);
      await new Worker(source, options).run();
      running.delete(source.name);
    }),
  ).then(() => {});
  return { done, running };
}

class Worker {
  readonly #source: Source;
  readonly #o: SuperviseOptions;
  readonly #log: Logger;
  readonly #worker: string;
  #restarts = 0;
  #lastError: string | null = null;
  #rejected = 0;
  #rejectsLost = 0;
  readonly #pendingRejects: { raw: string | Uint8Array; code: string; reason: string }[] = [];
  #report: { state: WorkerState; detail: Record<string, unknown> } | null = null;
  #reporting: Promise<void> | null = null;
  #lastReportAt = -Infinity;

  constructor(source: Source, options: SuperviseOptions) {
    this.#source = source;
    this.#o = options;
    this.#worker = `ingest:${source.name}`;
    this.#log = options.log.child({ source: source.name });
  }

  async run(): Promise<void> {
    const { signal, clock } = this.#o;
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = clock.now();
      this.#say('starting', {});
      try {
        await this.#source.run(this.#context());
        if (signal.aborted) break;
        this.#lastError = 'ended by itself';
        this.#log.error({ restarts: this.#restarts }, 'source ended by itself');
      } catch (e) {
        if (signal.aborted) break;
        this.#lastError = e instanceof Error ? e.message : String(e);
        this.#log.error({ err: e, restarts: this.#restarts }, 'source failed');
      }
      failures = clock.now() - startedAt >= HEALTHY_MS ? 1 : failures + 1;
      this.#restarts++;
      const delay = restartDelay(failures, clock.random());
      this.#say('away', { retryInMs: delay });
      await clock.sleep(delay, signal);
    }
    await this.#finish();
  }

  #context(): SourceContext {
    const { sql, config, signal } = this.#o;
    return {
      sql,
      config,
      log: this.#log,
      signal,
      reject: (raw, code, reason) => this.#reject(raw, code, reason),
      report: (state, detail) => this.#say(state, detail),
    };
  }

  #say(state: WorkerState, detail: Record<string, unknown>): void {
    this.#report = { state, detail };
    this.#reporting ??= this.#writeReports().finally(() => (this.#reporting = null));
  }

  /** Writes the newest report, never more than one a second; a report that came meanwhile replaces the one that waits. */
  async #writeReports(): Promise<void> {
    const { clock, signal } = this.#o;
    while (this.#report) {
      const wait = this.#lastReportAt + REPORT_EVERY_MS - clock.now();
      if (wait > 0) {
        if (signal.aborted) return; // finish() writes the last word
        await clock.sleep(wait, signal);
        continue;
      }
      const { state, detail } = this.#report;
      this.#report = null;
      this.#lastReportAt = clock.now();
      await this.#write(state, detail);
    }
  }

  async #write(state: WorkerState, detail: Record<string, unknown>): Promise<void> {
    const whole = {
      ...detail,
      restarts: this.#restarts,
      rejected: this.#rejected,
      ...(this.#rejectsLost ? { rejectsLost: this.#rejectsLost } : {}),
      ...(this.#lastError ? { lastError: this.#lastError.slice(0, 500) } : {}),
    };
    try {
      await this.#o.ledger.health(this.#worker, state, whole);
      await this.#flushRejects();
    } catch (e) {
      this.#log.warn({ err: e }, 'health could not be written');
    }
  }

  async #reject(raw: string | Uint8Array, code: string, reason: string): Promise<void> {
    this.#rejected++;
    this.#pendingRejects.push({ raw, code, reason });
    if (this.#pendingRejects.length > PENDING_REJECTS) {
      this.#pendingRejects.shift();
      this.#rejectsLost++;
    }
    this.#log.warn({ code, reason }, 'rejected');
    try {
      await this.#flushRejects();
    } catch (e) {
      this.#log.warn({ err: e }, 'a reject waits for the database');
    }
  }

  async #flushRejects(): Promise<void> {
    for (;;) {
      const r = this.#pendingRejects.shift();
      if (!r) return;
      try {
        await this.#o.ledger.reject(this.#source.name, r.raw, r.code, r.reason);
      } catch (e) {
        this.#pendingRejects.unshift(r);
        throw e;
      }
    }
  }

  async #finish(): Promise<void> {
    await this.#reporting;
    await this.#write('stopped', this.#report?.detail ?? {});
  }
}

/** Real time and chance. */
export const realClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    }),
};
