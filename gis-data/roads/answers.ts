import { availableParallelism } from 'node:os';
import * as v from 'valibot';
import { refuse, type Result } from '#domain/result.ts';
import type { Answered, AnswerThread, ToAnswer } from './answer-worker.ts';
import type { CchEngine } from './cch-engine.ts';
import { ANSWERS, type AnswerOf, type Kind } from './desk.ts';
import { asDriver, ORDINARY, VEHICLES, type How } from './profile.ts';
import { sendGraph } from './share.ts';
import { ThreadPool } from './thread-pool.ts';
import { ANSWER_WITHIN_MS, type Basis, type RoadRefusal } from './wire.ts';

/** Large questions that may wait beside those that are being answered. */
const WAITING = 16;
/** The largest takes a few seconds; more is a fault. */
const WITHIN_MS = 20_000;
/** The engine's thread and the asking one want a core each; beyond two there is nothing that the desks would ask at once. */
const THREADS = Math.max(1, Math.min(2, availableParallelism() - 1));
const HEAP_MB = 512;

/** What tells a large question from a small one, as far as it can be read; a malformed one is small. */
const Size = v.object({
  vehicle: v.optional(v.picklist(VEHICLES), ORDINARY.vehicle),
  emergency: v.optional(v.boolean(), ORDINARY.emergency),
  avoid: v.optional(v.array(v.unknown()), []),
  alternatives: v.optional(v.number(), 0),
});

/**
 * Answers of one engine. What takes a fraction of a millisecond, or times of many to one place, is answered at once; what takes longer
 * (matrices, tracks, areas, other ways, areas to avoid, vehicles whose ways are searched without a hierarchy) by threads over the same
 * arrays, so that nobody's way waits for somebody's track.
 */
export class Answers {
  readonly #engine: CchEngine;
  readonly #basis: () => Basis;
  readonly #pool: ThreadPool<ToAnswer, Answered>;
  #opening: Promise<void> | null = null;

  /**
   * @param basis what an answer of this moment rests on
   * @param onLost a thread died
   */
  constructor(
    engine: CchEngine,
    basis: () => Basis,
    onLost: (e: Error) => void = () => {},
    { threads = THREADS, waiting = WAITING }: { threads?: number; waiting?: number } = {},
  ) {
    this.#engine = engine;
    this.#basis = basis;
    const data: AnswerThread = { graph: sendGraph(engine.graph), policy: engine.policy, parts: engine.parts };
    this.#pool = new ThreadPool({
      file: new URL('./answer-worker.ts', import.meta.url),
      data,
      threads,
      waiting,
      patienceMs: ANSWER_WITHIN_MS,
      withinMs: WITHIN_MS,
      limits: { maxOldGenerationSizeMb: HEAP_MB },
      onLost,
    });
  }

  get working(): number {
    return this.#pool.working;
  }
  get waiting(): number {
    return this.#pool.waiting;
  }

  /** At once where it is a small question, else a promise; never rejects. */
  ask<K extends Kind>(kind: K, question: unknown): AnswerOf<K> | Promise<AnswerOf<K>> {
    const how = this.#large(kind, question);
    if (!how) return ANSWERS[kind](this.#engine, this.#basis(), question) as AnswerOf<K>;
    return this.#inThread(kind, how, question) as Promise<AnswerOf<K>>;
  }

  /** For whom a large question is asked; null: it is a small one. */
  #large(kind: Kind, question: unknown): How | null {
    if (kind === 'match') return ORDINARY;
    const size = v.safeParse(Size, question);
    if (!size.success) return null;
    const { vehicle, emergency, avoid, alternatives } = size.output;
    const how = asDriver(vehicle, emergency);
    const small =
      avoid.length === 0 &&
      ((kind === 'route' && alternatives === 0 && this.#engine.isQuick(how)) ||
        (kind === 'etas' && this.#engine.isQuick(how, true)));
    return small ? null : how;
  }

  async #inThread(kind: Kind, how: How, question: unknown): Promise<Result<object, RoadRefusal>> {
    if (!this.#engine.hasView(how)) await this.warm();
    if (!this.#engine.hasView(how)) return refuse('away', 'the roads of this vehicle could not be read');
    const answer = await this.#pool.ask(() => {
      const { state, giveBack } = this.#engine.lend(how);
      return { message: { ask: kind, question, basis: this.#basis(), state }, end: giveBack };
    });
    return answer.ok ? (answer.value as Result<object, RoadRefusal>) : answer;
  }

  /**
   * Starts a thread and has it make the view of those who are exempt, which takes half a second: before the first emergency has to
   * wait for it. Never rejects.
   */
  warm(): Promise<void> {
    return (this.#opening ??= this.#open().finally(() => (this.#opening = null)));
  }
  async #open(): Promise<void> {
    const made = await this.#pool.ask(() => ({ message: { ask: 'open-view' }, end: () => {} }));
    if (made.ok && 'own' in made.value) this.#engine.takeOpen(made.value);
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}
