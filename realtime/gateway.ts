import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { LANES, mayFollow, mayRead, SESSION_COOKIE, type Clearance, type Role } from '#domain/access.ts';
import type { Fact } from '#domain/fact.ts';
import { TOPICS, type Topic } from '#domain/folds.ts';
import { CLOSE, parseUp, WIRE_VERSION, type Up } from '#domain/wire.ts';
import { liveSessions, sessionByToken } from '#store/auth.ts';
import type { Sql } from '#store/db.ts';
import { raiseEpoch } from '#store/screens.ts';
import { signalsAfterEach } from '#store/signals.ts';
import type { Channel } from './channel.ts';
import { textFrame } from './frame.ts';
import { Lane } from './lanes.ts';
import type { LiveState } from './live-state.ts';
import { Outbox } from './outbox.ts';
import { Session, TOO_SLOW_MS } from './session.ts';

/** While many facts come they are read and published this often; after a quiet moment the first goes out at once. */
export const TICK_MS = 6;
/** How often the signals are read: half of it is the mean wait of a position here. */
export const LANE_BEAT_MS = 40;
export const BEAT_MS = 1000;
const DIGEST_EVERY_BEATS = 5;
const SILENT_MS = 30_000;
const SESSIONS_MAX = 2000;
const HELLO_WITHIN_MS = 10_000;

export interface GatewayOptions {
  readonly sql: Sql;
  readonly state: LiveState;
  readonly origin: string;
  readonly zone: string;
  readonly log: Logger;
  readonly now: () => number;
}

