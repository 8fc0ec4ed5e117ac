import { expect, test } from 'vitest';
import { spansOf } from '../recordings/spans.ts';
import { endOf, journeyOf, sumsOf, type CallStory } from './journey.ts';
import { ticksOf } from './ticks.ts';

const T = Date.parse('2026-03-03T02:00:00Z');
const s = (seconds: number): number => T + seconds * 1000;

const STORY: CallStory = {
  call: {
    t_setup: s(0),
    call_id: '17.1',
    direction: 'in',
    trunk: 'trunk-a',
    caller: '13900001111',
    called: '12345',
    t_ivr_in: s(1),
    t_ivr_out: s(9),
    t_end: s(100),
    ended_in: 'seat',
    outcome: 'ended',
    merged_into: null,
    hangup_cause: 16,
  },
  merged: [],
  steps: [{ t_in: s(9), call_id: '17.1', point: 'queue', key: '2', queue: 'general' }],
  visits: [
    {
      t_queue: s(9),
      visit_id: 'v1',
      call_id: '17.1',
      queue: 'general',
      seat_no: '1002',
      t_answer: s(40),
      t_abandon: null,
      t_leave: s(40),
      outcome: 'answered',
      wait_s: 31,
    },
  ],
  segments: [
    segment('1001', { t_ring: s(10), t_hangup: s(25), ring_ms: 15_000, outcome: 'missed' }),
    segment('1002', {
      t_ring: s(30),
      t_answer: s(40),
      t_hangup: s(98),
      ring_ms: 10_000,
      holds: 1,
      hold_ms: 12_000,
      talk_s: 58,
      t_wrap_end: s(128),
      ended_by: 'caller',
    }),
  ],
  moves: [],
  ratings: [{ t: s(99), call_id: '17.1', seat_no: '1002', queue: 'general', score: 5 }],
  commands: [],
  holds: [{ seat: '1002', from: s(50), to: s(62) }],
  recorded: [],
  gaps: [],
};
function segment(seat: string, more: Partial<CallStory['segments'][number]>): CallStory['segments'][number] {
  return {
    t_from: more.t_ring ?? s(0),
    segment_id: seat,
    seat_no: seat,
    call_id: '17.1',
    direction: 'in',
    visit_id: 'v1',
    queue: 'general',
    t_queue: null,
    t_ring: null,
    t_answer: null,
    t_hangup: s(0),
    ring_ms: 0,
    holds: 0,
    hold_ms: 0,
    talk_s: null,
    t_wrap_end: null,
    outcome: 'answered',
    ended_by: null,
    ...more,
  };
}

test('a journey tells everything in order of time and reaches to the end of the after-call work', () => {
  const journey = journeyOf(STORY, 0);
  expect(journey.items.map((i) => i.kind).join(' ')).toBe('setup menu step queue ring ring talk hold wrap rating end');
  expect([journey.from, journey.to]).toEqual([s(0), s(128)]);
  expect(journey.lanes.map((l) => `${l.of} ${l.name}`.trim())).toEqual([
    'call',
    'menu',
    'queue general',
    'seat 1001',
    'seat 1002',
  ]);
});

test('the sums of a call are those of its records', () => {
  expect(sumsOf(STORY)).toEqual({
    wholeS: 100,
    menuS: 8,
    waitS: 31,
    answerS: 31,
    ringS: 25,
    talkS: 58,
    holdS: 12,
    seats: ['1002'],
  });
});

test('a wait that nobody saw to its end is unknown, and so is the sum of waits', () => {
  const unseen = { ...STORY.visits[0]!, visit_id: 'v2', outcome: 'unknown' as const, wait_s: null };
  expect(sumsOf({ ...STORY, visits: [...STORY.visits, unseen] }).waitS).toBeNull();
});

test('a call under way reaches to now, and what is not over has no end', () => {
  const call = { ...STORY.call, t_end: null, ended_in: null, outcome: null };
  const visit = { ...STORY.visits[0]!, t_leave: null, outcome: null, wait_s: null };
  const journey = journeyOf({ ...STORY, call, visits: [visit], segments: [], holds: [], ratings: [] }, s(30));
  expect(journey.to).toBe(s(30));
  expect(journey.items.find((i) => i.kind === 'queue')).toMatchObject({ to: null, outcome: null });
  expect(journey.items.some((i) => i.kind === 'end')).toBe(false);
  expect(endOf(journey.items[0]!)).toBe(s(0));
});

test('beginnings and ends of recordings are paired per leg, a named file with its own end', () => {
  const spans = spansOf([
    { at: 1, leg: 'a', state: 'began', file: 'x.wav' },
    { at: 2, leg: 'a', state: 'began', file: 'sup.wav' },
    { at: 3, leg: 'b', state: 'ended', file: null },
    { at: 4, leg: 'a', state: 'ended', file: 'sup.wav' },
    { at: 5, leg: 'a', state: 'ended', file: null },
  ]);
  expect(spans).toEqual([
    { leg: 'a', from: 1, to: 5, file: 'x.wav' },
    { leg: 'a', from: 2, to: 4, file: 'sup.wav' },
    { leg: 'b', from: null, to: 3, file: null },
  ]);
});

test('the name of a file belongs to the recording of its leg that begins with it, in whichever order they are told', () => {
  const named = { leg: 'a', state: 'named', file: 'x.wav' } as const;
  const began = { leg: 'a', state: 'began', file: null } as const;
  const whole = [{ leg: 'a', from: 5, to: 9, file: 'x.wav' }];
  const ended = { at: 9, leg: 'a', state: 'ended', file: null } as const;
  expect(spansOf([{ at: 5, ...began }, { at: 5, ...named }, ended])).toEqual(whole);
  expect(spansOf([{ at: 4, ...named }, { at: 5, ...began }, ended])).toEqual(whole);
  expect(spansOf([{ at: 5, ...began }, { at: 6, ...named }, ended])).toEqual(whole);
});

test('ticks stand at steps that people count in, and never more than have room', () => {
  expect(ticksOf(128, 12)).toEqual([0, 15, 30, 45, 60, 75, 90, 105, 120]);
  for (const length of [0, 0.4, 7, 3599, 90_000, 1e7]) expect(ticksOf(length, 12).length).toBeLessThanOrEqual(13);
});
