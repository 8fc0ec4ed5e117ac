import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import createManager from 'asterisk-manager';
import { SECOND } from '#domain/time.ts';
import { fieldsOf, type AmiFields } from './fields.ts';

/**
 * The connection to the manager interface, behind an interface of our own: this file alone names the library, which is
 * used as a framer and no more. What it gets wrong is kept out here (probed in version 0.2.0, asterisk-manager):
 *   its reconnecting is slow and keeps half a packet   → one Manager per connection, never keepConnected()
 *   actions without an answer wait for ever            → a table of our own with a time for each
 *   CR and LF in a value start another action          → refused before they are sent
 *   it makes events of event names                     → only `rawevent`, its own dispatcher is taken off after the login
 *   its socket is private, a half-open one stays       → the socket is caught where Node tells of its making
 */
export interface AmiTransport {
  /** Sends an action and resolves with its response. @throws AmiError when refused, late, closed or unsafe */
  action(name: string, headers?: Readonly<Record<string, string>>): Promise<AmiFields>;
  /** Sends a list action: `onStart` at its response, resolves with the packets between it and its Complete event. */
  list(name: string, headers: Readonly<Record<string, string>>, onStart?: () => void): Promise<AmiFields[]>;
  /** Ends the connection; `onClosed` is called as for any end. */
  close(reason: string): void;
}

export interface AmiTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly secret: string;
}

export interface AmiHandlers {
  /** Every packet that answers no action of ours, in the order of the wire. */
  onPacket(fields: AmiFields): void;
  /** Once, whoever ended the connection. `byPeer`: the other side closed it or was gone. */
  onClosed(reason: string, byPeer: boolean): void;
}

export type AmiErrorCode = 'refused' | 'timeout' | 'closed' | 'unsafe' | 'login' | 'unreachable';
export class AmiError extends Error {
  readonly code: AmiErrorCode;
  constructor(code: AmiErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A host that is down answers no SYN; one that is up does within milliseconds. */
const CONNECT_WITHIN = 2 * SECOND;
const LOGIN_WITHIN = 4 * SECOND;
const ANSWER_WITHIN = 4 * SECOND;
const LIST_WITHIN = 15 * SECOND;
/** Bytes without a packet after which the other side is no manager interface. */
const UNFRAMED_AT_MOST = 8 * 1024 * 1024;
const LIST_AT_MOST = 50_000;

interface Pending {
  resolve(fields: AmiFields[]): void;
  reject(e: AmiError): void;
  readonly name: string;
  readonly list: boolean;
  readonly onStart: (() => void) | undefined;
  readonly packets: AmiFields[];
  readonly timer: NodeJS.Timeout;
}

/** What a switch says that is going down: nothing is wrong with the account or the action, it will be back. */
const GOING_DOWN = /shutting down/i;

/** Any control character would let a value end its line and begin another header or action. */
const UNSAFE = /[\u0000-\u001f\u007f]/;

/** Refuses what could smuggle another header or action. @throws AmiError 'unsafe' */
export function assertSafe(headers: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(headers)) {
    if (!/^[A-Za-z][\w-]*$/.test(key)) throw new AmiError('unsafe', `header name ${JSON.stringify(key)} is not sent`);
    if (typeof value !== 'string' || UNSAFE.test(value))
      throw new AmiError('unsafe', `header ${key} has a line break or control character and is not sent`);
  }
}

/** Catches the socket that `make` opens: the library keeps it to itself, and a half-open one could not be ended. */
function catchSocket(make: () => void): Socket {
  let caught: Socket | undefined;
  const take = (message: unknown): void => {
    caught ??= (message as { socket: Socket }).socket;
  };
  subscribe('net.client.socket', take);
  try {
    make();
  } finally {
    unsubscribe('net.client.socket', take);
  }
  if (!caught) throw new Error('broken promise: no socket was opened');
  return caught;
}

/**
 * Connects and signs in.
 * @throws AmiError 'unreachable', 'login' (wrong account or secret), 'timeout'
 */
export async function openAmi(target: AmiTarget, handlers: AmiHandlers): Promise<AmiTransport> {
  assertSafe({ user: target.user, secret: target.secret });
  const manager = createManager(undefined, target.host, target.user, target.secret, true);
  const connection = new Connection(manager, handlers);
  manager.on('rawevent', (item: unknown) => connection.packet(fieldsOf(item)));
  connection.socket = catchSocket(() => manager.connect(target.port, target.host));
  const socket = connection.socket;
  socket.on('close', () => connection.ended('the switch closed the connection', true));
  await new Promise<void>((resolve, reject) => {
    const fail = (code: AmiErrorCode, why: string): void => {
      clearTimeout(timer);
      reject(new AmiError(code, why));
      connection.close(why);
    };
    let timer = setTimeout(() => fail('timeout', 'nobody answers there'), CONNECT_WITHIN);
    socket.once('error', (e) => fail('unreachable', e.message));
    socket.once('close', () => fail('unreachable', 'closed before the login'));
    socket.once('connect', () => {
      clearTimeout(timer);
      timer = setTimeout(() => fail('timeout', 'no answer to the login'), LOGIN_WITHIN);
      manager.login((e: unknown) => {
        const message = fieldsOf(e).message ?? 'the login was refused';
        if (e) return fail(GOING_DOWN.test(message) ? 'unreachable' : 'login', message);
        clearTimeout(timer);
        resolve();
      });
    });
  });
  connection.open();
  return connection;
}

class Connection implements AmiTransport {
  socket!: Socket;
  readonly #manager: createManager.Manager;
  readonly #handlers: AmiHandlers;
  readonly #pending = new Map<string, Pending>();
  #sequence = 0;
  #isOpen = false;
  #isEnded = false;
  #framedBytes = 0;
  /** Packets between the library's login and ours: told when open. */
  #early: AmiFields[] = [];

