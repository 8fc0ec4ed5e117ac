import { expect, test } from 'vitest';
import type { CallStory } from '../calls/journey.ts';
import { align, missingSeconds } from './align.ts';
import { bytesPerDay, CODING_RATES, planStorage, SEED_EXAMPLE } from './storage.ts';

const T = Date.parse('2026-03-03T02:00:00Z');
const s = (seconds: number): number => T + seconds * 1000;
const STORY = {
  call: { t_setup: s(0), t_end: s(300) },
  segments: [
    { t_answer: s(100), t_hangup: s(180) },
    { t_answer: s(200), t_hangup: s(290) },
  ],
} as unknown as CallStory;
const told = { leg: 'a', from: s(60), to: s(295), file: null };

test('a file as long as the switch recorded begins when the switch said so', () => {
  expect(align(234, told, STORY, null)).toEqual({ by: 'told', startAt: s(60) });
});

test('a recording that ended with its channel is told no end: it lasted to the end of the call', () => {
  expect(align(239, { ...told, to: null }, STORY, null)).toEqual({ by: 'told', startAt: s(60) });
  const open = { ...STORY, call: { ...STORY.call, t_end: null } };
  expect(align(12, { ...told, to: null }, open, null)).toEqual({ by: 'told', startAt: s(60) });
});

test('a file as long as the conversations began with the first, also when recording was switched on before (option b)', () => {
  expect(align(190, told, STORY, null)).toEqual({ by: 'answered', startAt: s(100) });
});

test('a file as long as the call began with it; one that ended with the call is counted back; else its place is not known', () => {
  expect(align(299, null, STORY, null)).toEqual({ by: 'setup', startAt: s(0) });
  expect(align(50, null, STORY, s(301))).toEqual({ by: 'written', startAt: s(251) });
  expect(align(50, null, STORY, s(900))).toEqual({ by: 'unknown', startAt: null });
  expect(align(50, null, STORY, null)).toEqual({ by: 'unknown', startAt: null });
});

test('parts that hold less than the conversations are partial, by so many seconds', () => {
  expect(missingSeconds([190], STORY)).toBeNull();
  expect(missingSeconds([100, 88], STORY)).toBeNull();
  expect(missingSeconds([40], STORY)).toBe(150);
  expect(missingSeconds([40], { ...STORY, segments: [] })).toBeNull();
});

test('the specification’s example gives its own figure, and A-law takes twice as much', () => {
  expect(bytesPerDay(SEED_EXAMPLE)).toBe(1_152_000_000);
  expect(bytesPerDay({ ...SEED_EXAMPLE, bytesPerS: CODING_RATES.alaw })).toBe(2_304_000_000);
});

test('days until the disk is full, and the retention that fits with a tenth of the disk left free', () => {
  const disk = { used: 100, free: 400, size: 1000 };
  expect(planStorage(20, 30, disk)).toEqual({ perDay: 20, needed: 600, daysLeft: 20, daysThatFit: 20 });
  expect(planStorage(0, 30, disk)).toMatchObject({ daysLeft: null, daysThatFit: null });
  expect(planStorage(20, 30, null)).toMatchObject({ needed: 600, daysLeft: null });
});
