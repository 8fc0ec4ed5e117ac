import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log file of bounded size: at `maxBytes` it becomes NAME.1, the older ones move up, and the oldest beyond `keep` goes. */
export class LogFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  #fd: number;
  #size: number;

  constructor(path: string, { maxBytes = 10_000_000, keep = 3 }: { maxBytes?: number; keep?: number } = {}) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#keep = keep;
    this.#fd = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  /** Writes one line. A full disk must not stop what is being logged: it is told on stderr once per file. */
  line(text: string): void {
    const bytes = Buffer.from(`${text}\n`);
    try {
      if (this.#size > 0 && this.#size + bytes.length > this.#maxBytes) this.#rotate();
      this.#size += writeSync(this.#fd, bytes);
    } catch (e) {
      if (!this.#complained) process.stderr.write(`${this.#path}: ${(e as Error).message}\n`);
      this.#complained = true;
    }
  }
  #complained = false;

  close(): void {
    closeSync(this.#fd);
  }

  #rotate(): void {
    closeSync(this.#fd);
    rmSync(`${this.#path}.${this.#keep}`, { force: true });
    for (let i = this.#keep - 1; i >= 1; i--)
      if (existsSync(`${this.#path}.${i}`)) renameSync(`${this.#path}.${i}`, `${this.#path}.${i + 1}`);
    renameSync(this.#path, `${this.#path}.1`);
    this.#fd = openSync(this.#path, 'a', 0o600);
    this.#size = 0;
  }
}
