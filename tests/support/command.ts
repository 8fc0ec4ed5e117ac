import { spawn } from 'node:child_process';
import { inject } from 'vitest';

/**
 * Runs one of our commands as a user does.
 * @param url a migrated database of the test server
 * @returns its exit code and what it said
 */
export async function runCommand(
  url: string,
  file: string,
  args: readonly string[],
): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // vitest's own MODE is not ours
    env: {
      ...process.env,
      DATABASE_URL: url,
      DATABASE_ADMIN_URL: inject('pgAdminUrl'),
      NODE_ENV: 'production',
      MODE: '',
    },
  });
  let said = '';
  const hear = (b: Buffer): void => void (said = (said + b.toString()).slice(-20_000));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (c) => resolve(c ?? 1));
  });
  return { code, said };
}
