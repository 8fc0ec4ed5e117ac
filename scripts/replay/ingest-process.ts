import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** A port of this machine that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise((r) => server.close(r));
  return port;
}

export interface IngestOptions {
  readonly databaseUrl: string;
  readonly amiPort: number;
  readonly secret: string;
  readonly ingestPort: number;
  readonly logLevel: string;
}

/** The real ingest process with the switch as its only outside source. Its log goes to stderr. */
export class IngestProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(o: IngestOptions) {
    this.#child = spawn(process.execPath, [join(ROOT, 'ingest/main.ts')], {
      cwd: ROOT,
      stdio: ['ignore', 2, 2],
      env: {
        PATH: process.env.PATH,
        MODE: 'live',
        CITY_ZONE: process.env.CITY_ZONE,
        DATABASE_URL: o.databaseUrl,
        AMI_HOST: '127.0.0.1',
        AMI_PORT: String(o.amiPort),
        AMI_USER: 'replay',
        AMI_SECRET: o.secret,
        INGEST_PORT: String(o.ingestPort),
        LOG_LEVEL: o.logLevel,
      },
    });
    this.ended = new Promise((r) => this.#child.once('exit', (code) => r(code)));
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to stop and waits, for at most ten seconds. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(timer);
  }
}
