import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import type { FactDraft } from '#domain/fact.ts';
import { AmiError, type AmiHandlers, type AmiTransport } from './client.ts';
import { fieldsOf, type AmiFields } from './fields.ts';
import { AmiSession } from './session.ts';
import { emptyState } from './state.ts';

afterEach(() => {
  vi.useRealTimers();
});

const T = 1_795_320_000;
const packet = (h: Record<string, string | number>): AmiFields =>
  fieldsOf(Object.fromEntries(Object.entries(h).map(([k, v]) => [k.toLowerCase(), String(v)])));

const member = (queue: string, seat: string, status: number) =>
  packet({
    Event: 'QueueMember',
    Queue: queue,
    Name: seat,
    Location: `PJSIP/${seat}`,
    StateInterface: `PJSIP/${seat}`,
    Membership: 'static',
    Status: status,
    Paused: 0,
  });

/** A switch that answers when told: what a test scripts instead of a socket. */
class ScriptedSwitch implements AmiTransport {
  handlers!: AmiHandlers;
  members: AmiFields[] = [member('q', '1001', 1)];
  channels: AmiFields[] = [];
  asked: string[] = [];
  pings = true;
  mayGetConfig = true;
  closed: string | null = null;
  /** Called while a list is on its way, after its beginning. */
  during: () => void = () => {};
  #closing: (() => void)[] = [];

