import { createServer, type Server, type Socket } from 'node:net';

/**
 * The manager interface of an Asterisk, without the Asterisk: sockets, banner, login, framing, ActionIDs, events to all.
 * What the switch knows is its backend's: the recording player and the demo's telephone floor each are one.
 */
export interface AmiBackend {
  /** Answers one action after login. `Ping`, `Login`, `Logoff` and `Events` are answered by the server itself. */
  action(action: AmiAction, reply: AmiReply): void;
  /** Whether the switch has booted: told at login as FullyBooted. */
  booted(): boolean;
}

export interface AmiAction {
  /** In lower case. */
  readonly name: string;
  /** Header in lower case → value; of a repeated header the last. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Header lines of a packet, in order. */
export type Lines = readonly (readonly [string, string | number])[];

export interface AmiReply {
  success(message: string, more?: Lines): void;
  error(message: string): void;
  /** Response, the list's events, and the event that closes it. */
  list(message: string, events: readonly Lines[], complete: string): void;
}

export interface AmiServerOptions {
  readonly port: number;
  readonly host?: string;
  /** Account → secret. */
  readonly accounts: Readonly<Record<string, string>>;
  readonly backend: AmiBackend;
  readonly banner?: string;
  readonly now: () => number;
}

/** An event's text as it goes over the wire. */
export function eventText(name: string, lines: Lines): string {
  let text = `Event: ${name}\r\n`;
  for (const [key, value] of lines) text += `${key}: ${value}\r\n`;
  return `${text}\r\n`;
}

/** What CoreStatus says: when this switch started, so that a reader knows a restart from a lost line. */
export function coreStatus(startedAt: number): Lines {
  const [date, time] = new Date(startedAt).toISOString().slice(0, 19).split('T') as [string, string];
  return [
    ['CoreStartupDate', date],
    ['CoreStartupTime', time],
    ['CoreReloadDate', date],
    ['CoreReloadTime', time],
    ['CoreCurrentCalls', 0],
  ];
}

/** Asterisk drops a manager that does not read; so do we. */
const UNREAD_MAX = 16 * 1024 * 1024;
const ACTION_MAX = 64 * 1024;

export class AmiServer {
  readonly #o: AmiServerOptions;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #listeners = new Set<Socket>();

  constructor(options: AmiServerOptions) {
    this.#o = options;
  }

  /** Managers that are logged in and want events. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** The port listened on; with option port 0 the one that was free. */
  get port(): number {
    const at = this.#server?.address();
    return typeof at === 'object' && at ? at.port : this.#o.port;
  }

  /** @throws when the port is taken */
  async listen(): Promise<void> {
    const port = this.port;
    const server = createServer((socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.#o.host ?? '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#server = server;
  }

  /** Refuses connections and ends those there are: an outage, or the end. */
  async close(how: 'end' | 'destroy' = 'end'): Promise<void> {
    const server = this.#server;
    for (const s of this.#sockets) {
      if (how === 'end') s.end();
      else s.destroy();
    }
    this.#listeners.clear();
    if (!server) return;
    await new Promise<void>((r) => server.close(() => r()));
  }

  /** Sends text (whole packets) to every manager that listens. */
  send(text: string | Buffer): void {
    for (const s of this.#listeners) {
      if (s.writableLength > UNREAD_MAX) s.destroy();
      else s.write(text);
    }
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#listeners.delete(socket);
    });
    socket.write(`${this.#o.banner ?? 'Asterisk Call Manager/11.0.0'}\r\n`);
    const session = { in: false };
    let unread = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      unread += String(chunk);
      for (let end = unread.indexOf('\r\n\r\n'); end >= 0; end = unread.indexOf('\r\n\r\n')) {
        const packet = unread.slice(0, end);
        unread = unread.slice(end + 4);
        this.#packet(socket, session, packet);
      }
      if (unread.length > ACTION_MAX) socket.destroy();
    });
  }

  #packet(socket: Socket, session: { in: boolean }, packet: string): void {
    const fields = new Map<string, string>();
    for (const line of packet.split('\r\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    const name = (fields.get('action') ?? '').toLowerCase();
    const reply = replyTo(socket, fields.get('actionid'));
    if (name === 'login') return this.#login(socket, session, fields, reply);
    if (!session.in) return reply.error('Permission denied');
    switch (name) {
      case 'ping':
        return reply.success('', [
          ['Ping', 'Pong'],
          ['Timestamp', (this.#o.now() / 1000).toFixed(6)],
        ]);
      case 'logoff':
        socket.end(`Response: Goodbye\r\n${id(fields.get('actionid'))}Message: Thanks for all the fish.\r\n\r\n`);
        return;
      case 'events':
        if (fields.get('eventmask') === 'off') this.#listeners.delete(socket);
        else this.#listeners.add(socket);
        return reply.success('', [['Events', fields.get('eventmask') === 'off' ? 'Off' : 'On']]);
      default:
        return this.#o.backend.action({ name, fields }, reply);
    }
  }

  #login(socket: Socket, session: { in: boolean }, fields: ReadonlyMap<string, string>, reply: AmiReply): void {
    const secret = this.#o.accounts[fields.get('username') ?? ''];
    if (secret === undefined || secret !== fields.get('secret')) {
      reply.error('Authentication failed');
      socket.end();
      return;
    }
    session.in = true;
    reply.success('Authentication accepted');
    if (this.#o.backend.booted())
      socket.write(
        eventText('FullyBooted', [
          ['Privilege', 'system,all'],
          ['Uptime', 3600],
          ['LastReload', 3600],
          ['Status', 'Fully Booted'],
        ]),
      );
    this.#listeners.add(socket);
  }
}

const id = (actionId: string | undefined): string => (actionId === undefined ? '' : `ActionID: ${actionId}\r\n`);

function replyTo(socket: Socket, actionId: string | undefined): AmiReply {
  const own = id(actionId);
  const lines = (more: Lines): string => more.map(([k, v]) => `${k}: ${v}\r\n`).join('');
  return {
    success: (message, more = []) =>
      void socket.write(`Response: Success\r\n${own}${message ? `Message: ${message}\r\n` : ''}${lines(more)}\r\n`),
    error: (message) => void socket.write(`Response: Error\r\n${own}Message: ${message}\r\n\r\n`),
    list: (message, events, complete) => {
      const parts = [`Response: Success\r\n${own}EventList: start\r\nMessage: ${message}\r\n\r\n`];
      for (const [first, ...rest] of events) parts.push(`${first![0]}: ${first![1]}\r\n${own}${lines(rest)}\r\n`);
      parts.push(`Event: ${complete}\r\n${own}EventList: Complete\r\nListItems: ${events.length}\r\n\r\n`);
      socket.write(parts.join(''));
    },
  };
}
