/** A binary heap: the least first. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #order: (a: T, b: T) => number;
  constructor(order: (a: T, b: T) => number) {
    this.#order = order;
  }
  get size(): number {
    return this.#items.length;
  }
  peek(): T | undefined {
    return this.#items[0];
  }
  push(item: T): void {
    const a = this.#items;
    let i = a.push(item) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (this.#order(a[up]!, item) <= 0) break;
      a[i] = a[up]!;
      i = up;
    }
    a[i] = item;
  }
  pop(): T | undefined {
    const a = this.#items;
    const top = a[0];
    const last = a.pop();
    if (a.length === 0 || last === undefined) return top;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= a.length) break;
      if (down + 1 < a.length && this.#order(a[down + 1]!, a[down]!) < 0) down++;
      if (this.#order(last, a[down]!) <= 0) break;
      a[i] = a[down]!;
      i = down;
    }
    a[i] = last;
    return top;
  }
}
