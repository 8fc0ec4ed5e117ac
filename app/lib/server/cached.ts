/**
 * Remembers the answer of a query for some seconds, so that a hundred open pages cost one. Two who ask at once share one query;
 * a query that failed is not remembered. Holds at most `max` answers, the oldest leaves first.
 */
export class Cached<T> {
  readonly #ttlMs: number;
  readonly #max: number;
  readonly #answers = new Map<string, { until: number; value: Promise<T> }>();

  constructor(ttlMs: number, max = 50) {
    this.#ttlMs = ttlMs;
    this.#max = max;
  }

  /** What is remembered was changed by ourselves: asked anew. */
  forget(): void {
    this.#answers.clear();
  }

  /** What was remembered is not true any more. */
  clear(): void {
    this.#answers.clear();
  }

  get(key: string, now: number, ask: () => Promise<T>): Promise<T> {
    const have = this.#answers.get(key);
    if (have && have.until > now) return have.value;
    const value = ask();
    const entry = { until: now + this.#ttlMs, value };
    this.#answers.delete(key);
    this.#answers.set(key, entry);
    value.catch(() => this.#answers.get(key) === entry && this.#answers.delete(key));
    if (this.#answers.size > this.#max) this.#answers.delete(this.#answers.keys().next().value!);
    return value;
  }
}