/** Accepts sockets, grants topics, and sends each session what it is owed. Rules: SPEC.md. */
export class Gateway {
  readonly #o: GatewayOptions;
  readonly #sessions = new Map<WebSocket, Session>();
  readonly #lanes = new Map<string, Lane>(LANES.map((name) => [name, new Lane(name)]));
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 });
  readonly counts = { hello: 0, refused: 0, tooSlow: 0, superseded: 0, badMessage: 0, frames: 0, bytes: 0, again: 0 };
  #beats = 0;
  #lastRead: number;

  constructor(options: GatewayOptions) {
    this.#o = options;
    this.#lastRead = options.now();
  }

  get sessions(): number {
    return this.#sessions.size;
  }
  get cursor(): number {
    return this.#o.state.n;
  }

  /** Digest of a channel as it was published; for the health page and tests. */
  digest(name: string): string | null {
    return this.#o.state.channel(name)?.digest ?? null;
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head).catch((e: unknown) => {
        this.#o.log.error({ err: e }, 'upgrade failed');
        socket.destroy();
      });
    });
  }

  // ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The feed was read with success (whether or not it had anything). */
  heardFeed(): void {
    this.#lastRead = this.#o.now();
  }

  /** Folds facts and publishes them: one frame for each channel that changed. Their pace is the feed's (TICK_MS). */
  take(facts: readonly Fact[]): void {
    const { state, now } = this.#o;
    state.fold(facts);
    const at = now();
    const heard = (channel: Channel): boolean => {
      for (const session of this.#sessions.values()) if (session.listens(channel)) return true;
      return false;
    };
    for (const { channel, frame } of state.publish(heard)) {
      if (!frame) continue;
      this.counts.frames++;
      for (const session of this.#sessions.values()) session.deliver(channel, frame, at);
    }
  }

  // ── beats ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Once per BEAT_MS: heartbeats, slow and silent clients. */
  beat(): void {
    const now = this.#o.now();
    const withDigests = ++this.#beats % DIGEST_EVERY_BEATS === 0;
    for (const session of this.#sessions.values()) {
      session.outbox.check();
      if (session.outbox.heldFor(now) > TOO_SLOW_MS) {
        this.counts.tooSlow++;
        session.close('tooSlow', 'too much was waiting for this screen: come back and resume');
      } else if (now - session.lastHeard > SILENT_MS) session.socket.terminate();
      else session.beat(now, this.#o.state.n, now - this.#lastRead, withDigests);
    }
  }

  /** Once per LANE_BEAT_MS: the newest values of all lanes, in one read. */
  async readLanes(): Promise<void> {
    const revs = new Map([...this.#lanes].map(([name, lane]) => [name, lane.rev]));
    const rows = Map.groupBy(await signalsAfterEach(this.#o.sql, revs), (row) => row.lane);
    for (const [name, changed] of rows) {
      const lane = this.#lanes.get(name)!;
      const before = lane.rev;
      const frame = lane.take(changed);
      const now = this.#o.now();
      for (const session of this.#sessions.values()) session.deliverSignals(lane, frame, before, now);
    }
  }

  /** Closes sockets whose session ended or whose role changed; within two seconds of it, by bell or by beat. */
  async checkRights(): Promise<void> {
    if (this.#sessions.size === 0) return;
    const ids = [...new Set([...this.#sessions.values()].map((s) => s.sessionId))];
    const live = await liveSessions(this.#o.sql, ids);
    for (const session of this.#sessions.values()) {
      const role = live.get(session.sessionId);
      if (role === undefined) session.close('signIn', 'the session has ended');
      else if (role !== session.role) session.close('rightsChanged', 'rights have changed: come back');
    }
  }

  /** Another socket of a screen said hello, here or on another gateway. */
  superseded(screen: string, epoch: number): void {
    for (const session of this.#sessions.values())
      if (session.screen === screen && session.epoch < epoch) {
        this.counts.superseded++;
        session.close('superseded', 'this screen is connected anew');
      }
  }

  stop(): void {
    for (const session of this.#sessions.values()) session.close('away', 'the gateway stops: come back');
  }

  // ── sockets ─────────────────────────────────────────────────────────────────────────────────────────────────────

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    if (!sameOrigin(request)) {
      this.counts.refused++;
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    const token = cookie(request, SESSION_COOKIE);
    const who = token ? await sessionByToken(this.#o.sql, token) : null;
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      (socket as Duplex & { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
      ws.on('error', (e) => this.#o.log.debug({ err: e }, 'socket error'));
      if (!who) return refuseSocket(ws, 'signIn', 'no session: sign in');
      if (this.#sessions.size >= SESSIONS_MAX) return refuseSocket(ws, 'full', 'too many screens: come back later');
      this.#awaitHello(ws, socket, who.sessionId, who.role);
    });
  }

  #awaitHello(ws: WebSocket, socket: Duplex, sessionId: number, role: Role): void {
    const late = setTimeout(() => ws.close(CLOSE.badMessage, 'no hello'), HELLO_WITHIN_MS);
    ws.once('close', () => clearTimeout(late));
    ws.once('message', (data) => {
      clearTimeout(late);
      const parsed = parseUp(data.toString());
      if (!parsed.ok || parsed.message.type !== 'hello') {
        this.counts.badMessage++;
        return ws.close(
          CLOSE.badMessage,
          (parsed.ok ? 'the first message must be hello' : parsed.reason).slice(0, 120),
        );
      }
      const hello = parsed.message;
      if (hello.version !== WIRE_VERSION)
        return refuseSocket(ws, 'version', `this gateway speaks version ${WIRE_VERSION}`);
      this.#open(ws, socket, sessionId, role, hello).catch((e: unknown) => {
        this.#o.log.error({ err: e }, 'hello failed');
        ws.close(CLOSE.away, 'the gateway could not open the session: come back');
      });
    });
  }

  async #open(
    ws: WebSocket,
    socket: Duplex,
    sessionId: number,
    role: Role,
    hello: Up & { type: 'hello' },
  ): Promise<void> {
    const screen = `${sessionId}:${hello.screen}`;
    const epoch = await raiseEpoch(this.#o.sql, screen);
    if (ws.readyState !== ws.OPEN) return;
    this.superseded(screen, epoch);
    const now = this.#o.now();
    const outbox = new Outbox(socket, () => {
      session.flow(this.#o.now());
    });
    const session = new Session(ws, outbox, { screen, epoch, sessionId, role }, now);
    const known = hello.origin === this.#o.origin;
    const topics = hello.topics.map(({ topic, cursor }) => {
      const channel = granted(role, topic) ? this.#o.state.channel(topic) : undefined;
      if (!channel) return { topic, mode: 'refused' as const };
      return { topic, mode: session.subscribe(channel, known ? cursor : null) };
    });
    const lanes = hello.lanes.filter((name) => {
      const lane = this.#lanes.get(name);
      if (!lane || !mayFollow(role, name as (typeof LANES)[number])) return false;
      session.follow(lane);
      return true;
    });
    const welcome = {
      type: 'welcome',
      version: WIRE_VERSION,
      origin: this.#o.origin,
      now,
      zone: this.#o.zone,
      role,
      topics,
      lanes,
    };
    outbox.send(textFrame(welcome), now);
    this.counts.hello++;
    this.#sessions.set(ws, session);
    ws.on('message', (data) => this.#hear(session, data.toString()));
    ws.once('close', () => {
      this.counts.bytes += session.outbox.bytes;
      this.#sessions.delete(ws);
    });
    session.flow(now);
    session.beat(now, this.#o.state.n, now - this.#lastRead, false);
  }

  #hear(session: Session, text: string): void {
    const now = this.#o.now();
    const parsed = parseUp(text);
    if (!parsed.ok) {
      this.counts.badMessage++;
      return session.close('badMessage', parsed.reason);
    }
    session.lastHeard = now;
    const m = parsed.message;
    switch (m.type) {
      case 'ping':
        session.outbox.send(textFrame({ type: 'pong', t: m.t, now }), now);
        return;
      case 'hello':
        return session.close('badMessage', 'hello came twice');
      case 'ack':
      case 'again': {
        const channel = this.#o.state.channel(m.topic);
        if (!channel) return;
        if (m.type === 'ack') return session.ack(channel, m.part, now);
        this.counts.again++;
        this.#o.log.warn(
          { topic: m.topic, screen: session.screen },
          'a client differs from the gateway and starts anew',
        );
        return session.again(channel, now);
      }
    }
  }
}

/** 'cases' asks for full clearance, 'cases.masked' for masked. Asked at subscribe; a change of role closes the socket. */
export function granted(role: Role, name: string): boolean {
  const [topic, clearance = 'full', more] = name.split('.') as [Topic, Clearance?, string?];
  return more === undefined && TOPICS.includes(topic) && mayRead(role, topic, clearance);
}

function refuseSocket(ws: WebSocket, code: keyof typeof CLOSE, reason: string): void {
  ws.close(CLOSE[code], reason);
}

export function cookie(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [k, v] = part.trim().split('=', 2);
    if (k === name && v) return decodeURIComponent(v);
  }
  return null;
}

/** A page of another origin must not open a socket with our cookie. Programs send no Origin. */
export function sameOrigin(request: IncomingMessage): boolean {
  const origin = request.headers.origin;
  if (!origin) return true;
  if (!URL.canParse(origin)) return false;
  const host = request.headers['x-forwarded-host'] ?? request.headers.host;
  return new URL(origin).host === host;
}
