import { inShared } from '../cch/prepared.ts';
import type { SpeedState } from './engine.ts';
import type { RoadGraph } from './graph.ts';
import type { Lent } from './ground.ts';
import type { SnapIndex } from './snap.ts';
import type { View } from './view.ts';

/** What engines of one network in several threads share. */
export interface EngineParts {
  readonly ruled: View;
  readonly snapIndex: SnapIndex;
}

/** The state of the world that an engine lends to one in another thread. */
export interface LentState {
  readonly version: number;
  readonly speeds: SpeedState;
  /** The view of who is exempt, for their questions. */
  readonly open: View | null;
  readonly lent: Lent;
}

type Texts = 'edgeClass' | 'edgeName' | 'edgeNameEn';
/** Texts of edges by number: each text once. */
interface Coded {
  readonly words: readonly (string | null)[];
  readonly at: Int32Array;
}
/** A network as it is sent to a thread: no array of numbers is copied. */
export type SentGraph = Omit<RoadGraph, Texts | 'indexOf'> & { readonly texts: Readonly<Record<Texts, Coded>> };

/** The same network with its numbers in shared memory. */
export const sharedGraph = (g: RoadGraph): RoadGraph => inShared(g);

function coded(texts: readonly (string | null)[]): Coded {
  const numbers = new Map<string | null, number>();
  const at = Int32Array.from(texts, (t) => {
    const n = numbers.get(t) ?? numbers.size;
    numbers.set(t, n);
    return n;
  });
  return { words: [...numbers.keys()], at };
}
const decoded = ({ words, at }: Coded): (string | null)[] => Array.from(at, (n) => words[n]!);

export function sendGraph(graph: RoadGraph): SentGraph {
  const { edgeClass, edgeName, edgeNameEn, indexOf, ...rest } = graph;
  void indexOf; // made anew from the ids
  const texts = { edgeClass: coded(edgeClass), edgeName: coded(edgeName), edgeNameEn: coded(edgeNameEn) };
  return inShared({ ...rest, texts });
}

export function receiveGraph({ texts, ...rest }: SentGraph): RoadGraph {
  return {
    ...rest,
    edgeClass: decoded(texts.edgeClass) as string[],
    edgeName: decoded(texts.edgeName),
    edgeNameEn: decoded(texts.edgeNameEn),
    indexOf: new Map(Array.from(rest.edgeId, (id, i) => [id, i])),
  };
}
