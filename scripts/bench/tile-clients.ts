/** Clients of the tile bench, a process of their own: node tile-clients.ts PORT REQUESTS CLIENTS PATH … */
import { once } from 'node:events';
import http from 'node:http';

const [port, requests, clients, ...paths] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(clients) });
let left = Number(requests);

async function client(): Promise<void> {
  while (left-- > 0) {
    const path = paths[left % paths.length]!;
    const req = http.get({ port: Number(port), path, agent, headers: { 'accept-encoding': 'gzip' } });
    const [res] = (await once(req, 'response')) as [http.IncomingMessage];
    if (res.statusCode !== 200 && res.statusCode !== 204) throw new Error(`${path}: ${res.statusCode}`);
    res.resume();
    await once(res, 'end');
  }
}
await Promise.all(Array.from({ length: Number(clients) }, client));
agent.destroy();
