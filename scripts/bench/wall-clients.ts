/**
 * N wall clients in one process, measured from outside: each decodes every frame as a browser does, and notes for each
 * seat row, or each vehicle's position, how old its event is. Speaks with its parent over IPC: begin, report.
 *   node wall-clients.ts URL TOKEN COUNT product|naive floor|vehicles
 */
import { WebSocket } from 'ws';
import { SESSION_COOKIE } from '#domain/access.ts';
import { decodeDown } from '#domain/frames.ts';
import { WIRE_VERSION } from '#domain/wire.ts';
import { summary } from './bench.ts';

const [url, token, count, wire, watched] = process.argv.slice(2) as [
  string,
  string,
  string,
  'product' | 'naive',
  'floor' | 'vehicles',
];
const now = (): number => performance.timeOrigin + performance.now();

let samples: number[] = [];
let bytes = 0;
let messages = 0;
let measuring = false;
let ready = 0;
/** Of each client: the instant of the newest position of each vehicle. */
const newest = Array.from({ length: Number(count) }, () => new Map<string, number>());

/** `since` of a seat row is the event's own time stamp. */
function seen(row: Record<string, unknown> | null, at: number): void {
  if (measuring && row && typeof row.since === 'number') samples.push(at - row.since);
}

type Naive =
  { lane?: undefined; c: string; row: Record<string, unknown> | null } | { lane: 'vehicles'; key: string; at: number };

function moved(client: number, vehicle: string, at: number): void {
  if (measuring) samples.push(now() - at);
  newest[client]!.set(vehicle, at);
}

function hear(ws: WebSocket, client: number, data: Buffer, binary: boolean): void {
  bytes += data.length;
  messages++;
  if (wire === 'naive') {
    const m = JSON.parse(data.toString('utf8')) as Naive;
    if (m.lane) moved(client, m.key, m.at);
    else if (m.c === 'seatLive') seen(m.row, now());
    return;
  }
  const down = decodeDown(binary ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data.toString('utf8'));
  if (down.type === 'snapshot') ws.send(JSON.stringify({ type: 'ack', topic: down.topic, part: down.part }));
  else if (down.type === 'signals') for (const item of down.items) moved(client, item.key, item.at);
  else if (down.type === 'changes') {
    const at = now();
    for (const item of down.items) if (item.c === 'seatLive') seen(item.row, at);
  }
}

for (let i = 0; i < Number(count); i++) {
  const ws = new WebSocket(url, { headers: { cookie: `${SESSION_COOKIE}=${token}` }, perMessageDeflate: false });
  ws.on('open', () => {
    ws.send(
      JSON.stringify({
        type: 'hello',
        version: WIRE_VERSION,
        screen: `bench-screen-${i}`,
        origin: null,
        topics: watched === 'floor' ? [{ topic: 'floor', cursor: null }] : [],
        lanes: watched === 'floor' ? [] : ['vehicles'],
      }),
    );
    if (++ready === Number(count)) console.log('{"msg":"ready"}');
  });
  ws.on('message', (data, binary) => hear(ws, i, data as Buffer, binary));
  ws.on('close', (code, reason) => console.log(`client ${i} closed: ${code} ${reason.toString()}`));
  ws.on('error', (e) => console.log(`client ${i}: ${e.message}`));
}

process.on('message', (m: 'begin' | 'report') => {
  if (m === 'begin') {
    samples = [];
    bytes = 0;
    messages = 0;
    measuring = true;
  } else {
    process.send!({ ...summary(samples), bytes, messages, newest: newest.map((m) => Object.fromEntries(m)) });
  }
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
