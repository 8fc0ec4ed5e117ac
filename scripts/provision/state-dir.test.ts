import { expect, test } from 'vitest';
import { chooseStateDir, enterableByAll } from './state-dir.ts';

/** Folders with these modes; every other one is open. */
const modes =
  (closed: Record<string, number>) =>
  (folder: string): number =>
    closed[folder] ?? 0o755;
const from = (checkout: string, isRoot: boolean, closed: Record<string, number> = {}, wanted = ''): string =>
  chooseStateDir({ checkout, wanted, isRoot, mode: modes(closed) });

test('an ordinary user’s state lies in the checkout, whoever else may enter it', () => {
  expect(from('/home/li/watchfloor', false, { '/home/li': 0o700 })).toBe('/home/li/watchfloor/.watchfloor');
});

test('root’s state lies in the checkout when the database’s user can get there', () => {
  expect(from('/srv/watchfloor', true)).toBe('/srv/watchfloor/.watchfloor');
});

test('root’s state leaves a folder that others cannot enter, at whatever height it is closed', () => {
  const home = from('/root/watchfloor', true, { '/root': 0o700 });
  const clone = from('/tmp/tmp.x/watchfloor', true, { '/tmp/tmp.x': 0o700 });
  expect(home).toMatch(/^\/var\/lib\/watchfloor\/[0-9a-f]{12}$/);
  expect(clone).toMatch(/^\/var\/lib\/watchfloor\/[0-9a-f]{12}$/);
  expect(clone).not.toBe(home);
  expect(from('/root/watchfloor', true, { '/root': 0o750 })).toBe(home);
});

test('an option wins over both, and a relative one is meant from the checkout', () => {
  expect(from('/root/w', true, { '/root': 0o700 }, '/data/w')).toBe('/data/w');
  expect(from('/srv/w', false, {}, 'state')).toBe('/srv/w/state');
});

test('passing through needs the execute bit for others on every folder, and no read bit', () => {
  expect(enterableByAll('/a/b', modes({ '/a': 0o711 }))).toBe(true);
  expect(enterableByAll('/a/b', modes({ '/a': 0o744 }))).toBe(false);
  expect(enterableByAll('/a/b', modes({ '/a/b': 0o770 }))).toBe(false);
});
