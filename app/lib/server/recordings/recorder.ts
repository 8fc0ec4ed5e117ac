import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { accept, refuse, type Result } from '#domain/result.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { log, settings } from '#lib/server/runtime.ts';

/** Why the recorder gave no recording. */
export type RecorderRefusal = 'missing' | 'recorder-away' | 'recorder-refused' | 'too-large';

const WITHIN_MS = 30 * SECOND;
/** Fetched recordings are kept so long and so many: a player asks for many parts of one. */
const KEEP_MS = 30 * MINUTE;
const KEEP_BYTES = 1e9;

const cacheDir = (): string => resolve(settings().stateDir || '.watchfloor', 'cache', 'recordings');
/** Two who open one recording fetch it once. */
const fetching = new Map<string, Promise<Result<string, RecorderRefusal>>>();

/** The recording at this address as an open file of ours; the caller closes it. */
export async function openFetched(
  address: string,
): Promise<Result<{ handle: FileHandle; bytes: number; real: string }, RecorderRefusal>> {
  const real = join(cacheDir(), createHash('sha256').update(address).digest('hex'));
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = await open(real, 'r');
      const { size, mtimeMs } = await handle.stat();
      if (Date.now() - mtimeMs < KEEP_MS || attempt > 0) return accept({ handle, bytes: size, real });
      await handle.close();
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'ENOENT' || attempt > 0) throw e;
    }
    let one = fetching.get(real);
    if (!one) {
      one = fetchTo(address, real).finally(() => fetching.delete(real));
      fetching.set(real, one);
    }
    const got = await one;
    if (!got.ok) return got;
  }
}

/** The address is configured, the call's values in it are encoded; it is asked without following it anywhere else. */
async function fetchTo(address: string, real: string): Promise<Result<string, RecorderRefusal>> {
  const { recordingsUrlAuth, recordingsMaxMb } = settings();
  const most = recordingsMaxMb * 1e6;
  const part = `${real}.part`;
  try {
    const answer = await fetch(address, {
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
      headers: recordingsUrlAuth === '' ? {} : { authorization: recordingsUrlAuth },
    });
    if (!answer.ok || !answer.body) {
      await answer.body?.cancel();
      return refuse(
        answer.status === 404 || answer.status === 410 ? 'missing' : 'recorder-refused',
        String(answer.status),
      );
    }
    if (Number(answer.headers.get('content-length') ?? 0) > most) {
      await answer.body.cancel();
      return refuse('too-large', answer.headers.get('content-length') ?? '');
    }
    await mkdir(cacheDir(), { recursive: true, mode: 0o700 });
    await makeRoom();
    let bytes = 0;
    await pipeline(
      Readable.fromWeb(answer.body as never),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > most) throw new TooLarge();
          yield chunk;
        }
      },
      createWriteStream(part, { mode: 0o600 }),
    );
    await rename(part, real);
    const now = new Date();
    await utimes(real, now, now);
    return accept(real);
  } catch (e) {
    await rm(part, { force: true });
    if (e instanceof TooLarge) return refuse('too-large', '');
    log.warn({ err: e }, 'the recorder did not give a recording');
    return refuse('recorder-away', (e as Error).name);
  }
}
class TooLarge extends Error {}

/** Old fetched recordings go, and the oldest when they are too many. */
async function makeRoom(): Promise<void> {
  const dir = cacheDir();
  const files = await Promise.all(
    (await readdir(dir)).map(async (name) => {
      const s = await stat(join(dir, name)).catch(() => null);
      return s && { path: join(dir, name), bytes: s.size, at: s.mtimeMs };
    }),
  );
  const there = files.filter((f) => f !== null).sort((a, b) => b.at - a.at);
  let kept = 0;
  for (const f of there) {
    kept += f.bytes;
    if (kept > KEEP_BYTES || Date.now() - f.at > KEEP_MS) await rm(f.path, { force: true });
  }
}
