import { expect, test } from 'vitest';
import { Cached } from './cached.ts';

test('an answer is asked for once until it is too old, also by two at the same moment', async () => {
  const cache = new Cached<number>(1000);
  let asked = 0;
  const ask = async (): Promise<number> => ++asked;
  expect(await Promise.all([cache.get('a', 0, ask), cache.get('a', 0, ask)])).toEqual([1, 1]);
  expect(await cache.get('a', 999, ask)).toBe(1);
  expect(await cache.get('a', 1000, ask)).toBe(2);
});

test('a failure is not remembered', async () => {
  const cache = new Cached<number>(1000);
  await expect(cache.get('a', 0, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await cache.get('a', 0, async () => 7)).toBe(7);
});

test('no more answers are held than allowed, the oldest leaves', async () => {
  const cache = new Cached<string>(1000, 2);
  for (const k of ['a', 'b', 'c']) await cache.get(k, 0, async () => k);
  expect(await cache.get('a', 1, async () => 'again')).toBe('again');
  expect(await cache.get('c', 1, async () => 'again')).toBe('c');
});
