/**
 * `npm test`: all tests on a private server of their own, also while the product runs. Ends by itself, leaves no process behind,
 * and says at the end, alone on the last line, `N passed, N failed, N skipped`.
 *   npm test                      everything
 *   npm test -- store/ ingest/    only files whose path contains one of these
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { configOrThrow } from './provision/index.ts';
import { CHECKOUT, stateDir } from './provision/state-dir.ts';
import { startTestServer, type TestServer } from './provision/test-server.ts';
import { endFamily, FAMILY } from './start/family.ts';
import { watchLifeline } from './start/lifeline.ts';
import { Steps } from './start/steps.ts';
import { filesOf, sumOf, verdict, type FileResult } from './test-results.ts';

/** The whole run, installation of packages apart. */
const LIMIT_MS = (process.env.CI ? 45 : 25) * 60_000;
/** Times that failed files are run again, and of how many at most: where more fail it is no stall. */
const AGAIN = 2;
const MOST_AGAIN = 5;
const mark = `test-${randomBytes(6).toString('hex')}`;
const report = join(tmpdir(), `watchfloor-${mark}.json`);
const steps = new Steps();
const filters = process.argv.slice(2);
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

/**
 * Vitest is run once for what needs no product, once for commands (a recording, a minute of chaos), and once for the browser tests,
 * whose product would otherwise compete with all the other tests for the processor from the first to the last second.
 */
function phases(): string[][] {
  const web = globSync('{app,scripts,tests,realtime,gis-data}/**/*.web.test.ts', {
    cwd: CHECKOUT,
    exclude: ['**/node_modules/**'],
  }).filter((f) => filters.length === 0 || filters.some((x) => f.includes(x)));
  if (web.length === 0) steps.note('browser tests: none to run (*.web.test.ts)');
  return [['unit', 'pg'], ['run'], ...(web.length > 0 ? [['web']] : [])];
}

/** Runs some of the projects of vitest.config.ts. @returns the exit code; null when it was killed */
function runVitest(projects: readonly string[], paths: readonly string[], adminUrl: string): Promise<number | null> {
  const args = [
    ...['--import', join(import.meta.dirname, 'start/preload.ts')],
    // at most two files at once: each database file brings a scheduler and a pool of its own
    ...[join(CHECKOUT, 'node_modules/vitest/vitest.mjs'), 'run', '--maxWorkers=2', '--passWithNoTests'],
    ...projects.flatMap((p) => ['--project', p]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...paths,
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

/** How each file came out, the last time that it was run. */
const results = new Map<string, FileResult>();

/** What failed at first and was run again. */
const again: string[] = [];

/** One run of vitest, its results kept. @returns its exit code, and the files that failed */
async function runPart(
  projects: readonly string[],
  paths: readonly string[],
  adminUrl: string,
): Promise<{ code: number | null; failed: FileResult[] }> {
  const code = await runVitest(projects, paths, adminUrl);
  // a run that was ended early leaves no report; the reason stands in `stopping`
  if (!existsSync(report)) return { code: code || 1, failed: [] };
  const files = filesOf(JSON.parse(readFileSync(report, 'utf8')));
  rmSync(report, { force: true });
  for (const f of files) results.set(f.file, f);
  return { code, failed: files.filter((f) => f.counts.failed > 0) };
}

/**
 * On a shared machine, which may stall for seconds, files that fail are run again, on databases of their own: what a test that was cut
 * short left behind is in no other's way. Never on a desk.
 */
async function runPhase(projects: readonly string[], adminUrl: string): Promise<number | null> {
  let { code, failed } = await runPart(projects, filters, adminUrl);
  for (let i = 0; process.env.CI && i < AGAIN && failed.length > 0 && failed.length <= MOST_AGAIN; i++) {
    if (stopping !== '') break;
    again.push(...failed.flatMap((f) => f.failures));
    const paths = failed.map((f) => relative(CHECKOUT, f.file));
    steps.note(`again, because they failed: ${paths.join(', ')}`);
    ({ code, failed } = await runPart(projects, paths, adminUrl));
  }
  return code;
}

let code: number | null = 0;
try {
  const config = configOrThrow();
  server = await steps.step('test database', (tell) =>
    startTestServer(stateDir(config.stateDir), config.aptMirror, tell),
  );
  // in a fresh clone app/tsconfig.json extends a file that SvelteKit makes
  execFileSync(join(CHECKOUT, 'node_modules/.bin/svelte-kit'), ['sync'], {
    cwd: CHECKOUT,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(CHECKOUT, 'node_modules/.bin')}:${process.env.PATH ?? ''}` },
  });
  for (const projects of phases()) {
    if (stopping !== '') break;
    code = ((await runPhase(projects, server.adminUrl)) ?? 1) || code;
  }
} catch (e) {
  code = 1;
  if (stopping === '') process.stderr.write(`watchfloor: ${(e as Error).message}\n`);
} finally {
  const left = await endFamily(mark, 3000);
  if (left > 0) steps.note(`ended ${left} processes that the tests left`);
  await server?.stop().catch((e: unknown) => process.stderr.write(`the test server: ${(e as Error).message}\n`));
  rmSync(report, { force: true });
}
const { line, exitCode } = verdict(sumOf(results.values()), code, stopping);
for (const f of again) process.stdout.write(`failed at first and was run again: ${f}\n`);
for (const f of [...results.values()].flatMap((r) => r.failures)) process.stdout.write(`FAILED ${f}\n`);
process.stdout.write(`${line}\n`);
process.exit(exitCode);
