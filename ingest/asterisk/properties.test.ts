import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact, FactDraft } from '#domain/fact.ts';
import { foldFloor } from '#domain/floor/fold.ts';
import { emptyRecords, RecordFold, type FloorRecords } from '#domain/floor/records.ts';
import type { QueueDayRow, VisitRow } from '#domain/floor/rows.ts';
import { Tables } from '#domain/tables.ts';
import { SECOND, type Instant } from '#domain/time.ts';
import { fieldsOf } from './fields.ts';
import { parseEvent } from './parse.ts';
import { listsOf, reconcile } from './reconcile.ts';
import { elapse, reduce } from './reduce.ts';
import { emptyState, stateFromTables, type AmiState, type ReduceOptions } from './state.ts';

/**
 * Whatever a switch tells, in whatever order: what must hold of the facts that come of it. The events are real ones of a small house
 * (three seats, two queues, eight callers), put together without any order, so that all that a busy, restarting or broken switch could
 * tell is among them.
 */
const ZONE = 'Asia/Shanghai';
const T0 = Date.parse('2026-03-02T09:00:00+08:00');
const OPTIONS: ReduceOptions = { wrapUpS: (q) => (q === 'q' ? 8 : null), sharedLastCall: true, trunks: [] };
const RUNS = { seed: 20_261_122, numRuns: 120 };

type Headers = Record<string, string | number>;
const SEATS = ['1001', '1002', '1003'] as const;
const QUEUES = ['q', 'r'] as const;

interface Op {
  readonly what: number;
  readonly seat: (typeof SEATS)[number];
  readonly queue: (typeof QUEUES)[number];
  /** A caller's number, 0 … 7. */
  readonly caller: number;
  readonly n: number;
  /** Milliseconds since the one before; events of different topics come a little out of order. */
  readonly later: number;
}
const op: fc.Arbitrary<Op> = fc.record({
  what: fc.nat(23),
  seat: fc.constantFrom(...SEATS),
  queue: fc.constantFrom(...QUEUES),
  caller: fc.nat(7),
  n: fc.nat(8),
  later: fc.oneof({ weight: 8, arbitrary: fc.nat(20_000) }, fc.integer({ min: -60, max: 0 })),
});

/** Calls as they usually go, by the numbers of the events below: rung, taken, held, ended; given up; timed out; left ringing. */
const COURSES: readonly (readonly [what: number, n: number][])[] = [
  [[0, 1], [1, 1], [2, 0], [3, 0], [4, 0], [23, 3], [6, 0], [7, 3], [23, 6], [15, 5], [14, 5], [14, 1], [12, 5], [11, 0], [23, 0], [10, 0]],
  [[0, 1], [2, 0], [9, 0], [8, 4], [6, 0], [10, 0]],
  [[0, 1], [2, 0], [8, 7], [6, 0], [22, 5], [10, 0]],
  [[0, 1], [2, 0], [8, 7], [6, 0], [22, 1], [10, 0]],
  [[0, 1], [2, 0], [3, 0], [4, 0], [23, 3], [13, 0], [11, 0], [23, 0], [4, 0], [23, 3], [6, 0], [7, 2], [23, 6], [20, 5], [11, 0], [23, 0], [20, 1]],
  [[0, 1], [2, 0], [3, 0], [4, 0], [6, 0], [7, 3], [23, 6], [14, 5], [18, 0], [19, 0], [14, 1], [12, 1], [11, 0], [10, 0]],
  [[16, 5], [16, 1], [16, 6]],
]; // prettier-ignore
const course: fc.Arbitrary<readonly (Op & { readonly key: number })[]> = fc
  .record({
    course: fc.constantFrom(...COURSES),
    like: op,
    start: fc.nat(1000),
    pace: fc.integer({ min: 1, max: 60 }),
    cut: fc.integer({ min: 3, max: 20 }),
  })
  .map(({ course: c, like, start, pace, cut }) =>
    c
      .slice(0, cut)
      .map(([what, n], i) => ({ ...like, what, n, later: (like.later + i * 977) % 15_000, key: start + i * pace })),
  );
