import { expect, test } from 'vitest';
import { ROLES, mayDo } from '../access.ts';
import type { Fact } from '../fact.ts';
import type { LinkRow, QueueRow, SeatLiveRow, SeatRow, VisitRow } from '../floor/rows.ts';
import { maskFloor } from '../floor/mask.ts';
import { Tables } from '../tables.ts';
import { decideSteer, type SteerInput } from './decide.ts';
import { foldSteer } from './fold.ts';
import { COMMAND, MAX_COMMANDS, STEER_KINDS, type FloorCommandRow, type SteerWish } from './rows.ts';

const NOW = 1_800_000_000_000;
const MEANS = { hand: true, recorder: true, prompt: true };

function floor(): Tables {
  const t = new Tables();
  t.put<LinkRow>('link', 'asterisk', { state: 'live', since: NOW });
  t.put<QueueRow>('queue', 'consult', {
    id: 'consult',
    strategy: 'leastrecent',
    maxWaiting: 0,
    serviceLevelS: 20,
    weight: 0,
    wrapUpS: 8,
  });
  const seat = (id: string, kind: 'static' | 'dynamic', queues: readonly string[]): SeatRow => ({
    id,
    name: `坐席${id}`,
    extension: id,
    device: `PJSIP/${id}`,
    signedInAt: NOW,
    memberships: queues.map((queue) => ({
      queue,
      interface: `PJSIP/${id}`,
      kind,
      penalty: 0,
      paused: false,
      reason: '',
      pausedAt: null,
    })),
  });
  t.put('seat', '1001', seat('1001', 'static', ['consult']));
  t.put('seat', '1002', seat('1002', 'dynamic', ['consult']));
  t.put('seat', '1003', seat('1003', 'dynamic', []));
  const live: SeatLiveRow = {
    line: 'in-call',
    since: NOW,
    pause: 'none',
    reason: '',
    pauseSince: null,
    wrapUntil: null,
    onQueueCall: true,
    queue: 'consult',
    call: 'c1',
    holding: false,
    heldSince: null,
  };
  t.put('seatLive', '1001', live);
  t.put('seatLive', '1002', { ...live, line: 'idle', call: null, queue: null, onQueueCall: false });
  const visit: VisitRow = {
    id: 'u2/consult/1',
    call: 'c2',
    queue: 'consult',
    caller: '13800000000',
    joinedAt: NOW,
    approximate: false,
    state: 'waiting',
    answeredAt: null,
    waitS: null,
    seat: null,
  };
  t.put('visit', visit.id, visit);
  return t;
}
const decide = (input: SteerInput, tables = floor(), means = MEANS) => {
  const r = decideSteer(tables, input, means, NOW);
  return r.ok ? r.value : r.code;
};
const asked = (n: number, wish: Partial<SteerWish>, at = NOW): Fact =>
  ({
    n,
    at,
    recordedAt: at,
    subject: String(n),
    actor: 'user:1',
    kind: 'command.asked',
    body: {
      kind: 'listen',
      seat: '1001',
      call: 'c1',
      visit: null,
      queue: null,
      phone: null,
      to: null,
      reason: null,
      text: null,
      priority: null,
      penalty: null,
      ...wish,
      by: { account: 1, name: '班长' },
    },
  }) as Fact;
const changed = (n: number, id: number, state: 'sent' | 'confirmed' | 'unheard'): Fact =>
  ({
    n,
    at: NOW + n,
    recordedAt: NOW,
    subject: String(id),
    actor: 'ingest:hand',
    kind: 'command.changed',
    body: { state, code: null, detail: '' },
  }) as Fact;

test('only supervisors steer, and they may do every kind; duty officers call numbers back', () => {
  for (const kind of STEER_KINDS)
    for (const role of ROLES)
      expect(mayDo(role, `steer.${kind}`), `${role} ${kind}`).toBe(
        role === 'supervisor' || (role === 'duty-officer' && kind === 'dial'),
      );
});

test('a number is dialled by the own telephone, one at a time, and never by itself', () => {
  const dial = { kind: 'dial', phone: '8001', to: '13800000000', call: 'c9' } as const;
  expect(decide(dial)).toMatchObject({ seat: null, call: 'c9', phone: '8001', to: '13800000000' });
  expect(decide({ ...dial, to: '*72' })).toBe('number-invalid');
  expect(decide({ ...dial, to: '8001' })).toBe('own-phone');
  const t = floor();
  foldSteer(t, asked(1, { ...dial, seat: null }));
  expect(decide({ ...dial, to: '10086' }, t)).toBe('command-pending');
  expect(decide({ ...dial, phone: '8002' }, t)).toMatchObject({ phone: '8002' });
});

