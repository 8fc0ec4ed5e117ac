import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import pino from 'pino';
import { parseConfig, type Config } from '#domain/config.ts';
import { TileSource } from '#gis-data/map-tiles.ts';
import { answerTile } from '#gis-data/tile-door.ts';
import { TileCache } from '#gis-data/tiles.ts';
import { connect } from '#store/db.ts';

/**
 * The front door: one address for browsers and pushing partners. It serves the pages, passes /rt through to the gateway
 * and /in through to ingest, answers /tiles itself, and keeps nothing but tiles.
 * Run with: node app/server.ts [folder of the build]
 */

/** adapter-node 6 takes protocol and address of a request from the headers named here; only this server sets them. */
const PROTO_HEADER = 'x-watchfloor-proto';
const ADDRESS_HEADER = 'x-watchfloor-address';
/** Open sockets passed through to the gateway at once; beyond it a browser is told to come back. */
const MAX_SOCKETS = 4000;
const STOP_WITHIN_MS = 4000;

const log = pino({ name: 'app', level: process.env.LOG_LEVEL || 'info' }, pino.destination({ fd: 1, sync: true }));

const SECURITY_HEADERS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Where a request really came from, and over which protocol. */
function origin(req: http.IncomingMessage, config: Config): { address: string; proto: 'http' | 'https' } {
  const direct = req.socket.remoteAddress ?? 'unknown';
  if (!config.trustProxy) return { address: direct, proto: 'http' };
  const forwarded = String(req.headers['x-forwarded-for'] ?? '').split(',');
  const proto = String(req.headers['x-forwarded-proto'] ?? '')
    .split(',')[0]!
    .trim();
  return { address: forwarded.at(-1)!.trim() || direct, proto: proto === 'https' ? 'https' : 'http' };
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const OURS = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', PROTO_HEADER, ADDRESS_HEADER]);

/** A refusal in plain HTTP on a socket that asked for an upgrade. */
function refuseUpgrade(socket: net.Socket, status: string, retryAfterS?: number): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n${retryAfterS ? `retry-after: ${retryAfterS}\r\n` : ''}\r\n`,
  );
}

/** Passes WebSocket connections through to the gateway, byte for byte; pipe() holds the sender back when the other side is slow. */
function passSockets(server: http.Server, config: Config): () => void {
  const open = new Set<net.Socket>();
  server.on('upgrade', (req: http.IncomingMessage, socket: net.Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (new URL(req.url ?? '/', 'http://own').pathname !== '/rt') return refuseUpgrade(socket, '404 Not Found');
    // a page of another site must not open our sockets with our cookies
    const from = req.headers.origin;
    if (from !== undefined && (!URL.canParse(from) || new URL(from).host !== req.headers.host))
      return refuseUpgrade(socket, '403 Forbidden');
    if (open.size >= MAX_SOCKETS) return refuseUpgrade(socket, '503 Service Unavailable', 5);
    const { address, proto } = origin(req, config);
    const up = net.connect({ host: config.rtHost, port: config.rtPort });
    open.add(socket);
    let connected = false;
    up.setTimeout(5000, () => up.destroy(new Error('the gateway did not answer within 5 s')));
    up.once('connect', () => {
      connected = true;
      up.setTimeout(0);
      up.setNoDelay(true);
      socket.setNoDelay(true);
      socket.setTimeout(0);
      let request = `GET ${req.url} HTTP/1.1\r\n`;
      for (let i = 0; i < req.rawHeaders.length; i += 2)
        if (!OURS.has(req.rawHeaders[i]!.toLowerCase()))
          request += `${req.rawHeaders[i]}: ${req.rawHeaders[i + 1]}\r\n`;
      request += `x-forwarded-for: ${address}\r\nx-forwarded-proto: ${proto}\r\n\r\n`;
      up.write(request, 'latin1');
      if (head.length > 0) up.write(head);
      up.pipe(socket);
      socket.pipe(up);
    });
    up.on('error', (e) => {
      if (connected) return socket.destroy();
      log.debug({ err: e }, 'gateway away');
      refuseUpgrade(socket, '503 Service Unavailable', 1);
    });
    up.on('close', () => (connected ? socket.destroy() : undefined));
    socket.on('close', () => {
      open.delete(socket);
      up.destroy();
    });
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}

/** Passes a push of a partner through to ingest. */
function passPush(req: http.IncomingMessage, res: http.ServerResponse, config: Config): void {
  const { address, proto } = origin(req, config);
  const headers: http.OutgoingHttpHeaders = {};
  for (const [k, v] of Object.entries(req.headers)) if (!HOP_BY_HOP.has(k) && !OURS.has(k)) headers[k] = v;
  headers['x-forwarded-for'] = address;
  headers['x-forwarded-proto'] = proto;
  const up = http.request(
    { host: config.ingestHost, port: config.ingestPort, method: req.method, path: req.url, headers, timeout: 60_000 },
    (answer) => {
      const back: http.OutgoingHttpHeaders = {};
      for (const [k, v] of Object.entries(answer.headers)) if (!HOP_BY_HOP.has(k)) back[k] = v;
      res.writeHead(answer.statusCode ?? 502, back);
      answer.pipe(res);
    },
  );
  up.on('timeout', () => up.destroy(new Error('ingest did not answer within 60 s')));
  up.on('error', (e) => {
    if (res.headersSent) return void res.destroy();
    log.warn({ err: e }, 'ingest away');
    res.writeHead(503, { 'content-type': 'application/json', 'retry-after': '2' });
    res.end(
      JSON.stringify({ error: 'ingest-away', reason: 'the intake is not running; nothing was taken, send it again' }),
    );
  });
  res.on('close', () => up.destroy());
  req.pipe(up);
}

/** Is somebody listening there? */
function reachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const s = net.connect({ host, port, timeout: 1000 });
    const done = (ok: boolean) => (): void => {
      s.destroy();
      resolve(ok);
    };
    s.once('connect', done(true)).once('error', done(false)).once('timeout', done(false));
  });
}

/** For load balancers and health checks: 200 when pages can be served. No details for strangers. */
async function health(res: http.ServerResponse, config: Config): Promise<void> {
  const at = new URL(config.databaseUrl);
  const [database, gateway] = await Promise.all([
    reachable(decodeURIComponent(at.hostname), Number(at.port || 5432)),
    reachable(config.rtHost, config.rtPort),
  ]);
  res.writeHead(database ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(
    JSON.stringify({
      ok: database,
      app: 'live',
      database: database ? 'live' : 'away',
      gateway: gateway ? 'live' : 'away',
    }),
  );
}

/** What went wrong stands in the log; the asker is told to come back. */
function failed(res: http.ServerResponse, e: unknown): void {
  log.warn({ err: e }, 'a tile could not be made');
  if (res.headersSent) return void res.destroy();
  res.writeHead(503, { 'retry-after': '2', 'cache-control': 'no-store' });
  res.end();
}

type Handler = (req: http.IncomingMessage, res: http.ServerResponse, next: () => void) => void;

async function main(): Promise<void> {
  const { config, mistakes } = parseConfig(process.env);
  if (config.databaseUrl === '') mistakes.push('DATABASE_URL is missing: the app needs the address of the database');
  if (mistakes.length > 0) {
    for (const m of mistakes) log.fatal(m);
    process.exit(2);
  }
  // read by adapter-node while its module loads
  process.env.PROTOCOL_HEADER = PROTO_HEADER;
  process.env.ADDRESS_HEADER = ADDRESS_HEADER;
  process.env.BODY_SIZE_LIMIT ??= '2M';
  const build = process.argv[2] ?? join(import.meta.dirname, '../build');
  const { handler } = (await import(join(build, 'handler.js'))) as { handler: Handler };

  const sql = connect(config.databaseUrl, { max: 3, name: 'watchfloor tiles' });
  const tiles = new TileCache(new TileSource(sql, config.tilesFile, (e) => log.warn({ code: e.code }, e.message)));
  const server = http.createServer((req, res) => {
    for (const [k, v] of Object.entries(SECURITY_HEADERS)) res.setHeader(k, v);
    const path = (req.url ?? '/').split('?')[0]!;
    if (path === '/health') return void health(res, config);
    if (path === '/in' || path.startsWith('/in/')) return passPush(req, res, config);
    const { address, proto } = origin(req, config);
    if (proto === 'https') res.setHeader('strict-transport-security', 'max-age=31536000');
    if (path.startsWith('/tiles/')) return void answerTile(req, res, tiles).catch((e: unknown) => failed(res, e));
    req.headers[PROTO_HEADER] = proto;
    req.headers[ADDRESS_HEADER] = address;
    handler(req, res, () => {
      res.statusCode = 404;
      res.end();
    });
  });
  server.keepAliveTimeout = 65_000;
  server.on('clientError', (_e, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });
  const dropSockets = passSockets(server, config);
  server.on('error', (e: NodeJS.ErrnoException) => {
    log.fatal(
      e.code === 'EADDRINUSE'
        ? `port ${config.port} on ${config.host} is taken; choose another with PORT`
        : `cannot listen on ${config.host}:${config.port}: ${e.message}`,
    );
    process.exit(1);
  });
  server.listen(config.port, config.host, () => log.info({ port: config.port, host: config.host }, 'ready'));

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    dropSockets();
    server.close(() => {
      process.emit('sveltekit:shutdown' as never);
      void sql.end({ timeout: 2 });
      log.info('stopped');
    });
    server.closeIdleConnections();
    // a request that hangs does not hold up the stop
    setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS / 2).unref();
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

await main();
