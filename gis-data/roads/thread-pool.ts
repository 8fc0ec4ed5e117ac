import { Worker, type ResourceLimits } from 'node:worker_threads';
import { accept, refuse, type Result } from '#domain/result.ts';

export interface PoolOptions {
  /** The thread: answers each message with one ({@link FromThread}). */
  readonly file: URL;
  /** What a thread starts with. */
  readonly data: unknown;
  readonly threads: number;
  /** Questions that may wait; one more is refused. */
  readonly waiting: number;
  /** Milliseconds after which nobody waits for an answer any more: a question that waited so long is not begun. */
  readonly patienceMs: number;
  /** Milliseconds after which a thread that is at one question is ended. */
  readonly withinMs: number;
  readonly limits?: ResourceLimits;
  /** A thread ended by itself, or was ended because it took too long. */
  readonly onLost?: (e: Error) => void;
}
export type FromThread<A> = { readonly answer: A } | { readonly failed: string };
export type PoolRefusal =
  /** All threads are at work and as many questions wait as may. */
  | 'busy'
  /** Its thread failed or was ended. */
  | 'away';

interface Job<Q, A> {
  /** Called when a thread takes it: what the question stands on is of that moment. */
  readonly begin: () => { message: Q; end: () => void };
  readonly askedAt: number;
  readonly done: (r: Result<A, PoolRefusal>) => void;
}
interface Slot {
  worker: Worker | null;
  /** Ends the question that it is at. */
  lost: ((e: Error) => void) | null;
}

/**
 * A few threads that answer questions one after the other, so that the thread that asks never waits for them. A thread is started with
 * its first question, and again with the next one when it died. Threads keep no process alive unless somebody waits for an answer.
 */
export class ThreadPool<Q, A> {
  readonly #o: PoolOptions;
  readonly #slots: readonly Slot[];
  readonly #queue: Job<Q, A>[] = [];
  #ended = false;

  constructor(options: PoolOptions) {
    this.#o = options;
    this.#slots = Array.from({ length: options.threads }, () => ({ worker: null, lost: null }));
  }

  get working(): number {
    return this.#slots.filter((s) => s.lost !== null).length;
  }
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * @param begin makes the message in the moment a thread takes it, and what is to be done when that thread is through with it
   * @returns the answer, or why there is none; never rejects
   */
  ask(begin: () => { message: Q; end: () => void }): Promise<Result<A, PoolRefusal>> {
    if (this.#ended) return Promise.resolve(refuse('away', 'the threads have ended'));
    if (this.#queue.length >= this.#o.waiting)
      return Promise.resolve(refuse('busy', `${this.#o.waiting} large questions are waiting already; ask again soon`));
    return new Promise((done) => {
      this.#queue.push({ begin, askedAt: performance.now(), done });
      this.#next();
    });
  }

  #next(): void {
    for (const slot of this.#slots) {
      if (slot.lost) continue;
      const job = this.#take();
      if (!job) return;
      this.#run(slot, job);
    }
  }

  #take(): Job<Q, A> | undefined {
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      if (performance.now() - job.askedAt <= this.#o.patienceMs) return job;
      job.done(refuse('busy', 'the question waited too long behind other large ones; ask again soon'));
    }
    return undefined;
  }

  #run(slot: Slot, job: Job<Q, A>): void {
    const { message, end } = job.begin();
    const worker = (slot.worker ??= this.#start(slot));
    const late = new Error(`a question took longer than ${this.#o.withinMs} ms`);
    const timer = setTimeout(() => this.#lose(slot, worker, late), this.#o.withinMs);
    const over = (r: Result<A, PoolRefusal>): void => {
      clearTimeout(timer);
      worker.off('message', answered);
      worker.unref();
      slot.lost = null;
      end();
      job.done(r);
      this.#next();
    };
    const answered = (m: FromThread<A>): void =>
      over('failed' in m ? refuse('away', `a thread failed: ${m.failed.split('\n')[0]}`) : accept(m.answer));
    slot.lost = (e) => over(refuse('away', e.message));
    worker.on('message', answered);
    worker.ref();
    worker.postMessage(message);
  }

  #start(slot: Slot): Worker {
    const worker = new Worker(this.#o.file, { workerData: this.#o.data, resourceLimits: this.#o.limits ?? {} });
    worker.on('error', (e: Error) => this.#lose(slot, worker, e));
    worker.on('exit', () => this.#lose(slot, worker, new Error('a thread has ended')));
    return worker;
  }

  /** Gives a thread up: its question is refused, and the next one starts another. */
  #lose(slot: Slot, worker: Worker, e: Error): void {
    // once is enough: of one that was given up, the end is heard too
    if (slot.worker !== worker) return;
    slot.worker = null;
    void worker.terminate();
    if (!this.#ended) this.#o.onLost?.(e);
    slot.lost?.(e);
  }

  /** Ends all threads; what was asked is refused. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const job of this.#queue.splice(0)) job.done(refuse('away', 'the threads have ended'));
    const workers = this.#slots.map((s) => s.worker);
    for (const slot of this.#slots) slot.lost?.(new Error('the threads have ended'));
    await Promise.all(workers.map((w) => w?.terminate()));
  }
}
