import { expect, test } from 'vitest';
import { mulberry32 } from '../random.ts';
import { DAY, HOUR, MINUTE, SECOND, startOfDay } from '../time.ts';
import { attemptsOf, callResult, commandResult, type DialCommand, type DialledCall } from './attempts.ts';
import { decideMissed, UNDO_MS, type MissedWish } from './decide.ts';
import { dueAt, figuresOf, matters, MATTER_STATES, STANDINGS, type Matter } from './matters.ts';
import { canBeCalled, missedKey, numberKey } from './number.ts';
import type { Attempt, MissedPolicy, MissedStep, UnservedCall } from './rows.ts';

const ZONE = 'Asia/Shanghai';
const T = startOfDay('2026-11-22', ZONE) + 9 * HOUR;
const POLICY: MissedPolicy = { dueH: 0, holdMs: 15 * MINUTE, urgentTries: 3 };
const li = { account: 1, name: '李班长' };
const wang = { account: 2, name: '王班长' };
const NUMBER = '13800001234';

const call = (id: string, at: number, more: Partial<UnservedCall> = {}): UnservedCall => ({
  call: id,
  at,
  caller: NUMBER,
  key: missedKey(more.caller ?? NUMBER, id),
  queue: 'consult',
  reason: 'abandoned',
  waitS: 60,
  settled: null,
  messages: [],
  counted: true,
  ...more,
});
interface Given {
  steps?: MissedStep[];
  attempts?: Attempt[];
  now?: number;
  policy?: MissedPolicy;
}
const gather = (calls: UnservedCall[], { steps = [], attempts = [], now = T + HOUR, policy = POLICY }: Given = {}) =>
  matters({ calls, steps, attempts, policy, zone: ZONE, now });
const one = (calls: UnservedCall[], given?: Given): Matter => {
  const list = gather(calls, given);
  expect(list).toHaveLength(1);
  return list[0]!;
};
/** Does it, as the store would. */
function act(m: Matter | undefined, wish: MissedWish, by = li, at = T + HOUR, n = 1): MissedStep {
  const d = decideMissed(m, wish, by, at);
  if (!d.ok) throw new Error(d.code);
  return { ...d.value, n, at, key: m!.key, by };
}
const code = (m: Matter | undefined, wish: MissedWish, by = li, at = T + HOUR): string => {
  const d = decideMissed(m, wish, by, at);
  return d.ok ? d.value.kind : d.code;
};

test('a citizen is one, however the switch spells his number', () => {
  for (const form of ['13800001234', '013800001234', '8613800001234', '+8613800001234', '008613800001234'])
    expect(numberKey(form)).toBe('13800001234');
  expect(numberKey('+862583001234')).toBe('02583001234');
  expect(numberKey('02583001234')).toBe('02583001234');
  // not a mobile number: a zero before it means something
  expect(numberKey('083001234')).toBe('083001234');
  expect(canBeCalled(missedKey('', 'c1'))).toBe(false);
  expect(canBeCalled(missedKey('anonymous', 'c1'))).toBe(false);
  expect(missedKey('', 'c1')).not.toBe(missedKey('', 'c2'));
});

test('calls of one number are one matter with its tries, times and longest wait; three tries make it urgent and first', () => {
  const list = gather([
    call('a', T - HOUR, { caller: '13900005678', key: '13900005678' }),
    call('b', T, { waitS: 20 }),
    call('c', T + MINUTE, { waitS: 95, queue: 'complaint', reason: 'timeout' }),
    call('d', T + 2 * MINUTE, { waitS: null }),
  ]);
  expect(list.map((m) => m.id)).toEqual(['b', 'a']);
  expect(list[0]).toMatchObject({
    first: T,
    last: T + 2 * MINUTE,
    longestWaitS: 95,
    queues: ['consult', 'complaint'],
    reasons: ['abandoned', 'timeout'],
    urgency: 'urgent',
    state: 'open',
  });
});

