import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKOUT } from '#scripts/provision/state-dir.ts';
import { processId } from '#scripts/provision/processes.ts';
import { familyOf } from './family.ts';
import { LogFile } from './log-file.ts';
import { SERVICES, type Service } from './services.ts';
import { Supervisor } from './supervisor.ts';
import { readLine, restartDelayMs, type Ending } from './worker.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'wf-worker-'));

/** A supervisor for one service whose program is given; its preload file is the real one. */
function supervise(program: string, service: Partial<Service> = {}) {
  const home = folder();
  const file = join(home, 'program.mjs');
  writeFileSync(file, program);
  const pids: number[] = [];
  const endings: Ending[] = [];
  const seen = { next: Promise.withResolvers<void>() };
  const supervisor = new Supervisor({
    services: [
      {
        ...SERVICES[0]!,
        name: 'sample',
        file: `../${'../'.repeat(CHECKOUT.split('/').length)}${file}`,
        after: [],
        ...service,
      },
    ],
    env: { ...process.env },
    checkout: CHECKOUT,
    logs: join(home, 'logs'),
    screens: '',
    mark: `unit-${process.pid}-${home}`,
    level: 'warn',
    onStarted: (_n, pid) => {
      pids.push(pid);
      seen.next.resolve();
      seen.next = Promise.withResolvers();
    },
    onEnded: (_n, e) => endings.push(e),
  });
  return { supervisor, pids, endings, seen, home, mark: `unit-${process.pid}-${home}` };
}

const READY = `console.log(JSON.stringify({ level: 30, msg: 'ready' })); setInterval(() => {}, 1000);`;

test('a process that dies is started again, and one that is told to stop is not', async () => {
  const s = supervise(READY);
  await s.supervisor.start(() => {});
  const again = s.seen.next.promise;
  process.kill(s.pids[0]!, 'SIGKILL');
  await again;
  expect(s.endings[0]).toMatchObject({ pid: s.pids[0], signal: 'SIGKILL' });
  await s.supervisor.stop();
  expect(s.pids).toHaveLength(2);
  expect(s.pids.map(processId)).toEqual([null, null]);
});

test('a process that ignores SIGTERM, and its child that left the group, are gone after the stop', async () => {
  const s = supervise(`
    import { spawn } from 'node:child_process';
    process.on('SIGTERM', () => {});
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    ${READY}`);
  await s.supervisor.start(() => {});
  expect(familyOf(s.mark)).toHaveLength(2);
  await s.supervisor.stop();
  expect(familyOf(s.mark)).toEqual([]);
});

test('a required process that never says ready fails the start with its last lines', async () => {
  const s = supervise(`console.error('no such table'); setInterval(() => {}, 1000);`, {
    readyWithinS: 1,
    required: true,
  });
  await expect(s.supervisor.start(() => {})).rejects.toThrow(/was not ready within 1 s[^]*no such table/);
  await s.supervisor.stop();
});

test('a required process that refuses its configuration fails the start at once', async () => {
  const s = supervise(
    `console.log(JSON.stringify({ level: 60, msg: 'RT_PORT must be a whole number' })); process.exit(2);`,
    {
      readyWithinS: 60,
      required: true,
    },
  );
  await expect(s.supervisor.start(() => {})).rejects.toThrow(
    /refuses its configuration[^]*RT_PORT must be a whole number/,
  );
  await s.supervisor.stop();
});

test('a line below the level is not written, but its "ready" is heard', async () => {
  const s = supervise(`${READY} console.log(JSON.stringify({ level: 40, msg: 'careful' }));`);
  await s.supervisor.start(() => {});
  await expect.poll(() => readFileSync(join(s.home, 'logs/sample.log'), 'utf8')).toContain('careful');
  await s.supervisor.stop();
  expect(readFileSync(join(s.home, 'logs/sample.log'), 'utf8')).not.toContain('ready');
});

test('only a JSON line whose message is "ready" means ready', () => {
  expect(readLine('{"level":30,"msg":"ready","port":1}').ready).toBe(true);
  expect(readLine('{"level":50,"msg":"not ready"}')).toEqual({ level: 50, ready: false });
  expect(readLine('ready').ready).toBe(false);
  expect(readLine('{"broken').ready).toBe(false);
});

test('the delay before a restart grows and is capped', () => {
  expect([1, 2, 3, 20].map(restartDelayMs)).toEqual([500, 1000, 2000, 30_000]);
});

test('a log file and its older parts never grow beyond their number and size', () => {
  const path = join(folder(), 'x.log');
  const log = new LogFile(path, { maxBytes: 1000, keep: 2 });
  for (let i = 0; i < 200; i++) log.line(`line ${i} ${'x'.repeat(50)}`);
  log.close();
  const parts = readdirSync(join(path, '..')).sort();
  expect(parts).toEqual(['x.log', 'x.log.1', 'x.log.2']);
  for (const p of parts) expect(readFileSync(join(path, '..', p)).length).toBeLessThanOrEqual(1000);
  expect(readFileSync(path, 'utf8')).toContain('line 199');
});
