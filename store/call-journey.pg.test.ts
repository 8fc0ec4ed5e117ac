import { expect, test } from 'vitest';
import { journeyOf } from '#domain/calls/journey.ts';
import type { FactBody } from '#domain/fact.ts';
import { testDatabase } from '#tests/support/database.ts';
import { callStory } from './call-journey.ts';
import { toTs } from './db.ts';
import { recording } from './facts.ts';

const { sql } = await testDatabase();
const T = Math.floor(Date.now() / 1000) * 1000 - 600_000;
const at = (s: number): string => toTs(T + s * 1000);

const tell = (subject: string, s: number, body: FactBody): Promise<null> =>
  recording(sql, () =>
    Promise.resolve({ result: null, facts: [{ at: T + s * 1000, subject, actor: 'ingest:asterisk', ...body }] }),
  );

test('a stored call has its menu, visits, seats, holds, moves, rating, merged calls and what supervisors did to it', async () => {
  await sql`insert into call (t_setup, call_id, direction, trunk, caller, called, t_ivr_in, t_ivr_out, t_end, ended_in, outcome, merged_into)
    values (${at(0)}, 'c1', 'in', 'trunk-a', '13900001111', '12345', ${at(1)}, ${at(8)}, ${at(90)}, 'seat', 'ended', null),
      (${at(50)}, 'c2', 'internal', null, '1001', '1002', null, null, ${at(60)}, 'seat', 'merged', 'c1')`;
  await sql`insert into ivr_step (t_in, call_id, point, key, queue) values (${at(8)}, 'c1', 'queue', '1', 'general')`;
  await sql`insert into queue_visit (t_queue, visit_id, call_id, queue, seat_no, t_answer, t_leave, outcome, wait_s)
    values (${at(8)}, 'v1', 'c1', 'general', '1001', ${at(20)}, ${at(20)}, 'answered', 12)`;
  await sql`insert into seat_segment (t_from, segment_id, seat_no, call_id, direction, visit_id, queue, t_ring, t_answer, t_hangup,
      ring_ms, holds, hold_ms, talk_s, t_wrap_end, outcome, ended_by)
    values (${at(10)}, 's1', '1001', 'c1', 'in', 'v1', 'general', ${at(10)}, ${at(20)}, ${at(90)}, 10000, 1, 9000, 70, ${at(100)},
      'answered', 'caller')`;
  await sql`insert into call_move (t, call_id, kind, from_seat, to_seat, to_number) values (${at(60)}, 'c1', 'attended', '1001', '1002', '1002')`;
  await sql`insert into call_rating (t, call_id, seat_no, queue, score) values (${at(89)}, 'c1', '1001', 'general', 4)`;
  await sql`insert into call_recording (t, call_id, leg, state, file) values (${at(20)}, 'c1', 'c1', 'began', '/r/c1.wav'), (${at(90)}, 'c1', 'c1', 'ended', null)`;
  const [officer] = await sql<{ id: number }[]>`
    insert into account (login, name, role, password_hash) values ('boss', '李班长', 'supervisor', 'x') returning id`;
  await sql`insert into floor_command (request_key, kind, wish, account, by_name, state, asked_at)
    values ('k1234567', 'listen', ${sql.json({ kind: 'listen', seat: '1001', call: 'c1', visit: null })}, ${officer!.id}, '李班长', 'confirmed', ${at(30)})`;
  const seat = {
    line: 'in-call',
    since: T + 20_000,
    pause: 'none',
    reason: '',
    pauseSince: null,
    wrapUntil: null,
    onQueueCall: true,
    queue: 'general',
    call: 'c1',
  } as const;
  await tell('1001', 40, { kind: 'seat.changed', body: { ...seat, holding: true, heldSince: T + 40_000 } });
  await tell('1001', 49, { kind: 'seat.changed', body: { ...seat, holding: false, heldSince: null } });

  const story = (await callStory(sql, 'c1'))!;
  expect(journeyOf(story, 0).items.map((i) => i.kind)).toEqual(
    'setup menu step queue ring recording talk command hold move merged rating end wrap'.split(' '),
  );
  expect(story.holds).toEqual([{ seat: '1001', from: T + 40_000, to: T + 49_000 }]);
  expect(story.merged.map((m) => m.call_id)).toEqual(['c2']);
  expect(story.commands).toMatchObject([{ kind: 'listen', by: '李班长', state: 'confirmed', seat: '1001' }]);
  expect(story.recorded).toEqual([{ leg: 'c1', from: T + 20_000, to: T + 90_000, file: '/r/c1.wav' }]);
});

test('a call under way is told by its facts, with the queue it waits in; an id that nobody heard of is no call', async () => {
  await tell('live', 0, {
    kind: 'call.started',
    body: { direction: 'in', caller: '13900002222', called: '12345', trunk: 'trunk-a' },
  });
  await tell('live', 2, { kind: 'call.stepped', body: { step: 'welcome', key: '', queue: null, reached: 'ivr' } });
  await tell('live/general', 9, {
    kind: 'visit.joined',
    body: { queue: 'general', call: 'live', joinedAt: T + 9000, caller: '13900002222', approximate: false },
  });
  const story = (await callStory(sql, 'live'))!;
  expect(story.call).toMatchObject({ caller: '13900002222', t_end: null, outcome: null, t_ivr_in: T + 2000 });
  expect(story.visits).toMatchObject([{ queue: 'general', t_leave: null, outcome: null }]);
  expect(await callStory(sql, 'nobody')).toBeNull();
});
