import { addParts, type Counted, type Parts } from './count.ts';
import { PARTS, type PartName } from './parts.ts';

/**
 * Added parts of a report in columns: for each group and part one number for each interval. Five years of half-hours are columns
 * of 87,600 numbers, which are added up and divided in a millisecond; as an object for each cell they would take seconds.
 */

/** Numbers that a report may hold: some groups by half-hours of five years, or every seat by days of a year. */
export const NUMBERS_AT_MOST = 20_000_000;

export interface GridGroup {
  /** A value for each dimension of the breakdown. */
  readonly group: readonly string[];
  /** By interval; a part that is not there is 0 everywhere. */
  readonly parts: ReadonlyMap<PartName, Float64Array>;
}

export class PartGrid {
  readonly intervals: number;
  readonly #groups = new Map<string, { group: readonly string[]; parts: Map<PartName, Float64Array> }>();
  #numbers = 0;

  constructor(intervals: number) {
    this.intervals = intervals;
  }

  /**
   * The numbers of a part in a group, one for each interval, to be added to; zeros at first.
   * @throws RangeError when the report grows beyond NUMBERS_AT_MOST
   */
  column(group: readonly string[], part: PartName): Float64Array {
    const name = group.join('\u0000');
    let g = this.#groups.get(name);
    if (!g) this.#groups.set(name, (g = { group, parts: new Map() }));
    let numbers = g.parts.get(part);
    if (!numbers) {
      this.#numbers += this.intervals;
      if (this.#numbers > NUMBERS_AT_MOST)
        throw new RangeError(`a report of more than ${NUMBERS_AT_MOST} numbers: fewer groups or longer intervals`);
      g.parts.set(part, (numbers = new Float64Array(this.intervals)));
    }
    return numbers;
  }

  /** Adds to one cell: sums are added, of maxima the larger stays. */
  add(group: readonly string[], part: PartName, interval: number, n: number): void {
    const numbers = this.column(group, part);
    numbers[interval] = PARTS[part].merge === 'max' ? Math.max(numbers[interval]!, n) : numbers[interval]! + n;
  }

  /** What the plain count found (count.ts). */
  addCounted(counted: Iterable<Counted>): this {
    for (const c of counted)
      for (const [part, n] of Object.entries(c.parts) as [PartName, number][])
        if (n !== 0) this.add(c.group, part, c.interval, n);
    return this;
  }

  /** Groups that have anything, in the order of their values. */
  groups(): readonly GridGroup[] {
    return [...this.#groups.values()].sort((a, b) => compareGroups(a.group, b.group));
  }

  /** Every cell that has anything, as the plain count gives it. */
  *counted(): Generator<Counted> {
    for (const g of this.groups())
      for (let interval = 0; interval < this.intervals; interval++) {
        const parts = partsAt(g, interval);
        if (parts) yield { interval, group: g.group, parts };
      }
  }
}

/** Whether a cell has anything. */
export function isThere(g: GridGroup, interval: number): boolean {
  for (const numbers of g.parts.values()) if (numbers[interval] !== 0) return true;
  return false;
}

/** The parts of one cell; null when it has none. */
export function partsAt(g: GridGroup, interval: number): Parts | null {
  let parts: Parts | null = null;
  for (const [part, numbers] of g.parts) if (numbers[interval] !== 0) (parts ??= {})[part] = numbers[interval]!;
  return parts;
}

/** The parts of a group over all intervals. */
export function partsOver(g: GridGroup): Parts {
  const out: Parts = {};
  for (const [part, numbers] of g.parts) {
    const n = PARTS[part].merge === 'max' ? largest(numbers) : sum(numbers);
    if (n !== 0) addParts(out, { [part]: n });
  }
  return out;
}

// counting loops: of millions of numbers they take a tenth of what an iterator takes
function largest(numbers: Float64Array): number {
  let n = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > n) n = numbers[i]!;
  return n;
}

/** Of whole numbers, so that their order does not matter: four sums at a time need not wait for one another. */
function sum(numbers: Float64Array): number {
  const even = numbers.length - (numbers.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < even; i += 4) {
    a += numbers[i]!;
    b += numbers[i + 1]!;
    c += numbers[i + 2]!;
    d += numbers[i + 3]!;
  }
  for (let i = even; i < numbers.length; i++) a += numbers[i]!;
  return a + b + c + d;
}

/** All groups in one: a part by interval. */
export function partsTogether(groups: readonly GridGroup[], intervals: number): ReadonlyMap<PartName, Float64Array> {
  if (groups.length === 1) return groups[0]!.parts;
  const out = new Map<PartName, Float64Array>();
  for (const g of groups)
    for (const [part, numbers] of g.parts) {
      let into = out.get(part);
      if (!into) out.set(part, (into = new Float64Array(intervals)));
      if (PARTS[part].merge === 'max') for (let i = 0; i < intervals; i++) into[i] = Math.max(into[i]!, numbers[i]!);
      else for (let i = 0; i < intervals; i++) into[i]! += numbers[i]!;
    }
  return out;
}

export function compareGroups(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return 0;
}