test('who takes a number keeps others away until he gives it back or does nothing for too long; a try makes it last', () => {
  const calls = [call('a', T)];
  const taken = act(one(calls), { kind: 'take' });
  const held = one(calls, { steps: [taken] });
  expect(held).toMatchObject({ state: 'taken', holder: { name: '李班长', until: T + HOUR + 15 * MINUTE } });
  expect(code(held, { kind: 'take' }, wang)).toBe('missed-taken');
  expect(code(held, { kind: 'close', reason: 'nuisance', note: '' }, wang)).toBe('missed-taken');
  expect(code(held, { kind: 'release' }, wang)).toBe('missed-not-yours');
  expect(code(held, { kind: 'take' }, li)).toBe('taken');
  const tried: Attempt = {
    at: T + HOUR + 10 * MINUTE,
    key: NUMBER,
    by: li.name,
    seat: '8001',
    result: 'no-answer',
    call: null,
  };
  const later = { steps: [taken], attempts: [tried], now: T + HOUR + 20 * MINUTE };
  expect(one(calls, later).state).toBe('taken');
  expect(one(calls, { ...later, now: T + 2 * HOUR }).state).toBe('tried');
  const free = one(calls, { steps: [taken, act(held, { kind: 'release' }, li, T + HOUR, 2)] });
  expect(free.state).toBe('open');
  expect(code(free, { kind: 'take' }, wang)).toBe('taken');
});

test('closing needs a reason, covers only what was known, and is taken back: at once by its author, later with a reason', () => {
  const calls = [call('a', T)];
  expect(code(one(calls), { kind: 'close', reason: '', note: 'x' })).toBe('reason-needed');
  expect(code(one(calls), { kind: 'close', reason: 'other', note: ' \n' })).toBe('reason-needed');
  const closed = act(one(calls), { kind: 'close', reason: 'unreachable', note: '三次\r\n未接' });
  const done = one(calls, { steps: [closed] });
  expect(done).toMatchObject({
    standing: 'hand',
    state: 'done',
    closing: { reason: 'unreachable', note: '三次 未接' },
  });
  expect(code(done, { kind: 'take' })).toBe('missed-done');
  // he calls once more: that is open again, and the closed one stays closed
  expect(gather([...calls, call('b', T + MINUTE)], { steps: [closed] }).map((m) => [m.id, m.standing])).toEqual([
    ['b', 'open'],
    ['a', 'hand'],
  ]);
  expect(code(done, { kind: 'reopen', note: '' }, li, closed.at + UNDO_MS)).toBe('reopened');
  expect(code(done, { kind: 'reopen', note: '' }, li, closed.at + UNDO_MS + 1)).toBe('reason-needed');
  expect(code(done, { kind: 'reopen', note: '' }, wang, closed.at + SECOND)).toBe('reason-needed');
  const again = act(done, { kind: 'reopen', note: '号码有误' }, wang, closed.at + HOUR, 2);
  expect(one(calls, { steps: [closed, again] }).standing).toBe('open');
});

test('what the switch told closes a matter whatever officers say, and is not taken back', () => {
  const settled = { how: 'back', at: T + 30 * MINUTE, call: 'o1' } as const;
  const m = one([call('a', T, { settled }), call('b', T + MINUTE, { settled })]);
  expect(m).toMatchObject({ standing: 'back', state: 'done', holder: null });
  expect(code(m, { kind: 'close', reason: 'nuisance', note: '' })).toBe('missed-done');
  expect(code(m, { kind: 'reopen', note: 'x' })).toBe('missed-not-closed');
  expect(code(undefined, { kind: 'take' })).toBe('missed-missing');
});

test('a message is not done by another call of its speaker, but by a call back', () => {
  const messages = [{ id: 'v1', at: T, mailbox: '8000', durationS: 20, file: '' }];
  const through = { how: 'through', at: T + HOUR, call: 'x' } as const;
  expect(one([call('a', T, { messages, settled: through })])).toMatchObject({ standing: 'open', throughAt: T + HOUR });
  expect(one([call('a', T, { messages, settled: { ...through, how: 'back' } })]).standing).toBe('back');
});

test('what is due within the day is due at its midnight, and overdue from then on', () => {
  expect(dueAt(T, POLICY, ZONE)).toBe(startOfDay('2026-11-23', ZONE));
  expect(dueAt(startOfDay('2026-11-22', ZONE), POLICY, ZONE)).toBe(startOfDay('2026-11-23', ZONE));
  expect(dueAt(T, { ...POLICY, dueH: 4 }, ZONE)).toBe(T + 4 * HOUR);
  // a day of 25 hours
  const berlin = startOfDay('2026-10-25', 'Europe/Berlin');
  expect(dueAt(berlin + HOUR, POLICY, 'Europe/Berlin')).toBe(berlin + 25 * HOUR);
  const midnight = startOfDay('2026-11-23', ZONE);
  expect(one([call('a', T)], { now: midnight - 1 }).overdue).toBe(false);
  expect(one([call('a', T)], { now: midnight }).overdue).toBe(true);
});

