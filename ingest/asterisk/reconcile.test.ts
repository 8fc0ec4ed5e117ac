import { expect, test } from 'vitest';
import type { Fact, FactDraft } from '#domain/fact.ts';
import { foldFloor } from '#domain/floor/fold.ts';
import { emptyRecords, RecordFold } from '#domain/floor/records.ts';
import type { QueueDayRow, SeatLiveRow, SeatRow, VisitRow } from '#domain/floor/rows.ts';
import { Tables } from '#domain/tables.ts';
import { fieldsOf } from './fields.ts';
import { parseEvent } from './parse.ts';
import { listsOf, reconcile, takeReload, type Absence, type Lists } from './reconcile.ts';
import { reduce } from './reduce.ts';
import { emptyState, stateFromTables, type ReduceOptions } from './state.ts';

const ZONE = 'Asia/Shanghai';
const T0 = Date.parse('2026-03-02T10:00:00+08:00');
const OPTIONS: ReduceOptions = { wrapUpS: (q) => (q === 'q' ? 8 : 5), sharedLastCall: true, trunks: [] };
const AWAY: Absence = { from: null, ended: 'unknown', restarted: false };

type H = Record<string, string | number>;

/** A switch in a test: what it lists, what it tells, and the state folded from what we make of it. */
class Bench {
  state = emptyState(OPTIONS);
  readonly tables = new Tables();
  readonly facts: FactDraft[] = [];
  now = T0;
  #members: H[] = [];
  #entries: H[] = [];
  #channels: H[] = [];

  members(...m: H[]): this {
    this.#members = m.map((x) => ({
      Event: 'QueueMember',
      Queue: 'q',
      Membership: 'static',
      Status: 1,
      Paused: 0,
      LoginTime: Math.floor(T0 / 1000),
      ...x,
    }));
    return this;
  }
  entries(...e: H[]): this {
    this.#entries = e.map((x) => ({ Event: 'QueueEntry', Queue: 'q', CallerIDNum: '13812345678', Wait: 0, ...x }));
    return this;
  }
  channels(...c: H[]): this {
    this.#channels = c.map((x) => ({ Event: 'CoreShowChannel', Duration: '00:00:10', CallerIDNum: '138', ...x }));
    return this;
  }
  #lists(): Lists {
    const queues = ['q', 'r'].map((q) => ({ Event: 'QueueParams', Queue: q, ServiceLevel: 20 }));
    const all = [...queues, ...this.#members, ...this.#entries, ...this.#channels];
    return listsOf(
      all.map((x) => this.#fields(x)),
      this.now,
    ).lists;
  }
  #fields = (h: H) => fieldsOf(Object.fromEntries(Object.entries(h).map(([k, v]) => [k.toLowerCase(), String(v)])));

  connect(absence = AWAY): this {
    return this.#take(reconcile(this.state, this.#lists(), absence));
  }
  reload(): this {
    return this.#take(takeReload(this.state, this.#lists()));
  }
  event(name: string, h: H): this {
    const stamp = { Event: name, Timestamp: (this.now / 1000).toFixed(6), ...h };
    const r = parseEvent(this.#fields(stamp), this.now);
    if (!r.ok) throw new Error(r.reason);
    return r.value ? this.#take(reduce(this.state, r.value)) : this;
  }
  after(s: number): this {
    this.now += s * 1000;
    return this;
  }
  /** Ingest starts again: all it has is what was recorded. */
  restart(): this {
    this.state = stateFromTables(this.tables, OPTIONS);
    return this;
  }
  #take(facts: FactDraft[]): this {
    for (const f of facts) {
      this.facts.push(f);
      foldFloor(this.tables, { ...f, n: this.facts.length, recordedAt: f.at } as Fact, ZONE);
    }
    return this;
  }
  queue = (q = 'q') => this.tables.get<QueueDayRow>('queueDay', q)!;
  live = (seat: string) => this.tables.get<SeatLiveRow>('seatLive', seat);
  kinds = () => this.facts.map((f) => f.kind);
}

const A = { Name: 'a', Location: 'PJSIP/1001', StateInterface: 'PJSIP/1001' };
const B = { Name: 'b', Location: 'PJSIP/1002', StateInterface: 'PJSIP/1002' };
const caller = { Channel: 'PJSIP/trunk-00000001', Uniqueid: '9.1', Linkedid: '9.1' };
const leg = { Channel: 'PJSIP/1001-00000002', Uniqueid: '9.2', Linkedid: '9.1' };
const event = (m: H): H => ({
  Queue: 'q',
  Membership: 'static',
  Paused: 0,
  MemberName: m.Name!,
  Interface: m.Location!,
  ...m,
});