/** Calls that overlap, broken off anywhere, and noise between them. */
const ops: fc.Arbitrary<readonly Op[]> = fc
  .tuple(fc.array(course, { minLength: 2, maxLength: 12, size: 'max' }), fc.array(op, { maxLength: 25, size: 'max' }))
  .map(([courses, noise]) =>
    [...courses.flat(), ...noise.map((o, i) => ({ ...o, key: i * 60 }))].sort((a, b) => a.key - b.key),
  );

const caller = (i: number): Headers => ({ Channel: `PJSIP/trunk-0000000${i}`, Uniqueid: `9.${i}`, Linkedid: `9.${i}`, CallerIDNum: `138${i}` }); // prettier-ignore
const leg = (seat: string, i: number): Headers => ({ Channel: `PJSIP/${seat}-0000001${i}`, Uniqueid: `${seat}.${i}`, Linkedid: `9.${i}` }); // prettier-ignore
const member = (seat: string, queue: string, status: number, more: Headers = {}): Headers => ({ Queue: queue, MemberName: `坐席${seat}`, Interface: `PJSIP/${seat}`, StateInterface: `PJSIP/${seat}`, Membership: seat === '1003' ? 'dynamic' : 'static', Status: status, Paused: 0, ...more }); // prettier-ignore

/** The event that an op stands for. */
function eventOf(o: Op): [name: string, headers: Headers] {
  const c = caller(o.caller);
  const l = leg(o.seat, o.caller);
  const ofQueue = {
    ...c,
    Queue: o.queue,
    Interface: `PJSIP/${o.seat}`,
    DestUniqueid: l.Uniqueid!,
    DestChannel: l.Channel!,
  };
  const own = { ...l, Uniqueid: `${o.seat}.own${o.caller}`, Linkedid: `${o.seat}.own${o.caller}`, Exten: '1002' };
  const EVENTS: [string, Headers][] = [
    ['Newchannel', { ...c, ChannelState: 4, Exten: '12345' }],
    ['UserEvent', { ...c, UserEvent: 'HotlineIvr', Step: o.n > 4 ? 'queue' : 'enter', Queue: o.queue }],
    ['QueueCallerJoin', { ...c, Queue: o.queue }],
    ['Newchannel', { ...l, ChannelState: 0 }],
    ['AgentCalled', ofQueue],
    ['QueueMemberStatus', member(o.seat, o.queue, o.n)],
    ['QueueCallerLeave', { ...c, Queue: o.queue }],
    ['AgentConnect', { ...ofQueue, HoldTime: o.n }],
    ['QueueCallerAbandon', { ...c, Queue: o.queue, HoldTime: o.n }],
    ['HangupRequest', c],
    ['Hangup', { ...c, Cause: 16 }],
    ['Hangup', { ...l, Cause: 16 }],
    ['AgentComplete', { ...ofQueue, TalkTime: o.n, Reason: o.n > 4 ? 'agent' : 'caller' }],
    ['AgentRingNoAnswer', { ...ofQueue, RingTime: 4000 }],
    [o.n > 4 ? 'Hold' : 'Unhold', l],
    [o.n > 4 ? 'BridgeEnter' : 'BridgeLeave', { ...l, Context: 'c', Exten: String(o.n) }],
    ['QueueMemberPause', member(o.seat, o.queue, 1, { Paused: o.n > 4 ? 1 : 0, PausedReason: '小休' })],
    [o.n > 4 ? 'QueueMemberAdded' : 'QueueMemberRemoved', member('1003', o.queue, 1)],
    ['Newchannel', { ...own, ChannelState: 4 }],
    ['Hangup', { ...own, Cause: 16 }],
    [o.n > 4 ? 'ConfbridgeJoin' : 'ConfbridgeLeave', { ...c, Conference: '5501', Context: 'conf', Exten: '5501' }],
    ['AttendedTransfer', { OrigTransfererUniqueid: l.Uniqueid!, OrigTransfererChannel: l.Channel!, TransfereeUniqueid: c.Uniqueid!, TransfereeLinkedid: c.Linkedid! }], // prettier-ignore
    ['VarSet', { ...c, Variable: 'QUEUESTATUS', Value: o.n > 4 ? 'TIMEOUT' : 'LEAVEEMPTY' }],
    ['QueueMemberStatus', member(o.seat, o.queue, o.n > 5 ? 2 : o.n > 2 ? 6 : 1)],
  ];
  return EVENTS[o.what]!;
}

