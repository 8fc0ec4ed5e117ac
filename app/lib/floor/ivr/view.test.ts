import { expect, test } from 'vitest';
import { flowTree } from '#domain/calls/ivr-flow.ts';
import type { CallRow } from '#domain/floor/rows.ts';
import { endedAt, inMenu, outcome } from './view.ts';

const call = (id: string, more: Partial<CallRow>): CallRow => ({
  id,
  direction: 'in',
  caller: '',
  called: '12345',
  trunk: 't',
  startedAt: 1_000_000,
  stage: 'ivr',
  reached: 'ivr',
  step: 'welcome',
  queue: null,
  seat: null,
  ...more,
});

test('who is in the menu stands at his last step; who talks, waits, dials out or was found without a step is not in it', () => {
  const now = inMenu(
    [
      call('1', {}),
      call('2', { startedAt: 970_000 }),
      call('3', { stage: 'setup', step: null }),
      call('4', { stage: 'queued', step: 'queue' }),
      call('5', { stage: 'talking' }),
      call('6', { direction: 'out', stage: 'setup', step: null }),
    ],
    1_010_000,
  );
  expect(now.get('welcome')).toEqual({ calls: 2, longestS: 40 });
  expect(now.size).toBe(1);
});

test('hanging up counts as served only where the house says so, and a message always does', () => {
  const points = { self: { zh: '', en: '', serves: true }, welcome: { zh: '', en: '' } };
  expect(endedAt('self', { menu: 4 }, points)).toEqual({ served: 4, gaveUp: 0 });
  expect(endedAt('welcome', { menu: 3, queue: 9 }, points)).toEqual({ served: 0, gaveUp: 3 });
  expect(endedAt('voicemail', { voicemail: 2 }, points)).toEqual({ served: 2, gaveUp: 0 });
  const s = (point: string) => ({ key: '', point, queue: '' });
  const { rows } = flowTree([
    { steps: [s('welcome'), s('self')], end: 'menu', calls: 4 },
    { steps: [s('welcome')], end: 'menu', calls: 3 },
    { steps: [s('welcome'), s('queue')], end: 'queue', calls: 9 },
  ]);
  expect(outcome(rows, points)).toEqual({ served: 4, gaveUp: 3, queued: 9 });
});
