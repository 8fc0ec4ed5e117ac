import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { FeedKind } from '#domain/city/rows.ts';
import { factsAfter, newestCursor } from '#store/facts.ts';
import { loadCursor } from '#store/feeds.ts';
import { testDatabase } from '#tests/support/database.ts';
import { policeIncidentsType } from '../police-incidents/index.ts';
import { weatherWarningsType } from '../weather-warnings/index.ts';
import type { FeedType } from './contract.ts';
import { openForPush, pushToFeed } from './push.ts';
import { pullOnce, retryDelay } from './puller.ts';
import { TestClock, testConfig, testContext, testSpec } from './testing.ts';
import { FeedWorker } from './worker.ts';

const { sql } = await testDatabase();
const AT = '2026-07-10T09:31:00+08:00';
const cap = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../weather-warnings/fixtures', name));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer = (_q, r) => r.writeHead(500).end();
let asked: IncomingMessage[] = [];
const server = createServer((q, r) => {
  asked.push(q);
  answer(q, r);
});
await new Promise<void>((r) => server.listen(0, '127.0.0.1', () => r()));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let made = 0;
async function open(type: FeedType, kind: FeedKind, path: string, env: Record<string, string> = {}) {
  asked = [];
  const ctx = testContext(sql, new AbortController().signal, testConfig({ FEED_TIMEOUT_S: '2', ...env }));
  const spec = testSpec(`pull-${++made}`, kind, { url: `${base}${path}`, headers: { 'x-key': 'k' } });
  const worker = await FeedWorker.open(spec, type, ctx, new TestClock(AT));
  const cursor = { url: spec.url!, etag: null, lastModified: null, sha256: null, followed: [] };
  return { ctx, worker, cursor };
}
const police = (...ids: string[]): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    time: AT,
    complete: true,
    features: ids.map((id) => ({
      type: 'Feature',
      id,
      geometry: null,
      properties: { kind: 'k', title: 't', occurredAt: AT },
    })),
  });

test('a pull asks with the ETag and the date of the last answer, and an unchanged answer costs nothing', async () => {
  const f = await open(policeIncidentsType, 'police-incidents', '/p');
  answer = (q, r) =>
    q.headers['if-none-match'] === '"v1"'
      ? r.writeHead(304).end()
      : r.writeHead(200, { etag: '"v1"', 'last-modified': 'Fri, 10 Jul 2026 01:00:00 GMT' }).end(police('a', 'b'));
  let cursor = await pullOnce(f.worker, f.ctx, f.cursor);
  const before = await newestCursor(sql);
  cursor = await pullOnce(f.worker, f.ctx, cursor);
  expect(asked.map((q) => [q.headers['if-none-match'], q.headers['if-modified-since'], q.headers['x-key']])).toEqual([
    [undefined, undefined, 'k'],
    ['"v1"', 'Fri, 10 Jul 2026 01:00:00 GMT', 'k'],
  ]);
  expect(await newestCursor(sql)).toBe(before);
  // a restart goes on from there
  expect(await loadCursor(sql, f.worker.spec.id)).toEqual(cursor);
  await f.worker.publish(true);
  expect(f.ctx.reports.at(-1)).toMatchObject({ state: 'live', detail: { messages: 1, accepted: 2 } });
});

test('a server without ETag that sends the same bytes again is not read again', async () => {
  const f = await open(policeIncidentsType, 'police-incidents', '/p');
  answer = (_q, r) => r.writeHead(200).end(police('a'));
  const cursor = await pullOnce(f.worker, f.ctx, f.cursor);
  await pullOnce(f.worker, f.ctx, cursor);
  const [n] = await sql`select count(*)::int as n from feed_message where feed = ${f.worker.spec.id}`;
  expect(n!.n).toBe(1);
});

