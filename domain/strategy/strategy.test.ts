import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Membership } from '../floor/rows.ts';
import { balanced, confOf, confText, MAX_BALANCE_LEVEL, waysOf, type QueueMember } from './strategy.ts';

const member = (
  seat: string,
  talkS = 0,
  penalty = 0,
  kind: Membership['kind'] = 'static',
  name = `坐席${seat}`,
): QueueMember => ({
  seat,
  name,
  membership: {
    queue: 'consult',
    interface: `PJSIP/${seat}`,
    kind,
    penalty,
    paused: false,
    reason: '',
    pausedAt: null,
  },
  answered: 0,
  talkS,
});

test('the switch’s strategies are named as the five ways, levels beside them, and no strategy is called equal talk time', () => {
  const flat = [member('1001'), member('1002')];
  const levels = [member('1001'), member('1002', 0, 5)];
  expect(waysOf({ strategy: 'fewestcalls' }, flat)).toEqual(['A']);
  expect(waysOf({ strategy: 'leastrecent' }, levels)).toEqual(['C', 'D']);
  expect(waysOf({ strategy: 'linear' }, flat)).toEqual(['E']);
  expect(waysOf({ strategy: 'rrmemory' }, flat)).toEqual([]);
  for (const strategy of ['ringall', 'random', 'wrandom', 'rrordered', 'x'])
    expect(waysOf({ strategy }, levels)).not.toContain('B');
});

test('who has talked least goes first, each step more is a level, and nobody who talked more goes before one who talked less', () => {
  const to = (stepS: number, ...talks: number[]) =>
    balanced(
      talks.map((t, i) => member(String(1001 + i), t)),
      stepS,
    ).map((c) => c.to);
  expect(to(600, 1000, 1599, 1600, 9000)).toEqual([0, 0, 1, 10]);
  expect(to(600)).toEqual([]);
  fc.assert(
    fc.property(
      fc.array(fc.nat(50_000), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 60, max: 7200 }),
      (t, s) => {
        const levels = to(s, ...t);
        expect(Math.min(...levels)).toBe(0);
        for (const [i, a] of t.entries())
          for (const [j, b] of t.entries()) if (a < b) expect(levels[i]!).toBeLessThanOrEqual(levels[j]!);
        expect(Math.max(...levels)).toBeLessThanOrEqual(MAX_BALANCE_LEVEL);
      },
    ),
  );
});

test('what stands in a queue’s section: its strategy, old and new where it changes, and fixed members in their order with their levels', () => {
  const lines = confOf({ id: 'consult', strategy: 'leastrecent' }, 'linear', [
    member('1010', 0, 5),
    member('1002', 0, 0, 'dynamic'),
    member('1003', 0, 2),
  ]);
  expect(lines.map((l) => l.mark).join('')).toBe(' -+  ');
  expect(confText(lines)).toBe(
    '[consult]\nstrategy = linear\nmember => PJSIP/1003,2,坐席1003\nmember => PJSIP/1010,5,坐席1010\n',
  );
  expect(confText(confOf({ id: 'consult', strategy: 'linear' }, 'linear', []))).toBe('[consult]\nstrategy = linear\n');
});

test('a member’s name cannot become another field, a comment or a line of the file', () => {
  const text = confText(
    confOf({ id: 'q', strategy: 'linear' }, null, [member('1001', 0, 0, 'static', '李敏,9\n[general]; x')]),
  );
  expect(text.split('\n')).toEqual(['[q]', 'strategy = linear', 'member => PJSIP/1001,0,李敏 9 [general]  x', '']);
});
