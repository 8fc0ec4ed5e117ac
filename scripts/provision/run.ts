import { spawn } from 'node:child_process';
import type { OsUser } from './os-user.ts';

export interface RunOptions {
  /** Run as this user; null or absent: as we are. */
  readonly user?: OsUser | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** Output that is kept of one command; the rest is dropped. */
const KEEP = 256 * 1024;

/** A minimal environment: what a started program sees must not depend on the shell of whoever called us. */
export function plainEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const path = process.env.PATH ?? '';
  return { PATH: `${path}:/usr/sbin:/usr/bin:/sbin:/bin`, LC_ALL: 'C.UTF-8', TZ: 'UTC', ...extra };
}

/**
 * Runs a command to its end.
 * @returns what it wrote to stdout (at most 256 KiB)
 * @throws with the command's last lines when it fails, is missing, or takes longer than timeoutMs
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { user = null, env = {}, cwd = '/', timeoutMs = 10 * 60_000 } = options;
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: plainEnv(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (d: string) => (out.length < KEEP ? (out += d) : undefined));
    child.stderr.setEncoding('utf8').on('data', (d: string) => (err = (err + d).slice(-8192)));
    child.on('error', (e: NodeJS.ErrnoException) =>
      reject(e.code === 'ENOENT' ? new Error(`the program ${command} is missing on this machine`, { cause: e }) : e),
    );
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(out);
      const said = `${err}\n${out.slice(-4096)}`.trim().split('\n').slice(-12).join('\n');
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      reject(new Error(`${command} ${args.slice(0, 4).join(' ')} ${how}:\n${said}`));
    });
  });
}
