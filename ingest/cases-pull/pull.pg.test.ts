import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { casePulls, pullsMistake } from '#domain/cases/pull-config.ts';
import { parseConfig } from '#domain/config.ts';
import { pullCursor } from '#store/case-push.ts';
import { keepReject } from '#store/rejects.ts';
import { testDatabase } from '#tests/support/database.ts';
import type { SourceContext } from '../source.ts';
import type { Clock } from '../supervisor.ts';
import { pullSystem } from './index.ts';

const { sql } = await testDatabase();

/** A case system with a log of changes; a page is what comes after the cursor. */
const log: Record<string, unknown>[] = [];
let answer: 'well' | 'down' | 'garbage' = 'well';
const asked: { url: string; key: string | undefined }[] = [];
const partner = http.createServer((req, res) => {
  const url = new URL(req.url!, 'http://x');
  asked.push({ url: req.url!, key: req.headers['x-key'] as string | undefined });
  if (answer === 'down') return void res.writeHead(503).end();
  if (answer === 'garbage') return void res.end('<html>');
  const after = Number(url.searchParams.get('after') || 0);
  const limit = Number(url.searchParams.get('limit'));
  const rows = log.slice(after, after + limit);
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ data: { rows }, next: after + rows.length }));
});
await new Promise<void>((r) => partner.listen(0, '127.0.0.1', r));
afterAll(() => void partner.close());

const config = [
  {
    name: 'city',
    url: `http://127.0.0.1:${(partner.address() as AddressInfo).port}/changes?after={cursor}&limit={limit}`,
    headers: { 'x-key': 'k' },
    first: '0',
    limit: 3,
    items: 'data.rows',
    mapping: {
      origin: 'city',
      fields: { externalId: 'id', acceptedAt: 'at', title: 'what', state: 'state', callerNumber: 'caller.phone' },
      values: { state: { 新建: 'registered' } },
      withdrawn: { field: 'op', is: ['delete'] },
    },
  },
];
const pull = casePulls(config)[0]!;
const row = (id: string, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  at: '2026-11-20 10:00:00',
  what: '停水',
  state: '新建',
  caller: { phone: '13812345678' },
  ...over,
});

/** Runs until the pull waits for the `waits`-th time: then it has asked for everything that there was. */
async function runUntilWaits(waits: number): Promise<{ slept: number[]; figures: Record<string, unknown> }> {
  const stop = new AbortController();
  const slept: number[] = [];
  const clock: Clock = {
    now: () => Date.now(),
    random: () => 1,
    sleep: async (ms) => {
      slept.push(ms);
      if (slept.length >= waits) stop.abort();
    },
  };
  const ctx: SourceContext = {
    sql,
    config: parseConfig({}).config,
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    reject: (raw, code, reason) => keepReject(sql, 'cases-pull', raw, code, reason),
    report: () => {},
  };
  let figures: Record<string, unknown> = {};
  await pullSystem(pull, ctx, (f) => (figures = { ...f }), clock);
  return { slept, figures };
}

test('pages are read one after the other without a pause until there is nothing more', async () => {
  log.push(...Array.from({ length: 7 }, (_, i) => row(`p${i}`)));
  const { slept, figures } = await runUntilWaits(1);
  expect(slept).toEqual([2000]);
  expect(figures).toMatchObject({ new: 7, cursor: '7', failures: 0 });
  expect(asked.every((a) => a.key === 'k')).toBe(true);
  expect(await pullCursor(sql, 'pull:city')).toBe('7');
});

test('after a restart it goes on at its cursor, and what it reads twice changes nothing', async () => {
  asked.length = 0;
  log.push(row('p7'), row('p0', { state: '处理中' }), row('p1', { what: '停水两天' }), { id: 'p2', op: 'delete' });
  const { figures } = await runUntilWaits(1);
  expect(asked[0]!.url).toContain('after=7&');
  expect(figures).toMatchObject({ new: 1, changed: 3, cursor: '11' });
  await sql`update source_cursor set cursor = '{"cursor": "7"}' where source = 'pull:city'`;
  const again = await runUntilWaits(1);
  expect(again.figures).toMatchObject({ new: 0, changed: 0, cursor: '11' });
});

test('an outage is waited for with a growing pause, nothing is missed and nothing is doubled', async () => {
  log.push(row('q1'), row('q2'));
  answer = 'down';
  const out = await runUntilWaits(4);
  expect(out.slept).toEqual([1000, 2000, 4000, 8000]);
  expect(out.figures).toMatchObject({ failures: 4, error: 'HTTP 503', cursor: '11' });
  answer = 'well';
  expect((await runUntilWaits(1)).figures).toMatchObject({ new: 2, cursor: '13' });
  const [r] = await sql<
    { n: number }[]
  >`select count(*)::int as n from hotline_case where origin = 'city' and withdrawn_at is null`;
  expect(r!.n).toBe(9);
});

test('an item that cannot be used is kept with its reason and the cursor goes on', async () => {
  log.push(row('r1'), row('r2', { at: 'tomorrow' }), row(''), row('r3'));
  expect((await runUntilWaits(1)).figures).toMatchObject({ new: 2, refused: 2, cursor: '17' });
  const codes = await sql<{ code: string }[]>`select code from ingest_reject where source = 'cases-pull' order by id`;
  expect(codes.map((c) => c.code)).toEqual(['bad-time', 'no-id']);
});

test('an answer that is no page is kept and asked for again', async () => {
  answer = 'garbage';
  const { slept, figures } = await runUntilWaits(2);
  expect(slept).toEqual([1000, 2000]);
  expect(figures).toMatchObject({ failures: 2, cursor: '17' });
  answer = 'well';
});

test('a pull that brings nothing new is contact, one that fails is not', async () => {
  const contact = async (): Promise<number | null> => {
    const [r] = await sql<{ at: number | null }[]>`
      select (body->>'contactAt')::float8 as at from signal_latest where lane = 'feeds' and key = 'case-pull:city'`;
    return r!.at;
  };
  const before = Date.now();
  expect((await runUntilWaits(1)).figures).toMatchObject({ new: 0, changed: 0, cursor: '17' });
  const heard = await contact();
  expect(heard).toBeGreaterThanOrEqual(before);
  answer = 'down';
  await runUntilWaits(2);
  expect(await contact()).toBe(heard);
  answer = 'well';
});

test('a mapping without id, with a word that we do not have, or with an address without cursor is a mistake', () => {
  const wrong = (change: (c: Record<string, unknown>) => void): string | null => {
    const c = structuredClone(config[0]) as Record<string, unknown>;
    change(c);
    return pullsMistake([c]);
  };
  expect(pullsMistake(config)).toBeNull();
  expect(wrong((c) => (c.url = 'http://x/'))).toContain('cursor');
  expect(wrong((c) => (c.mapping = { origin: 'x', fields: { title: 'a' } }))).toContain('externalId');
  expect(wrong((c) => ((c.mapping as Record<string, unknown>).values = { state: { x: 'finished' } }))).toContain(
    'finished',
  );
  expect(pullsMistake([config[0], config[0]])).toContain('twice');
});
