/**
 * Vehicles that report over MQTT at a steady rate: QoS 1, on 50 connections, each report a step of its vehicle.
 * Speaks with its parent over IPC: {rate, seconds} → {sent, last} with the instant of each vehicle's last report.
 *   node mqtt-source.ts URL SEED
 */
import mqtt from 'mqtt';
import { mulberry32 } from '#domain/random.ts';

const VEHICLES = 500;
const CONNECTIONS = 50;
const [url, seed] = process.argv.slice(2) as [string, string];
const random = mulberry32(Number(seed));
const clients = await Promise.all(
  Array.from({ length: CONNECTIONS }, (_, i) => mqtt.connectAsync(url, { clientId: `bench-${i}`, protocolVersion: 4 })),
);
const vehicles = Array.from({ length: VEHICLES }, (_, i) => ({
  id: `bench-${i}`,
  lng: 114.3 + random() * 0.2,
  lat: 30.5 + random() * 0.2,
  at: 0,
}));
for (const [i, v] of vehicles.entries())
  await clients[i % CONNECTIONS]!.publishAsync(
    `vehicles/${v.id}/info`,
    JSON.stringify({ kind: 'repair', name: { zh: `抢修${i}号`, en: `Repair ${i}` }, plate: null, simulated: true }),
    { qos: 1 },
  );
console.log('{"msg":"ready"}');

async function one(i: number): Promise<void> {
  const v = vehicles[i % VEHICLES]!;
  v.lng += (random() - 0.5) * 1e-3;
  v.lat += (random() - 0.5) * 1e-3;
  // two reports of a vehicle never bear the same instant
  v.at = Math.max(v.at + 1, Date.now());
  const body = { at: new Date(v.at).toISOString(), position: [v.lng, v.lat], heading: 90, kmh: 40, state: 'en_route' };
  await clients[i % CONNECTIONS]!.publishAsync(`vehicles/${v.id}/position`, JSON.stringify(body), { qos: 1 });
}

function run(rate: number, seconds: number): void {
  const started = performance.now();
  const total = rate * seconds;
  const open = new Set<Promise<void>>();
  let sent = 0;
  const step = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate));
    while (sent < due) {
      const sending = one(sent++);
      open.add(sending);
      void sending.finally(() => open.delete(sending));
    }
    if (sent < total) setTimeout(step, 1);
    else
      void Promise.all(open).then(() =>
        process.send!({ sent, last: Object.fromEntries(vehicles.filter((v) => v.at > 0).map((v) => [v.id, v.at])) }),
      );
  };
  step();
}

process.on('message', (m: { rate: number; seconds: number }) => run(m.rate, m.seconds));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
