import { expect, test } from 'vitest';
import { fit } from './fit.ts';

test('what fits is shown whole, without a “+n”', () => {
  expect(fit([1, 2, 3], 3)).toEqual({ shown: [1, 2, 3], more: 0 });
  expect(fit([], 3)).toEqual({ shown: [], more: 0 });
});

test('the last place counts all that have none of their own', () => {
  expect(fit([1, 2, 3, 4, 5], 3)).toEqual({ shown: [1, 2], more: 3 });
});

test('shown and counted together are always everything, also where there is no room at all', () => {
  for (const room of [0, 0.4, 1, 2.9, 7])
    for (const n of [0, 1, 2, 5, 20]) {
      const { shown, more } = fit(Array.from({ length: n }), room);
      expect(shown.length + more).toBe(n);
    }
});
