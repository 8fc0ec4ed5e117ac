import type { Duplex } from 'node:stream';

/** Above this many bytes waiting in the socket a client holds back … */
export const HOLD_ABOVE = 1024 * 1024;
/** … until it has drained to this. Two thresholds, so that it does not flutter. */
export const GO_BELOW = 64 * 1024;

/**
 * The only way out of the gateway to one client: frames in order. It never queues by itself beyond the socket:
 * when too much waits it says so (`holding`) and its owner keeps a cursor instead of bytes, so memory stays bounded.
 */
export class Outbox {
  readonly #socket: Duplex;
  readonly #onFlow: () => void;
  #holding = false;
  #heldSince = 0;
  bytes = 0;

  /** @param onFlow called once when a client that held back can take more */
  constructor(socket: Duplex, onFlow: () => void) {
    this.#socket = socket;
    this.#onFlow = onFlow;
    socket.on('drain', () => this.check());
  }

  get holding(): boolean {
    return this.#holding;
  }

  /** Milliseconds that this client has held back; 0 when it does not. */
  heldFor(now: number): number {
    return this.#holding ? now - this.#heldSince : 0;
  }

  /** Writes one frame, unless the client holds back. @returns whether it was written */
  send(frame: Buffer, now: number): boolean {
    if (this.#holding || this.#socket.destroyed) return false;
    this.#socket.write(frame);
    this.bytes += frame.length;
    if (this.#socket.writableLength > HOLD_ABOVE) {
      this.#holding = true;
      this.#heldSince = now;
    }
    return true;
  }

  /** Looks whether a client that held back has drained. */
  check(): void {
    if (!this.#holding || this.#socket.writableLength > GO_BELOW) return;
    this.#holding = false;
    this.#onFlow();
  }
}
