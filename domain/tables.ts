/**
 * The folded state. Every live view is a fold over facts into tables of plain JSON rows: collection → id → row.
 * Because each change names its (collection, id), one mechanism serves snapshots, resume, live frames, digests and replay.
 *
 * Rules for rows: JSON only (no undefined, NaN, Date), replaced and never edited in place (readers keep references),
 * and holding only what facts changed: whatever time alone changes is computed by the view from (row, now).
 */
export type Row = { readonly [field: string]: unknown };
export type Collection = string;

/** What a tick changed: `row: null` is a removal. */
export interface Change {
  readonly c: Collection;
  readonly id: string;
  readonly row: Row | null;
}

export class Tables {
  readonly #rows = new Map<Collection, Map<string, Row>>();
  #touched = new Map<string, Change>();

  get<T extends Row>(c: Collection, id: string): T | undefined {
    return this.#rows.get(c)?.get(id) as T | undefined;
  }

  /** The rows of one collection; empty when there are none. Do not change the map. */
  all<T extends Row>(c: Collection): ReadonlyMap<string, T> {
    return (this.#rows.get(c) ?? EMPTY) as ReadonlyMap<string, T>;
  }

  collections(): Collection[] {
    return [...this.#rows.keys()].filter((c) => this.#rows.get(c)!.size > 0);
  }

  put<T extends Row>(c: Collection, id: string, row: T): void {
    let rows = this.#rows.get(c);
    if (!rows) this.#rows.set(c, (rows = new Map()));
    rows.set(id, row);
    this.#touched.set(`${c}\u0000${id}`, { c, id, row });
  }

  delete(c: Collection, id: string): void {
    if (this.#rows.get(c)?.delete(id)) this.#touched.set(`${c}\u0000${id}`, { c, id, row: null });
  }

  /** Applies changes that came from another copy of these tables (a gateway's frame, a stored snapshot). */
  applyChanges(changes: Iterable<Change>): void {
    for (const ch of changes) {
      if (ch.row) this.put(ch.c, ch.id, ch.row);
      else this.delete(ch.c, ch.id);
    }
  }

  /** The changes since the last call, newest row per (collection, id). */
  takeTouched(): Change[] {
    if (this.#touched.size === 0) return [];
    const out = [...this.#touched.values()];
    this.#touched = new Map();
    return out;
  }

  /** Every row, as changes: what a snapshot sends. */
  *everything(): Generator<Change> {
    for (const [c, rows] of this.#rows) for (const [id, row] of rows) yield { c, id, row };
  }
}

/** Tables to look at: what views take, so that a folded copy and the reactive tables of a screen both serve. */
export type ReadTables = Pick<Tables, 'get' | 'all'>;

const EMPTY: ReadonlyMap<string, Row> = new Map();
