import type { FloorBasis } from '#domain/staffing/basis.ts';

/** Asks again so often; the server answers from what it read some seconds ago. */
const EVERY_MS = 10_000;

/** The records behind the live floor, kept up to date while a page of queues is open. */
export class Basis {
  #value = $state.raw<FloorBasis | null>(null);

  /** Null before the first answer. What is old stays, with its time. */
  get value(): FloorBasis | null {
    return this.#value;
  }

  /** Keeps it up to date until the returned function is called. */
  follow(): () => void {
    let left = false;
    const ask = async (): Promise<void> => {
      if (document.hidden && this.#value) return;
      try {
        const answer = await fetch('/floor/queues/basis', { signal: AbortSignal.timeout(EVERY_MS) });
        if (answer.ok && !left) this.#value = (await answer.json()) as FloorBasis;
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
