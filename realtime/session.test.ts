import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import fc from 'fast-check';
import type { WebSocket } from 'ws';
import { expect, test } from 'vitest';
import { Connection, type SocketLike } from '#lib/live/connection.ts';
import { digest } from '#domain/digest.ts';
import { Tables, type Change } from '#domain/tables.ts';
import { Channel } from './channel.ts';
import { GO_BELOW, HOLD_ABOVE, Outbox } from './outbox.ts';
import { Session } from './session.ts';
import { textFrame } from './frame.ts';

/** The gateway's end of a socket pair that delivers only when told. Bytes wait in it like in a kernel buffer. */
class ScriptedSocket extends EventEmitter {
  readonly waiting: Buffer[] = [];
  destroyed = false;
  get writableLength(): number {
    return this.waiting.reduce((sum, b) => sum + b.length, 0);
  }
  write(b: Buffer): boolean {
    this.waiting.push(b);
    return true;
  }
  take(): Buffer[] {
    const all = this.waiting.splice(0);
    this.emit('drain');
    return all;
  }
}

/** Payload of one unmasked server frame. */
function payload(frame: Buffer): string | Uint8Array {
  let at = 2;
  let length = frame[1]! & 127;
  if (length === 126) {
    length = frame.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    length = Number(frame.readBigUInt64BE(2));
    at = 10;
  }
  expect(at + length).toBe(frame.length);
  const body = frame.subarray(at);
  return (frame[0]! & 15) === 1 ? body.toString('utf8') : new Uint8Array(body);
}

/** One gateway with one channel, and a client that reaches it through scripted sockets. */
function world() {
  const tables = new Tables();
  let n = 0;
  let now = 0;
  const channel = new Channel('cases', tables, null, 0);
  const sessions = new Set<Session>();
  const change = (changes: Change[]): void => {
    tables.applyChanges(changes);
    n++;
    const frame = channel.publish(n, tables.takeTouched());
    if (frame) for (const s of sessions) s.deliver(channel, frame, now);
  };
  const client = () => {
    let socket: ScriptedSocket | null = null;
    let session: Session | null = null;
    let like: SocketLike | null = null;
    const timers: (() => void)[] = [];
    const connection = new Connection({
      screen: 'screen-1',
      topics: ['cases'],
      lanes: [],
      now: () => now,
      random: () => 0,
      later: (work) => {
        timers.push(work);
        return () => timers.splice(timers.indexOf(work) >>> 0, 1);
      },
      onChanges: () => {},
      onSignals: () => {},
      onBeat: () => {},
      onState: () => {},
      open: () => {
        const s = (socket = new ScriptedSocket());
        like = {
          binaryType: '',
          readyState: 1,
          onopen: null,
          onmessage: null,
          onclose: null,
          onerror: null,
          close: () => {},
          send: (text) => {
            const m = JSON.parse(text);
            if (m.type === 'hello') {
              const outbox = new Outbox(s as unknown as Duplex, () => session?.flow(now));
              session = new Session(
                {} as WebSocket,
                outbox,
                { screen: 'x', epoch: 1, sessionId: 1, role: 'wall' },
                now,
              );
              const mode = session.subscribe(channel, m.origin === 'db' ? m.topics[0].cursor : null);
              const welcome = {
                type: 'welcome',
                version: 1,
                origin: 'db',
                now,
                zone: 'UTC',
                role: 'wall',
                topics: [{ topic: 'cases', mode }],
                lanes: [],
              };
              outbox.send(textFrame(welcome), now);
              sessions.add(session);
              session.flow(now);
            } else if (m.type === 'ack') session?.ack(channel, m.part, now);
            else if (m.type === 'again') session?.again(channel, now);
          },
        };
        return like;
      },
    });
    connection.start();
    return {
      connection,
      open: () => like?.onopen?.(),
      deliver: () => {
        while (socket && socket.waiting.length > 0)
          for (const f of socket.take()) like?.onmessage?.({ data: payload(f) });
      },
      drop: () => {
        if (session) sessions.delete(session);
        session = null;
        socket = null;
        like?.onclose?.({ code: 1006, reason: '' });
        // come back: the only timer that reconnects is the newest
        timers.pop()?.();
        like?.onopen?.();
      },
      get session() {
        return session!;
      },
      get socket() {
        return socket!;
      },
    };
  };
  return { tables, channel, change, client, tick: (ms: number) => (now += ms), now: () => now, n: () => n };
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('change' as const), id, value: fc.option(fc.nat(5)) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('deliver' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('drop' as const) }) },
);

test('[RT-9] a client that drops and comes back ends with the rows of the gateway, whatever was under way', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const w = world();
      for (let i = 0; i < 3; i++) w.change([{ c: 'case', id: `old${i}`, row: { i } }]);
      const flaky = w.client();
      flaky.open();
      for (const s of steps) {
        if (s.what === 'change') w.change([{ c: 'case', id: s.id, row: s.value === null ? null : { v: s.value } }]);
        else if (s.what === 'deliver') flaky.deliver();
        else flaky.drop();
      }
      flaky.deliver();
      expect(flaky.connection.digest('cases')).toBe(digest(w.tables));
      expect(flaky.connection.counts.differences).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('[RT-13][RT-14] a client that does not read holds back with a cursor, and gets each row once when it reads again', () => {
  const w = world();
  const slow = w.client();
  slow.open();
  slow.deliver();
  const big = 'x'.repeat(60_000);
  for (let i = 0; i < 60; i++) w.change([{ c: 'case', id: `id${i % 4}`, row: { big, i } }]);
  expect(slow.session.outbox.holding).toBe(true);
  expect(slow.socket.writableLength).toBeLessThan(HOLD_ABOVE + 100_000);
  expect(GO_BELOW).toBeLessThan(HOLD_ABOVE);
  slow.deliver();
  expect(slow.session.outbox.holding).toBe(false);
  expect(slow.connection.digest('cases')).toBe(digest(w.tables));
});

test('[RT-7] a client that is ahead of this gateway waits and never goes back in time', () => {
  const w = world();
  w.change([{ c: 'case', id: 'a', row: { v: 1 } }]);
  const c = w.client();
  c.open();
  c.deliver();
  const behind = new Channel('cases', new Tables(), null, 0);
  expect(c.session.subscribe(behind, 1)).toBe('resume');
  c.session.flow(0);
  expect(c.socket.waiting).toHaveLength(0);
});

test('[RT-12] a client whose rows differ asks again and mends itself', () => {
  const w = world();
  w.change([{ c: 'case', id: 'a', row: { v: 1 } }]);
  const c = w.client();
  c.open();
  c.deliver();
  // this change reaches the channel and, by a fault, not the client
  w.channel.publish(w.n(), [{ c: 'case', id: 'late', row: { v: 2 } }]);
  c.session.beat(2, w.n(), 0, true);
  c.deliver();
  expect(c.connection.counts.differences).toBe(1);
});
