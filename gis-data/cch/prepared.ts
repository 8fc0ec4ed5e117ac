import type { Hierarchy } from './hierarchy.ts';
import type { Metric } from './metric.ts';
import type { EdgeNetwork } from './order.ts';
import type { TurnGraph } from './turns.ts';

/** What a hierarchy is made from. */
export interface CchInput {
  readonly graph: TurnGraph;
  /** Of each arc the direction of a road that it is: 2·road, or 2·road + 1. */
  readonly own: Int32Array;
  readonly network: EdgeNetwork;
}

type Numbers = Int32Array | Float64Array | Float32Array | Uint8Array;

/** Numbers in memory that several threads read; those that are there already stay where they are. */
function shared<T extends Numbers>(from: T): T {
  if (from.buffer instanceof SharedArrayBuffer) return from;
  const buffer = new SharedArrayBuffer(from.byteLength);
  const copy = new (from.constructor as new (b: SharedArrayBuffer) => T)(buffer);
  copy.set(from as never);
  return copy;
}

const isNumbers = (v: unknown): v is Numbers => ArrayBuffer.isView(v);
const isPlain = (v: unknown): v is object =>
  v !== null && typeof v === 'object' && Object.getPrototypeOf(v) === Object.prototype;

/** The same object with its arrays of numbers in shared memory: handed to a worker they are not copied again. */
export function inShared<T extends object>(o: T): T {
  return Object.fromEntries(
    Object.entries(o).map(([k, v]: [string, unknown]) => [k, isNumbers(v) ? shared(v) : isPlain(v) ? inShared(v) : v]),
  ) as T;
}

export const sharedNumbers = (n: number): Int32Array => new Int32Array(new SharedArrayBuffer(n * 4));

export function sharedMetric(h: Pick<Hierarchy, 'upTo' | 'downFrom'>): Metric {
  const [up, down] = [h.upTo.length, h.downFrom.length];
  return {
    up: sharedNumbers(up),
    down: sharedNumbers(down),
    upVia: sharedNumbers(up),
    downVia: sharedNumbers(down),
  };
}

/** What the worker is told. `arc` and `turn` are read when the message is handled: they must rest until it answers. */
export type ToWorker =
  | { readonly do: 'prepare'; readonly input: CchInput; readonly order: Int32Array | null }
  | { readonly do: 'customise'; readonly arc: Int32Array; readonly turn: Int32Array; readonly into: Metric };
export type FromWorker =
  | { readonly did: 'prepare'; readonly order: Int32Array; readonly hierarchy: Hierarchy; readonly tookMs: number }
  | { readonly did: 'customise'; readonly tookMs: number }
  | { readonly failed: string };
