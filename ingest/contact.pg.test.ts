import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, expect, test, vi } from 'vitest';
import { parseConfig } from '#domain/config.ts';
import { casePullContact, casePushContact, SWITCH_CONTACT, type ContactSignal } from '#domain/contact.ts';
import { freePort } from '#scripts/replay/ingest-process.ts';
import { readRecording } from '#scripts/replay/recording.ts';
import { RecordingPlayer } from '#scripts/replay/switch.ts';
import { connect } from '#store/db.ts';
import { signalsAfter } from '#store/signals.ts';
import { testDatabase } from '#tests/support/database.ts';
import { asterisk } from './asterisk/index.ts';
import { ContactTeller } from './contact.ts';
import { leave } from './feeds/index.ts';
import { noteSenders } from './push/index.ts';
import type { PushRequest } from './push/server.ts';
import type { SourceContext } from './source.ts';

const { sql, url } = await testDatabase();
const log = pino({ level: 'silent' });
const T = Date.UTC(2026, 10, 20, 2);

beforeEach(async () => {
  await sql`truncate signal_latest`;
});

async function told(key: string): Promise<ContactSignal | undefined> {
  const rows = await signalsAfter(sql, 'feeds', 0);
  return rows.find((r) => r.key === key)?.body as unknown as ContactSignal | undefined;
}

test('a source that was never heard is told as such, and a restart does not make a known one unknown or fresher', async () => {
  const key = casePullContact('city');
  const first = new ContactTeller(sql, key, 34, log, () => T);
  await first.expected();
  expect(await told(key)).toEqual({ contactAt: null, limitS: 34 });
  first.heard(T + 1000);
  await first.settled();
  const second = new ContactTeller(sql, key, 60, log, () => T + 90_000);
  await second.expected();
  expect(await told(key)).toEqual({ contactAt: T + 1000, limitS: 60 });
});

test('however often a source is heard, one sign a second is written, and the last one is not lost', async () => {
  const revision = async (): Promise<number> =>
    Number((await sql<{ rev: string }[]>`select nextval('signal_rev')::text as rev`)[0]!.rev);
  const before = await revision();
  let now = T;
  const teller = new ContactTeller(sql, SWITCH_CONTACT, 10, log, () => now);
  for (let i = 0; i < 500; i++) teller.heard((now += 3));
  await teller.settled();
  expect((await told(SWITCH_CONTACT))?.contactAt).toBe(T + 1500);
  const after = await revision();
  // a value that is written again takes two revisions
  expect(after - before).toBeLessThanOrEqual(1 + 2 * 2);
});

test('a database that is away makes the sign old, and no error of the source that is heard', async () => {
  const gone = connect(url, { max: 1, name: 'gone' });
  await gone.end();
  const teller = new ContactTeller(gone, SWITCH_CONTACT, 10, log);
  teller.heard(T);
  await teller.settled();
  expect(await told(SWITCH_CONTACT)).toBeUndefined();
});

test('the switch counts as heard while it answers, and no longer once it is gone', async () => {
  const player = new RecordingPlayer(readRecording(join(import.meta.dirname, 'asterisk/fixtures')), {
    port: await freePort(),
    speed: 1,
    secret: 's',
    now: () => performance.now(),
  });
  await player.listen();
  const stop = new AbortController();
  const states: string[] = [];
  const context: SourceContext = {
    sql,
    log,
    config: parseConfig({ AMI_HOST: '127.0.0.1', AMI_PORT: String(player.port), AMI_USER: 'replay', AMI_SECRET: 's' })
      .config,
    signal: stop.signal,
    reject: async () => {},
    report: (state) => void states.push(state),
  };
  const began = Date.now();
  const running = asterisk.run(context);
  const contact = async (): Promise<number> => (await told(SWITCH_CONTACT))?.contactAt ?? 0;
  await vi.waitUntil(async () => (await contact()) >= began, { timeout: 20_000 });
  await player.stop();
  await vi.waitUntil(() => states.at(-1) === 'away', { timeout: 20_000 });
  const cut = Date.now();
  const before = states.length;
  await vi.waitUntil(() => states.length > before + 20, { timeout: 20_000 });
  expect(await contact()).toBeLessThanOrEqual(cut);
  stop.abort();
  await running;
});

test('who pushes is heard when something of it was stored, and not when it was refused', async () => {
  const request = (sender: string): PushRequest => ({
    params: {},
    path: '/in/cases',
    sender,
    contentType: null,
    idempotencyKey: null,
    body: new Uint8Array(),
  });
  const route = noteSenders(
    { sql, log },
    {
      path: '/in/cases',
      maxBytes: 1,
      handle: async ({ sender }) => ({ status: sender === 'city' ? 200 : 422, body: {} }),
    },
  );
  const began = Date.now();
  await route.handle(request('broken'));
  await route.handle(request('city'));
  await vi.waitUntil(async () => ((await told(casePushContact('city')))?.contactAt ?? 0) >= began);
  expect(await told(casePushContact('broken'))).toBeUndefined();
});

test('a source that left the configuration is marked as gone, and the others are not touched', async () => {
  for (const key of [casePullContact('old'), casePushContact('city'), SWITCH_CONTACT]) {
    const teller = new ContactTeller(sql, key, null, log);
    teller.heard(T);
    await teller.settled();
  }
  const { config } = parseConfig({ MODE: 'live', PUSH_TOKENS: 'city=a-token-of-24-characters' });
  await leave({ sql, config }, T + 5000);
  expect(await told(casePullContact('old'))).toEqual({ gone: T + 5000 });
  expect(await told(SWITCH_CONTACT)).toEqual({ gone: T + 5000 });
  expect(await told(casePushContact('city'))).toEqual({ contactAt: T, limitS: null });
});
