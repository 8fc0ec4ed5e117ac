import { parentPort, workerData } from 'node:worker_threads';
import type { Result } from '#domain/result.ts';
import type { RoadRefusal } from './wire.ts';
import { CchEngine } from './cch-engine.ts';
import { ANSWERS, type Kind } from './desk.ts';
import type { RoadPolicy } from './profile.ts';
import { receiveGraph, type EngineParts, type LentState, type SentGraph } from './share.ts';
import type { FromThread } from './thread-pool.ts';
import { viewOf, type View } from './view.ts';
import type { Basis } from './wire.ts';

/** A thread that answers large questions with an engine of its own over the arrays and metrics of the service's. */
export interface AnswerThread {
  readonly graph: SentGraph;
  readonly policy: RoadPolicy;
  readonly parts: EngineParts;
}
export type ToAnswer =
  | {
      readonly ask: Kind;
      readonly question: unknown;
      readonly basis: Basis;
      readonly state: LentState;
    }
  /** The view of those who are exempt. */
  | { readonly ask: 'open-view' };
export type Answered = Result<object, RoadRefusal> | View;

const port = parentPort;
if (!port) throw new Error('this is a worker thread');
const { graph, policy, parts } = workerData as AnswerThread;
const engine = new CchEngine(receiveGraph(graph), policy, parts);

function handle(m: ToAnswer): Answered {
  if (m.ask === 'open-view') return viewOf(engine.graph, true);
  engine.adopt(m.state);
  return ANSWERS[m.ask](engine, m.basis, m.question);
}

port.on('message', (m: ToAnswer) => {
  try {
    port.postMessage({ answer: handle(m) } satisfies FromThread<Answered>);
  } catch (e) {
    port.postMessage({ failed: (e as Error).stack ?? String(e) } satisfies FromThread<Answered>);
  }
});
