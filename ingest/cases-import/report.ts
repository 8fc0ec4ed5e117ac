import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { once } from 'node:events';

/** A CSV file that is made when its first line comes, and written at the pace of the disk. */
export class CsvReport {
  readonly path: string;
  readonly #columns: readonly string[];
  #out: WriteStream | null = null;
  lines = 0;

  constructor(path: string, columns: readonly string[]) {
    this.path = path;
    this.#columns = columns;
  }

  /** @throws when the file cannot be written */
  async add(cells: readonly (string | number)[]): Promise<void> {
    if (!this.#out) {
      mkdirSync(dirname(this.path), { recursive: true });
      this.#out = createWriteStream(this.path);
      await once(this.#out, 'open');
      this.#out.write(`\ufeff${this.#columns.join(',')}\r\n`);
    }
    this.lines++;
    if (!this.#out.write(`${cells.map(quoted).join(',')}\r\n`)) await once(this.#out, 'drain');
  }

  async close(): Promise<void> {
    if (!this.#out) return;
    this.#out.end();
    await once(this.#out, 'close');
  }
}

/** A cell that a spreadsheet neither splits nor takes for a formula. */
function quoted(cell: string | number): string {
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
