import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { askCamera, readWhole } from './ask.ts';

/** A server of one answer on a socket of this machine. @returns its address, and the paths that were asked */
async function camera(answer: RequestListener): Promise<{ home: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`.trim());
    answer(request, response);
  });
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { home: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live.m3u8`, asked };
}
const ask = (home: string, wanted = home, withinMs = 2000) => askCamera(home, new URL(wanted, home), { withinMs });

test('user and password of the registry are sent to its own host, also for a segment and after a redirect within it', async () => {
  const { home, asked } = await camera((q, r) =>
    q.url === '/live.m3u8' ? r.writeHead(302, { location: '/now.m3u8' }).end() : r.end('#EXTM3U'),
  );
  const withUser = home.replace('//', '//admin:p%40ss@');
  const answer = await ask(withUser);
  const basic = `Basic ${Buffer.from('admin:p@ss').toString('base64')}`;
  expect(asked).toEqual([`/live.m3u8 ${basic}`, `/now.m3u8 ${basic}`]);
  expect(answer.ok && answer.value.from.href).toBe(home.replace('live', 'now'));
  expect(answer.ok && (await readWhole(answer.value.body, 100))?.toString()).toBe('#EXTM3U');
});

test('nothing but the registered protocol, host and port is asked, whatever a playlist or a redirect says', async () => {
  const inside = await camera((_q, r) => r.end('secret of the house'));
  const { home } = await camera((_q, r) => r.writeHead(307, { location: inside.home }).end());
  expect(await ask(home)).toMatchObject({ ok: false, code: 'redirect' });
  expect(await ask(home, inside.home)).toMatchObject({ ok: false, code: 'forbidden-host' });
  expect(await ask(home, 'file:///etc/passwd')).toMatchObject({ ok: false, code: 'forbidden-host' });
  expect(inside.asked).toEqual([]);
  const { home: circle, asked } = await camera((_q, r) => r.writeHead(302, { location: '/again' }).end());
  expect(await ask(circle)).toMatchObject({ ok: false, code: 'redirect' });
  expect(asked.length).toBeLessThanOrEqual(4);
});

test('an address of this link only is not called, as a number or behind a name', async () => {
  for (const home of ['http://169.254.169.254/latest/', 'http://[fe80::1]/', 'http://2852039166/', 'http://0.0.0.0:1/'])
    expect(await ask(home), home).toMatchObject({ ok: false, code: 'forbidden-host' });
});

test('what goes wrong is told by its kind, and never with the address', async () => {
  const { home } = await camera((q, r) => {
    const status = Number(/\d{3}/.exec(q.url ?? '')?.[0] ?? 0);
    if (status > 0) r.writeHead(status).end();
  });
  const codes: Record<string, string> = {
    '401': 'not-allowed',
    '403': 'not-allowed',
    '404': 'not-found',
    '503': 'server-error',
    '418': 'broken',
  };
  for (const [status, code] of Object.entries(codes))
    expect(await ask(`${home}?token=geheim`, `/${status}`)).toEqual({ ok: false, code, reason: status });
  // silent
  expect(await ask(home, '/nothing', 150)).toEqual({ ok: false, code: 'timeout', reason: '' });
  expect(await ask(home.replace('http:', 'https:'))).toMatchObject({ ok: false, code: 'tls' });
  expect(await ask('http://127.0.0.1:1/')).toMatchObject({ ok: false, code: 'refused' });
  expect(await ask('http://camera.invalid/')).toMatchObject({ ok: false, code: 'name-unknown' });
});

test('an answer that is larger than it may be, by its own word or without it, or that breaks off, is none', async () => {
  const big = Buffer.alloc(5000, 1);
  const { home } = await camera((q, r) => {
    if (q.url === '/told') r.writeHead(200, { 'content-length': 5000 }).end(big);
    else if (q.url === '/broken') {
      r.writeHead(200, { 'content-length': 5000 });
      r.write(big.subarray(0, 10), () => r.destroy());
    } else {
      r.write(big);
      r.end();
    }
  });
  for (const path of ['/told', '/untold']) {
    const answer = await ask(home, path);
    expect(answer.ok && (await readWhole(answer.value.body, 4999)), path).toBeNull();
  }
  const whole = await ask(home, '/untold');
  expect(whole.ok && (await readWhole(whole.value.body, 5000))?.length).toBe(5000);
  const broken = await ask(home, '/broken');
  expect(broken.ok && (await readWhole(broken.value.body, 5000))).toBeNull();
});