test('the result of a try is what the switch told; a call that a button made is told once', () => {
  const dial = (more: Partial<DialCommand>): DialCommand => ({
    at: T,
    key: NUMBER,
    by: '李班长',
    phone: '8001',
    state: 'sent',
    code: null,
    call: 'o1',
    ...more,
  });
  const out = (more: Partial<DialledCall>): DialledCall => ({
    at: T + SECOND,
    key: NUMBER,
    call: 'o1',
    seat: '1001',
    answered: false,
    outcome: 'ended',
    cause: 16,
    ...more,
  });
  expect(commandResult(dial({}))).toBe('pending');
  expect(commandResult(dial({ state: 'failed', code: 'called-busy' }))).toBe('busy');
  expect(commandResult(dial({ state: 'failed', code: 'phone-unanswered' }))).toBe('not-placed');
  expect(commandResult(dial({ state: 'unheard', code: 'no-word' }))).toBe('unknown');
  expect(callResult(out({ cause: 17 }))).toBe('busy');
  expect(callResult(out({ cause: 1 }))).toBe('wrong-number');
  expect(callResult(out({ outcome: 'lost', cause: 17 }))).toBe('unknown');
  expect(callResult(out({ cause: null }))).toBe('no-answer');
  expect(attemptsOf([dial({})], [out({ answered: true }), out({ call: 'o2', at: T - HOUR })])).toMatchObject([
    { call: 'o2', by: null, result: 'no-answer' },
    { call: 'o1', by: '李班长', result: 'connected' },
  ]);
});

test('missed = reviewed + open over random calls and whatever officers do; every call is in exactly one matter', () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 150; seed++) {
    const random = mulberry32(seed);
    const int = (n: number): number => Math.floor(random() * n);
    const pick = <X>(list: readonly X[]): X => list[int(list.length)]!;
    const calls: UnservedCall[] = [];
    const steps: MissedStep[] = [];
    let now = T;
    for (let i = 0; i < 60; i++) {
      now += int(40 * MINUTE);
      if (random() < 0.45 || calls.length === 0) {
        const caller = random() < 0.15 ? '' : `1380000000${int(6)}`;
        const key = missedKey(caller, `c${i}`);
        const message = random() < 0.2 ? [{ id: `v${i}`, at: now, mailbox: '8000', durationS: 9, file: '' }] : [];
        calls.push(call(`c${i}`, now, { caller, key, messages: message, counted: caller !== '' && !message.length }));
      } else if (random() < 0.25) {
        // the number is reached, or gets through: all its earlier calls that nothing settled
        const settled = { how: pick(['through', 'back'] as const), at: now, call: `s${i}` };
        const key = pick(calls).key;
        for (const [k, c] of calls.entries())
          if (c.key === key && c.settled === null && canBeCalled(key)) calls[k] = { ...c, settled };
      } else {
        const list = gather(calls, { steps, now });
        const wish = pick<MissedWish>([
          { kind: 'take' },
          { kind: 'release' },
          { kind: 'close', reason: 'unreachable', note: '' },
          { kind: 'reopen', note: 'again' },
        ]);
        const m = pick(list);
        const by = pick([li, wang]);
        const d = decideMissed(m, wish, by, now);
        if (d.ok) steps.push({ ...d.value, n: i, at: now, key: m.key, by });
      }
      const list = gather(calls, { steps, now });
      const ids = list.flatMap((m) => m.calls.map((c) => c.call));
      expect(ids.toSorted()).toEqual(calls.map((c) => c.call).toSorted());
      const f = figuresOf(list, ZONE);
      expect(f.missed).toBe(calls.length);
      expect(f.through + f.back + f.hand + f.open).toBe(f.missed);
      // what the reports count as still to call back is what is open or closed by hand here, of the calls that they count
      const ours = list
        .filter((m) => m.standing === 'open' || m.standing === 'hand')
        .flatMap((m) => m.calls.filter((c) => c.counted));
      expect(f.toCallBack).toBe(ours.length);
      for (const m of list) {
        seen.add(m.standing).add(m.state);
        expect(new Set(m.calls.map((c) => c.key)).size).toBe(1);
        if (m.holder) expect(m.standing).toBe('open');
      }
    }
  }
  expect([...STANDINGS, ...MATTER_STATES.filter((s) => s !== 'tried')].filter((s) => !seen.has(s))).toEqual([]);
});

test('a closing does not cover a call of the same day that was not known yet, also not by its beginning', () => {
  // the citizen calls while it is being closed and gives up a minute later
  const closed = act(one([call('a', T)]), { kind: 'close', reason: 'duplicate', note: '' }, li, T + 10 * MINUTE);
  const list = gather([call('a', T), call('b', T + 9 * MINUTE)], { steps: [closed], now: T + DAY });
  expect(list.find((m) => m.id === 'b')?.standing).toBe('open');
});