const ring = (b: Bench): Bench =>
  b
    .event('Newchannel', { ...caller, ChannelState: 4, Exten: '12345', CallerIDNum: '13812345678' })
    .event('QueueCallerJoin', { ...caller, Queue: 'q', CallerIDNum: '13812345678' })
    .after(1)
    .event('Newchannel', { ...leg, ChannelState: 0 })
    .event('AgentCalled', {
      ...caller,
      Queue: 'q',
      Interface: 'PJSIP/1001',
      DestUniqueid: '9.2',
      DestChannel: leg.Channel,
    })
    .event('QueueMemberStatus', event({ ...A, Status: 6 }));

const answer = (b: Bench): Bench =>
  ring(b)
    .after(3)
    .event('QueueMemberStatus', event({ ...A, Status: 2 }))
    .event('QueueCallerLeave', { ...caller, Queue: 'q' })
    .event('AgentConnect', { ...caller, Queue: 'q', Interface: 'PJSIP/1001', DestUniqueid: '9.2', HoldTime: 4 });

test('a member that a reload took away without an event is no ghost, and one that it added is there', () => {
  const b = new Bench().members(A).connect().members(B).reload();
  expect([...b.tables.all<SeatRow>('seat').keys()]).toEqual(['1002']);
  expect(b.live('1001')).toBeUndefined();
  expect(b.live('1002')?.line).toBe('idle');
});

test('a dynamic member that left while nobody listened is signed out and stays on the seat map as offline', () => {
  const b = new Bench()
    .members({ ...A, Membership: 'dynamic' })
    .connect()
    .restart()
    .members()
    .after(60)
    .connect();
  expect(b.live('1001')?.line).toBe('offline');
  expect(b.kinds().filter((k) => k === 'seat.signedOut')).toHaveLength(1);
});

test('a caller who vanished while nobody listened is unknown, never abandoned', () => {
  const b = ring(new Bench().members(A, B).connect()).restart().after(30).members(A, B).entries().channels().connect();
  expect(b.queue()).toMatchObject({ offered: 1, unknown: 1, abandoned: 0, timedOut: 0, left: 0, waiting: 0 });
  expect(b.tables.all('visit').size + b.tables.all('call').size).toBe(0);
});

test('a caller who hangs up between the login and the lists, his leaving unheard, is unknown too', () => {
  const b = ring(new Bench().members(A, B).connect()).restart().after(30);
  b.event('Hangup', { ...caller });
  expect(b.queue()).toMatchObject({ offered: 1, unknown: 1, left: 0, abandoned: 0, waiting: 0 });
});

test('a caller who waits before and after keeps the instant at which he joined', () => {
  const b = ring(new Bench().members(A, B).connect())
    .restart()
    .after(30)
    .members(A, B)
    .entries({ ...caller, Wait: 31 })
    .channels({ ...caller })
    .connect();
  const [visit] = b.tables.all<VisitRow>('visit').values();
  expect(visit).toMatchObject({ joinedAt: T0, approximate: false, state: 'waiting' });
  expect(b.queue()).toMatchObject({ offered: 1, waiting: 1, unknown: 0 });
});

test('a caller found waiting is counted from the whole seconds of the list, and marked as approximate', () => {
  const b = new Bench()
    .members(A)
    .entries({ ...caller, Wait: 17 })
    .channels({ ...caller })
    .connect();
  const [visit] = b.tables.all<VisitRow>('visit').values();
  expect(visit).toMatchObject({ joinedAt: T0 - 17_000, approximate: true, caller: '13812345678' });
});

test('a conversation that goes on through an absence ends with the switch’s own talk time', () => {
  const b = answer(new Bench().members(A, B).connect())
    .restart()
    .after(30)
    .members({ ...A, Status: 2, InCall: 1 }, B)
    .channels({ ...caller, BridgeId: 'x' }, { ...leg, BridgeId: 'x' })
    .connect();
  expect(b.live('1001')).toMatchObject({ line: 'in-call', onQueueCall: true, queue: 'q' });
  b.after(10).event('AgentComplete', { ...caller, Queue: 'q', Interface: 'PJSIP/1001', TalkTime: 40, Reason: 'agent' });
  expect(b.queue()).toMatchObject({ answered: 1, completedByAgent: 1, talkS: 40, talkingUnknown: 0 });
});

