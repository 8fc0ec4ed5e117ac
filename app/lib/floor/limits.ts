import { createSubscriber } from 'svelte/reactivity';
import { ANY_QUEUE, DEFAULT_THRESHOLDS, type Thresholds } from '#domain/calls/thresholds.ts';
import type { Limit } from '#lib/wall/floor/thresholds.ts';

/** What a skill group is to reach, and from when on a time lasts too long in it. */
export interface QueueLimits {
  /** Goal of the service level, a share 0–1. */
  readonly serviceLevel: number;
  readonly wait: Limit;
  readonly talk: Limit;
  readonly wrap: Limit;
}
export type LimitsByQueue = Readonly<Record<string, QueueLimits>>;

export const limitsOf = (t: Thresholds): QueueLimits => ({
  serviceLevel: t.goalPercent / 100,
  wait: { long: t.waitLongS, overlong: t.waitOverlongS },
  talk: { long: t.talkLongS, overlong: t.talkOverlongS },
  wrap: { long: t.wrapLongS, overlong: t.wrapOverlongS },
});
const PRESET = limitsOf(DEFAULT_THRESHOLDS);

/** They change some times a year: a wall that hangs for months hears of it within the minute. */
const ASK_EVERY_MS = 30_000;

/** The goals and limits that are in force, as every page and wall of the floor marks by them: asked for while something shows them. */
class FloorLimits {
  #byQueue: LimitsByQueue = {};
  readonly #shown = createSubscriber((update) => this.#follow(update));

  /** Of a skill group; of those without their own, and of work that belongs to none, the common ones. */
  of(queue: string | null): QueueLimits {
    this.#shown();
    return this.#byQueue[queue ?? ANY_QUEUE] ?? this.#byQueue[ANY_QUEUE] ?? PRESET;
  }

  /** Whether all groups have the same limits of this kind. */
  same(kind: 'wait' | 'talk' | 'wrap'): boolean {
    this.#shown();
    return new Set(Object.values(this.#byQueue).map((l) => `${l[kind].long} ${l[kind].overlong}`)).size < 2;
  }

  #follow(update: () => void): () => void {
    let stopped = false;
    const ask = async (): Promise<void> => {
      try {
        const answer = await fetch('/floor/limits', { signal: AbortSignal.timeout(ASK_EVERY_MS) });
        if (!answer.ok || stopped) return;
        this.#byQueue = (await answer.json()) as LimitsByQueue;
        update();
      } catch {
        // without an answer what was known stays; the page itself says when the server is away
        return;
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }
}

export const floorLimits = new FloorLimits();
