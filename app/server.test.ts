import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';

// A build that answers with the headers it was given: the server itself is what is tested.
const build = mkdtempSync(join(tmpdir(), 'watchfloor-server-'));
writeFileSync(
  join(build, 'handler.js'),
  `export const handler = (req, res) => { res.setHeader('content-type', 'application/json'); res.end(JSON.stringify({ url: req.url, headers: req.headers })); };`,
);
const children: ChildProcess[] = [];
const servers: net.Server[] = [];
afterAll(() => {
  for (const c of children) c.kill('SIGKILL');
  for (const s of servers) s.close();
  rmSync(build, { recursive: true, force: true });
});

async function listen<T extends net.Server>(server: T): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}
async function freePort(): Promise<number> {
  const s = net.createServer();
  const port = await listen(s);
  s.close();
  await once(s, 'close');
  return port;
}

interface Running {
  port: number;
  child: ChildProcess;
  lines: string[];
}
async function start(env: Record<string, string>): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), build], {
    env: { PATH: process.env.PATH, DATABASE_URL: 'postgres://u:p@127.0.0.1:1/none', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout! });
  const ready = new Promise<void>((resolve, reject) => {
    reader.on('line', (line) => {
      lines.push(line);
      if ((JSON.parse(line) as { msg: string }).msg === 'ready') resolve();
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${lines.join('\n')}`)));
  });
  await ready;
  return { port, child, lines };
}

function upgrade(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: string; socket: net.Socket; first: Buffer }> {
  const socket = net.connect(port, '127.0.0.1');
  const lines = Object.entries({ host: `127.0.0.1:${port}`, connection: 'Upgrade', upgrade: 'websocket', ...headers });
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (first) => resolve({ status: first.toString().split('\r\n')[0]!, socket, first }));
  });
}

test('pages get the address and protocol that this server saw, whatever the visitor claims, and every answer is guarded', async () => {
  const { port } = await start({});
  const answer = await fetch(`http://127.0.0.1:${port}/x?y=1`, {
    headers: { 'x-watchfloor-address': '1.2.3.4', 'x-watchfloor-proto': 'https', 'x-forwarded-for': '9.9.9.9' },
  });
  const { url, headers } = (await answer.json()) as { url: string; headers: Record<string, string> };
  expect(url).toBe('/x?y=1');
  expect(headers['x-watchfloor-address']).toBe('127.0.0.1');
  expect(headers['x-watchfloor-proto']).toBe('http');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
});

test('behind a trusted proxy the last forwarded address and its protocol count', async () => {
  const { port } = await start({ TRUST_PROXY: 'true' });
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    headers: { 'x-forwarded-for': '6.6.6.6, 10.0.0.7', 'x-forwarded-proto': 'https' },
  });
  const { headers } = (await answer.json()) as { headers: Record<string, string> };
  expect(headers['x-watchfloor-address']).toBe('10.0.0.7');
  expect(headers['x-watchfloor-proto']).toBe('https');
  expect(answer.headers.get('strict-transport-security')).toContain('max-age');
});

test('/rt is passed through to the gateway in both directions, with the request as it came and the true address', async () => {
  const asked: string[] = [];
  const gateway = net.createServer((s) => {
    s.once('data', (d) => {
      asked.push(d.toString('latin1'));
      s.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      s.on('data', (more) => s.write(Buffer.concat([Buffer.from('echo:'), more])));
    });
  });
  const rt = await listen(gateway);
  const { port } = await start({ RT_PORT: String(rt) });
  const { status, socket } = await upgrade(port, '/rt?v=1', { cookie: 'wf_session=abc', 'x-forwarded-for': '1.1.1.1' });
  expect(status).toContain('101');
  expect(asked[0]).toMatch(/^GET \/rt\?v=1 HTTP\/1\.1\r\n/);
  expect(asked[0]).toContain('cookie: wf_session=abc');
  expect(asked[0]).toContain('x-forwarded-for: 127.0.0.1');
  expect(asked[0]).not.toContain('1.1.1.1');
  socket.write(Buffer.from([1, 2, 3]));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer).toEqual(Buffer.from([...Buffer.from('echo:'), 1, 2, 3]));
  socket.destroy();
});

test('a socket from a page of another site, or to another path, is refused; a gateway that is away says when to come back', async () => {
  const { port } = await start({ RT_PORT: String(await freePort()) });
  expect((await upgrade(port, '/rt', { origin: 'http://evil.example' })).status).toContain('403');
  expect((await upgrade(port, '/elsewhere')).status).toContain('404');
  const away = await upgrade(port, '/rt', { origin: `http://127.0.0.1:${port}` });
  expect(away.status).toContain('503');
  expect(away.first.toString()).toContain('retry-after: 1');
});

test('/in is passed through to ingest with its body; while ingest is away the partner is told that nothing was taken', async () => {
  const ingest = http.createServer((req, res) => {
    let body = '';
    req.on('data', (d: Buffer) => (body += d.toString()));
    req.on('end', () => {
      res.writeHead(202, { 'x-own': 'yes' });
      res.end(`${req.method} ${req.url} ${String(req.headers['x-token'])} ${body}`);
    });
  });
  const { port } = await start({ INGEST_PORT: String(await listen(ingest)) });
  const answer = await fetch(`http://127.0.0.1:${port}/in/cases?a=b`, {
    method: 'POST',
    body: '{"x":1}',
    headers: { 'x-token': 't' },
  });
  expect(answer.status).toBe(202);
  expect(answer.headers.get('x-own')).toBe('yes');
  expect(await answer.text()).toBe('POST /in/cases?a=b t {"x":1}');

  const alone = await start({ INGEST_PORT: String(await freePort()) });
  const refused = await fetch(`http://127.0.0.1:${alone.port}/in/cases`, { method: 'POST', body: 'x' });
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: 'ingest-away' });
});

test('health tells what can be reached, and is well only with a database', async () => {
  const database = await listen(net.createServer());
  const well = await start({
    DATABASE_URL: `postgres://u:p@127.0.0.1:${database}/x`,
    RT_PORT: String(await freePort()),
  });
  const answer = await fetch(`http://127.0.0.1:${well.port}/health`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ ok: true, app: 'live', database: 'live', gateway: 'away' });
  const ill = await start({ DATABASE_URL: `postgres://u:p@127.0.0.1:${await freePort()}/x` });
  expect((await fetch(`http://127.0.0.1:${ill.port}/health`)).status).toBe(503);
});

test('SIGTERM ends the server cleanly, also with a socket open', async () => {
  const gateway = net.createServer((s) => s.once('data', () => s.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')));
  const { port, child, lines } = await start({ RT_PORT: String(await listen(gateway)) });
  const { socket } = await upgrade(port, '/rt');
  const closed = once(socket, 'close');
  child.kill('SIGTERM');
  await closed;
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
  expect(lines.at(-1)).toContain('"stopped"');
});

test('all mistakes of the configuration are told together, and a taken port by its number', async () => {
  await expect(start({ PORT: 'many', RT_PORT: '0', DATABASE_URL: '' })).rejects.toThrow(
    /PORT must be[\s\S]*RT_PORT must lie[\s\S]*DATABASE_URL is missing/,
  );
  const taken = await listen(net.createServer());
  await expect(start({ PORT: String(taken) })).rejects.toThrow(`port ${taken} on 127.0.0.1 is taken`);
});
