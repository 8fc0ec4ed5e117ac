import type { Hierarchy } from './hierarchy.ts';
import type { Metric } from './metric.ts';
import type { EdgeNetwork } from './order.ts';
import type { TurnGraph } from './turns.ts';

/** What a hierarchy is made from. */
export interface CchInput {
  readonly graph: TurnGraph;
  readonly roadOfArc: Int32Array;
  readonly network: EdgeNetwork;
}

/** Numbers in memory that several threads read. */
function shared<T extends Int32Array | Float64Array | Uint8Array>(from: T): T {
  const buffer = new SharedArrayBuffer(from.byteLength);
  const copy = new (from.constructor as new (b: SharedArrayBuffer) => T)(buffer);
  copy.set(from as never);
  return copy;
}

const isNumbers = (v: unknown): v is Int32Array | Float64Array | Uint8Array => ArrayBuffer.isView(v);

/** The same object with its arrays in shared memory: handed to a worker it is not copied again. */
export function inShared<T extends object>(o: T): T {
  return Object.fromEntries(
    Object.entries(o).map(([k, v]: [string, unknown]) => [
      k,
      isNumbers(v) ? shared(v) : v !== null && typeof v === 'object' ? inShared(v) : v,
    ]),
  ) as T;
}

export function sharedMetric(h: Pick<Hierarchy, 'upTo'>): Metric {
  const one = (): Int32Array => new Int32Array(new SharedArrayBuffer(h.upTo.byteLength));
  return { up: one(), down: one(), upVia: one(), downVia: one() };
}

/** What the worker is told. `arc` and `turn` are read when the message is handled: they must rest until it answers. */
export type ToWorker =
  | { readonly do: 'prepare'; readonly input: CchInput; readonly order: Int32Array | null }
  | { readonly do: 'customise'; readonly arc: Int32Array; readonly turn: Int32Array; readonly into: Metric };
export type FromWorker =
  | { readonly did: 'prepare'; readonly order: Int32Array; readonly hierarchy: Hierarchy; readonly tookMs: number }
  | { readonly did: 'customise'; readonly tookMs: number }
  | { readonly failed: string };
