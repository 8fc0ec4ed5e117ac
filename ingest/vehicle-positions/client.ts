import mqtt, { type MqttClient } from 'mqtt';

export interface BrokerEvents {
  onUp(): void;
  onDown(reason: string): void;
  /** @param done to be called when the next message may come: holding it back holds back the broker */
  onMessage(topic: string, payload: Uint8Array, done: () => void): void;
}

const TOPICS = ['vehicles/+/position', 'vehicles/+/info', 'vehicles/+/status'];

/**
 * Reads the vehicles of a broker until the signal aborts; a broker that is away is waited for, with the library's own
 * reconnect. QoS 1. Resolves when the connection is closed.
 */
export async function readBroker(url: string, events: BrokerEvents, signal: AbortSignal): Promise<void> {
  const client: MqttClient = mqtt.connect(url, {
    clientId: `watchfloor-ingest-${process.pid}`,
    clean: true,
    protocolVersion: 4, // the small broker speaks 3.1.1 only
    reconnectPeriod: 1000,
    connectTimeout: 10_000,
    keepalive: 20,
    resubscribe: true,
    manualConnect: true,
  });
  client.handleMessage = (packet, callback) => {
    events.onMessage(packet.topic, packet.payload as Uint8Array, () => callback());
  };
  let reason = 'the broker closed the connection';
  client.on('error', (e) => (reason = (e as Error & { code?: string }).code ?? e.message));
  client.on('close', () => events.onDown(reason));
  client.on('connect', () => {
    reason = 'the broker closed the connection';
    client.subscribe(TOPICS, { qos: 1 }, (e, granted) => {
      const refused = granted?.filter((g) => g.qos === 128).map((g) => g.topic) ?? [];
      if (e) reason = e.message;
      else if (refused.length > 0) events.onDown(`the broker refuses ${refused.join(', ')}`);
      else events.onUp();
    });
  });
  client.connect();
  if (!signal.aborted) await new Promise<void>((r) => signal.addEventListener('abort', () => r(), { once: true }));
  await client.endAsync(true);
}
