import { parentPort } from 'node:worker_threads';

/** A thread for the tests of thread-pool.ts: doubles numbers, and does what else it is told. */
parentPort!.on('message', (m: number | 'throw' | 'die' | 'stand') => {
  if (m === 'die') process.exit(1);
  if (m === 'stand') for (;;);
  parentPort!.postMessage(typeof m === 'number' ? { answer: 2 * m } : { failed: 'it was told to' });
});
