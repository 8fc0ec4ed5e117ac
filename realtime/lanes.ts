import { encodeSignals, type SignalItem } from '#domain/frames.ts';
import { fromTs } from '#store/db.ts';
import type { SignalRow } from '#store/signals.ts';
import { binaryFrame } from './frame.ts';

/** Keys of one lane at most: more vehicles than that is a broken source, and memory stays bounded. */
const KEYS_MAX = 50_000;

interface Value extends SignalItem {
  readonly rev: number;
}

/** One signal lane: the newest value per key, as the database has it. */
export class Lane {
  readonly name: string;
  readonly #latest = new Map<string, Value>();
  #rev = 0;

  constructor(name: string) {
    this.name = name;
  }

  get rev(): number {
    return this.#rev;
  }

  /** Takes what changed, oldest first. @returns the frame of it, for those who are up to date */
  take(rows: readonly SignalRow[]): Buffer {
    const items = rows.map((r): Value => ({ key: r.key, at: fromTs(r.at), body: r.body, rev: r.rev }));
    for (const v of items) {
      // oldest revision first in the map, so that the bound drops what has been silent longest
      this.#latest.delete(v.key);
      this.#latest.set(v.key, v);
    }
    while (this.#latest.size > KEYS_MAX) this.#latest.delete(this.#latest.keys().next().value!);
    this.#rev = rows.at(-1)!.rev;
    return binaryFrame(encodeSignals(this.name, 0, items.map(bare)));
  }

  /** The newest values after a revision: for a client that held back, with the number of values it never saw. */
  since(rev: number): Buffer | null {
    const items = [...this.#latest.values()].filter((v) => v.rev > rev);
    if (items.length === 0) return null;
    const skipped = rev === 0 ? 0 : Math.max(0, this.#rev - rev - items.length);
    return binaryFrame(encodeSignals(this.name, skipped, items.map(bare)));
  }
}

const bare = ({ key, at, body }: Value): SignalItem => ({ key, at, body });
