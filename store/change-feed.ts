import type { Cursor, Fact } from '#domain/fact.ts';
import type { Sql } from './db.ts';
import { FACT_CHANNEL, factsAfter } from './facts.ts';

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
  onAway: (error: Error | null) => void = () => {},
): Promise<void> {
  let cursor = from;
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
        let facts: Fact[];
        try {
          facts = await factsAfter(sql, cursor);
          onAway(null);
        } catch (e) {
          onAway(e as Error);
          break; // the beat tries again
        }
        if (facts.length === 0 || signal.aborted) break;
        cursor = facts.at(-1)!.n;
        await onFacts(facts);
      }
    }
  } finally {
    clearInterval(beat);
    signal.removeEventListener('abort', ring);
    await listening.then((l) => l.unlisten()).catch(() => {});
  }
}
