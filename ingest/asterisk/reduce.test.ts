import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countParts } from '#domain/calls/count.ts';
import { sourceRows } from '#domain/calls/sources.ts';
import { emptyRecords, RecordFold } from '#domain/floor/records.ts';
import { DAY } from '#domain/time.ts';
import { compare } from '#scripts/replay/compare.ts';
import { foldRecording } from '#scripts/replay/offline.ts';
import { readRecording, type Recording } from '#scripts/replay/recording.ts';
import { readTruth } from '#scripts/replay/truth.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures');
const TRACE = join(import.meta.dirname, '../../../shared/data/asterisk/trace-a');

test('every figure of the recorded five minutes is what the switch wrote in its own log', () => {
  const { facts, refused } = foldRecording(readRecording(FIXTURE));
  const c = compare(facts, readTruth(FIXTURE));
  expect(refused).toEqual([]);
  expect(c.differing).toEqual([]);
  expect(c.figures.length).toBeGreaterThan(280);
});

test('every seat state of the recording is the switch’s within a second, also after a reload that told of no member', () => {
  const c = compare(foldRecording(readRecording(FIXTURE)).facts, readTruth(FIXTURE));
  expect(c.seatChecks).toBeGreaterThan(900);
  expect(c.seatMisses).toEqual([]);
  expect(c.ghosts).toEqual([]);
  expect(c.missing).toEqual([]);
});

test.skipIf(!existsSync(TRACE))('the whole recording with its restart is exact (needs ../shared)', () => {
  const { facts, state } = foldRecording(readRecording(TRACE));
  const c = compare(facts, readTruth(TRACE));
  expect(c.differing).toEqual([]);
  expect(c.ghosts).toEqual([]);
  expect((c.seatChecks - c.seatMisses.length) / c.seatChecks).toBeGreaterThanOrEqual(0.999);
  // nothing is left behind when the floor is quiet
  expect([state.calls.size, state.legs.size, state.rings.size, state.waiting.size, state.leaving.size]).toEqual([
    0, 0, 0, 0, 0,
  ]);
});

test('an event that arrives twice changes nothing the second time but what the switch itself counts twice', () => {
  const r = readRecording(FIXTURE);
  const twice = {
    ...r,
    steps: r.steps.flatMap((s) => {
      const name = s.kind === 'packet' ? s.fields.get('Event') : undefined;
      // a pause told twice is two pauses, by the switch's own count; all else is news about a state
      return s.kind !== 'packet' ||
        name === 'QueueMemberPause' ||
        name === 'UserEvent' ||
        name === 'AgentRingNoAnswer' ||
        name?.endsWith('Transfer')
        ? [s]
        : [s, s];
    }),
  };
  const c = compare(foldRecording(twice).facts, readTruth(FIXTURE));
  expect(c.differing).toEqual([]);
});

const CLOCKS = new Set(['Timestamp', 'LoginTime', 'LastCall', 'LastPause']);

/** The recording as it would have been, had it begun at another time. */
function movedTo(r: Recording, epochMs: number): Recording {
  const by = Math.round((epochMs - r.epochMs) / 1000);
  const later = (text: string): string => {
    const [s, rest] = text.split('.');
    return Number(s) > 0 ? `${Number(s) + by}${rest === undefined ? '' : `.${rest}`}` : text;
  };
  const steps = r.steps.map((step) =>
    'fields' in step
      ? { ...step, fields: new Map([...step.fields].map(([k, v]) => [k, CLOCKS.has(k) ? later(v) : v])) }
      : step,
  );
  return { ...r, epochMs: r.epochMs + by * 1000, steps };
}

test('over midnight each visit belongs to the day in which its caller joined, and both days add up to the switch’s figures', () => {
  const truth = readTruth(FIXTURE);
  const midnight = Date.parse('2026-03-03T00:00:00+08:00');
  const recording = readRecording(FIXTURE);
  // half of the recording before it, half after
  const { facts } = foldRecording(movedTo(recording, midnight - (recording.from + recording.to) / 2));
  const records = emptyRecords();
  const fold = new RecordFold({});
  for (const f of facts) fold.apply(f, records);
  const edges = [midnight - DAY, midnight, midnight + DAY];
  const rows = sourceRows(records, 'Asia/Shanghai');
  const visits = countParts('visit', rows.visit, { edges, by: ['queue'] });
  const joined = facts.filter((f) => f.kind === 'visit.joined');
  for (const [queue, want] of Object.entries(truth.queues)) {
    const days = [0, 1].map((i) => visits.find((c) => c.interval === i && c.group[0] === queue)?.parts ?? {});
    expect(days.every((d) => (d.offered ?? 0) > 0)).toBe(true);
    const both = (part: 'offered' | 'answered' | 'abandoned' | 'wait_answered_s'): number =>
      days.reduce((n, d) => n + (d[part] ?? 0), 0);
    expect([queue, both('offered') + (want.stillWaitingAtEnd ?? 0), both('answered'), both('abandoned'), both('wait_answered_s')]).toEqual([queue, want.offered, want.answered, want.abandoned, want.holdSum]); // prettier-ignore
    const before = joined.filter(
      (f) => f.kind === 'visit.joined' && f.body.queue === queue && f.body.joinedAt < midnight,
    );
    const waiting = before.filter((f) => !records.queue_visit.some((v) => v.visit_id === f.subject)).length;
    expect((days[0]!.offered ?? 0) + waiting).toBe(before.length);
  }
  // a seat's state goes on over midnight: each day has its own part of it, and no second is in both
  const time = countParts('time', rows.time, { edges, by: ['seat'] });
  for (const seat of new Set(records.seat_state.map((x) => x.seat_no))) {
    const whole = records.seat_state.filter((x) => x.seat_no === seat).reduce((ms, x) => ms + x.t_to - x.t_from, 0);
    const parts = time.filter((c) => c.group[0] === seat).flatMap((c) => Object.values(c.parts));
    expect(parts.reduce((ms, n) => ms + n, 0)).toBe(whole);
  }
});
