import { HOUR, type Instant } from '#domain/time.ts';

/** The usual course of a day as /wall/usual-cases answers. */
interface Answer {
  readonly running: Instant;
  readonly weeks: number;
  readonly mean: readonly number[] | null;
}

/** Asks for the usual course again when an hour has begun, and soon again when there was no answer. */
export class Usual {
  #answer = $state.raw<Answer | null>(null);
  static readonly #LOOK_MS = 30_000;

  /** Weeks behind the mean; 0 without history. */
  get weeks(): number {
    return this.#answer?.weeks ?? 0;
  }

  /** The mean for the 25 hours that end with the one running at `now`; null when it is not known. */
  meanAt(now: Instant): readonly number[] | null {
    const running = Math.floor(now / HOUR) * HOUR;
    return this.#answer?.running === running ? this.#answer.mean : null;
  }

  /** Keeps it up to date until the returned function is called. */
  follow(): () => void {
    const look = async (): Promise<void> => {
      if (this.#answer && Date.now() < this.#answer.running + HOUR) return;
      try {
        const answer = await fetch('/wall/usual-cases', { signal: AbortSignal.timeout(10_000) });
        if (answer.ok) this.#answer = (await answer.json()) as Answer;
      } catch {
        // the server is away, which the header says; the next look comes by itself
        return;
      }
    };
    void look();
    const timer = setInterval(() => void look(), Usual.#LOOK_MS);
    return () => clearInterval(timer);
  }
}
