/**
 * The MQTT broker of a machine that has none: aedes on 127.0.0.1, for the simulated vehicles or a handful of real ones.
 * In production MQTT_URL names a Mosquitto, which does the same work at a fraction of the cost.
 */
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';

/** Clients at once; each costs buffers, and nobody but our own processes and test devices should come here. */
const MOST_CLIENTS = 2000;
/** A position is a few hundred bytes; more is a mistake or an attack. */
const MOST_BYTES = 64 * 1024;

const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'broker', level: config.logLevel });
if (mistakes.length > 0) {
  for (const mistake of mistakes) log.fatal({ mistake }, 'configuration');
  process.exit(2);
}

const broker = await Aedes.createBroker({
  id: 'watchfloor',
  heartbeatInterval: 30_000,
  connectTimeout: 10_000,
  maxClientsIdLength: 64,
});
const reserved = broker.authorizePublish; // aedes' own rule keeps $SYS topics to itself
broker.authorizePublish = (client, packet, done) => {
  if (packet.payload.length <= MOST_BYTES) return reserved(client, packet, done);
  done(new Error(`a message of ${packet.payload.length} bytes is refused`));
};
broker.on('clientError', (client, e) => log.warn({ client: client.id, err: e }, 'client'));
broker.on('connectionError', (_client, e) => log.warn({ err: e }, 'connection'));

const server = createServer((socket) => {
  if (broker.connectedClients >= MOST_CLIENTS) return socket.destroy();
  socket.setNoDelay(true);
  broker.handle(socket);
});
server.on('error', (e) => {
  log.fatal({ err: e }, `cannot listen on port ${config.brokerPort} (option BROKER_PORT)`);
  process.exit(1);
});
server.listen(config.brokerPort, '127.0.0.1', () => log.info({ port: config.brokerPort }, 'ready'));

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  server.close();
  broker.close(() => {
    log.info('stopped');
    process.exit(0);
  });
  setTimeout(() => process.exit(0), 3000).unref();
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