const packet = (name: string, at: Instant, h: Headers) =>
  fieldsOf(Object.fromEntries([['event', name], ['timestamp', (at / 1000).toFixed(6)], ...Object.entries(h).map(([k, v]) => [k.toLowerCase(), String(v)])])); // prettier-ignore

/** The lists of a house in which nothing goes on. */
const quiet = (at: Instant) =>
  listsOf(
    [
      ...QUEUES.map((q) => packet('QueueParams', at, { Queue: q })),
      ...SEATS.flatMap((s) => QUEUES.map((q) => packet('QueueMember', at, member(s, q, 1)))),
    ],
    at,
  ).lists;

interface Told {
  readonly facts: FactDraft[];
  readonly state: AmiState;
  readonly end: Instant;
}

function tell(list: readonly Op[], state = emptyState(OPTIONS), from = T0): Told {
  let at = from;
  const facts: FactDraft[] = [];
  if (state.seats.size === 0)
    facts.push(...reconcile(state, quiet(at), { from: null, ended: 'unknown', restarted: false }));
  for (const o of list) {
    at += o.later;
    const [name, headers] = eventOf(o);
    const read = parseEvent(packet(name, at, headers), at);
    if (!read.ok) throw new Error(read.reason);
    if (read.value) facts.push(...reduce(state, read.value));
  }
  facts.push(...elapse(state, at + 10 * SECOND));
  return { facts, state, end: Math.max(...facts.map((f) => f.at), at) };
}

const folded = (facts: readonly FactDraft[], tables = new Tables()): Tables => {
  facts.forEach((f, i) => foldFloor(tables, { ...f, n: i + 1, recordedAt: f.at } as unknown as Fact, ZONE));
  return tables;
};

function recorded(facts: readonly FactDraft[], fold = new RecordFold({})): FloorRecords {
  const out = emptyRecords();
  for (const f of facts) fold.apply(f, out);
  return out;
}

test('in every queue, offered = answered + abandoned + left + lost + unknown + still waiting, after every event', () => {
  fc.assert(
    fc.property(ops, (list) => {
      const tables = new Tables();
      tell(list).facts.forEach((f, i) => {
        folded([f], tables);
        for (const [queue, d] of tables.all<QueueDayRow>('queueDay')) {
          const ended = d.answered + d.abandoned + d.timedOut + d.left + d.lost + d.unknown;
          const waiting = [...tables.all<VisitRow>('visit').values()].filter(
            (v) => v.queue === queue && v.state === 'waiting',
          ).length;
          if (d.offered !== ended + waiting || d.waiting !== waiting)
            throw new Error(
              `${queue} after fact ${i} (${f.kind}): ${d.offered} ≠ ${ended} + ${waiting} (${d.waiting})`,
            );
        }
      });
    }),
    RUNS,
  );
});

test('every visit that joined is in the records once, or still waits', () => {
  fc.assert(
    fc.property(ops, (list) => {
      const { facts } = tell(list);
      const joined = facts.filter((f) => f.kind === 'visit.joined').map((f) => f.subject);
      const stored = recorded(facts).queue_visit.map((v) => v.visit_id);
      const waiting = [...folded(facts).all<VisitRow>('visit').values()].filter((v) => v.state === 'waiting');
      expect([...stored, ...waiting.map((v) => v.id)].sort()).toEqual([...joined].sort());
    }),
    RUNS,
  );
});

