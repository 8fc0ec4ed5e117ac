import { setTimeout as sleep } from 'node:timers/promises';
import type { FactDraft } from '#domain/fact.ts';
import type { Sql } from '#store/db.ts';
import { recording } from '#store/facts.ts';
import type { Ending } from './worker.ts';

/** Facts that wait while the database is away; beyond it the oldest goes, and the complaint says how many went. */
const MOST = 200;
const RETRY_MS = 2000;
const CLOSE_WITHIN_MS = 3000;

/** Records when processes start and end. The database may be away just then: facts wait for it with their own time. */
export class ProcessLedger {
  readonly #sql: Sql;
  readonly #complain: (text: string) => void;
  readonly #closed = new AbortController();
  #waiting: FactDraft[] = [];
  #dropped = 0;
  #writing: Promise<void> | null = null;

  constructor(sql: Sql, complain: (text: string) => void) {
    this.#sql = sql;
    this.#complain = complain;
  }

  started(name: string, pid: number): void {
    this.#add({ kind: 'process.started', body: { process: name, pid }, ...about(name) });
  }

  ended(name: string, { code, signal }: Ending): void {
    this.#add({ kind: 'process.ended', body: { process: name, code, signal }, ...about(name) });
  }

  #add(fact: FactDraft): void {
    this.#waiting.push(fact);
    if (this.#waiting.length > MOST) {
      this.#waiting.shift();
      this.#dropped++;
    }
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = [...this.#waiting];
      try {
        await recording(this.#sql, async () => ({ facts: batch, result: undefined }));
        this.#waiting = this.#waiting.filter((f) => !batch.includes(f));
      } catch (e) {
        this.#complain(
          `${batch.length} facts about processes wait for the database, ${this.#dropped} were dropped: ${(e as Error).message}`,
        );
        if (this.#closed.signal.aborted) return;
        await sleep(RETRY_MS, undefined, { signal: this.#closed.signal }).catch(() => {}); // closing: one more try, then the end
      }
    }
  }

  /** Writes what waits, once more; what the database does not take within 3 s is lost. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.race([this.#writing, sleep(CLOSE_WITHIN_MS)]);
  }
}

const about = (name: string): { at: number; subject: string; actor: string } => ({
  at: Date.now(),
  subject: name,
  actor: 'supervisor',
});
