/**
 * `npm test`: all tests on a private server of their own, also while the product runs. Ends by itself, leaves no process behind,
 * and says at the end, alone on the last line, `N passed, N failed, N skipped`.
 *   npm test                      everything
 *   npm test -- store/ ingest/    only files whose path contains one of these
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configOrThrow } from './provision/index.ts';
import { CHECKOUT, stateDir } from './provision/state-dir.ts';
import { startTestServer, type TestServer } from './provision/test-server.ts';
import { endFamily, FAMILY } from './start/family.ts';
import { watchLifeline } from './start/lifeline.ts';
import { Steps } from './start/steps.ts';
import { countResults, verdict, type Counts } from './test-results.ts';

/** The whole run, installation of packages apart. */
const LIMIT_MS = 14 * 60_000;
const mark = `test-${randomBytes(6).toString('hex')}`;
const report = join(tmpdir(), `watchfloor-${mark}.json`);
const steps = new Steps();
let server: TestServer | null = null;
let vitest: ChildProcess | null = null;
let stopping = '';

/** Ends the tests early; what follows below clears up as after any run. */
function stop(why: string): void {
  if (stopping === '') process.stderr.write(`\n${why}\n`);
  stopping ||= why;
  vitest?.kill('SIGTERM');
  setTimeout(() => vitest?.kill('SIGKILL'), 5000).unref();
}
for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(s, () => stop(`stopped by ${s}`));
watchLifeline(() => stop('the process that started the tests is gone'));
setTimeout(() => stop(`the tests took longer than ${LIMIT_MS / 60_000} minutes`), LIMIT_MS).unref();

/** Projects of vitest.config.ts that have files. */
function projects(): string[] {
  const web = globSync('{app,scripts,tests,realtime,gis-data}/**/*.web.test.ts', {
    cwd: CHECKOUT,
    exclude: ['**/node_modules/**'],
  });
  if (web.length === 0) steps.note('browser tests: there are none yet (*.web.test.ts)');
  return ['unit', 'pg', ...(web.length > 0 ? ['web'] : [])];
}

/** @returns the exit code; null when it was killed */
function runVitest(adminUrl: string, filters: readonly string[]): Promise<number | null> {
  const args = [
    ...['--import', join(import.meta.dirname, 'start/preload.ts')],
    ...[join(CHECKOUT, 'node_modules/vitest/vitest.mjs'), 'run', '--maxWorkers=2'],
    ...projects().flatMap((p) => ['--project', p]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...filters,
  ];
  return new Promise((resolve, reject) => {
    vitest = spawn(process.execPath, args, {
      cwd: CHECKOUT,
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      // a group of its own: Ctrl-C comes to us, and we end it in order; when we are killed, its end of the pipe tells it
      detached: true,
      env: {
        ...process.env,
        TEST_ADMIN_URL: adminUrl,
        [FAMILY]: mark,
        WATCHFLOOR_LIFELINE: '3',
        DATABASE_URL: '',
        NODE_ENV: 'test',
      },
    });
    vitest.stdio[3]?.on('error', () => {}); // its end went with it; "exit" tells
    vitest.on('error', reject);
    vitest.on('exit', (code) => resolve(code));
  });
}

let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
let code: number | null = 1;
try {
  const config = configOrThrow();
  server = await steps.step('test database', (tell) =>
    startTestServer(stateDir(config.stateDir), config.aptMirror, tell),
  );
  if (stopping === '') code = await runVitest(server.adminUrl, process.argv.slice(2));
  counts = countResults(JSON.parse(readFileSync(report, 'utf8')));
} catch (e) {
  if (stopping === '') process.stderr.write(`watchfloor: ${(e as Error).message}\n`);
} finally {
  const left = await endFamily(mark, 3000);
  if (left > 0) steps.note(`ended ${left} processes that the tests left`);
  await server?.stop().catch((e: unknown) => process.stderr.write(`the test server: ${(e as Error).message}\n`));
  rmSync(report, { force: true });
}
const { line, exitCode } = verdict(counts, code, stopping);
process.stdout.write(`${line}\n`);
process.exit(exitCode);