test('the states of a seat follow one another without a hole or an overlap: their seconds sum to the interval', () => {
  fc.assert(
    fc.property(ops, (list) => {
      const { facts, end } = tell(list);
      const fold = new RecordFold({});
      const r = recorded(facts, fold);
      // the switch is not heard any more: what is open is written up to here
      fold.apply(
        { at: end, subject: 'g', actor: 't', kind: 'floor.gap', body: { from: end, to: null, why: 'link' } },
        r,
      );
      for (const seat of SEATS) {
        const states = r.seat_state.filter((s) => s.seat_no === seat);
        const sum = states.reduce((ms, s) => ms + (s.t_to - s.t_from), 0);
        expect(sum).toBe(states.length === 0 ? 0 : end - T0);
        for (let i = 1; i < states.length; i++) expect(states[i]!.t_from).toBe(states[i - 1]!.t_to);
      }
    }),
    RUNS,
  );
});

test('taken up at any instant from the folded state, the records are those of one run from the beginning', () => {
  fc.assert(
    fc.property(ops, fc.nat(1000), (list, where) => {
      const { facts } = tell(list);
      const cut = where % (facts.length + 1);
      const whole = recorded(facts);
      const first = recorded(facts.slice(0, cut));
      const writtenTo = new Map(first.seat_state.map((s) => [s.seat_no, s.t_to]));
      const again = new RecordFold({});
      again.resume(folded(facts.slice(0, cut)), writtenTo);
      const rest = recorded(facts.slice(cut), again);
      for (const table of Object.keys(whole) as (keyof FloorRecords)[])
        expect([table, ...first[table], ...rest[table]]).toEqual([table, ...whole[table]]);
    }),
    RUNS,
  );
});

test('folding the facts again gives the same state, however they are cut into batches', () => {
  fc.assert(
    fc.property(ops, fc.integer({ min: 1, max: 7 }), (list, size) => {
      const { facts } = tell(list);
      const tables = new Tables();
      for (let i = 0; i < facts.length; i += size) folded(facts.slice(i, i + size), tables);
      const all = (t: Tables) =>
        (['seat', 'seatLive', 'seatDay', 'queue', 'queueDay', 'visit', 'call', 'floorDay'] as const).map((c) => [
          ...t.all(c),
        ]);
      expect(all(tables)).toEqual(all(folded(facts)));
    }),
    RUNS,
  );
});

test('a restart of ours in the middle kills nothing and loses no visit: the rest goes on from what was recorded', () => {
  fc.assert(
    fc.property(ops, ops, (before, after) => {
      const first = tell(before);
      const tables = folded(first.facts);
      const state = stateFromTables(tables, OPTIONS);
      const back = reconcile(state, quiet(first.end + 1000), { from: first.end, ended: 'unknown', restarted: false });
      const rest = tell(after, state, first.end + 1000);
      const facts = [...first.facts, ...back, ...rest.facts];
      const joined = facts.filter((f) => f.kind === 'visit.joined').length;
      const open = [...folded(facts).all<VisitRow>('visit').values()].filter((v) => v.state === 'waiting').length;
      expect(recorded(facts).queue_visit.length + open).toBe(joined);
    }),
    RUNS,
  );
});

test('what is made up reaches every state of a seat, every way out of a queue and every move', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(ops, (list) => {
      const r = recorded(tell(list).facts);
      for (const s of r.seat_state) seen.add(s.state);
      for (const v of r.queue_visit) seen.add(v.outcome);
      for (const m of r.call_move) seen.add(m.kind);
      for (const g of r.seat_segment) seen.add(`segment ${g.outcome}`);
    }),
    RUNS,
  );
  const states = ['offline', 'idle', 'ringing', 'talking', 'outbound', 'wrap', 'break'];
  const exits = ['answered', 'abandoned', 'timeout', 'leave-empty', 'left', 'unknown'];
  const rest = ['attended', 'conference', 'consult', 'segment answered', 'segment missed', 'segment cancelled'];
  expect([...states, ...exits, ...rest].filter((x) => !seen.has(x))).toEqual([]);
});
