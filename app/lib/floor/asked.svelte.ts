/** Asks again so often; the server answers from what it read some seconds ago. */
const EVERY_MS = 10_000;

/** An answer of the server that is asked for again and again while a page is open. */
export class Asked<T> {
  #value = $state.raw<T | null>(null);
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  /** Null before the first answer. What is old stays, with its time. */
  get value(): T | null {
    return this.#value;
  }

  /** Keeps it up to date until the returned function is called. */
  follow(): () => void {
    let left = false;
    const ask = async (): Promise<void> => {
      if (document.hidden && this.#value) return;
      try {
        const answer = await fetch(this.#address, { signal: AbortSignal.timeout(EVERY_MS) });
        if (answer.ok && !left) this.#value = (await answer.json()) as T;
      } catch {
        // the server is away, which the header says, and the panels age; the next asking comes by itself
        return;
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), EVERY_MS);
    return () => {
      left = true;
      clearInterval(timer);
    };
  }
}
