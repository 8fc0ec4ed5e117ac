import type { WebSocket } from 'ws';
import { CLOSE } from '#domain/wire.ts';
import type { Channel } from './channel.ts';
import { textFrame } from './frame.ts';
import type { Lane } from './lanes.ts';
import type { Outbox } from './outbox.ts';

/** A snapshot goes at the client's pace: this many parts may be under way without an ack. */
const PARTS_AHEAD = 2;
/** A client that holds back longer than this is asked to come back and resume. */
export const TOO_SLOW_MS = 15_000;

type Progress =
  /** The client is ahead of this gateway (it comes from a faster one): wait until we are there. */
  | { state: 'ahead'; cursor: number }
  | { state: 'snapshot'; n: number; parts: Buffer[]; next: number; acked: number }
  /** Up to date: frames go out as they are built. */
  | { state: 'live'; sent: number }
  /** Holding back: what was sent last; at the flush the rows touched since go out once. */
  | { state: 'held'; sent: number };

/** What one socket was granted and how far it is. All bytes go through its outbox. */
export class Session {
  readonly socket: WebSocket;
  readonly outbox: Outbox;
  readonly screen: string;
  readonly epoch: number;
  readonly sessionId: number;
  readonly role: string;
  readonly #topics = new Map<Channel, Progress>();
  /** Lane → revision sent last. */
  readonly #lanes = new Map<Lane, number>();
  lastHeard: number;

  constructor(
    socket: WebSocket,
    outbox: Outbox,
    who: { screen: string; epoch: number; sessionId: number; role: string },
    now: number,
  ) {
    this.socket = socket;
    this.outbox = outbox;
    this.screen = who.screen;
    this.epoch = who.epoch;
    this.sessionId = who.sessionId;
    this.role = who.role;
    this.lastHeard = now;
  }

  listens(channel: Channel): boolean {
    return this.#topics.has(channel);
  }

  /** Subscribes. @returns how the client will be brought up to date */
  subscribe(channel: Channel, cursor: number | null): 'resume' | 'snapshot' {
    if (cursor !== null && cursor > channel.n) {
      this.#topics.set(channel, { state: 'ahead', cursor });
      return 'resume';
    }
    if (cursor !== null && channel.resume(cursor)) {
      this.#topics.set(channel, { state: 'held', sent: cursor });
      return 'resume';
    }
    this.#startSnapshot(channel);
    return 'snapshot';
  }

  follow(lane: Lane): void {
    this.#lanes.set(lane, 0);
  }

  /** Sends what the subscriptions owe; after the welcome, and whenever the client can take more again. */
  flow(now: number): void {
    for (const channel of this.#topics.keys()) this.#catchUp(channel, now);
    for (const [lane, rev] of this.#lanes) {
      if (rev === lane.rev) continue;
      const frame = lane.since(rev);
      if (!frame || this.outbox.send(frame, now)) this.#lanes.set(lane, lane.rev);
    }
  }

  /** A frame of changes of one channel, for everybody. */
  deliver(channel: Channel, frame: Buffer, now: number): void {
    const p = this.#topics.get(channel);
    if (!p) return;
    if (p.state === 'live') {
      if (this.outbox.send(frame, now)) p.sent = channel.n;
      else this.#topics.set(channel, { state: 'held', sent: p.sent });
    } else if (p.state === 'ahead') this.#catchUp(channel, now);
  }

  deliverSignals(lane: Lane, frame: Buffer, before: number, now: number): void {
    // a client that missed a beat gets the newest of each key at its flush instead
    if (this.#lanes.get(lane) === before && this.outbox.send(frame, now)) this.#lanes.set(lane, lane.rev);
  }

  ack(channel: Channel, part: number, now: number): void {
    const p = this.#topics.get(channel);
    if (p?.state !== 'snapshot') return;
    p.acked = Math.max(p.acked, Math.min(part + 1, p.next));
    this.#catchUp(channel, now);
  }

  again(channel: Channel, now: number): void {
    if (!this.#topics.has(channel)) return;
    this.#startSnapshot(channel);
    this.#catchUp(channel, now);
  }

  #startSnapshot(channel: Channel): void {
    const { n, parts } = channel.snapshot();
    this.#topics.set(channel, { state: 'snapshot', n, parts, next: 0, acked: 0 });
  }

  #catchUp(channel: Channel, now: number): void {
    const p = this.#topics.get(channel)!;
    switch (p.state) {
      case 'live':
        return;
      case 'ahead':
        if (channel.n < p.cursor) return;
        this.#topics.set(channel, { state: 'held', sent: p.cursor });
        return this.#catchUp(channel, now);
      case 'snapshot':
        while (p.next < p.parts.length && p.next < p.acked + PARTS_AHEAD) {
          if (!this.outbox.send(p.parts[p.next]!, now)) return;
          p.next++;
        }
        if (p.next < p.parts.length || p.acked < p.parts.length) return;
        this.#topics.set(channel, { state: 'held', sent: p.n });
        return this.#catchUp(channel, now);
      case 'held': {
        if (p.sent < channel.n) {
          const frame = channel.resume(p.sent);
          if (!frame) {
            this.#startSnapshot(channel);
            return this.#catchUp(channel, now);
          }
          if (!this.outbox.send(frame, now)) return;
        }
        this.#topics.set(channel, { state: 'live', sent: channel.n });
      }
    }
  }

  /** One heartbeat. Its cursor never promises what this client was not sent; digests are given only when it is up to date. */
  beat(now: number, n: number, behindMs: number, withDigests: boolean): void {
    let upTo = n;
    const digests: Record<string, string> = {};
    for (const [channel, p] of this.#topics) {
      if (p.state === 'live') digests[channel.name] = channel.digest;
      else upTo = Math.min(upTo, p.state === 'held' ? p.sent : p.state === 'snapshot' ? 0 : p.cursor);
    }
    const beat = { type: 'beat', now, upTo, behindMs, ...(withDigests ? { digests } : {}) };
    this.outbox.send(textFrame(beat), now);
  }

  close(code: keyof typeof CLOSE, reason: string): void {
    this.socket.close(CLOSE[code], reason.slice(0, 120));
    // a peer that does not answer the close must not keep the socket
    const end = setTimeout(() => this.socket.terminate(), 3000);
    end.unref();
    this.socket.once('close', () => clearTimeout(end));
  }
}
