/**
 * The demo's recorder: as a switch would, it leaves a file for each conversation in the folder of recordings, one folder a day,
 * and for each message to the voice box.
 * Only the newest are kept, so that a demo that runs for weeks does not fill the disk; those of older calls are missing, and the
 * screens say so.
 */
import { mkdir, readdir, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import { DEMO_RECORDINGS } from '#domain/demo.ts';
import { filePattern, toldPath } from '#domain/recordings/pattern.ts';
import { DAY, SECOND, type Instant } from '#domain/time.ts';
import { connect } from '#store/db.ts';
import { newestMessages } from '#store/missed.ts';
import { recordedCalls, type RecordedCall } from '#store/recorded-calls.ts';
import { demoRecording } from './recordings-voice.ts';

const KEPT_AT_MOST = 100;
const MESSAGES_AT_MOST = 40;
/** A recording of the demo is no longer than this: that of a longer call is partial. */
const LONGEST_S = 180;
const BYTES_AT_MOST = 200e6;
const LOOK_EVERY_MS = 10 * SECOND;
/** Between two files, so that the first hundred do not take a core from the product's start. */
const REST_MS = 150;

const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'demo-recorder', level: config.logLevel });
if (config.databaseUrl === '') mistakes.push('DATABASE_URL must name the database (npm start sets it)');
if (config.mode !== 'demo') mistakes.push('the simulator runs in demo mode only');
if (mistakes.length > 0) {
  for (const m of mistakes) log.fatal({ mistake: m }, 'configuration');
  process.exit(2);
}

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());
const sql = connect(config.databaseUrl, { max: 1, name: 'watchfloor demo recorder' });
// as the web server reads it (app/lib/server/recordings/folder.ts)
const folder = resolve(config.stateDir || '.watchfloor', DEMO_RECORDINGS);

/** Where a call's file lies, below the folder; as the demo's switch names it. */
function pathOf(c: RecordedCall): string | null {
  const call = { id: c.call, setupAt: c.setupAt, caller: c.caller, called: c.called };
  const place = filePattern('{yyyy}/{mm}/{dd}/{call}.wav', call, config.zone);
  return place.ok ? place.value.text : null;
}

/** A number from a call's id, so that its voices are always the same. */
const seedOf = (id: string): number =>
  [...id].reduce((a, c) => (Math.imul(a, 31) + c.charCodeAt(0)) >>> 0, config.demoSeed);

/** What is spoken: a conversation, or a message to the voice box. */
interface Spoken {
  readonly call: string;
  readonly seconds: number;
  readonly endAt: Instant;
}

async function write(c: Spoken, path: string): Promise<void> {
  const seconds = Math.min(LONGEST_S, Math.max(1, c.seconds));
  const to = join(folder, path);
  await mkdir(dirname(to), { recursive: true });
  await writeFile(`${to}.part`, demoRecording(seedOf(c.call), seconds));
  // a recorder closes its file with the call
  const at = new Date(c.endAt);
  await utimes(`${to}.part`, at, at);
  await rename(`${to}.part`, to);
}

/** Files of the folder, below it. */
async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => relative(folder, join(e.parentPath, e.name)));
}

/** The newest conversations that are over and the newest messages, as far as they may be kept, by their file. */
async function wanted(): Promise<Map<string, Spoken>> {
  const now = Date.now();
  const calls = await recordedCalls(sql, { from: now - 3 * DAY, to: now + DAY }, 'newest', 0, KEPT_AT_MOST);
  const out = new Map<string, Spoken>();
  for (const m of await newestMessages(sql, MESSAGES_AT_MOST)) {
    const path = toldPath(m.file, config.recordingsSwitchDir);
    if (path.ok) out.set(path.value, { call: m.call, seconds: m.durationS ?? 1, endAt: m.at });
  }
  let bytes = 0;
  for (const c of calls) {
    const path = pathOf(c);
    if (path === null || c.answeredAt === null || c.hungUpAt === null) continue;
    bytes += Math.min(LONGEST_S, (c.hungUpAt - c.answeredAt) / 1000) * 16_000;
    if (bytes > BYTES_AT_MOST) break;
    out.set(path, { call: c.call, seconds: (c.hungUpAt - c.answeredAt) / 1000, endAt: c.hungUpAt });
  }
  return out;
}

async function round(): Promise<{ written: number; removed: number }> {
  const want = await wanted();
  await mkdir(folder, { recursive: true });
  const there = new Set(await files());
  let removed = 0;
  for (const path of there)
    if (!want.has(path)) {
      await rm(join(folder, path), { force: true });
      // the folder of a day that has none left; one that is not empty stays
      await rmdir(dirname(join(folder, path))).catch((e: unknown) => log.trace({ err: e }, 'the folder stays'));
      removed++;
    }
  let written = 0;
  for (const [path, call] of want) {
    if (stop.signal.aborted) break;
    if (there.has(path) && (await stat(join(folder, path))).size > 0) continue;
    await write(call, path);
    written++;
    await sleep(REST_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
  return { written, removed };
}

log.info({ folder }, 'ready');
while (!stop.signal.aborted) {
  try {
    const done = await round();
    if (done.written + done.removed > 0) log.debug(done, 'recorded');
  } catch (e) {
    log.warn({ err: e }, 'recordings could not be written; trying again');
  }
  await sleep(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
}
await sql.end({ timeout: 2 });
