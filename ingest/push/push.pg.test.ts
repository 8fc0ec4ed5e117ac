import http from 'node:http';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { parseConfig } from '#domain/config.ts';
import { factsAfter, newestCursor } from '#store/facts.ts';
import { keepReject } from '#store/rejects.ts';
import { testDatabase } from '#tests/support/database.ts';
import type { SourceContext } from '../source.ts';
import { casesRoute } from './cases.ts';
import { startPushServer } from './server.ts';
import { allowedTokens, demoToken, parseTokens, Tokens } from './tokens.ts';

const { sql } = await testDatabase();
const TOKEN = 'a-token-of-24-characters';
const ctx: SourceContext = {
  sql,
  config: parseConfig({}).config,
  log: pino({ level: 'silent' }),
  signal: new AbortController().signal,
  reject: (raw, code, reason) => keepReject(sql, 'push', raw, code, reason),
  report: () => {},
};
const server = await startPushServer({
  host: '127.0.0.1',
  port: 0,
  tokens: new Tokens(parseTokens(`city=${TOKEN}`)),
  log: ctx.log,
  routes: [casesRoute(ctx)],
});
afterAll(() => server.close());

interface Answer {
  status: number;
  headers: Headers;
  body: {
    error?: string;
    reason?: string;
    counts?: Record<string, number>;
    cases?: { outcome: string; error?: string; reason?: string }[];
  };
}
async function post(
  body: unknown,
  headers: Record<string, string> = {},
  path = '/in/cases',
  method = 'POST',
): Promise<Answer> {
  const r = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  });
  return { status: r.status, headers: r.headers, body: (await r.json()) as Answer['body'] };
}
const item = (externalId: string, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  externalId,
  acceptedAt: new Date().toISOString(),
  type: 'complaint',
  category: ['供水', '停水'],
  text: '家里停水了',
  state: 'registered',
  source: 'phone',
  callerNumber: '13812345678',
  ...over,
});
const count = async (): Promise<number> =>
  (await sql<{ n: number }[]>`select count(*)::int as n from hotline_case`)[0]!.n;

test('without a token, or with a wrong one, nothing is read or stored', async () => {
  const before = await count();
  for (const authorization of ['', 'Bearer wrong', `Basic ${TOKEN}`]) {
    const r = await post({ cases: [item('no')] }, { authorization });
    expect([r.status, r.body.error]).toEqual([401, 'unauthorized']);
  }
  expect(await count()).toBe(before);
});

test('a case that is answered 200 is in the database with its fact, and says nothing of the caller', async () => {
  const from = await newestCursor(sql);
  const r = await post({ cases: [item('W1')] });
  expect([r.status, r.body.counts]).toEqual([200, { new: 1 }]);
  const [fact] = await factsAfter(sql, from);
  expect(fact).toMatchObject({
    kind: 'case.registered',
    subject: 'W1',
    actor: 'ingest:push:city',
    body: { case: { origin: 'city', simulated: false } },
  });
  expect(JSON.stringify(fact)).not.toContain('1381234');
});

test('the same key with the same body gets the first answer and changes nothing; another body is refused', async () => {
  const key = { 'idempotency-key': 'k-1' };
  const message = { cases: [item('K1')] };
  const first = await post(message, key);
  const cursor = await newestCursor(sql);
  const second = await post(message, key);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(await newestCursor(sql)).toBe(cursor);
  const other = await post({ cases: [item('K2')] }, key);
  expect([other.status, other.body.error]).toEqual([422, 'key-reused']);
});

test('two pushes with the same key at the same time store it once and answer alike', async () => {
  const message = { cases: [item('K3')] };
  const both = await Promise.all([
    post(message, { 'idempotency-key': 'k-2' }),
    post(message, { 'idempotency-key': 'k-2' }),
  ]);
  expect(both.map((r) => r.status)).toEqual([200, 200]);
  expect(both[0]!.body).toEqual(both[1]!.body);
  expect((await factsAfter(sql, 0)).filter((f) => f.subject === 'K3')).toHaveLength(1);
});

