import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PACKAGE = { version: '1.0.0', integrity: 'sha512-a' };

/** A checkout whose npm is a script of ours: it writes down that it was called, and installs what the lock file says. */
function checkout({ npmFails = false } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'wf-boot-'));
  for (const d of ['scripts', 'bin', '.watchfloor']) mkdirSync(join(home, d));
  copyFileSync(join(import.meta.dirname, 'boot.mjs'), join(home, 'scripts/boot.mjs'));
  writeFileSync(
    join(home, 'scripts/start.ts'),
    `console.log('started with', process.argv.slice(2).join(' ')); process.exit(7);`,
  );
  const lock = (packages: object): void => writeFileSync(join(home, 'package-lock.json'), JSON.stringify({ packages }));
  const install = (): void => {
    mkdirSync(join(home, 'node_modules/.bin'), { recursive: true });
    if (!existsSync(join(home, 'node_modules/.bin/node')))
      symlinkSync(process.execPath, join(home, 'node_modules/.bin/node'));
    copyFileSync(join(home, 'package-lock.json'), join(home, 'node_modules/.package-lock.json'));
  };
  writeFileSync(
    join(home, 'bin/npm'),
    npmFails
      ? '#!/bin/sh\necho "called $*" >> calls\necho "ERR! no such registry" >&2\nexit 1\n'
      : `#!/bin/sh
echo "called $*" >> calls
rm -rf node_modules && mkdir -p node_modules/.bin
ln -s ${process.execPath} node_modules/.bin/node
cp package-lock.json node_modules/.package-lock.json\n`,
  );
  chmodSync(join(home, 'bin/npm'), 0o755);
  const start = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const child = spawn(process.execPath, [join(home, 'scripts/boot.mjs'), ...args], {
      cwd: home,
      env: { ...process.env, PATH: `${join(home, 'bin')}:${process.env.PATH}` },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (d: Buffer) => (out += d.toString()));
    child.stderr.on('data', (d: Buffer) => (err += d.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, err };
  };
  const calls = (): number =>
    existsSync(join(home, 'calls')) ? readFileSync(join(home, 'calls'), 'utf8').trim().split('\n').length : 0;
  lock({ '': {}, 'node_modules/a': PACKAGE, 'node_modules/other-machine': { ...PACKAGE, optional: true } });
  return { home, lock, install, start, calls };
}

test('a fresh clone is installed once, then started with the arguments, and ends with the code of what it started', async () => {
  const c = checkout();
  expect(await c.start('start', 'x', '--y')).toMatchObject({ code: 7, out: 'started with x --y\n' });
  expect(await c.start('start')).toMatchObject({ code: 7, err: '' });
  expect(c.calls()).toBe(1);
});

test('packages that npm put there by hand are kept when they are what the lock file asks for', async () => {
  const c = checkout();
  c.install();
  expect((await c.start('start')).code).toBe(7);
  expect(c.calls()).toBe(0);
});

test('a changed patch installs again', async () => {
  const c = checkout();
  await c.start('start');
  mkdirSync(join(c.home, 'patches'));
  writeFileSync(join(c.home, 'patches/a+1.0.0.patch'), 'another line');
  expect((await c.start('start')).code).toBe(7);
  expect(c.calls()).toBe(2);
  expect(await c.start('start')).toMatchObject({ code: 7, err: '' });
  expect(c.calls()).toBe(2);
});

test('a changed lock file installs again', async () => {
  const c = checkout();
  await c.start('start');
  c.lock({ '': {}, 'node_modules/a': { ...PACKAGE, version: '2.0.0', integrity: 'sha512-b' } });
  await c.start('start');
  expect(c.calls()).toBe(2);
});

test('an installation that fails says what npm said, and starts nothing', async () => {
  const c = checkout({ npmFails: true });
  const { code, out, err } = await c.start('start');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('npm ci failed:\nERR! no such registry');
});

test('the lock of an installer that was killed does not hold up the next', async () => {
  const c = checkout();
  writeFileSync(join(c.home, '.watchfloor/install.lock'), `${process.pid} 1`);
  expect((await c.start('start')).code).toBe(7);
  expect(existsSync(join(c.home, '.watchfloor/install.lock'))).toBe(false);
});

test('two starts at once install once', async () => {
  const c = checkout();
  const both = await Promise.all([c.start('start'), c.start('start')]);
  expect(both.map((b) => b.code)).toEqual([7, 7]);
  expect(c.calls()).toBe(1);
});

test('an unknown command says which there are', async () => {
  expect(await checkout().start('dance')).toMatchObject({
    code: 1,
    err: expect.stringContaining('start | test | run') as string,
  });
});