test('calls that the switch took with it are lost, not abandoned and not unknown', () => {
  const b = answer(new Bench().members(A, B).connect());
  b.event('Newchannel', { Channel: 'PJSIP/trunk-00000009', Uniqueid: '9.9', Linkedid: '9.9', ChannelState: 4 });
  b.event('QueueCallerJoin', { Channel: 'PJSIP/trunk-00000009', Uniqueid: '9.9', Linkedid: '9.9', Queue: 'q' });
  b.after(5).members(A, B).channels().connect({ from: null, ended: 'lost', restarted: true });
  expect(b.queue()).toMatchObject({ lost: 1, talkingLost: 1, abandoned: 0, unknown: 0, waiting: 0 });
  const ended = b.facts.filter((f) => f.kind === 'call.ended');
  expect(ended.map((f) => f.kind === 'call.ended' && f.body.outcome)).toEqual(['lost', 'lost']);
});

test('a seat found in a queue’s call shows it, but no figure counts what nobody heard begin', () => {
  const b = new Bench()
    .members({ ...A, Status: 2, InCall: 1 })
    .channels({ ...caller, BridgeId: 'x' }, { ...leg, BridgeId: 'x' })
    .connect();
  expect(b.live('1001')).toMatchObject({ line: 'in-call', onQueueCall: true, queue: 'q' });
  b.after(9).event('AgentComplete', { ...caller, Queue: 'q', Interface: 'PJSIP/1001', TalkTime: 60, Reason: 'caller' });
  expect(b.tables.get<QueueDayRow>('queueDay', 'q')).toMatchObject({ offered: 0, answered: 0, talkS: 0 });
});

test('an abandon is one after a hang-up; without it and without a word of the switch nobody knows how the caller left', () => {
  const b = ring(new Bench().members(A, B).connect()).after(20);
  b.event('QueueCallerAbandon', { ...caller, Queue: 'q', HoldTime: 21 }).event('QueueCallerLeave', {
    ...caller,
    Queue: 'q',
  });
  b.event('Hangup', { ...caller });
  expect(b.queue()).toMatchObject({ abandoned: 0, timedOut: 0, unknown: 1, waiting: 0 });
  const c = ring(new Bench().members(A, B).connect()).after(20);
  c.event('HangupRequest', { ...caller }).event('QueueCallerAbandon', { ...caller, Queue: 'q', HoldTime: 21 });
  c.event('QueueCallerLeave', { ...caller, Queue: 'q' }).event('Hangup', { ...caller });
  expect(c.queue()).toMatchObject({ abandoned: 1, timedOut: 0, waitAbandonedS: 21 });
});

test('a UserEvent of the dial plan tells how a caller left, but an old QUEUESTATUS in it is no word against a hang-up', () => {
  const gone = (hangup: boolean, Reason: string): Bench => {
    const b = ring(new Bench().members(A, B).connect()).after(20);
    if (hangup) b.event('HangupRequest', { ...caller });
    b.event('QueueCallerAbandon', { ...caller, Queue: 'q', HoldTime: 21 });
    return b
      .event('QueueCallerLeave', { ...caller, Queue: 'q' })
      .event('UserEvent', { ...caller, UserEvent: 'HotlineVoicemail', Reason })
      .event('Hangup', { ...caller });
  };
  expect(gone(false, 'TIMEOUT').queue()).toMatchObject({ timedOut: 1, abandoned: 0, unknown: 0 });
  expect(gone(false, 'LEAVEEMPTY').queue()).toMatchObject({ left: 1, timedOut: 0, unknown: 0 });
  expect(gone(true, 'TIMEOUT').queue()).toMatchObject({ timedOut: 0, abandoned: 1 });
  expect(gone(false, 'CONTINUE').queue()).toMatchObject({ unknown: 1 });
});

