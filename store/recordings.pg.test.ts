import { expect, test } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import { toTs } from './db.ts';
import { factsAfter } from './facts.ts';
import { recordedCalls, recordedCount, talkPerDay, type RecordedFilter } from './recorded-calls.ts';
import { accessByNumber, accesses, accessesOf, recordAccess, recordingWords } from './recordings.ts';

const { sql } = await testDatabase();
const T = Date.parse('2026-03-03T02:00:00Z');
const at = (s: number): string => toTs(T + s * 1000);
const DAY = { from: T - 3_600_000, to: T + 3_600_000 };

/** A call at second `s` with one conversation. */
async function call(id: string, s: number, seat: string, queue: string, talkS: number, caller: string): Promise<void> {
  await sql`insert into call (t_setup, call_id, direction, caller, called, t_end, ended_in, outcome)
    values (${at(s)}, ${id}, 'in', ${caller}, '12345', ${at(s + 20 + talkS)}, 'seat', 'ended')`;
  await sql`insert into queue_visit (t_queue, visit_id, call_id, queue, seat_no, t_answer, t_leave, outcome, wait_s)
    values (${at(s + 5)}, ${`v-${id}`}, ${id}, ${queue}, ${seat}, ${at(s + 20)}, ${at(s + 20)}, 'answered', 15)`;
  await sql`insert into seat_segment (t_from, segment_id, seat_no, call_id, direction, visit_id, queue, t_ring, t_answer, t_hangup,
      ring_ms, holds, hold_ms, talk_s, outcome)
    values (${at(s + 10)}, ${`s-${id}`}, ${seat}, ${id}, 'in', ${`v-${id}`}, ${queue}, ${at(s + 10)}, ${at(s + 20)},
      ${at(s + 20 + talkS)}, 10000, 0, 0, ${talkS}, 'answered')`;
}
await call('17.1', 0, '1001', 'general', 60, '13900001111');
await call('17.2', 100, '1002', 'general', 300, '13900002222');
await call('17.3', 200, '1001', 'consult', 30, '02583001111');
// abandoned: nobody talked and nothing was recorded
await sql`insert into call (t_setup, call_id, direction, caller, called, t_end, ended_in, outcome)
  values (${at(300)}, '17.4', 'in', '13900001111', '12345', ${at(330)}, 'queue', 'ended')`;
// nobody talked, and the switch told of a recording (a message)
await sql`insert into call (t_setup, call_id, direction, caller, called, t_end, ended_in, outcome)
  values (${at(400)}, '17.5', 'in', '13900005555', '12345', ${at(430)}, 'voicemail', 'ended')`;
await sql`insert into call_recording (t, call_id, leg, state, file) values (${at(405)}, '17.5', '17.5', 'began', 'm.wav')`;

const found = async (
  f: Partial<RecordedFilter>,
  by: Parameters<typeof recordedCalls>[2] = 'newest',
): Promise<string> => {
  const list = await recordedCalls(sql, { ...DAY, ...f }, by, 0, 50);
  expect(await recordedCount(sql, { ...DAY, ...f })).toBe(list.length);
  return list.map((c) => c.call).join(' ');
};

test('calls are found by seat, queue, number, length and id; one that nobody recorded is not', async () => {
  expect(await found({})).toBe('17.5 17.3 17.2 17.1');
  expect(await found({ seat: '1001' })).toBe('17.3 17.1');
  expect(await found({ queue: 'general' })).toBe('17.2 17.1');
  expect(await found({ number: '13900002222' })).toBe('17.2');
  expect(await found({ number: '1111' })).toBe('17.3 17.1');
  expect(await found({ minS: 31, maxS: 299 })).toBe('17.1');
  expect(await found({ direction: 'out' })).toBe('');
  // a call is found by its id whenever it was
  expect(await found({ call: '17.2', from: 0, to: 1 })).toBe('17.2');
  expect(await found({ from: T + 150_000 })).toBe('17.5 17.3');
  // a letter of a pattern is a letter
  expect(await found({ number: '%' })).toBe('');
});

test('the longest and the shortest come first when that is asked, calls without a conversation last', async () => {
  expect(await found({}, 'longest')).toBe('17.2 17.1 17.3 17.5');
  expect(await found({}, 'shortest')).toBe('17.3 17.1 17.2 17.5');
  expect(await found({}, 'oldest')).toBe('17.1 17.2 17.3 17.5');
  const [longest] = await recordedCalls(sql, DAY, 'longest', 0, 1);
  expect(longest).toMatchObject({
    seats: ['1002'],
    queues: ['general'],
    talkS: 300,
    answeredAt: T + 120_000,
    hungUpAt: T + 420_000,
  });
});

test('the seconds of conversation are summed by city day', async () => {
  expect(await talkPerDay(sql, DAY.from, DAY.to, 'Asia/Shanghai')).toEqual([
    { day: '2026-03-03', talkS: 390, calls: 3 },
  ]);
});

test('hearing and taking a recording are rows and facts; the same request is one access', async () => {
  const [boss] = await sql<{ id: number }[]>`
    insert into account (login, name, role, password_hash) values ('boss', '李班长', 'supervisor', 'x') returning id`;
  const by = { officer: { account: boss!.id, name: '李班长' }, now: T };
  const what = { call: '17.1', part: 'abcdefghijkl', file: '2026/03/03/17.1.wav' };
  const heard = await recordAccess(sql, { ...what, reason: null }, 'key-1', by);
  expect(await recordAccess(sql, { ...what, reason: null }, 'key-1', by)).toBe(heard);
  const saved = await recordAccess(sql, { ...what, reason: '投诉复核' }, 'key-2', by);
  expect(await accessByNumber(sql, saved)).toMatchObject({ kind: 'saved', reason: '投诉复核', account: boss!.id });
  expect(await accessByNumber(sql, 999)).toBeNull();
  expect((await accessesOf(sql, '17.1')).map((a) => a.kind)).toEqual(['saved', 'heard']);
  expect((await accesses(sql, { kind: 'heard', before: 0 }, 10)).map((a) => a.n)).toEqual([heard]);
  expect(await accesses(sql, { kind: null, before: heard }, 10)).toEqual([]);
  const facts = (await factsAfter(sql, 0)).filter((f) => f.kind.startsWith('recording.'));
  expect(facts).toMatchObject([
    { kind: 'recording.heard', subject: '17.1', actor: `user:${boss!.id}`, body: { file: what.file } },
    { kind: 'recording.saved', subject: '17.1', body: { reason: '投诉复核' } },
  ]);
});

test('what the switch told is read by call', async () => {
  expect([...(await recordingWords(sql, ['17.5', '17.1']))]).toEqual([
    ['17.5', [{ at: T + 405_000, leg: '17.5', state: 'began', file: 'm.wav' }]],
  ]);
});
