import type { Logger } from 'pino';
import { SECOND } from '#domain/time.ts';
import { AmiError, openAmi, type AmiTarget, type AmiTransport } from '../client.ts';
import type { AmiFields } from '../fields.ts';
import { isLastingFailure, retryDelay } from '../retry.ts';

const PING_EVERY = 5 * SECOND;

export type LineState = 'closed' | 'open' | 'refused';

/**
 * The hand's own connection, with its own account: opened again for as long as the process lives. It keeps nothing of the switch
 * but what those who listen right now make of its events.
 */
export class HandLine {
  readonly #target: AmiTarget;
  readonly #log: Logger;
  readonly #ears = new Set<(f: AmiFields) => void>();
  readonly #lost = new Set<() => void>();
  readonly #onState: () => void;
  #ami: AmiTransport | null = null;
  #state: LineState = 'closed';

  /** @param onState called when the line opens or closes */
  constructor(target: AmiTarget, log: Logger, onState: () => void) {
    this.#target = target;
    this.#log = log;
    this.#onState = onState;
  }

  get state(): LineState {
    return this.#state;
  }
  /** @throws AmiError 'closed' */
  get ami(): AmiTransport {
    if (!this.#ami) throw new AmiError('closed', 'not connected');
    return this.#ami;
  }

  /** @param lost called once when this connection ends; @returns what ends the listening */
  listen(ear: (f: AmiFields) => void, lost: () => void): () => void {
    this.#ears.add(ear);
    this.#lost.add(lost);
    return () => {
      this.#ears.delete(ear);
      this.#lost.delete(lost);
    };
  }

  /** Keeps the line open until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const { reason, opened, refused } = await this.#once(signal);
      if (signal.aborted) return;
      failures = opened ? 0 : failures + 1;
      this.#set(refused ? 'refused' : 'closed');
      if (opened || refused || isLastingFailure(failures))
        this.#log.warn({ reason, failures }, 'the hand has no switch');
      await pause(retryDelay(failures, refused, Math.random()), signal);
    }
  }

  async #once(signal: AbortSignal): Promise<{ reason: string; opened: boolean; refused: boolean }> {
    let over: (reason: string) => void = () => {};
    const ended = new Promise<string>((r) => (over = r));
    let ami: AmiTransport;
    try {
      ami = await openAmi(this.#target, {
        onPacket: (f) => {
          for (const ear of [...this.#ears]) ear(f);
        },
        onClosed: (reason) => {
          this.#ami = null;
          for (const lost of [...this.#lost]) lost();
          over(reason);
        },
      });
    } catch (e) {
      if (!(e instanceof AmiError)) throw e;
      return { reason: e.message, opened: false, refused: e.code === 'login' };
    }
    this.#ami = ami;
    this.#set('open');
    const stop = (): void => ami.close('stopping');
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const beat = setInterval(() => void this.#ping(ami), PING_EVERY);
    try {
      return { reason: await ended, opened: true, refused: false };
    } finally {
      clearInterval(beat);
      signal.removeEventListener('abort', stop);
    }
  }

  async #ping(ami: AmiTransport): Promise<void> {
    try {
      await ami.action('Ping');
    } catch (e) {
      if (!(e instanceof AmiError)) throw e;
      if (e.code === 'timeout') ami.close('the switch does not answer a ping');
    }
  }

  #set(state: LineState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState();
  }
}

/** Waits, or until the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
