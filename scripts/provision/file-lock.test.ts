import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tryLock, withLock } from './file-lock.ts';
import { processId } from './processes.ts';

const path = (): string => join(mkdtempSync(join(tmpdir(), 'wf-lock-')), 'lock');

/** A process that is not this one, and its identity. */
async function stranger(): Promise<{ id: NonNullable<ReturnType<typeof processId>>; end(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  return {
    id: processId(child.pid!)!,
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('a lock that a living process holds is refused, and its note is told', async () => {
  const lock = path();
  const other = await stranger();
  writeFileSync(lock, JSON.stringify({ ...other.id, note: 'http://127.0.0.1:4300' }));
  const answer = tryLock(lock);
  await other.end();
  expect(answer).toMatchObject({ ok: false, holder: { pid: other.id.pid, note: 'http://127.0.0.1:4300' } });
});

test('the lock of a process that was killed is taken over', async () => {
  const lock = path();
  const other = await stranger();
  writeFileSync(lock, JSON.stringify(other.id));
  await other.end();
  expect(tryLock(lock).ok).toBe(true);
});

test('a living process that only has the old holder’s number does not count', async () => {
  const lock = path();
  const other = await stranger();
  writeFileSync(lock, JSON.stringify({ ...other.id, startedTicks: '1' }));
  const answer = tryLock(lock);
  await other.end();
  expect(answer.ok).toBe(true);
});

test('a lock file that was half written by a killed process is taken over', () => {
  const lock = path();
  writeFileSync(lock, '{"pid": 12');
  expect(tryLock(lock).ok).toBe(true);
});

test('releasing removes one’s own lock, leaves no other file behind, and never removes another’s', async () => {
  const lock = path();
  const mine = tryLock(lock);
  if (!mine.ok) throw new Error('a fresh lock was refused');
  mine.note('here');
  mine.release();
  expect(readdirSync(join(lock, '..'))).toEqual([]);
  const other = await stranger();
  writeFileSync(lock, JSON.stringify(other.id));
  mine.release();
  expect(existsSync(lock)).toBe(true);
  await other.end();
});

test('work under one lock never overlaps', async () => {
  const lock = path();
  let inside = 0;
  let most = 0;
  const job = (): Promise<void> =>
    withLock(
      lock,
      async () => {
        most = Math.max(most, ++inside);
        await new Promise((r) => setImmediate(r));
        inside--;
      },
      () => {},
    );
  await Promise.all([job(), job(), job()]);
  expect(most).toBe(1);
});
