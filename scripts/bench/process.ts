import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createAccount } from '#store/accounts.ts';
import { openSession } from '#store/auth.ts';
import type { Sql } from '#store/db.ts';

/** Clock ticks a second of /proc/PID/stat on Linux. */
const HZ = 100;

/** A process of the product or a peer under measurement: started when its log says ready, ended at dispose. */
export class Measured {
  readonly child: ChildProcess;
  readonly #lines: string[] = [];

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  /** @throws with its last lines, when it ends or is silent for 30 s before it says ready */
  static async start(file: string, env: Record<string, string>, args: readonly string[] = []): Promise<Measured> {
    const child = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const m = new Measured(child);
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${file} was not ready in 30 s:\n${m.#lines.join('\n')}`)),
        30_000,
      );
      const line = (text: string): void => {
        m.#lines.push(text);
        if (m.#lines.length > 40) m.#lines.shift();
        if (text.includes('"msg":"ready"')) {
          clearTimeout(late);
          resolve();
        }
      };
      createInterface({ input: child.stdout! }).on('line', line);
      createInterface({ input: child.stderr! }).on('line', line);
      child.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`${file} ended with ${code}:\n${m.#lines.join('\n')}`));
      });
    });
    return m;
  }

  get tail(): readonly string[] {
    return this.#lines;
  }

  /** CPU seconds used so far (user + system). */
  get cpuS(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / HZ;
  }

  get rssMb(): number {
    const m = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'));
    return m ? Number(m[1]) / 1024 : Number.NaN;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise<void>((r) => this.child.once('exit', () => r()));
    this.child.kill('SIGTERM');
    const hard = setTimeout(() => this.child.kill('SIGKILL'), 6000);
    await gone;
    clearTimeout(hard);
  }
}

/** Sends a process a message and waits for its answer. */
export async function ask<T>(m: Measured, message: object | string): Promise<T> {
  const answer = once(m.child, 'message');
  m.child.send(message);
  return ((await answer) as [T])[0];
}

/** The token of a session that may see everything which these benchmarks watch. */
export async function benchAccount(sql: Sql): Promise<string> {
  const made = await createAccount(
    sql,
    { login: 'bench', name: 'bench', role: 'supervisor' },
    { actor: 'bench', now: Date.now() },
  );
  if (!made.ok) throw new Error(made.reason);
  const opened = await openSession(sql, { accountId: made.value.id }, { address: '127.0.0.1', userAgent: 'bench' });
  return opened.token;
}