test('an index is followed once per alert, within its origin, and read again while one is missing', async () => {
  const f = await open(weatherWarningsType, 'weather-warnings', '/cap/index.atom');
  let second = 404;
  const index = cap('index.atom')
    .toString('utf8')
    .replace('</feed>', '<entry><link type="application/cap+xml" href="http://127.0.0.9:1/x.cap"/></entry></feed>');
  answer = (q, r) => {
    if (q.url === '/cap/index.atom') r.writeHead(200, { etag: '"i"' }).end(index);
    else if (q.url === '/cap/alerts/rain-1-alert.cap') r.writeHead(200).end(cap('rain-1-alert.cap'));
    else r.writeHead(second).end(second === 200 ? cap('rain-2-update.cap') : '');
  };
  const from = await newestCursor(sql);
  let cursor = await pullOnce(f.worker, f.ctx, f.cursor);
  expect(cursor.etag).toBeNull();
  expect(f.ctx.rejects.map((x) => x.code)).toEqual(['foreign-link']);
  second = 200;
  cursor = await pullOnce(f.worker, f.ctx, cursor);
  expect(cursor.etag).toBe('"i"');
  expect(asked.map((q) => q.url!.split('/').at(-1))).toEqual([
    'index.atom',
    'rain-1-alert.cap',
    'rain-2-update.cap',
    'index.atom',
    'rain-2-update.cap',
  ]);
  const kinds = (await factsAfter(sql, from)).flatMap((x) =>
    x.kind === 'warning.issued' ? [x.body.warning.level] : [],
  );
  expect(kinds).toEqual(['orange', 'red']);
});

test.each<[string, Answer, RegExp]>([
  ['an error', (_q, r) => r.writeHead(500).end(), /HTTP 500/],
  [
    'an answer that is too large once unpacked',
    (_q, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(3_000_000))),
    /larger than/,
  ],
  ['an answer that never ends', (_q, r) => r.writeHead(200).write('{'), /within 2 s/],
  [
    'a redirect to another host',
    (_q, r) => r.writeHead(302, { location: 'http://127.0.0.9:1/' }).end(),
    /another host/,
  ],
  ['a connection that breaks', (_q, r) => r.socket!.destroy(), /./],
])(
  '%s is a failure with a sentence, two of them make the feed away, and the worker goes on',
  async (_what, bad, reason) => {
    const f = await open(policeIncidentsType, 'police-incidents', '/p', { FEED_MAX_MB: '1' });
    const from = await newestCursor(sql);
    answer = bad;
    for (let i = 0; i < 2; i++) expect(await pullOnce(f.worker, f.ctx, f.cursor)).toBe(f.cursor);
    await f.worker.publish();
    answer = (_q, r) => r.writeHead(200).end(police('a'));
    await pullOnce(f.worker, f.ctx, f.cursor);
    await f.worker.publish();
    const links = (await factsAfter(sql, from)).flatMap((x) =>
      x.kind === 'feed.linked' ? [[x.body.link, x.body.error]] : [],
    );
    expect(links).toEqual([
      ['away', expect.stringMatching(reason) as unknown],
      ['live', null],
    ]);
  },
);

test('retries grow from a second to the interval', () => {
  expect([1, 2, 3, 4, 9].map((n) => retryDelay(n, 20, 1))).toEqual([1000, 2000, 4000, 8000, 20_000]);
  expect(retryDelay(30, 86_400, 1)).toBe(300_000);
});

test('a pushed message is answered with what became of it', async () => {
  const ctx = testContext(sql);
  const worker = await FeedWorker.open(
    testSpec('push-1', 'police-incidents'),
    policeIncidentsType,
    ctx,
    new TestClock(AT),
  );
  expect((await pushToFeed('push-1', Buffer.from(police('a')), null)).status).toBe(404);
  const close = openForPush(worker);
  expect(await pushToFeed('push-1', Buffer.from(police('a')), 'application/json')).toMatchObject({
    status: 200,
    body: { accepted: 1 },
  });
  expect(await pushToFeed('push-1', Buffer.from('{'), null)).toMatchObject({
    status: 422,
    body: { error: 'not-json' },
  });
  close();
  expect((await pushToFeed('push-1', Buffer.from(police('a')), null)).status).toBe(404);
});
