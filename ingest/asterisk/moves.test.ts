import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyRecords, RecordFold } from '#domain/floor/records.ts';
import { foldRecording } from '#scripts/replay/offline.ts';
import { readRecording } from '#scripts/replay/recording.ts';
import { hostOf } from './contacts.ts';

/** Consultations, a conference and registrations as a real switch told them (fixtures/README.md). */
const recording = readRecording(join(import.meta.dirname, 'fixtures/moves'));
const { facts, state, refused } = foldRecording(recording);
const records = emptyRecords();
const fold = new RecordFold({});
for (const f of facts) fold.apply(f, records);
const s = (t: number | null): number | null => (t === null ? null : Math.round((t - recording.epochMs) / 100) / 10);
const moves = records.call_move.map((m) => [
  m.call_id,
  m.kind,
  m.from_seat,
  m.to_seat,
  s(m.t),
  s(m.t_answer),
  s(m.t_to),
]);

test('a seat that keeps its caller on hold and calls a colleague consults, whether a transfer comes of it or not', () => {
  expect(refused).toEqual([]);
  expect(moves.filter((m) => m[1] === 'consult')).toEqual([
    // the colleague hung up, and the caller was taken back
    ['1795351554.2', 'consult', '1003', '1014', 22.2, 25.8, 28.6],
    ['1795351561.18', 'consult', '1001', '1009', 30, 34.8, 38.3],
  ]);
  expect(moves.filter((m) => m[1] === 'attended')).toEqual([
    ['1795351561.18', 'attended', '1001', '1009', 38.3, null, null],
  ]);
  expect(records.call_move.filter((m) => m.kind === 'consult').map((m) => m.external)).toEqual([false, false]);
});

test('a call that a seat talked in before is no consultation for the caller it puts on hold later', () => {
  // 1001 had called 1013 itself, and was rung by the queue meanwhile
  expect(moves.some((m) => m[3] === '1013')).toBe(false);
});

test('a conference lasts from the first leg of its call in it to the last, and is one record', () => {
  expect(moves.filter((m) => m[1] === 'conference')).toEqual([
    ['1795351745.35', 'conference', '1001', null, 263.7, null, 367.6],
  ]);
  expect(state.consults.size).toBe(0);
});

test('every seat’s part of a queue’s call knows when its caller entered the queue', () => {
  const visits = new Map(records.queue_visit.map((v) => [v.visit_id, v.t_queue]));
  const parts = records.seat_segment.filter((x) => x.visit_id !== null);
  expect(parts.length).toBeGreaterThan(2);
  for (const p of parts) expect(p.t_queue).toBe(visits.get(p.visit_id!));
});

test('a telephone’s address is that of its registration, and goes with it', () => {
  const told = facts.flatMap((f) => (f.kind === 'seat.described' ? [[f.subject, f.body.ip]] : []));
  expect(told.find(([seat, ip]) => seat === '1009' && ip !== null)).toEqual(['1009', '127.0.0.1']);
});

test.each([
  ['sip:1008@10.1.2.3:5060;transport=udp', '10.1.2.3'],
  ['sips:1008@[fd00::1]:5061', 'fd00::1'],
  ['sip:phone.example:5060', 'phone.example'],
  ['<sip:1@192.0.2.7>', '192.0.2.7'],
  ['tel:10086', null],
  ['', null],
])('the host of %s', (uri, host) => {
  expect(hostOf(uri)).toBe(host);
});
