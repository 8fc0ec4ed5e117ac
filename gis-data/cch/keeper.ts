import { Worker } from 'node:worker_threads';
import type { Hierarchy } from './hierarchy.ts';
import type { Metric } from './metric.ts';
import { inShared, sharedMetric, sharedNumbers, type CchInput, type FromWorker, type ToWorker } from './prepared.ts';

/**
 * A hierarchy and its metrics, made in a thread of its own. Metrics are made into memory that nobody reads and then handed over:
 * a question never waits, and never sees one half made.
 */
export class CchKeeper {
  readonly hierarchy: Hierarchy;
  /** The order of the roads' directions, worth keeping for the next start. */
  readonly order: Int32Array;
  readonly prepareMs: number;
  readonly #line: Line;
  readonly #arc: Int32Array;
  readonly #turn: Int32Array;
  #spare: Metric | null = null;

  private constructor(line: Line, input: CchInput, made: { hierarchy: Hierarchy; order: Int32Array; tookMs: number }) {
    this.#line = line;
    this.hierarchy = made.hierarchy;
    this.order = made.order;
    this.prepareMs = made.tookMs;
    this.#arc = sharedNumbers(input.graph.arcCount);
    this.#turn = sharedNumbers(input.graph.turnTo.length);
  }

  /**
   * @param order of an earlier start of the same network; null: it is computed, which takes seconds
   * @throws when the thread fails
   */
  static async make(input: CchInput, order: Int32Array | null): Promise<CchKeeper> {
    const line = new Line();
    try {
      const made = await line.ask({ do: 'prepare', input: inShared(input), order });
      if (!('hierarchy' in made)) throw new Error('an answer to another question');
      return new CchKeeper(line, input, made);
    } catch (e) {
      await line.end();
      throw e;
    }
  }

  /**
   * A metric of the weights that `weigh` writes. One at a time.
   * @param weigh fills the cost of each arc and of each turn by itself
   */
  async metric(
    weigh: (arc: Int32Array, turn: Int32Array) => void | Promise<void>,
  ): Promise<{ metric: Metric; tookMs: number }> {
    const into = this.#spare ?? sharedMetric(this.hierarchy);
    this.#spare = null;
    await weigh(this.#arc, this.#turn);
    const { tookMs } = await this.#line.ask({ do: 'customise', arc: this.#arc, turn: this.#turn, into });
    return { metric: into, tookMs };
  }

  /** Gives back a metric that no question reads any more. */
  reuse(metric: Metric): void {
    this.#spare = metric;
  }

  end(): Promise<void> {
    return this.#line.end();
  }
}

/** Questions to a worker thread, one after the other. */
class Line {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url));
  #waiting: { resolve: (m: Exclude<FromWorker, { failed: string }>) => void; reject: (e: Error) => void } | null = null;
  #over: Error | null = null;

  constructor() {
    this.#worker.on('message', (m: FromWorker) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      // keeps a process alive only while something is asked of it
      this.#worker.unref();
      if ('failed' in m) waiting?.reject(new Error(m.failed));
      else waiting?.resolve(m);
    });
    this.#worker.on('error', (e: Error) => this.#stop(e));
    this.#worker.on('exit', () => this.#stop(new Error('the thread has ended')));
    this.#worker.unref();
  }

  #stop(e: Error): void {
    this.#over ??= e;
    this.#waiting?.reject(this.#over);
    this.#waiting = null;
  }

  ask(m: ToWorker): Promise<Exclude<FromWorker, { failed: string }>> {
    if (this.#over) return Promise.reject(this.#over);
    if (this.#waiting) return Promise.reject(new Error('one question at a time'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.ref();
      this.#worker.postMessage(m);
    });
  }

  async end(): Promise<void> {
    this.#stop(new Error('ended'));
    await this.#worker.terminate();
  }
}