  open = (handlers: AmiHandlers): Promise<AmiTransport> => {
    this.handlers = handlers;
    return Promise.resolve(this);
  };
  tell(h: Record<string, string | number>): void {
    this.handlers.onPacket(packet({ Timestamp: `${T}.500000`, ...h }));
  }
  action(name: string): Promise<AmiFields> {
    this.asked.push(name);
    if (name === 'GetConfig' && !this.mayGetConfig) return Promise.reject(new AmiError('refused', 'Permission denied'));
    if (name === 'Ping')
      return this.pings
        ? Promise.resolve(packet({ Response: 'Success', Ping: 'Pong', Timestamp: `${T}.000000` }))
        : Promise.reject(new AmiError('timeout', 'Ping: no answer within 4 s'));
    return Promise.resolve(packet({ Response: 'Success', CoreStartupDate: '2026-11-22', CoreStartupTime: '04:10:43' }));
  }
  list(name: string, _h: unknown, onStart?: () => void): Promise<AmiFields[]> {
    this.asked.push(name);
    onStart?.();
    this.during();
    const queue = packet({ Event: 'QueueParams', Queue: 'q', ServiceLevel: 20 });
    return Promise.resolve(name === 'QueueStatus' ? [queue, ...this.members] : this.channels);
  }
  close(reason: string): void {
    this.closed ??= reason;
    this.handlers.onClosed(reason, false);
    for (const f of this.#closing) f();
  }
}

function session(sw: ScriptedSwitch) {
  const facts: FactDraft[] = [];
  const rejected: string[] = [];
  const s = new AmiSession({
    state: emptyState({ wrapUpS: () => null, sharedLastCall: true, trunks: [] }),
    log: pino({ level: 'silent' }),
    open: sw.open,
    tell: (some) => facts.push(...some),
    configured: () => {},
    reject: (_raw, code) => rejected.push(code),
    absence: () => ({ from: null, ended: 'unknown', restarted: false }),
    live: (at) => [{ at, subject: 'asterisk', actor: 't', kind: 'floor.linked', body: { state: 'live' } }],
    now: () => Date.now(),
  });
  return { s, facts, rejected };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};

test('before FullyBooted no list is asked, and the list has the last word over what came before it', async () => {
  const sw = new ScriptedSwitch();
  const { s, facts } = session(sw);
  const stop = new AbortController();
  const run = s.run(stop.signal);
  await settle();
  sw.tell({ Event: 'QueueMemberStatus', Queue: 'q', Interface: 'PJSIP/1001', StateInterface: 'PJSIP/1001', Status: 6 });
  expect(sw.asked).toEqual([]);
  expect(s.isLive).toBe(false);
  sw.tell({ Event: 'FullyBooted' });
  await settle();
  expect(s.isLive).toBe(true);
  const seats = facts.filter((f) => f.kind === 'seat.changed');
  expect(seats.map((f) => f.kind === 'seat.changed' && f.body.line)).toEqual(['ringing', 'idle']);
  stop.abort();
  await run;
});

test('an event that comes between the beginning of the lists and their end is applied after them', async () => {
  const sw = new ScriptedSwitch();
  const { s, facts } = session(sw);
  sw.during = () => {
    sw.during = () => {};
    sw.tell({
      Event: 'QueueMemberStatus',
      Queue: 'q',
      Interface: 'PJSIP/1001',
      StateInterface: 'PJSIP/1001',
      Status: 2,
    });
  };
  const stop = new AbortController();
  const run = s.run(stop.signal);
  await settle();
  sw.tell({ Event: 'FullyBooted' });
  await settle();
  const lines = facts.map((f) =>
    f.kind === 'seat.changed' ? f.body.line : f.kind === 'floor.linked' ? f.body.state : '',
  );
  expect(lines.filter(Boolean)).toEqual(['idle', 'live', 'in-call']);
  stop.abort();
  await run;
});

test('a pause that was told before the list is counted, though the list tells it as a state', async () => {
  const sw = new ScriptedSwitch();
  const { s, facts } = session(sw);
  const stop = new AbortController();
  const run = s.run(stop.signal);
  await settle();
  const paused = { Queue: 'q', Interface: 'PJSIP/1001', StateInterface: 'PJSIP/1001', Status: 1, Paused: 1 };
  sw.tell({ Event: 'QueueMemberPause', ...paused, PausedReason: '就餐' });
  sw.tell({ Event: 'FullyBooted' });
  await settle();
  expect(facts.filter((f) => f.kind === 'seat.paused')).toHaveLength(1);
  expect(s.isLive).toBe(true);
  stop.abort();
  await run;
});

test('heard-until is the switch’s own clock, also when FullyBooted comes without a Timestamp', async () => {
  const sw = new ScriptedSwitch();
  const { s } = session(sw);
  const stop = new AbortController();
  const run = s.run(stop.signal);
  await settle();
  sw.handlers.onPacket(packet({ Event: 'FullyBooted', Status: 'Fully Booted' }));
  await settle();
  expect(s.isLive).toBe(true);
  expect(s.heardAt).toBe(T * 1000);
  stop.abort();
  await run;
});

test('a switch that answers no ping is given up, within ten seconds of falling silent', async () => {
  vi.useFakeTimers();
  const sw = new ScriptedSwitch();
  const { s } = session(sw);
  const run = s.run(new AbortController().signal);
  await settle();
  sw.tell({ Event: 'FullyBooted' });
  await settle();
  expect(s.isLive).toBe(true);
  sw.pings = false;
  await vi.advanceTimersByTimeAsync(5_001);
  const end = await run;
  expect(end).toMatchObject({ reason: 'the switch does not answer a ping', byPeer: false });
});

test('a reload asks for the lists again: a member that is gone leaves no ghost, and two reloads at once ask once more', async () => {
  const sw = new ScriptedSwitch();
  const { s, facts } = session(sw);
  const stop = new AbortController();
  const run = s.run(stop.signal);
  await settle();
  sw.tell({ Event: 'FullyBooted' });
  await settle();
  sw.members = [member('q', '1002', 1)];
  sw.asked = [];
  for (let i = 0; i < 3; i++) sw.tell({ Event: 'Reload', Module: 'app_queue.so' });
  for (let i = 0; i < 10; i++) await settle();
  expect(facts.some((f) => f.kind === 'seat.removed' && f.subject === '1001')).toBe(true);
  expect(facts.some((f) => f.kind === 'seat.described' && f.subject === '1002')).toBe(true);
  expect(sw.asked.filter((a) => a === 'QueueStatus')).toHaveLength(2);
  stop.abort();
  await run;
});

test('an account that may not read the configuration still goes live', async () => {
  const sw = new ScriptedSwitch();
  sw.mayGetConfig = false;
  const { s } = session(sw);
  const stop = new AbortController();
  const run = s.run(stop.signal);
  await settle();
  sw.tell({ Event: 'FullyBooted' });
  await settle();
  expect(s.isLive).toBe(true);
  stop.abort();
  expect(await run).toMatchObject({ reason: 'stopping' });
});

test('a packet that cannot be read is kept with its reason, and the next one counts', async () => {
  const sw = new ScriptedSwitch();
  const { s, facts, rejected } = session(sw);
  const stop = new AbortController();
  const run = s.run(stop.signal);
  await settle();
  sw.tell({ Event: 'FullyBooted' });
  await settle();
  sw.tell({ Event: 'QueueMemberStatus', Queue: 'q' });
  sw.tell({ Event: 'QueueMemberStatus', Queue: 'q', Interface: 'PJSIP/1001', StateInterface: 'PJSIP/1001', Status: 6 });
  expect(rejected).toEqual(['ami.header']);
  expect(facts.at(-1)).toMatchObject({ kind: 'seat.changed', body: { line: 'ringing' } });
  stop.abort();
  await run;
});

test('a refused login is told as refused, so that it is not tried again at once', async () => {
  const s = session(new ScriptedSwitch());
  const refused = new AmiSession({
    ...({} as ConstructorParameters<typeof AmiSession>[0]),
    state: emptyState({ wrapUpS: () => null, sharedLastCall: true, trunks: [] }),
    open: () => Promise.reject(new AmiError('login', 'Authentication failed')),
  });
  expect(await refused.run(new AbortController().signal)).toMatchObject({ refused: true });
  expect(s.s.isLive).toBe(false);
});
