import { Digest } from '#domain/digest.ts';
import { encodeChanges } from '#domain/frames.ts';
import type { Mask } from '#domain/clearance.ts';
import { Tables, type Change } from '#domain/tables.ts';
import { binaryFrame, textFrame } from './frame.ts';
import { TouchLog } from './touch-log.ts';

/** A part of a snapshot holds about this many bytes of JSON. */
const PART_BYTES = 96 * 1024;

/**
 * One topic in one clearance: its projected rows, what was touched when, and frames built once for all who listen.
 * Snapshot, resume and live read the same projection, so they cannot differ.
 */
export class Channel {
  readonly name: string;
  readonly #mask: Mask | null;
  readonly #tables: Tables;
  readonly #log: TouchLog;
  readonly #digest = new Digest();
  #n: number;
  #snapshot: { n: number; parts: Buffer[] } | null = null;
  #resume = new Map<number, Buffer>();

  /** @param mask null: the tables are the fold's own and are read as they are */
  constructor(name: string, tables: Tables, mask: Mask | null, n: number) {
    this.name = name;
    this.#mask = mask;
    this.#n = n;
    this.#log = new TouchLog(n);
    this.#tables = mask ? new Tables() : tables;
    if (mask)
      for (const { c, id, row } of tables.everything()) {
        const masked = row && mask(c, row);
        if (masked) this.#tables.put(c, id, masked);
      }
    this.#tables.takeTouched();
    this.#digest.apply(this.#tables.everything());
  }

  /** Everything up to this cursor is in the rows. */
  get n(): number {
    return this.#n;
  }
  get digest(): string {
    return this.#digest.value;
  }

  /** Nothing here changed, but the world went on. */
  advance(n: number): void {
    this.#n = n;
  }

  /**
   * Takes the fold's changes up to n.
   * @param heard whether anybody listens: a frame for nobody is not built
   * @returns the frame for those who are up to date; null when nothing of it shows here, or nobody listens
   */
  publish(n: number, changes: readonly Change[], heard = true): Buffer | null {
    this.#n = n;
    const shown = this.#project(changes);
    if (shown.length === 0) return null;
    for (const { c, id } of shown) this.#log.add(n, c, id);
    this.#digest.apply(shown);
    this.#snapshot = null;
    this.#resume.clear();
    return heard ? binaryFrame(encodeChanges(this.name, n, shown)) : null;
  }

  #project(changes: readonly Change[]): readonly Change[] {
    if (!this.#mask) return changes;
    for (const { c, id, row } of changes) {
      const masked = row && this.#mask(c, row);
      if (masked) this.#tables.put(c, id, masked);
      else this.#tables.delete(c, id);
    }
    return this.#tables.takeTouched();
  }

  /** The frame that brings a client from its cursor to now; null when it was away too long. Shared by clients that come back together. */
  resume(cursor: number): Buffer | null {
    const known = this.#resume.get(cursor);
    if (known) return known;
    const touched = this.#log.since(cursor);
    if (!touched) return null;
    const items = touched.map(({ c, id }): Change => ({ c, id, row: this.#tables.get(c, id) ?? null }));
    const frame = binaryFrame(encodeChanges(this.name, this.#n, items));
    if (this.#resume.size >= 16) this.#resume.clear();
    this.#resume.set(cursor, frame);
    return frame;
  }

  /** The parts of a snapshot of now, built once for all who ask before the next change. */
  snapshot(): { n: number; parts: Buffer[] } {
    if (this.#snapshot) return this.#snapshot;
    const parts: Buffer[] = [];
    const part = (items: Change[], last: boolean): void => {
      parts.push(textFrame({ type: 'snapshot', topic: this.name, part: parts.length, last, upTo: this.#n, items }));
    };
    let items: Change[] = [];
    let bytes = 0;
    for (const item of this.#tables.everything()) {
      const size = JSON.stringify(item).length;
      if (bytes + size > PART_BYTES && items.length > 0) {
        part(items, false);
        items = [];
        bytes = 0;
      }
      items.push(item);
      bytes += size;
    }
    part(items, true);
    return (this.#snapshot = { n: this.#n, parts });
  }
}
