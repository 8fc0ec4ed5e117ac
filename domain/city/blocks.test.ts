import { expect, test } from 'vitest';
import { blockHolds, decideBlock, type Block } from './blocks.ts';

const NOW = 1_700_000_000_000;
const block = (change: Partial<Block> = {}): Block => ({
  kind: 'area',
  points: [[118.8, 31.2], [118.81, 31.2], [118.81, 31.21]],
  reason: ' 水淹 ',
  until: null,
  ...change,
}); // prettier-ignore

test('roads are closed with a reason, a shape of sensible size, and an end that is still to come', () => {
  expect(decideBlock(block(), NOW)).toMatchObject({ ok: true, value: { reason: '水淹' } });
  expect(decideBlock(block({ kind: 'line', points: block().points.slice(0, 2) }), NOW).ok).toBe(true);
  const refused = (change: Partial<Block>): string => {
    const r = decideBlock(block(change), NOW);
    return r.ok ? 'taken' : r.code;
  };
  expect(refused({ reason: '  ' })).toBe('block-reason');
  expect(refused({ points: block().points.slice(0, 2) })).toBe('block-shape');
  expect(refused({ points: Array.from({ length: 201 }, () => [118.8, 31.2] as const) })).toBe('block-shape');
  expect(refused({ points: [[118, 31], [119, 31], [119, 32]] })).toBe('block-large'); // prettier-ignore
  expect(refused({ until: NOW })).toBe('block-time');
  expect([blockHolds({ until: null }, NOW), blockHolds({ until: NOW + 1 }, NOW), blockHolds({ until: NOW }, NOW)]).toEqual([true, true, false]); // prettier-ignore
});
