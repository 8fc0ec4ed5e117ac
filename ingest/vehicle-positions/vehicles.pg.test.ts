import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, expect, test, vi } from 'vitest';
import type { FeedLink, VehicleSignal } from '#domain/city/rows.ts';
import { factsAfter } from '#store/facts.ts';
import { testDatabase } from '#tests/support/database.ts';
import { lastPositions, vehicleTrack } from '#store/vehicles.ts';
import { testConfig, testContext, type TestContext } from '../feeds/testing.ts';
import { VehicleIntake } from './index.ts';

const { sql } = await testDatabase();

/** A broker that can be switched off and on again on its port. */
class Broker {
  #server: Server | null = null;
  #aedes: Aedes | null = null;
  #sockets = new Set<Socket>();
  port = 0;
  async on(): Promise<void> {
    this.#aedes = await Aedes.createBroker();
    this.#server = createServer((s) => {
      this.#sockets.add(s);
      s.on('close', () => this.#sockets.delete(s));
      this.#aedes!.handle(s);
    });
    await new Promise<void>((r) => this.#server!.listen(this.port, '127.0.0.1', () => r()));
    this.port = (this.#server.address() as AddressInfo).port;
  }
  async off(): Promise<void> {
    for (const s of this.#sockets) s.destroy();
    await new Promise<void>((r) => this.#server!.close(() => r()));
    await new Promise<void>((r) => this.#aedes!.close(() => r()));
  }
}

const broker = new Broker();
await broker.on();
const stop = new AbortController();
const ctx: TestContext = testContext(sql, stop.signal, testConfig({ MQTT_URL: `mqtt://127.0.0.1:${broker.port}` }));
const running = (await VehicleIntake.open(ctx)).run();
const clients: MqttClient[] = [];
afterAll(async () => {
  stop.abort();
  await running;
  for (const c of clients) await c.endAsync(true);
  await broker.off();
});

const device = async (id?: string): Promise<MqttClient> => {
  const c = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    reconnectPeriod: 0,
    ...(id
      ? { will: { topic: `vehicles/${id}/status`, payload: Buffer.from('{"online":false}'), qos: 1, retain: true } }
      : {}),
  });
  clients.push(c);
  return c;
};
const links = async (): Promise<FeedLink[]> =>
  (await factsAfter(sql, 0)).flatMap((f) => (f.kind === 'feed.linked' ? [f.body.link] : []));
const live = (n: number) =>
  vi.waitFor(async () => expect((await links()).filter((l) => l === 'live')).toHaveLength(n), 15_000);
const last = async (id: string): Promise<{ at: number; signal: VehicleSignal } | undefined> =>
  (await lastPositions(sql)).find((p) => p.vehicle === id);
const say = (c: MqttClient, id: string, at: number, lng: number, more: object = {}) =>
  c.publishAsync(
    `vehicles/${id}/position`,
    JSON.stringify({ at: new Date(at).toISOString(), position: [lng, 30.6], ...more }),
    { qos: 1 },
  );

test('positions out of order and twice leave the marker at the newest, and the history without doubles', async () => {
  await live(1);
  const c = await device();
  const now = Date.now();
  await c.publishAsync(
    'vehicles/a/info',
    JSON.stringify({ kind: 'fire', name: '消防一中队1号车', plate: '鄂A12345' }),
    { qos: 1, retain: true },
  );
  for (const s of [0, 20, 10, 20, 5])
    await say(c, 'a', now - 60_000 + s * 1000, 114 + s / 100, { state: 'en_route', kmh: 40 });
  await say(c, 'end', now, 1);
  await vi.waitFor(async () => expect(await last('end')).toBeDefined(), 5000);
  expect(await last('a')).toMatchObject({
    at: now - 40_000,
    signal: { at: [114.2, 30.6], zh: '消防一中队1号车', kind: 'fire', plate: '鄂A·1***5', state: 'en_route' },
  });
  expect((await vehicleTrack(sql, 'a', 0, now + 1)).map((p) => p.lng)).toEqual([114, 114.05, 114.1, 114.2]);
});

test('a malformed message is kept with its reason and the next one is taken', async () => {
  const c = await device();
  await c.publishAsync('vehicles/b/position', '{"at":"yesterday"}', { qos: 1 });
  await say(c, 'b', Date.now(), 114.5);
  await vi.waitFor(async () => expect(await last('b')).toBeDefined(), 5000);
  expect(ctx.rejects.map((r) => [r.code, r.reason.split(':')[0]])).toEqual([['format', 'vehicles/b/position']]);
});

test('a device that breaks off is offline by its last will, where it was', async () => {
  const c = await device('w');
  const at = Date.now() - 1000;
  await say(c, 'w', at, 114.7);
  await vi.waitFor(async () => expect(await last('w')).toMatchObject({ signal: { online: true } }), 5000);
  c.stream.destroy();
  await vi.waitFor(
    async () => expect(await last('w')).toMatchObject({ at: at + 1, signal: { online: false, at: [114.7, 30.6] } }),
    5000,
  );
});

test('thousands of messages at once are all taken, in bounded batches', async () => {
  const c = await device();
  const now = Date.now();
  await Promise.all(Array.from({ length: 6000 }, (_, i) => say(c, `m${i % 100}`, now - 60_000 + i, 114)));
  await vi.waitFor(
    async () => {
      const [r] = await sql`select count(*)::int as n from vehicle_position where vehicle like 'm%'`;
      expect(r!.n).toBe(6000);
    },
    { timeout: 30_000, interval: 200 },
  );
}, 40_000);

test('a broker that goes is shown as away, waited for, and taken up again', async () => {
  await broker.off();
  await vi.waitFor(async () => expect((await links()).at(-1)).toBe('away'), 10_000);
  await broker.on();
  await live(2);
  const c = await device();
  await say(c, 'z', Date.now(), 114.9);
  await vi.waitFor(async () => expect(await last('z')).toBeDefined(), 10_000);
}, 40_000);
