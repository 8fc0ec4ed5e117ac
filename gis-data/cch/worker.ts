import { parentPort } from 'node:worker_threads';
import { buildHierarchy, type Hierarchy } from './hierarchy.ts';
import { customise } from './metric.ts';
import { dissectionOrder } from './order.ts';
import { inShared, type CchInput, type FromWorker, type ToWorker } from './prepared.ts';

/** The thread that orders, builds and customises, so that no question ever waits for it. */
const port = parentPort;
if (!port) throw new Error('this is a worker thread');
let input: CchInput | null = null;
let hierarchy: Hierarchy | null = null;

function handle(m: ToWorker): FromWorker {
  const began = performance.now();
  const tookMs = (): number => Math.round(performance.now() - began);
  if (m.do === 'prepare') {
    input = m.input;
    const order = m.order ?? dissectionOrder(input.network);
    hierarchy = inShared(buildHierarchy(input.graph, input.own, order));
    return { did: 'prepare', order, hierarchy, tookMs: tookMs() };
  }
  if (!input || !hierarchy) throw new Error('nothing is prepared');
  customise(input.graph, hierarchy, { arc: m.arc, turn: m.turn }, m.into);
  return { did: 'customise', tookMs: tookMs() };
}

port.on('message', (m: ToWorker) => {
  try {
    port.postMessage(handle(m));
  } catch (e) {
    port.postMessage({ failed: (e as Error).stack ?? String(e) } satisfies FromWorker);
  }
});
