import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SESSION_COOKIE } from '#domain/access.ts';
import type { FactDraft } from '#domain/fact.ts';
import { CLOSE, WIRE_VERSION } from '#domain/wire.ts';
import { Connection, type LinkState, type SocketLike } from '#lib/live/connection.ts';
import { createAccount } from '#store/accounts.ts';
import { openSession, revokeSessions } from '#store/auth.ts';
import { followFacts } from '#store/change-feed.ts';
import { recording } from '#store/facts.ts';
import { databaseOrigin } from '#store/screens.ts';
import { putSignals } from '#store/signals.ts';
import { testDatabase } from '#tests/support/database.ts';
import { Gateway } from './gateway.ts';
import { LiveState } from './live-state.ts';

const { sql } = await testDatabase();
const zone = 'Asia/Shanghai';
const log = pino({ level: 'silent' });
let supervisor = '';
let supervisorSession = 0;
let leader = '';

interface Running {
  gateway: Gateway;
  url: string;
  server: Server;
  stop: () => Promise<void>;
}
async function gatewayUp(): Promise<Running> {
  const state = await LiveState.load(sql, zone);
  const gateway = new Gateway({ sql, state, origin: await databaseOrigin(sql), zone, log, now: Date.now });
  const server = createServer();
  gateway.attach(server);
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  const end = new AbortController();
  const following = followFacts(sql, state.n, (f) => gateway.take(f), end.signal, {
    onAway: (e) => e ?? gateway.heardFeed(),
  });
  const beat = setInterval(() => gateway.beat(), 50);
  return {
    gateway,
    server,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/rt`,
    stop: async () => {
      clearInterval(beat);
      gateway.stop();
      end.abort();
      server.close();
      server.closeAllConnections();
      await following;
    },
  };
}

const running: Running[] = [];
const connections: Connection[] = [];
beforeAll(async () => {
  const account = async (login: string, role: 'supervisor' | 'leader'): Promise<number> => {
    const made = await createAccount(sql, { login, name: login, role }, { actor: 'test', now: Date.now() });
    if (!made.ok) throw new Error(made.code);
    return made.value.id;
  };
  const visitor = { address: '127.0.0.1', userAgent: 'test' };
  const s = await openSession(sql, { accountId: await account('sup', 'supervisor') }, visitor);
  supervisor = s.token;
  supervisorSession = s.sessionId;
  leader = (await openSession(sql, { accountId: await account('lead', 'leader') }, visitor)).token;
  running.push(await gatewayUp());
});
afterAll(async () => {
  for (const c of connections) c.stop();
  for (const r of running) await r.stop();
});

function client(url: () => string, token: string, topics: string[], screen = 'screen-0001') {
  const states: LinkState[] = [];
  const signals: string[] = [];
  const waiters = new Set<() => void>();
  const poke = (): void => waiters.forEach((w) => w());
  const connection = new Connection({
    open: () => new WebSocket(url(), { headers: { cookie: `${SESSION_COOKIE}=${token}` } }) as unknown as SocketLike,
    screen,
    topics,
    lanes: ['vehicles'],
    now: Date.now,
    random: () => 0,
    later: (work, ms) => {
      const t = setTimeout(work, ms);
      return () => clearTimeout(t);
    },
    onChanges: poke,
    onSignals: (_lane, items) => {
      signals.push(...items.map((i) => i.key));
      poke();
    },
    onBeat: poke,
    onState: (s) => {
      states.push(s);
      poke();
    },
  });
  connections.push(connection);
  connection.start();
  /** Resolves when the condition holds; looks whenever something arrived. */
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        waiters.delete(look);
        resolve();
      };
      waiters.add(look);
      look();
    });
  return { connection, states, signals, until };
}

const call = (id: string, caller: string): FactDraft => ({
  kind: 'call.started',
  body: { direction: 'in', caller, called: '12345', trunk: null },
  at: Date.now(),
  subject: id,
  actor: 'test',
});
const record = (...facts: FactDraft[]): Promise<null> => recording(sql, async () => ({ facts, result: null }));

test('[RT-1] without a session the socket is closed with “sign in”', async () => {
  const c = client(() => running[0]!.url, 'x'.repeat(43), ['floor']);
  await c.until(() => c.states.includes('sign-in'));
});

test('[RT-2] a page of another origin gets no socket', async () => {
  const ws = new WebSocket(running[0]!.url, {
    origin: 'http://elsewhere.example',
    headers: { cookie: `${SESSION_COOKIE}=${supervisor}` },
  });
  const error = await new Promise<Error>((r) => ws.once('error', r));
  expect(error.message).toContain('403');
});

test('[RT-3] another protocol version is told to load the page again', async () => {
  const ws = new WebSocket(running[0]!.url, { headers: { cookie: `${SESSION_COOKIE}=${supervisor}` } });
  ws.once('open', () =>
    ws.send(
      JSON.stringify({
        type: 'hello',
        version: WIRE_VERSION + 1,
        screen: 'screen-0001',
        origin: null,
        topics: [],
        lanes: [],
      }),
    ),
  );
  const code = await new Promise<number>((r) => ws.once('close', r));
  expect(code).toBe(CLOSE.version);
});

test('[RT-4][RT-11] a leader gets the masked floor and never the full one; numbers are masked in every frame', async () => {
  await record(call('call-1', '13812345678'));
  const c = client(() => running[0]!.url, leader, ['floor', 'floor.masked'], 'screen-lead');
  await c.until(() => c.connection.tables('floor.masked').get('call', 'call-1') !== undefined);
  expect(c.connection.tables('floor.masked').get('call', 'call-1')).toMatchObject({ caller: '138****5678' });
  expect(c.connection.cursor('floor')).toBeNull();
  expect([...c.connection.tables('floor').everything()]).toEqual([]);
});

test('[RT-9] a client that moves to another gateway resumes from its cursor and misses nothing', async () => {
  let at = running[0]!;
  const c = client(() => at.url, supervisor, ['floor'], 'screen-move');
  await c.until(() => c.connection.cursor('floor') !== null);
  const second = await gatewayUp();
  at = second;
  await record(call('call-2', '13800000002'));
  await running.shift()!.stop();
  running.push(second);
  await record(call('call-3', '13800000003'));
  await c.until(() => c.connection.tables('floor').get('call', 'call-3') !== undefined);
  expect(c.connection.tables('floor').get('call', 'call-2')).toBeDefined();
  expect(c.connection.digest('floor')).toBe(second.gateway.digest('floor'));
  expect(c.connection.counts).toMatchObject({ snapshots: 1, differences: 0 });
});

test('[RT-5] a newer socket of the same screen supersedes the older', async () => {
  const a = client(() => running[0]!.url, supervisor, ['floor'], 'screen-same');
  await a.until(() => a.connection.cursor('floor') !== null);
  const b = client(() => running[0]!.url, supervisor, ['floor'], 'screen-same');
  await a.until(() => a.states.includes('superseded'));
  await b.until(() => b.connection.cursor('floor') !== null);
});

test('[RT-15] signals reach a client newest per key', async () => {
  const body = {
    at: [118, 31],
    heading: null,
    kmh: 30,
    state: 'available',
    kind: 'fire',
    zh: '消防一号',
    en: null,
    plate: null,
    online: true,
    simulated: true,
  };
  await putSignals(sql, [{ lane: 'vehicles', key: 'v1', at: 1000, body }]);
  const c = client(() => running[0]!.url, supervisor, ['floor'], 'screen-sign');
  await running[0]!.gateway.readLanes();
  await c.until(() => c.signals.includes('v1'));
});

test('[RT-4] a revoked session is closed with “sign in”', async () => {
  const c = client(() => running[0]!.url, supervisor, ['floor'], 'screen-revo');
  await c.until(() => c.connection.cursor('floor') !== null);
  await revokeSessions(sql, [supervisorSession]);
  await running[0]!.gateway.checkRights();
  await c.until(() => c.states.includes('sign-in'));
});
