/** Progress for people: each step with its name when it begins, what it says meanwhile, and its time when it is done. */
export class Steps {
  readonly #began = performance.now();
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)) {
    this.#write = write;
  }

  /** Runs one step. `tell` prints a line of progress below its name. */
  async step<T>(name: string, work: (tell: (text: string) => void) => Promise<T>): Promise<T> {
    const began = performance.now();
    this.#write(`▸ ${name}`);
    try {
      const result = await work((text) => this.#write(`    ${name}: ${text}`));
      this.#write(`✓ ${name}  ${seconds(began)}`);
      return result;
    } catch (e) {
      this.#write(`✗ ${name}  ${seconds(began)}`);
      throw e;
    }
  }

  note(text: string): void {
    this.#write(`· ${text}`);
  }

  /** Time since this object was made. */
  total(): string {
    return seconds(this.#began);
  }
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
