/** The demo's vehicles: 80 of them drive on the roads of the demo city and report over MQTT, each on a connection of its own. */
import mqtt, { type MqttClient } from 'mqtt';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import { mulberry32 } from '#domain/random.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { AStarEngine } from '#gis-data/roads/engine.ts';
import { loadGraph } from '#gis-data/roads/graph.ts';
import { connect, type Sql } from '#store/db.ts';
import { activeCity, placesOfKind } from '#store/gis.ts';
import { lastPositions } from '#store/vehicles.ts';
import { demoFleet, type DemoVehicle, type Reading } from './fleet-model.ts';

const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'demo-vehicles', level: config.logLevel });
if (config.databaseUrl === '') mistakes.push('DATABASE_URL must name the database (npm start sets it)');
if (config.mqttUrl === '') mistakes.push('MQTT_URL must name the broker (npm start sets it)');
if (mistakes.length > 0) {
  for (const m of mistakes) log.fatal({ mistake: m }, 'configuration');
  process.exit(2);
}
if (config.mode !== 'demo') {
  log.fatal('the simulator runs in demo mode only');
  process.exit(2);
}

/** A driving vehicle reports this often, a standing one less. */
const DRIVING_MS = 2500;
const STANDING_MS = 20 * SECOND;
/** Now and then a device loses its connection, as devices do: about one of the fleet in ten minutes, for a few minutes. */
const LOST_PER_REPORT = 1 / (80 * 10 * (60 / 5));

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());

const sql = connect(config.databaseUrl, { max: 2, name: 'watchfloor demo vehicles' });

async function cityThere(db: Sql): Promise<void> {
  for (let told = false; !stop.signal.aborted; told = true) {
    const there = await activeCity(db).catch((e: unknown) => {
      log.warn({ err: e }, 'the database does not answer');
      return null;
    });
    if (there) return;
    if (!told) log.warn('no city is loaded yet');
    await sleep(1000);
  }
}

/** One vehicle and its connection. */
class Device {
  readonly vehicle: DemoVehicle;
  #client: MqttClient | null = null;
  #dueAt: number;
  #backAt: number | null = null;

  constructor(vehicle: DemoVehicle, dueAt: number) {
    this.vehicle = vehicle;
    this.#dueAt = dueAt;
  }

  connect(): void {
    const topic = `vehicles/${this.vehicle.id}`;
    const client = mqtt.connect(config.mqttUrl, {
      clientId: this.vehicle.id,
      protocolVersion: 4,
      reconnectPeriod: 2000,
      keepalive: 30,
      queueQoSZero: false,
      will: { topic: `${topic}/status`, payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
    });
    client.on('connect', () => {
      const { zh, en, plate, team } = this.vehicle;
      client.publish(`${topic}/status`, '{"online":true}', { qos: 1, retain: true });
      const info = { kind: team.kind, name: { zh, en }, plate, simulated: true };
      client.publish(`${topic}/info`, JSON.stringify(info), { qos: 1, retain: true });
    });
    client.on('error', (e) => log.debug({ err: e, vehicle: this.vehicle.id }, 'connection'));
    this.#client = client;
  }

  /** Moves the vehicle, and reports when it is time to. */
  tick(now: number, random: () => number): void {
    const reading = this.vehicle.tick(now);
    if (this.#backAt !== null) {
      if (now < this.#backAt) return;
      this.#backAt = null;
      this.connect();
    }
    if (now < this.#dueAt) return;
    const driving = reading.kmh > 1;
    this.#dueAt = now + (driving ? DRIVING_MS : STANDING_MS) * (0.9 + 0.2 * random());
    if (random() < LOST_PER_REPORT) return this.#lose(now, random);
    // a report that cannot go out is no use later: positions may be lost, and must not pile up
    if (this.#client?.connected) this.#report(reading, now);
  }

  #report(r: Reading, now: number): void {
    const message = {
      at: new Date(now).toISOString(),
      position: [Number(r.position[0].toFixed(6)), Number(r.position[1].toFixed(6))],
      heading: r.heading === null ? null : Math.round(r.heading),
      kmh: Number(r.kmh.toFixed(1)),
      state: r.state,
      simulated: true,
    };
    this.#client!.publish(`vehicles/${this.vehicle.id}/position`, JSON.stringify(message), { qos: 1 });
  }

  /** The connection breaks off without a goodbye; the broker sends the last will. */
  #lose(now: number, random: () => number): void {
    this.#client?.stream.destroy();
    this.#client?.end(true);
    this.#client = null;
    this.#backAt = now + (1 + 4 * random()) * MINUTE;
  }

  async end(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    if (client.connected)
      await Promise.race([
        client.publishAsync(`vehicles/${this.vehicle.id}/status`, '{"online":false}', { qos: 1, retain: true }),
        sleep(1000),
      ]);
    await client.endAsync(true);
  }
}

await cityThere(sql);
if (!stop.signal.aborted) {
  const { graph } = await loadGraph(sql);
  const places = await placesOfKind(sql, ['fire', 'hospital', 'police', 'government', 'shelter', 'fuel'], 400);
  const last = new Map((await lastPositions(sql)).map((p) => [p.vehicle, p.signal.at]));
  await sql.end({ timeout: 2 });
  const random = mulberry32(config.demoSeed ^ 0x5eed);
  const start = Date.now();
  const devices = demoFleet(new AStarEngine(graph), places, config.demoSeed, start, last).map(
    (v, i) => new Device(v, start + ((i * 1000) % DRIVING_MS)),
  );
  // one after the other, so that a small broker is not knocked over
  for (const d of devices) {
    d.connect();
    await sleep(5);
  }
  log.info({ vehicles: devices.length, roads: graph.edgeCount }, 'ready');
  while (!stop.signal.aborted) {
    const now = Date.now();
    for (const d of devices) d.tick(now, random);
    await sleep(250, undefined, { signal: stop.signal }).catch(() => {}); // ends early when we are to stop
  }
  await Promise.allSettled(devices.map((d) => d.end()));
} else await sql.end({ timeout: 2 });
log.info('stopped');
