/**
 * Loaded into every process the supervisor starts (`node --import`), before its own first line: a process whose supervisor
 * was killed ends itself, first asked nicely, then with its whole group.
 */
import { watchLifeline } from './lifeline.ts';

const GRACE_MS = 5000;

watchLifeline(() => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => {
    try {
      process.kill(-process.pid, 'SIGKILL'); // we lead a group of our own, children included
    } catch {
      process.kill(process.pid, 'SIGKILL'); // started by hand, without a group
    }
  }, GRACE_MS).unref();
});
