/**
 * N clients that keep the tables of a floor from what they are sent. Speaks with its parent over IPC: 'end' → each client's digest.
 *   node fanout-clients.ts URL COUNT
 */
import { WebSocket } from 'ws';
import { digest } from '#domain/digest.ts';
import { decodeDown } from '#domain/frames.ts';
import { Tables, type Change } from '#domain/tables.ts';

const [url, count] = process.argv.slice(2) as [string, string];
let bytes = 0;
let open = 0;

function listen(): Tables {
  const tables = new Tables();
  const ws = new WebSocket(url, { perMessageDeflate: false });
  ws.on('open', () => {
    if (++open === Number(count)) console.log('{"msg":"ready"}');
  });
  ws.on('message', (data: Buffer, binary) => {
    bytes += data.length;
    if (!binary) return tables.applyChanges([JSON.parse(data.toString('utf8')) as Change]);
    const down = decodeDown(new Uint8Array(data.buffer, data.byteOffset, data.length));
    if (down.type === 'changes') tables.applyChanges(down.items);
  });
  return tables;
}
const clients = Array.from({ length: Number(count) }, listen);

process.on('message', () => process.send!({ digests: clients.map(digest), bytes }));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
