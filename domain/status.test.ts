import { expect, test } from 'vitest';
import { silentAfterS, workerCondition, worst } from './status.ts';

test('a worker that says it is well is believed only as long as its word is fresh', () => {
  expect(workerCondition('realtime', 'live', 5)).toEqual({ condition: 'good', silent: false });
  expect(workerCondition('realtime', 'live', 21)).toEqual({ condition: 'bad', silent: true });
  expect(workerCondition('ingest:keeper', 'live', 300).condition).toBe('good');
});

test('a worker that was stopped is neither well nor broken, however long ago', () => {
  expect(workerCondition('app', 'stopped', 100_000)).toEqual({ condition: 'unknown', silent: false });
});

test('one that is behind or starting is told apart from one that is away', () => {
  expect(workerCondition('ingest:asterisk', 'behind', 1).condition).toBe('behind');
  expect(workerCondition('ingest:asterisk', 'starting', 1).condition).toBe('behind');
  expect(workerCondition('ingest:asterisk', 'away', 1).condition).toBe('bad');
});

test('the worst of several counts, and of none nothing is known', () => {
  expect(worst([])).toBe('unknown');
  expect(worst(['good', 'unknown'])).toBe('good');
  expect(worst(['good', 'bad', 'behind'])).toBe('bad');
  expect(silentAfterS('something new')).toBeGreaterThan(60);
});