test('a wish about a call carries the call that the supervisor saw, and is refused when the seat is in another one', () => {
  expect(decide({ kind: 'listen', seat: '1001', call: 'c1', phone: '8001' })).toMatchObject({
    seat: '1001',
    call: 'c1',
    queue: 'consult',
    phone: '8001',
    to: null,
  });
  expect(decide({ kind: 'cut-off', seat: '1001', call: 'c0', reason: '占线' })).toBe('call-changed');
  expect(decide({ kind: 'barge', seat: '1002', call: null, phone: '8001' })).toBe('no-conversation');
});

test('what a kind needs is asked for, each with its own code', () => {
  expect(decide({ kind: 'cut-off', seat: '1001', call: 'c1', reason: '  ' })).toBe('reason-needed');
  expect(decide({ kind: 'listen', seat: '1001', call: 'c1', phone: '13800000000' })).toBe('phone-invalid');
  expect(decide({ kind: 'listen', seat: '1001', call: 'c1', phone: '1001' })).toBe('own-seat');
  expect(decide({ kind: 'transfer', seat: '1001', call: 'c1', to: '10 02' })).toBe('number-invalid');
  expect(decide({ kind: 'message', seat: '1002', text: '' })).toBe('text-needed');
  expect(decide({ kind: 'set-priority', visit: 'u2/consult/1', priority: 21 })).toBe('priority-invalid');
  expect(decide({ kind: 'withdraw', visit: 'gone', reason: '误拨' })).toBe('caller-gone');
  expect(decide({ kind: 'sign-out', seat: '1001' })).toBe('seat-static');
  expect(decide({ kind: 'set-ready', seat: '1003' })).toBe('seat-offline');
  expect(decide({ kind: 'stop-recording', seat: '1001', call: 'c1' })).toBe('not-recording');
});

test('a reason or text cannot carry a line break to the switch', () => {
  expect(decide({ kind: 'set-busy', seat: '1002', reason: '培训\r\nAction: Originate' })).toMatchObject({
    reason: '培训 Action: Originate',
  });
});

test('without an account for actions, or while the switch is away, nothing is asked', () => {
  expect(decide({ kind: 'set-ready', seat: '1002' }, floor(), { ...MEANS, hand: false })).toBe('no-hand');
  expect(decide({ kind: 'record', seat: '1001', call: 'c1' }, floor(), { ...MEANS, recorder: false })).toBe(
    'no-recorder',
  );
  const away = floor();
  away.put<LinkRow>('link', 'asterisk', { state: 'away', since: NOW });
  expect(decide({ kind: 'set-ready', seat: '1002' }, away)).toBe('switch-away');
});

test('the same wish twice is one, until it has ended or its hand is gone', () => {
  const t = floor();
  foldSteer(t, asked(1, { kind: 'listen' }));
  expect(decide({ kind: 'listen', seat: '1001', call: 'c1', phone: '8001' }, t)).toBe('command-pending');
  expect(decide({ kind: 'whisper', seat: '1001', call: 'c1', phone: '8001' }, t)).toMatchObject({ kind: 'whisper' });
  foldSteer(t, changed(2, 1, 'confirmed'));
  expect(decide({ kind: 'listen', seat: '1001', call: 'c1', phone: '8001' }, t)).toMatchObject({ kind: 'listen' });
  foldSteer(t, asked(3, { kind: 'barge' }, NOW - 120_000));
  expect(decide({ kind: 'barge', seat: '1001', call: 'c1', phone: '8001' }, t)).toMatchObject({ kind: 'barge' });
});

test('a command that has ended does not change any more, and recordings are known by the last of them', () => {
  const t = floor();
  foldSteer(t, asked(1, { kind: 'record' }));
  foldSteer(t, changed(2, 1, 'confirmed'));
  foldSteer(t, changed(3, 1, 'unheard'));
  expect(t.get<FloorCommandRow>(COMMAND, '1')?.state).toBe('confirmed');
  expect(decide({ kind: 'record', seat: '1001', call: 'c1' }, t)).toBe('recording-already');
  expect(decide({ kind: 'stop-recording', seat: '1001', call: 'c1' }, t)).toMatchObject({ kind: 'stop-recording' });
});

test('the live state keeps a bounded number of commands, and walls see none of them', () => {
  const t = new Tables();
  for (let n = 1; n <= MAX_COMMANDS + 50; n++) foldSteer(t, asked(n, {}));
  expect(t.all(COMMAND).size).toBe(MAX_COMMANDS);
  expect(t.get(COMMAND, '50')).toBeUndefined();
  expect(maskFloor(COMMAND, t.get(COMMAND, '100')!)).toBeNull();
});
