import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Tokens } from './tokens.ts';

/** What a route is given: the request as far as it may be believed. */
export interface PushRequest {
  /** Named parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  /** Path as asked, without the query. */
  readonly path: string;
  /** Name that the bearer token belongs to. */
  readonly sender: string;
  readonly contentType: string | null;
  readonly idempotencyKey: string | null;
  readonly body: Uint8Array;
}

export interface PushAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PushRoute {
  /** '/in/feeds/:feed': a part that begins with a colon is a parameter. */
  readonly path: string;
  readonly maxBytes: number;
  /** 2xx only when everything that it says is committed. */
  handle(request: PushRequest): Promise<PushAnswer>;
}

export interface PushServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly routes: readonly PushRoute[];
  readonly tokens: Tokens;
  readonly log: Logger;
}

/** Requests worked on at the same time; one more is told to come back. */
const MAX_AT_WORK = 16;
const MAX_CONNECTIONS = 256;
const MAX_KEY = 200;

export const refusal = (
  status: number,
  error: string,
  reason: string,
  headers?: Record<string, string>,
): PushAnswer => ({
  status,
  body: { error, reason },
  ...(headers ? { headers } : {}),
});

/**
 * The HTTP server of ingest. Who is not known is told so before a byte of the body is read; a body larger than its route allows
 * is not read to its end; slow senders are cut off.
 * @throws when the port is taken
 */
export async function startPushServer(options: PushServerOptions): Promise<{
  port: number;
  /** Answers what is under way, takes nothing new. */
  close(): Promise<void>;
}> {
  let atWork = 0;
  const server = http.createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 },
    (req, res) => {
      const overloaded = atWork >= MAX_AT_WORK;
      atWork++;
      const answering = overloaded
        ? Promise.resolve(refusal(503, 'busy', 'too many pushes at once', { 'retry-after': '1' }))
        : answer(req, options);
      answering
        .catch((e: unknown): PushAnswer => {
          options.log.error({ err: e, path: req.url }, 'push failed');
          return refusal(503, 'away', 'not stored; try again', { 'retry-after': '2' });
        })
        .then((a) => send(req, res, a))
        .catch((e: unknown) => options.log.warn({ err: e }, 'the answer could not be sent'))
        .finally(() => atWork--);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (_e, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(req: http.IncomingMessage, o: PushServerOptions): Promise<PushAnswer> {
  const path = (req.url ?? '/').split('?', 1)[0]!;
  const found = findRoute(o.routes, path);
  if (!found) return refusal(404, 'unknown-path', `nothing takes messages at ${path.slice(0, 200)}`);
  if (req.method !== 'POST') return refusal(405, 'method', 'only POST', { allow: 'POST' });
  const bearer = /^Bearer\s+(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
  const sender = bearer === undefined ? null : o.tokens.senderOf(bearer);
  if (sender === null)
    return refusal(401, 'unauthorized', 'a bearer token of PUSH_TOKENS is needed', { 'www-authenticate': 'Bearer' });
  const key = req.headers['idempotency-key'];
  if (
    key !== undefined &&
    (typeof key !== 'string' || key === '' || key.length > MAX_KEY || !/^[\x21-\x7e]+$/.test(key))
  )
    return refusal(400, 'bad-key', `Idempotency-Key must be 1 to ${MAX_KEY} printable ASCII characters`);
  if (req.headers['content-encoding'] !== undefined && req.headers['content-encoding'] !== 'identity')
    return refusal(415, 'content-encoding', 'send the body unpacked');
  const body = await readBody(req, found.route.maxBytes);
  if (body === null) return refusal(413, 'too-large', `at most ${found.route.maxBytes} bytes`);
  return await found.route.handle({
    params: found.params,
    path,
    sender,
    contentType: req.headers['content-type']?.split(';', 1)[0]!.trim().toLowerCase() ?? null,
    idempotencyKey: key ?? null,
    body,
  });
}

function findRoute(
  routes: readonly PushRoute[],
  path: string,
): { route: PushRoute; params: Record<string, string> } | null {
  const parts = path.split('/');
  for (const route of routes) {
    const wanted = route.path.split('/');
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((w, i) => {
      if (!w.startsWith(':')) return w === parts[i];
      params[w.slice(1)] = parts[i]!;
      return /^[\w.-]{1,64}$/.test(parts[i]!);
    });
    if (fits) return { route, params };
  }
  return null;
}

/** Null when it is larger than allowed. @throws when the sender breaks off */
async function readBody(req: http.IncomingMessage, maxBytes: number): Promise<Uint8Array | null> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) return null;
  const parts: Buffer[] = [];
  let size = 0;
  // not `for await`: leaving it early would destroy the socket before the refusal is sent
  return await new Promise((resolve, reject) => {
    req.on('data', (part: Buffer) => {
      size += part.length;
      if (size > maxBytes) {
        req.pause();
        resolve(null);
      } else parts.push(part);
    });
    req.once('end', () => resolve(Buffer.concat(parts)));
    req.once('error', reject);
    req.once('aborted', () => reject(new Error('the sender broke off')));
  });
}

async function send(req: http.IncomingMessage, res: http.ServerResponse, a: PushAnswer): Promise<void> {
  if (res.destroyed) return;
  const body = Buffer.from(JSON.stringify(a.body));
  // what was not read is not worth a connection
  const unread = !req.complete;
  res.writeHead(a.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    ...(unread ? { connection: 'close' } : {}),
    ...a.headers,
  });
  await new Promise<void>((resolve) => res.end(body, () => resolve()));
}
