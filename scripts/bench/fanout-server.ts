/**
 * Changes of 200 seats sent to every client, in the product's way (one frame per tick from a Channel, through an Outbox) or in
 * the naive way (JSON.stringify and send per change and client). No database: only the fan-out.
 * Speaks with its parent over IPC: {ticks, changes, everyMs} → {cpuMs, digest}.
 *   node fanout-server.ts PORT product|naive SEED
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { digest } from '#domain/digest.ts';
import { mulberry32 } from '#domain/random.ts';
import { Tables, type Row } from '#domain/tables.ts';
import { Channel } from '#realtime/channel.ts';
import { Outbox } from '#realtime/outbox.ts';

const SEATS = 200;
const [port, wire, seed] = process.argv.slice(2) as [string, 'product' | 'naive', string];
const random = mulberry32(Number(seed));
const tables = new Tables();
const channel = new Channel('floor', tables, null, 0);
const outboxes = new Set<Outbox>();
let n = 0;

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (ws, request) => {
  request.socket.setNoDelay(true);
  const outbox = new Outbox(request.socket, () => {});
  outboxes.add(outbox);
  ws.on('close', () => outboxes.delete(outbox));
});

function seatRow(): Row {
  return {
    line: random() < 0.5 ? 'in-call' : 'idle',
    since: 1_795_320_645_000 + n * 7 + random(),
    pause: 'none',
    reason: '',
    pauseSince: null,
    wrapUntil: null,
    onQueueCall: true,
    queue: 'hotline',
    call: `1795320645.${n}`,
    holding: false,
    heldSince: null,
  };
}

/** @throws when a client held back: then not every client got every byte */
function product(now: number): void {
  const frame = channel.publish(n, tables.takeTouched());
  if (!frame) return;
  for (const outbox of outboxes) if (!outbox.send(frame, now)) throw new Error('a client is too slow for this load');
}

function naive(): void {
  for (const change of tables.takeTouched())
    for (const ws of sockets.clients)
      if (ws.readyState === WebSocket.OPEN) ws.send(JSON.stringify({ topic: 'floor', upTo: n, ...change }));
}

async function run(ticks: number, changes: number, everyMs: number): Promise<void> {
  const before = process.cpuUsage();
  for (let t = 0; t < ticks; t++) {
    for (let i = 0; i < changes; i++) {
      n++;
      tables.put('seatLive', String(1001 + Math.floor(random() * SEATS)), seatRow());
      if (wire === 'naive') naive();
    }
    if (wire === 'product') product(t);
    await sleep(everyMs);
  }
  const used = process.cpuUsage(before);
  process.send!({ cpuMs: (used.user + used.system) / 1000, digest: digest(tables) });
}

process.on('message', (m: { ticks: number; changes: number; everyMs: number }) => {
  void run(m.ticks, m.changes, m.everyMs);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
server.listen(Number(port), '127.0.0.1', () => console.log('{"msg":"ready"}'));
