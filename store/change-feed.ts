import { setTimeout as sleep } from 'node:timers/promises';
import type { Cursor, Fact } from '#domain/fact.ts';
import type { Sql } from './db.ts';
import { FACT_CHANNEL, factsAfter } from './facts.ts';

const READ_AT_MOST = 5000;
/** A paced follower waits this long for each fact of its last read, up to its pace. */
const PER_FACT_MS = 2;

export interface FollowOptions {
  /** Told after each read: null, or why the database could not be read. */
  readonly onAway?: (error: Error | null) => void;
  /**
   * While many facts come, milliseconds from one read to the next: what was committed meanwhile comes together, for one
   * query instead of many. While few come they are read almost at once, after a quiet moment at once. Default 0.
   */
  readonly paceMs?: number;
}

/**
 * Follows the facts from a cursor for ever: `onFacts` gets them in order, none twice, none missed.
 * NOTIFY is only a doorbell; what counts is the read by cursor, also after every (re)connect and once a second in case a bell was lost.
 * Resolves when the signal aborts; rejects when `onFacts` throws (our own broken promise). A database that is away is waited for.
 */
export async function followFacts(
  sql: Sql,
  from: Cursor,
  onFacts: (facts: Fact[]) => void | Promise<void>,
  signal: AbortSignal,
  { onAway = () => {}, paceMs = 0 }: FollowOptions = {},
): Promise<void> {
  let cursor = from;
  let dueAt = -Infinity;
  let rung = true;
  let wake: () => void = () => {};
  const ring = (): void => {
    rung = true;
    wake();
  };
  const listening = sql.listen(FACT_CHANNEL, ring, ring);
  listening.catch(() => {}); // the once-a-second read goes on without it; the driver listens again when it reconnects
  const beat = setInterval(ring, 1000);
  signal.addEventListener('abort', ring);
  try {
    while (!signal.aborted) {
      if (!rung) await new Promise<void>((r) => (wake = r));
      rung = false;
      for (;;) {
        const early = dueAt - performance.now();
        if (early >= 1) await sleep(early);
        const began = performance.now();
        let facts: Fact[];
        try {
          facts = await factsAfter(sql, cursor, READ_AT_MOST);
          onAway(null);
        } catch (e) {
          onAway(e as Error);
          break; // the beat tries again
        }
        dueAt = began + Math.min(paceMs, facts.length * PER_FACT_MS);
        if (facts.length === 0 || signal.aborted) break;
        cursor = facts.at(-1)!.n;
        await onFacts(facts);
        if (facts.length < READ_AT_MOST) break; // what came since has rung
      }
    }
  } finally {
    clearInterval(beat);
    signal.removeEventListener('abort', ring);
    await listening.then((l) => l.unlisten()).catch(() => {});
  }
}
