import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Alone, Task } from './engine-alone.ts';

const LATE_MS = 120_000;

/** Memory and start of one engine in a process of its own. @throws when it ends without an answer, or takes too long */
export async function engineAlone(task: Task): Promise<Alone> {
  const child = fork(join(import.meta.dirname, 'engine-alone.ts'), {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const late = setTimeout(() => child.kill('SIGKILL'), LATE_MS);
  try {
    return await new Promise<Alone>((resolve, reject) => {
      child.once('message', (told) => resolve(told as Alone));
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`an engine alone ended with ${code ?? signal}`)));
      child.send(task);
    });
  } finally {
    clearTimeout(late);
  }
}
