import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Makes sure that the demo city is in a migrated database.
 * @param env the options; DATABASE_URL names the database
 * @throws with the last lines of what went wrong
 */
export async function loadDemoCity(
  env: Readonly<Record<string, string | undefined>>,
  tell: (text: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'load-demo.ts')], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...env, WATCHFLOOR_LIFELINE: '3' },
    });
    child.stdio[3]?.on('error', () => {}); // its end went with it; "close" tells
    createInterface({ input: child.stdout! }).on('line', tell);
    let said = '';
    child.stderr!.on('data', (d: Buffer) => (said = (said + d.toString()).slice(-4000)));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`the demo city could not be loaded (${signal ?? `code ${code}`}):\n${said.trim()}`));
    });
  });
}
