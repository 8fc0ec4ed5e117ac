/**
 * Runs one of our commands with a database: `node scripts/run-with-db.ts scripts/replay-ami.ts arguments…`.
 * DATABASE_URL and DATABASE_ADMIN_URL of the command name the running product's database, or the private one for as long as it runs.
 * A command that is only asked for its --help gets none.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { configOrThrow, withDatabase } from './provision/index.ts';
import { CHECKOUT } from './provision/state-dir.ts';
import { watchLifeline } from './start/lifeline.ts';

const [file, ...args] = process.argv.slice(2);

function runScript(env: Record<string, string>): Promise<number> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [resolve(CHECKOUT, file!), ...args], {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    // the terminal sends Ctrl-C to the command itself; we only wait for it to clear up
    for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(s, () => child.kill(s));
    watchLifeline(() => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('exit', (code, signal) => done(signal ? 1 : (code ?? 1)));
  });
}

try {
  if (args.includes('--help') || args.includes('-h')) process.exitCode = await runScript({});
  else {
    const config = configOrThrow();
    process.exitCode = await withDatabase(
      (db) => runScript({ DATABASE_URL: db.url, DATABASE_ADMIN_URL: db.adminUrl }),
      { config },
    );
  }
} catch (e) {
  process.stderr.write(`watchfloor: ${(e as Error).message}\n`);
  process.exitCode = 1;
}
