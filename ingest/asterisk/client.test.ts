import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { AmiServer, eventText } from '#scripts/ami-server/server.ts';
import { AmiError, assertSafe, openAmi, type AmiTransport } from './client.ts';
import type { AmiFields } from './fields.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).reverse()) await close();
});

async function ami(seen: string[] = []): Promise<AmiServer> {
  const server = new AmiServer({
    port: 0,
    accounts: { wf: 'secret' },
    now: () => 1_795_320_645_082,
    backend: {
      booted: () => true,
      action: (a, reply) => {
        seen.push(a.name);
        if (a.name === 'silent') return;
        if (a.name === 'queuestatus')
          return reply.list(
            'follows',
            [
              [
                ['Event', 'QueueParams'],
                ['Queue', 'q'],
              ],
            ],
            'QueueStatusComplete',
          );
        reply.error(`Invalid/unknown command: ${a.name}`);
      },
    },
  });
  await server.listen();
  closers.push(() => server.close('destroy'));
  return server;
}

/** A server that speaks raw bytes, for what a decent one never says. */
async function raw(onSocket: (s: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((s) => {
    sockets.add(s);
    s.on('error', () => s.destroy());
    onSocket(s);
  });
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  closers.push(async () => {
    for (const s of sockets) s.destroy();
    await new Promise((r) => server.close(r));
  });
  return (server.address() as { port: number }).port;
}

const acceptLogin = (s: Socket, then: () => void): void => {
  s.write('Asterisk Call Manager/11.0.0\r\n');
  s.on('data', (d) => {
    const id = /^ActionID: (.*)$/m.exec(String(d))?.[1]?.trim();
    if (/Action: login/i.test(String(d))) {
      s.write(`Response: Success\r\nActionID: ${id}\r\nMessage: Authentication accepted\r\n\r\n`);
      then();
    }
  });
};

interface Heard {
  packets: AmiFields[];
  closed: Promise<{ reason: string; byPeer: boolean }>;
  until(n: number): Promise<void>;
}
function listener(): Heard & Parameters<typeof openAmi>[1] {
  const packets: AmiFields[] = [];
  let wake = (): void => {};
  let close: (end: { reason: string; byPeer: boolean }) => void = () => {};
  const closed = new Promise<{ reason: string; byPeer: boolean }>((r) => (close = r));
  return {
    packets,
    closed,
    onPacket: (f) => {
      packets.push(f);
      wake();
    },
    onClosed: (reason, byPeer) => close({ reason, byPeer }),
    until: async (n) => {
      while (packets.length < n) await new Promise<void>((r) => (wake = r));
    },
  };
}

const open = (port: number, l: Heard & Parameters<typeof openAmi>[1], secret = 'secret'): Promise<AmiTransport> =>
  openAmi({ host: '127.0.0.1', port, user: 'wf', secret }, l).then((t) => {
    closers.push(() => t.close('test over'));
    return t;
  });

test('a line break in a value is refused before it is sent, so that it cannot start another action', async () => {
  const seen: string[] = [];
  const server = await ami(seen);
  const t = await open(server.port, listener());
  for (const bad of ['1\r\nAction: Command', 'a\nb', 'a\rb', 'a\0b'])
    await expect(t.action('QueuePause', { Interface: bad })).rejects.toMatchObject({ code: 'unsafe' });
  await expect(t.action('Queue\r\nAction: x')).rejects.toMatchObject({ code: 'unsafe' });
  expect(() => assertSafe({ 'Bad\r\nKey': 'x' })).toThrow(AmiError);
  await t.list('QueueStatus', {});
  expect(seen).toEqual(['queuestatus']);
});

test('a wrong secret is told as such, and not waited for', async () => {
  const server = await ami();
  await expect(open(server.port, listener(), 'wrong')).rejects.toMatchObject({ code: 'login' });
});

test('a switch that says it is shutting down refuses nothing: it is asked again soon', async () => {
  const port = await raw((s) => {
    s.write('Asterisk Call Manager/11.0.0\r\n');
    s.on('data', (d) => {
      const id = /^ActionID: (.*)$/m.exec(String(d))?.[1]?.trim();
      s.write(`Response: Error\r\nActionID: ${id}\r\nMessage: Asterisk is shutting down\r\n\r\n`);
    });
  });
  await expect(open(port, listener())).rejects.toMatchObject({ code: 'unreachable' });
});

test('a peer that takes the connection and says nothing is given up after four seconds', async () => {
  let asked = (): void => {};
  const isAsked = new Promise<void>((r) => (asked = r));
  const port = await raw((s) => s.once('data', asked));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const late = expect(open(port, listener())).rejects.toMatchObject({
    code: 'timeout',
    message: 'no answer to the login',
  });
  await isAsked;
  await vi.advanceTimersByTimeAsync(4001);
  await late;
});

test('nobody listening is told as unreachable', async () => {
  const server = await ami();
  const { port } = server;
  await server.close('destroy');
  await expect(open(port, listener())).rejects.toMatchObject({ code: 'unreachable' });
});

test('a list resolves with its packets, and a refused action rejects with the switch’s words', async () => {
  const server = await ami();
  const t = await open(server.port, listener());
  let started = false;
  const packets = await t.list('QueueStatus', {}, () => (started = true));
  expect(started).toBe(true);
  expect(packets.map((p) => p.queue)).toEqual(['q']);
  await expect(t.action('Nonsense')).rejects.toMatchObject({ code: 'refused' });
});

test('an action that is pending when the connection ends rejects instead of waiting for ever', async () => {
  const server = await ami();
  const heard = listener();
  const t = await open(server.port, heard);
  const pending = t.action('Silent');
  const refused = expect(pending).rejects.toMatchObject({ code: 'closed' });
  await server.close('end');
  await refused;
  expect(await heard.closed).toMatchObject({ byPeer: true });
  await expect(t.action('Ping')).rejects.toMatchObject({ code: 'closed' });
});

test('an action that the switch does not answer rejects after four seconds, and a late answer is nobody’s', async () => {
  const server = await ami();
  const heard = listener();
  const t = await open(server.port, heard);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const late = expect(t.action('Silent')).rejects.toMatchObject({
    code: 'timeout',
    message: 'Silent: no answer within 4 s',
  });
  await vi.advanceTimersByTimeAsync(4001);
  await late;
  vi.useRealTimers();
  expect((await t.action('Ping')).ping).toBe('Pong');
});

test('half a packet of one connection is not glued to the next', async () => {
  let connections = 0;
  const port = await raw((s) =>
    acceptLogin(s, () => {
      connections++;
      // end() sends what was written, half a packet, before it closes
      if (connections === 1) s.end('Event: QueueCallerJoin\r\nQueue: half');
      else s.write('Event: Reload\r\nModule: app_queue.so\r\n\r\n');
    }),
  );
  const first = listener();
  await open(port, first);
  await first.closed;
  const second = listener();
  await open(port, second);
  await second.until(1);
  expect(first.packets).toEqual([]);
  expect(second.packets).toHaveLength(1);
  expect(second.packets[0]).toMatchObject({ event: 'Reload', module: 'app_queue.so' });
});

test('events named like the library’s own neither end the connection nor throw', async () => {
  const server = await ami();
  const heard = listener();
  await open(server.port, heard);
  await heard.until(1); // FullyBooted
  for (const name of ['error', 'close', 'end', 'connect', 'rawevent', 'constructor', '__proto__'])
    server.send(eventText(name, [['Uniqueid', '1.1']]));
  server.send(
    'Event: UserEvent\r\nUserEvent: x\r\nconstructor: a\r\n__proto__: b\r\nUniqueid: 1.1\r\nUniqueid: 2.2\r\n\r\n\r\n\r\n',
  );
  await heard.until(9);
  const last = heard.packets.at(-1)!;
  expect(last).toMatchObject({ userevent: 'x', uniqueid: '1.1' });
  expect(Object.getPrototypeOf(last)).toBeNull();
});

test('packets in any pieces come out whole and in order', async () => {
  const text = Array.from({ length: 50 }, (_, i) =>
    eventText('Hangup', [
      ['Uniqueid', `1.${i}`],
      ['Cause-txt', '正常 清除'],
    ]),
  ).join('');
  const bytes = Buffer.from(text);
  const port = await raw((s) =>
    acceptLogin(s, () => {
      s.setNoDelay(true);
      let at = 0;
      const step = (): void => {
        if (at >= bytes.length) return;
        const n = 1 + ((at * 7) % 97);
        s.write(bytes.subarray(at, at + n));
        at += n;
        setImmediate(step);
      };
      step();
    }),
  );
  const heard = listener();
  await open(port, heard);
  await heard.until(50);
  expect(heard.packets.map((p) => p.uniqueid)).toEqual(Array.from({ length: 50 }, (_, i) => `1.${i}`));
  expect(heard.packets.every((p) => p['cause-txt'] === '正常 清除')).toBe(true);
});

test('a peer that sends bytes without end and without a packet is dropped', async () => {
  const port = await raw((s) =>
    acceptLogin(s, () => {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      const more = (): void => {
        while (!s.destroyed && s.write(chunk));
        if (!s.destroyed) s.once('drain', more);
      };
      more();
    }),
  );
  const heard = listener();
  await open(port, heard);
  expect(await heard.closed).toMatchObject({ reason: 'what comes is no AMI' });
});
