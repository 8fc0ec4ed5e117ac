import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compare } from '#scripts/replay/compare.ts';
import { foldRecording } from '#scripts/replay/offline.ts';
import { readRecording } from '#scripts/replay/recording.ts';
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
