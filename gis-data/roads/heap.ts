/** A binary heap of (key, item) in typed arrays that grow; an item may stand in it more than once, the caller skips what is settled. */
export class Heap {
  #keys = new Float64Array(1024);
  #items = new Int32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }
  clear(): void {
    this.#size = 0;
  }
  /** The least key; Infinity when empty. */
  get least(): number {
    return this.#size > 0 ? this.#keys[0]! : Infinity;
  }

  push(key: number, item: number): void {
    if (this.#size === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const items = this.#items;
    let i = this.#size++;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (keys[up]! <= key) break;
      keys[i] = keys[up]!;
      items[i] = items[up]!;
      i = up;
    }
    keys[i] = key;
    items[i] = item;
  }

  /** Takes the item with the least key; -1 when empty. */
  pop(): number {
    if (this.#size === 0) return -1;
    const keys = this.#keys;
    const items = this.#items;
    const top = items[0]!;
    const key = keys[--this.#size]!;
    const item = items[this.#size]!;
    const half = this.#size >> 1;
    let i = 0;
    while (i < half) {
      let down = 2 * i + 1;
      if (down + 1 < this.#size && keys[down + 1]! < keys[down]!) down++;
      if (keys[down]! >= key) break;
      keys[i] = keys[down]!;
      items[i] = items[down]!;
      i = down;
    }
    keys[i] = key;
    items[i] = item;
    return top;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    const items = new Int32Array(this.#items.length * 2);
    items.set(this.#items);
    this.#items = items;
  }
}