test('a bad item is refused with its code and kept, the good ones beside it are stored', async () => {
  const r = await post({
    cases: [
      item('S1'),
      item('S2', { type: 'grumble' }),
      item('S3', { acceptedAt: '2026-11-22 10:00' }),
      item('S4', { acceptedAt: '2030-01-01T00:00:00Z' }),
      item('S5', { lng: 118 }),
      item('S6', { lng: 1180, lat: 32 }),
      'no object',
      item('S7', { text: '', category: [] }),
    ],
  });
  expect(r.status).toBe(200);
  expect(r.body.counts).toEqual({ new: 1, refused: 7 });
  expect(r.body.cases!.map((c) => c.error)).toEqual([
    undefined,
    'schema',
    'schema',
    'in-the-future',
    'schema',
    'schema',
    'schema',
    'no-content',
  ]);
  expect(r.body.cases![2]!.reason).toContain('acceptedAt');
  const [kept] =
    await sql`select count(*)::int as n from ingest_reject where source = 'push' and reason like 'case S%'`;
  expect(kept!.n).toBe(6);
});

test('a message of which nothing can be used is answered 422, broken JSON 400, another type 415', async () => {
  expect((await post({ cases: [item('T1', { state: 'x' })] })).status).toBe(422);
  expect(await post('{"cases": [', {})).toMatchObject({ status: 400, body: { error: 'not-json' } });
  expect(await post({ cases: [] })).toMatchObject({ status: 422, body: { error: 'schema' } });
  expect(await post({ cases: new Array(501).fill(item('T2')) })).toMatchObject({
    status: 422,
    body: { error: 'schema' },
  });
  expect(await post('{}', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  expect(await post({ cases: [item('T3')] }, { 'idempotency-key': 'ä b' })).toMatchObject({
    status: 400,
    body: { error: 'bad-key' },
  });
});

test('a body larger than allowed is refused, whether it says its length or not', async () => {
  const large = JSON.stringify({ cases: [item('L1', { text: 'x'.repeat(5 * 1024 * 1024) })] });
  expect(await post(large)).toMatchObject({ status: 413, body: { error: 'too-large' } });
  expect(await chunkedUpload(large)).toBe(413);
});

test('other paths and methods are told so', async () => {
  expect(await post({}, {}, '/in/nothing')).toMatchObject({ status: 404 });
  expect((await post({}, {}, '/in/cases', 'GET')).status).toBe(405);
});

test('a later version moves or corrects the case, and a withdrawn one leaves', async () => {
  const acceptedAt = new Date(Date.now() - 60_000).toISOString();
  await post({ cases: [item('V1', { acceptedAt })] });
  const r = await post({
    cases: [
      item('V1', { acceptedAt, state: 'dispatched', stateAt: new Date().toISOString(), unit: '水务集团' }),
      item('V1', { acceptedAt, state: 'dispatched', unit: '水务集团', district: '东湖区' }),
      { externalId: 'V1', withdrawn: true },
      { externalId: 'never', withdrawn: true },
    ],
  });
  expect(r.body.cases!.map((c) => c.outcome)).toEqual(['moved', 'corrected', 'withdrawn', 'unchanged']);
  const back = await post({ cases: [{ externalId: 'V1', withdrawn: true }, item('V1', { acceptedAt })] });
  expect(back.body.cases!.map((c) => c.outcome)).toEqual(['unchanged', 'new']);
});

test('positions in GCJ-02 are stored in WGS-84', async () => {
  await post({ crs: 'GCJ02', cases: [item('G1', { lng: 118.8, lat: 32.05 })] });
  const [r] = await sql<{ lng: number }[]>`select st_x(geom) as lng from hotline_case where case_no = 'G1'`;
  expect(r!.lng).not.toBe(118.8);
  expect(Math.abs(r!.lng - 118.8)).toBeLessThan(0.01);
});

test('the simulator may push in demo and nowhere else', async () => {
  const token = await demoToken(sql);
  const inMode = async (mode: 'demo' | 'live'): Promise<string | null> =>
    (await allowedTokens(parseConfig({ MODE: mode }).config, sql)).senderOf(token);
  expect([await inMode('demo'), await inMode('live')]).toEqual(['demo', null]);
});

test('the name demo and short tokens are mistakes of the configuration', () => {
  expect(parseConfig({ PUSH_TOKENS: `demo=${TOKEN}` }).mistakes).toHaveLength(1);
  expect(parseConfig({ PUSH_TOKENS: 'city=short' }).mistakes[0]).not.toContain('short,');
  expect(parseConfig({ PUSH_TOKENS: `city=${TOKEN},police=${TOKEN}x` }).mistakes).toEqual([]);
});

/** An upload that does not tell its length beforehand. @returns the status of the answer */
function chunkedUpload(body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const req = http.request({
      host: '127.0.0.1',
      port: server.port,
      path: '/in/cases',
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    req.on('response', (res) => {
      resolve(res.statusCode!);
      req.destroy();
    });
    req.on('error', reject); // after the answer it says nothing new
    req.write(body);
  });
}
