import { expect, test } from 'vitest';
import { openWhenReachable, reloadForVersion, versionsMatch, type Surroundings } from './renew.ts';

/** A browser whose server answers after `failures` tries. */
function scripted(failures: number): Surroundings & { went: string[]; waited: number[] } {
  const stored = new Map<string, string>();
  const went: string[] = [];
  const waited: number[] = [];
  let left = failures;
  return {
    went,
    waited,
    reachable: () => Promise.resolve(left-- <= 0),
    wait: (s) => {
      waited.push(s);
      return Promise.resolve();
    },
    go: (href) => went.push(href),
    memory: {
      getItem: (k) => stored.get(k) ?? null,
      setItem: (k, v) => void stored.set(k, v),
      removeItem: (k) => void stored.delete(k),
    },
  };
}

test('a page is opened only once its server answers', async () => {
  const s = scripted(3);
  await openWhenReachable('/wall/floor', s);
  expect(s.waited).toHaveLength(3);
  expect(s.went).toEqual(['/wall/floor']);
});

test('the first reload for a version comes at once, the next ones later and later', async () => {
  const s = scripted(0);
  for (let i = 0; i < 7; i++) await reloadForVersion('/x', s);
  expect(s.waited).toEqual([0, 5, 15, 30, 60, 60, 60]);
  expect(s.went).toHaveLength(7);
});

test('once the versions match, the next reload comes at once again', async () => {
  const s = scripted(0);
  await reloadForVersion('/x', s);
  await reloadForVersion('/x', s);
  versionsMatch(s);
  await reloadForVersion('/x', s);
  expect(s.waited).toEqual([0, 5, 0]);
});
