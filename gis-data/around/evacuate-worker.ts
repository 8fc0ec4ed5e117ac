import { parentPort, workerData } from 'node:worker_threads';
import { assign, type EvacuationInput } from '#domain/around/evacuation.ts';

/** One assignment, in a thread of its own: nobody else's question waits for it. */
parentPort!.postMessage(assign(workerData as EvacuationInput));
