import { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isForbiddenIp, sameOrigin } from '#domain/cameras/address.ts';
import type { CameraReason } from '#domain/cameras/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';

/**
 * The one way to a camera, for the relay (app) and the checker (ingest). Only registered protocols, hosts and ports are called;
 * no redirect leads elsewhere; names that mean a forbidden address are not called, whatever they meant a moment ago.
 */

const MAX_REDIRECTS = 3;
/** Connections kept to one media server, over all of its cameras. */
const SOCKETS = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: 30_000 } as const;
const plain = new http.Agent(SOCKETS);
const secure = new https.Agent(SOCKETS);

export interface AskOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the whole answer is there, body and all. */
  readonly withinMs: number;
  /** Ends it earlier. */
  readonly signal?: AbortSignal;
}
export interface CameraAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Where it came from, after redirects; without user and password. */
  readonly from: URL;
  /** Must be read or destroyed. */
  readonly body: http.IncomingMessage;
}

/**
 * Asks a camera. Never throws: what goes wrong is a reason, which holds nothing of the address.
 * @param registered its address in the registry, whose user and password are sent
 * @param wanted the same, or an address that stands in one of its playlists
 */
export async function askCamera(
  registered: string,
  wanted: URL,
  o: AskOptions,
): Promise<Result<CameraAnswer, CameraReason>> {
  const signal = o.signal
    ? AbortSignal.any([o.signal, AbortSignal.timeout(o.withinMs)])
    : AbortSignal.timeout(o.withinMs);
  const home = new URL(registered);
  let at = new URL(wanted);
  for (let hop = 0; ; hop++) {
    if (!sameOrigin(registered, at)) return refuse(hop === 0 ? 'forbidden-host' : 'redirect', 'another host');
    at.username = home.username;
    at.password = home.password;
    try {
      const body = await send(at, o, signal);
      const status = body.statusCode ?? 0;
      const to = body.headers.location;
      // the answer to a POST names what was made in its location
      if (status < 300 || status >= 400 || to === undefined || status === 304) {
        const from = new URL(at);
        from.username = from.password = '';
        const wrong = statusReason(status);
        if (wrong === null) return accept({ status, headers: body.headers, from, body });
        body.destroy();
        return refuse(wrong, String(status));
      }
      body.destroy();
      if (hop >= MAX_REDIRECTS || !URL.canParse(to, at.href)) return refuse('redirect', 'too many, or none');
      at = new URL(to, at);
    } catch (e) {
      return refuse(signal.aborted ? 'timeout' : reasonOf(e), '');
    }
  }
}

function send(at: URL, o: AskOptions, signal: AbortSignal): Promise<http.IncomingMessage> {
  const host = at.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && isForbiddenIp(host)) return Promise.reject(new ForbiddenHost());
  const tls = at.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (tls ? https : http).request(at, {
      method: o.method ?? 'GET',
      agent: tls ? secure : plain,
      lookup: lookupAllowed,
      signal,
      headers: {
        'user-agent': 'Watchfloor',
        accept: '*/*',
        ...o.headers,
        ...(o.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(o.body)) }),
      },
    });
    request.once('response', resolve);
    request.on('error', reject);
    request.end(o.body);
  });
}

class ForbiddenHost extends Error {
  readonly code = 'EFORBIDDENHOST';
}

/** Looks up a name for the very connection that is opened, so that a name cannot mean something else a moment later. */
const lookupAllowed: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '', 4);
    const open = found.filter((f) => !isForbiddenIp(f.address));
    const first = open[0];
    if (!first) return done(new ForbiddenHost(), '', 4);
    if (options.all) (done as (e: null, all: typeof open) => void)(null, open);
    else done(null, first.address, first.family);
  });
};

function statusReason(status: number): CameraReason | null {
  if (status >= 200 && status < 300) return null;
  if (status === 401 || status === 403) return 'not-allowed';
  if (status === 404 || status === 410) return 'not-found';
  return status >= 500 ? 'server-error' : 'broken';
}

function reasonOf(e: unknown): CameraReason {
  const code = (e as NodeJS.ErrnoException).code ?? '';
  if (code === 'EFORBIDDENHOST') return 'forbidden-host';
  if (['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'].includes(code)) return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name-unknown';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH)/.test(code)) return 'tls';
  return 'broken';
}

/** The body whole; null when it is larger than `most` bytes or breaks off. */
export async function readWhole(body: http.IncomingMessage, most: number): Promise<Buffer | null> {
  if (Number(body.headers['content-length'] ?? 0) > most) {
    body.destroy();
    return null;
  }
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > most) return null; // leaving the loop destroys the stream
      parts.push(part);
    }
  } catch {
    // broken off, or out of time: there is no whole answer
    return null;
  }
  return Buffer.concat(parts);
}