  constructor(manager: createManager.Manager, handlers: AmiHandlers) {
    this.#manager = manager;
    this.#handlers = handlers;
  }

  open(): void {
    // the library's own dispatcher turns event names into events of its emitter, 'error' and 'close' among them
    const listeners = this.#manager.listeners('rawevent');
    this.#manager.removeListener('rawevent', listeners[0] as () => void);
    this.#isOpen = true;
    this.socket.on('data', () => {
      if (this.socket.bytesRead - this.#framedBytes > UNFRAMED_AT_MOST) this.close('what comes is no AMI');
    });
    for (const f of this.#early.splice(0)) this.#route(f);
  }

  packet(f: AmiFields): void {
    if (this.socket) this.#framedBytes = this.socket.bytesRead;
    if (this.#isEnded) return;
    if (this.#isOpen) this.#route(f);
    else if (f.event && this.#early.length < 10_000) this.#early.push(f);
  }

  #route(f: AmiFields): void {
    const pending = f.actionid === undefined ? undefined : this.#pending.get(f.actionid);
    if (pending) return this.#answer(f.actionid!, pending, f);
    if (f.event) this.#handlers.onPacket(f);
  }

  #answer(id: string, p: Pending, f: AmiFields): void {
    if (f.response !== undefined) {
      if (f.response.toLowerCase() === 'error') {
        const message = f.message ?? 'refused';
        const code = GOING_DOWN.test(message) ? 'closed' : 'refused';
        return this.#settle(id, () => p.reject(new AmiError(code, `${p.name}: ${message}`)));
      }
      if (!p.list) return this.#settle(id, () => p.resolve([f]));
      p.onStart?.();
      return;
    }
    if (f.eventlist?.toLowerCase() === 'complete') return this.#settle(id, () => p.resolve(p.packets));
    if (p.packets.length >= LIST_AT_MOST)
      return this.#settle(id, () => p.reject(new AmiError('refused', `${p.name}: more than ${LIST_AT_MOST} packets`)));
    p.packets.push(f);
  }

  #settle(id: string, how: () => void): void {
    const p = this.#pending.get(id);
    if (!p) return;
    this.#pending.delete(id);
    clearTimeout(p.timer);
    this.#manager.removeAllListeners(id);
    how();
  }

  #send(
    name: string,
    headers: Readonly<Record<string, string>>,
    list: boolean,
    within: number,
    onStart?: () => void,
  ): Promise<AmiFields[]> {
    return new Promise((resolve, reject) => {
      assertSafe({ ...headers, Action: name });
      if (!this.#isOpen || this.#isEnded) throw new AmiError('closed', `${name}: not connected`);
      const id = `wf-${++this.#sequence}`;
      const late = (): void =>
        this.#settle(id, () => reject(new AmiError('timeout', `${name}: no answer within ${within / SECOND} s`)));
      const timer = setTimeout(late, within);
      this.#pending.set(id, { resolve, reject, name, list, onStart, packets: [], timer });
      this.#manager.action({ ...headers, action: name, actionid: id });
    });
  }

  async action(name: string, headers: Readonly<Record<string, string>> = {}): Promise<AmiFields> {
    return (await this.#send(name, headers, false, ANSWER_WITHIN))[0]!;
  }

  list(name: string, headers: Readonly<Record<string, string>>, onStart?: () => void): Promise<AmiFields[]> {
    return this.#send(name, headers, true, LIST_WITHIN, onStart);
  }

  close(reason: string): void {
    this.ended(reason, false);
    this.socket.destroy();
  }

  ended(reason: string, byPeer: boolean): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const [id, p] of [...this.#pending])
      this.#settle(id, () => p.reject(new AmiError('closed', `${p.name}: ${reason}`)));
    if (this.#isOpen) this.#handlers.onClosed(reason, byPeer);
  }
}
