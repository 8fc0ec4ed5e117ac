/**
 * `node scripts/health.ts NAME`: exit code 0 when that process of this container does its work, 1 with a sentence when not.
 * For the health checks of docker-compose.yml.
 */
import { connect } from '#store/db.ts';
import { workerHealth } from '#store/health.ts';
import { configOrThrow } from './provision/index.ts';

const WITHIN_MS = 4000;
/** The intake's keeper writes its figures at least once a minute. */
const FRESH_MS = 90_000;
const config = configOrThrow();

async function http(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(WITHIN_MS) });
  if (!answer.ok) throw new Error(`/health answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
}

/** A worker that stands still must not look like one that works: its own last word counts, not that the process lives. */
async function spoke(prefix: string): Promise<void> {
  const sql = connect(config.databaseUrl, { max: 1, name: 'watchfloor-health' });
  try {
    const newest = Math.max(
      ...(await workerHealth(sql)).filter((w) => w.worker.startsWith(prefix)).map((w) => w.at.getTime()),
    );
    const age = Date.now() - newest;
    if (!(age < FRESH_MS))
      throw new Error(
        `the last word of ${prefix} is ${Number.isFinite(age) ? `${Math.round(age / 1000)} s old` : 'missing'}`,
      );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const CHECKS: Readonly<Record<string, () => Promise<void>>> = {
  app: () => http(config.port),
  realtime: () => http(config.rtPort),
  roads: () => http(config.roadsPort),
  ingest: () => spoke('ingest:'),
};

const name = process.argv[2] ?? '';
try {
  const check = CHECKS[name];
  if (!check) throw new Error(`no check is called “${name}”: ${Object.keys(CHECKS).join(', ')}`);
  await check();
} catch (e) {
  process.stderr.write(`${name}: ${(e as Error).message}\n`);
  process.exitCode = 1;
}
