/**
 * Which rows were touched after a cursor: what a client that comes back needs.
 * A ring of (cursor, collection, id), bounded; a cursor older than the ring gets a snapshot instead.
 */
export class TouchLog {
  readonly #n: Float64Array;
  readonly #c: string[];
  readonly #id: string[];
  readonly #size: number;
  #count = 0;
  /** Nothing at or below this cursor is in the ring any more. */
  #from: number;

  constructor(from: number, size = 200_000) {
    this.#size = size;
    this.#from = from;
    this.#n = new Float64Array(size);
    this.#c = new Array<string>(size);
    this.#id = new Array<string>(size);
  }

  /** Cursors must not go back. */
  add(n: number, c: string, id: string): void {
    const i = this.#count % this.#size;
    if (this.#count >= this.#size) this.#from = this.#n[i]!;
    this.#n[i] = n;
    this.#c[i] = c;
    this.#id[i] = id;
    this.#count++;
  }

  /** The rows touched after the cursor, each once, oldest touch first; null when the ring does not reach back so far. */
  since(cursor: number): { c: string; id: string }[] | null {
    if (cursor < this.#from) return null;
    const first = Math.max(0, this.#count - this.#size);
    let low = first;
    let high = this.#count;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if (this.#n[mid % this.#size]! <= cursor) low = mid + 1;
      else high = mid;
    }
    const seen = new Map<string, { c: string; id: string }>();
    for (let i = low; i < this.#count; i++) {
      const c = this.#c[i % this.#size]!;
      const id = this.#id[i % this.#size]!;
      seen.set(`${c}\u0000${id}`, { c, id });
    }
    return [...seen.values()];
  }
}
