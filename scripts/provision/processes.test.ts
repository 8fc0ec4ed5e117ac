import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { assertPortFree, freePort } from './cluster.ts';
import { findMissing } from './engine.ts';
import { userIn } from './os-user.ts';
import { isAlive, listenerOf, processId, shortCommand } from './processes.ts';

test('a process is the same only with its start time', () => {
  const me = processId(process.pid)!;
  expect(isAlive(me)).toBe(true);
  expect(isAlive({ ...me, startedTicks: '1' })).toBe(false);
  expect(isAlive({ ...me, boot: 'another' })).toBe(false);
});

test('a taken port is refused by a sentence with the port, the option and the process', async () => {
  const server = createServer();
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  const { port } = server.address() as AddressInfo;
  expect(listenerOf(port)?.pid).toBe(process.pid);
  await expect(assertPortFree(port, 'RT_PORT', 'the gateway')).rejects.toThrow(
    new RegExp(`port ${port} for the gateway \\(option RT_PORT\\) is taken by process ${process.pid} \\(.*node.*\\)`),
  );
  await new Promise((r) => server.close(r));
  await expect(assertPortFree(await freePort(), 'RT_PORT', 'the gateway')).resolves.toBeUndefined();
});

test('an address that is not this machine’s is told as that', async () => {
  await expect(assertPortFree(4300, 'PORT', 'the web server', '192.0.2.1')).rejects.toThrow(
    /192\.0\.2\.1 is no address of this machine/,
  );
});

test('libraries that the loader did not find are named once', () => {
  const listing = '\tlibpq.so.5 => /r/libpq.so.5 (0x1)\n\tlibicu.so.76 => not found\n\tlibicu.so.76 => not found\n';
  expect(findMissing(listing)).toEqual(['libicu.so.76']);
});

test('a user is found in /etc/passwd by the whole name', () => {
  const passwd =
    'root:x:0:0:root:/root:/bin/bash\nwatchfloor2:x:7:7::/:/bin/sh\nwatchfloor:x:998:997::/nonexistent:/bin/false\n';
  expect(userIn(passwd, 'watchfloor')).toEqual({ name: 'watchfloor', uid: 998, gid: 997 });
  expect(userIn(passwd, 'watch')).toBeNull();
});

test('a command is shown as people know it', () => {
  const words = [
    '/long/way/to/node_modules/node/bin/node',
    '--import',
    '/long/way/preload.ts',
    '/srv/w/realtime/main.ts',
    '',
  ];
  expect(shortCommand(words)).toBe('node /srv/w/realtime/main.ts');
  expect(shortCommand([])).toBe('');
});