test('a caller who left a queue without an answer or a hang-up left otherwise, once it is clear that nobody took the call', () => {
  const b = ring(new Bench().members(A, B).connect())
    .after(5)
    .event('QueueCallerLeave', { ...caller, Queue: 'q' });
  expect(b.queue()).toMatchObject({ left: 0, waiting: 1 });
  b.event('QueueCallerJoin', { ...caller, Queue: 'r' });
  expect(b.queue()).toMatchObject({ left: 1, waiting: 0 });
  expect(b.queue('r')).toMatchObject({ offered: 1, waiting: 1 });
});

test('a seat in several queues changes once for one change of its telephone', () => {
  const b = new Bench().members(A, { ...A, Queue: 'r' }).connect();
  const before = b.facts.length;
  for (const Queue of ['q', 'r']) b.event('QueueMemberStatus', event({ ...A, Queue, Status: 6 }));
  expect(b.facts.slice(before).map((f) => f.kind)).toEqual(['seat.changed']);
});

test('paused in one of two queues is partly, in both is all, and after-call work follows the queues that are open', () => {
  const b = new Bench().members(A, { ...A, Queue: 'r' }).connect();
  answer(b)
    .after(10)
    .event('AgentComplete', { ...caller, Queue: 'q', Interface: 'PJSIP/1001', TalkTime: 10, Reason: 'agent' });
  const ended = Math.floor(b.now / 1000);
  b.event('Hangup', { ...leg, Cause: 16 });
  for (const Queue of ['q', 'r']) b.event('QueueMemberStatus', event({ ...A, Queue, Status: 1, LastCall: ended }));
  // 8 s in q, 5 s in r: the longer one holds
  expect(b.live('1001')?.wrapUntil).toBe((ended + 8) * 1000);
  b.event('QueueMemberPause', event({ ...A, Paused: 1, PausedReason: '就餐', Status: 1, LastCall: ended }));
  expect(b.live('1001')).toMatchObject({ pause: 'partly', reason: '就餐', wrapUntil: (ended + 5) * 1000 });
  b.event('QueueMemberPause', event({ ...A, Queue: 'r', Paused: 1, PausedReason: '就餐', Status: 1, LastCall: ended }));
  expect(b.live('1001')).toMatchObject({ pause: 'all', wrapUntil: null });
});

test('a taken-over call ends for the seat with its own leg, and is credited when the switch says so', () => {
  const b = answer(new Bench().members(A, B).connect())
    .after(10)
    .event('Hangup', { ...leg, Cause: 16 });
  b.event('QueueMemberStatus', event({ ...A, Status: 1 }));
  expect(b.live('1001')).toMatchObject({ line: 'idle', onQueueCall: false });
  const wrapUntil = b.live('1001')!.wrapUntil;
  b.after(60).event('AgentComplete', {
    ...caller,
    Queue: 'q',
    Interface: 'PJSIP/1001',
    TalkTime: 70,
    Reason: 'caller',
  });
  expect(b.live('1001')).toMatchObject({ line: 'idle', wrapUntil });
  const segment = b.facts.find((f) => f.kind === 'segment.ended');
  expect(segment?.kind === 'segment.ended' && segment.body).toMatchObject({ talkS: 70, endedAt: T0 + 14_000 });
});

test('the target’s leg of an attended transfer joins the caller’s call, and the consult call becomes part of it', () => {
  const b = answer(new Bench().members(A, B).connect());
  const consult = { Channel: 'PJSIP/1001-0000000a', Uniqueid: '9.10', Linkedid: '9.10' };
  const target = { Channel: 'PJSIP/1002-0000000b', Uniqueid: '9.11', Linkedid: '9.10' };
  b.event('Newchannel', { ...consult, ChannelState: 4, Exten: '1002', CallerIDNum: '1001' });
  b.event('Newchannel', { ...target, ChannelState: 0 });
  expect(b.tables.all('call').size).toBe(2);
  b.after(5)
    .event('BridgeEnter', { ...target, Linkedid: '9.1' })
    .event('Hangup', { ...consult, Linkedid: '9.1' });
  expect([...b.tables.all('call').keys()]).toEqual(['9.1']);
  const ended = b.facts.find((f) => f.kind === 'call.ended');
  expect(ended?.kind === 'call.ended' && ended.body).toMatchObject({ outcome: 'merged', mergedInto: '9.1' });
});

