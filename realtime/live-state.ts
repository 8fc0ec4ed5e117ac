import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fact } from '#domain/fact.ts';
import { foldFact, TOPICS, type State, type Topic } from '#domain/folds.ts';
import { MASKS } from '#domain/clearance.ts';
import type { Sql } from '#store/db.ts';
import { factsAfter } from '#store/facts.ts';
import { loadSnapshot } from '#store/snapshots.ts';
import { Channel } from './channel.ts';

/** The folded state of this gateway, with a channel for each topic and clearance. */
export class LiveState {
  readonly #state: State;
  readonly #zone: string;
  readonly #channels = new Map<string, Channel>();
  #n: number;

  private constructor(state: State, n: number, zone: string) {
    this.#state = state;
    this.#n = n;
    this.#zone = zone;
    for (const topic of TOPICS) {
      state[topic].takeTouched();
      this.#channels.set(topic, new Channel(topic, state[topic], null, n));
      const mask = MASKS[topic];
      if (mask) this.#channels.set(`${topic}.masked`, new Channel(`${topic}.masked`, state[topic], mask, n));
    }
  }

  /** From the newest snapshot and the facts after it. */
  static async load(sql: Sql, zone: string): Promise<LiveState> {
    const { n: from, state } = await loadSnapshot(sql);
    let n = from;
    for (;;) {
      const facts = await factsAfter(sql, n);
      if (facts.length === 0) break;
      for (const fact of facts) foldFact(state, fact, zone);
      n = facts.at(-1)!.n;
      await nextTurn(); // a long history must not keep the process from answering its health check
    }
    return new LiveState(state, n, zone);
  }

  get n(): number {
    return this.#n;
  }

  channel(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  fold(facts: readonly Fact[]): void {
    for (const fact of facts) foldFact(this.#state, fact, this.#zone);
    this.#n = facts.at(-1)!.n;
  }

  /**
   * Publishes what was folded since the last call: the frame of each channel that changed.
   * @param heard whether anybody listens to a channel
   */
  *publish(heard: (channel: Channel) => boolean): Generator<{ channel: Channel; frame: Buffer | null }> {
    for (const topic of TOPICS) {
      const changes = this.#state[topic].takeTouched();
      for (const name of [topic, `${topic}.masked`] satisfies string[]) {
        const channel = this.#channels.get(name);
        if (!channel) continue;
        if (changes.length === 0) channel.advance(this.#n);
        yield { channel, frame: changes.length === 0 ? null : channel.publish(this.#n, changes, heard(channel)) };
      }
    }
  }
}

export type { Topic };
