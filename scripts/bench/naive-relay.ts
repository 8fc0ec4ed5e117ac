/**
 * The peer of the way of a position: each message is stored with an INSERT of its own, and then sent to each client with a
 * JSON.stringify of its own. Both as soon as it comes.
 */
import { createServer } from 'node:http';
import mqtt from 'mqtt';
import { WebSocket, WebSocketServer } from 'ws';
import { connect } from '#store/db.ts';

const sql = connect(process.env.DATABASE_URL!, { max: 1, name: 'watchfloor-bench-relay' });
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const broker = await mqtt.connectAsync(process.env.MQTT_URL!, { clientId: 'bench-relay', protocolVersion: 4 });

interface Report {
  at: string;
  position: [number, number];
  heading: number;
  kmh: number;
  state: string;
}

async function relay(vehicle: string, m: Report): Promise<void> {
  await sql`
    insert into vehicle_position (at, vehicle, lng, lat, kmh, heading, state, online)
    values (${m.at}, ${vehicle}, ${m.position[0]}, ${m.position[1]}, ${m.kmh}, ${m.heading}, ${m.state}, true)`;
  for (const ws of sockets.clients)
    if (ws.readyState === WebSocket.OPEN)
      ws.send(JSON.stringify({ lane: 'vehicles', key: vehicle, at: Date.parse(m.at), body: m }));
}

broker.on('message', (topic, payload) => {
  void relay(topic.split('/')[1]!, JSON.parse(payload.toString('utf8')) as Report);
});
await broker.subscribeAsync('vehicles/+/position', { qos: 1 });
server.listen(Number(process.env.RT_PORT), '127.0.0.1', () => console.log('{"msg":"ready"}'));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