test('a reducer that knows only the recorded facts goes on as the one that heard everything', () => {
  const whole = answer(new Bench().members(A, B).connect());
  const again = answer(new Bench().members(A, B).connect()).restart();
  const rest = (b: Bench): Bench =>
    b
      .members({ ...A, Status: 2, InCall: 1 }, B)
      .channels({ ...caller }, { ...leg })
      .connect()
      .after(20)
      .event('AgentComplete', { ...caller, Queue: 'q', Interface: 'PJSIP/1001', TalkTime: 20, Reason: 'caller' })
      .event('Hangup', { ...leg, Cause: 16 })
      .event('QueueMemberStatus', event({ ...A, Status: 1 }))
      .event('Hangup', { ...caller, Cause: 16 });
  for (const b of [rest(whole), rest(again)]) {
    expect(b.queue()).toMatchObject({ answered: 1, completedByCaller: 1, talkS: 20, unknown: 0 });
    expect(b.tables.all('call').size).toBe(0);
  }
});

test('a seat that is in another call after the absence is in it since that call, not since the one before', () => {
  const b = new Bench().members(A).connect();
  ring(b);
  b.event('QueueMemberStatus', event({ ...A, Status: 2 }));
  const before = b.live('1001')!;
  expect(before).toMatchObject({ line: 'in-call', call: '9.1' });
  b.after(900)
    .members({ ...A, Status: 2, InCall: 1 })
    .channels(
      { Channel: 'PJSIP/trunk-00000009', Uniqueid: '9.8', Linkedid: '9.8', Duration: '00:01:10' },
      { Channel: 'PJSIP/1001-0000000a', Uniqueid: '9.9', Linkedid: '9.8', Duration: '00:01:00' },
    )
    .restart()
    .connect();
  expect(b.live('1001')).toMatchObject({ line: 'in-call', call: '9.8', since: b.now - 60_000 });
});

test('a seat that is still in the same call keeps its time over the absence', () => {
  const b = new Bench().members(A).connect();
  ring(b);
  b.event('QueueMemberStatus', event({ ...A, Status: 2 }));
  const { since } = b.live('1001')!;
  b.after(900)
    .members({ ...A, Status: 2, InCall: 1 })
    .channels({ ...caller, Duration: '00:15:03' }, { ...leg, Duration: '00:15:01' })
    .restart()
    .connect();
  expect(b.live('1001')).toMatchObject({ line: 'in-call', call: '9.1', since });
});

test('a seat that is in a call when the switch is first heard shows the age of its leg, and has a record from then on only', () => {
  const b = new Bench()
    .members({ ...A, Status: 2 }, B)
    .channels({ ...caller, Duration: '00:01:40' }, { ...leg, Duration: '00:01:30' })
    .connect();
  expect(b.live('1001')).toMatchObject({ line: 'in-call', since: T0 - 90_000 });
  expect(b.live('1002')).toMatchObject({ line: 'idle', since: T0 });
  const records = emptyRecords();
  const fold = new RecordFold({});
  for (const f of b.facts) fold.apply(f, records);
  b.after(10)
    .event('Hangup', { ...leg, Cause: 16 })
    .event('QueueMemberStatus', event({ ...A, Status: 1 }));
  for (const f of b.facts.slice(-1)) fold.apply(f, records);
  expect(records.seat_state.map((r) => [r.seat_no, r.t_from, r.t_to])).toEqual([['1001', T0, T0 + 10_000]]);
});

test('a line that was idle when we last heard it is in a call no longer than nobody listened', () => {
  const b = new Bench().members(A).connect().after(60).restart();
  b.members({ ...A, Status: 2 })
    .channels({ ...caller, Duration: '00:10:00' }, { ...leg, Duration: '00:10:00' })
    .connect({ ...AWAY, from: T0 + 20_000 });
  expect(b.live('1001')).toMatchObject({ line: 'in-call', since: T0 + 20_000 });
});

test('a call that is in a conference when we hear the switch again has its stay from then on', () => {
  const room = { Application: 'ConfBridge', ApplicationData: '5503,default_bridge', BridgeId: 'x' };
  const b = new Bench().members(A).connect().after(60).restart();
  b.channels({ ...caller, ...room, Context: 'conf', Exten: '5503' })
    .connect()
    .after(30);
  b.event('ConfbridgeLeave', { ...caller, Conference: '5503' });
  expect(b.facts.at(-1)).toMatchObject({
    kind: 'call.conferred',
    subject: '9.1',
    at: T0 + 90_000,
    body: { conference: '5503', from: T0 + 60_000 },
  });
});
