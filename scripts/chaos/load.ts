import { setTimeout as sleep } from 'node:timers/promises';
import type { FactDraft } from '#domain/fact.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import type { Sql } from '#store/db.ts';
import { recordFacts } from '#store/facts.ts';

/** Name and token that the run pushes with. */
export const CHAOS_ORIGIN = 'chaos';
export const CHAOS_TOKEN = 'a-token-for-the-chaos-run';

/** Pushes cases as a city's own system would: with an idempotency key, again and again until it is answered. */
export class CaseSender {
  readonly #url: string;
  readonly #random: Random;
  /** Ids whose push was answered 2xx. */
  readonly accepted = new Set<string>();

  constructor(o: { url: string; seed: number }) {
    this.#url = o.url;
    this.#random = mulberry32(o.seed + 77);
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let i = 0; !signal.aborted; i++) {
      const cases = Array.from({ length: 1 + Math.floor(this.#random() * 4) }, (_, k) => ({
        externalId: `chaos-${i}-${k}`,
        acceptedAt: new Date().toISOString(),
        category: ['测试', '混沌'],
        title: `第 ${i} 批第 ${k} 件`,
        type: 'help',
        state: 'registered',
      }));
      await this.#push(
        `chaos-key-${i}`,
        JSON.stringify({ cases }),
        cases.map((c) => c.externalId),
        signal,
      );
      await sleep(150 + this.#random() * 300, undefined, { signal }).catch(() => {});
    }
  }

  /** The same key and body until an answer comes: a crash between commit and answer must not double anything. */
  async #push(key: string, body: string, ids: readonly string[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const answer = await fetch(this.#url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${CHAOS_TOKEN}`,
            'idempotency-key': key,
          },
          body,
          signal: AbortSignal.timeout(5000),
        });
        if (answer.ok) {
          for (const id of ids) this.accepted.add(id);
          return;
        }
        if (answer.status < 500 && answer.status !== 429) throw new Refused(`${answer.status} ${await answer.text()}`);
      } catch (e) {
        if (e instanceof Refused) throw e;
      }
      await sleep(200, undefined, { signal }).catch(() => {});
    }
  }
}

class Refused extends Error {}

/** Records facts and remembers the cursors of those whose commit was answered. */
export class FactSender {
  readonly #sql: Sql;
  readonly committed: number[] = [];
  /** Commits that failed: whether they are there is not known, and both are right. */
  unanswered = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let i = 0; !signal.aborted; i++) {
      const fact: FactDraft = {
        kind: 'process.started',
        body: { process: 'chaos-load', pid: i },
        at: Date.now(),
        subject: 'chaos-load',
        actor: 'chaos',
      };
      try {
        const cursors = (await this.#sql.begin((tx) => recordFacts(tx as never, [fact, fact]))) as number[];
        this.committed.push(...cursors);
      } catch {
        this.unanswered++;
      }
      await sleep(20, undefined, { signal }).catch(() => {});
    }
  }
}
