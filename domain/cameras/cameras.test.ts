import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../time.ts';
import { addressMistake, hideSecrets, isForbiddenIp, keptAddress, sameOrigin } from './address.ts';
import { judge, looksAt, type Kept, type Look } from './health.ts';
import { readCameras } from './import.ts';
import { readPlaylist, rewritePlaylist } from './playlist.ts';

const MEDIA = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:41
#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/k?t=1",IV=0x01
#EXT-X-MAP:URI="init.mp4",BYTERANGE="800@0"
#EXTINF:2.0,
seg41.m4s?token=a
#EXTINF:2.0,
http://other.example/seg42.m4s
#EXT-X-PART:DURATION=0.5,URI="part.m4s"
`;

test('every address of a playlist is replaced, and those that may not be asked are left out with what describes them', () => {
  const asked: string[] = [];
  const ours = rewritePlaylist(MEDIA, (uri) => {
    asked.push(uri);
    return uri.includes('other.example') || uri.includes('keys.example') ? null : `/relay/${asked.length}`;
  })!;
  expect(asked).toEqual([
    'https://keys.example/k?t=1',
    'init.mp4',
    'seg41.m4s?token=a',
    'http://other.example/seg42.m4s',
  ]);
  expect(ours).toContain('#EXT-X-MAP:URI="/relay/2",BYTERANGE="800@0"');
  expect(ours).not.toMatch(/example|token|m4s|mp4/);
  expect(ours.match(/#EXTINF/g)).toHaveLength(1);
  expect(rewritePlaylist('<html>#EXTM3U</html>', () => '')).toBeNull();
});

test('windows line ends, a byte order mark and a master playlist are read', () => {
  expect(readPlaylist('\uFEFF' + MEDIA.replaceAll('\n', '\r\n'))).toEqual({
    kind: 'media',
    segments: ['seg41.m4s?token=a', 'http://other.example/seg42.m4s'],
    sequence: 41,
    targetS: 2,
    ended: false,
  });
  expect(readPlaylist('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/a.m3u8\n')).toEqual({
    kind: 'master',
    variants: ['low/a.m3u8'],
  });
  for (const text of ['', 'not found', '#EXTM3U', '#EXTM3U\nhttp://x/']) expect(readPlaylist(text).kind).toBe('none');
});

test('the relay asks the registered protocol, host and port only', () => {
  const home = 'http://user:pw@media.city:8080/live/1.m3u8';
  expect(sameOrigin(home, new URL('http://media.city:8080/live/seg?x=1'))).toBe(true);
  for (const away of [
    'http://media.city/live/seg',
    'https://media.city:8080/live/seg',
    'http://media.city.evil.example:8080/',
    'http://127.0.0.1:8080/',
    'file:///etc/passwd',
  ])
    expect(sameOrigin(home, new URL(away)), away).toBe(false);
});

test('no camera is at an unspecified, link-local or multicast address, in whatever way it is written', () => {
  for (const ip of [
    '0.0.0.0',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1%eth0',
    'ff02::1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    'metadata',
    '',
  ])
    expect(isForbiddenIp(ip), ip).toBe(true);
  for (const ip of ['10.1.2.3', '192.168.0.7', '127.0.0.1', '::1', 'fd00::7', '8.8.8.8', '::ffff:10.0.0.1'])
    expect(isForbiddenIp(ip), ip).toBe(false);
  // a number or an octal is the same address, and the URL says it so
  expect(isForbiddenIp(new URL('http://2852039166/').hostname)).toBe(true);
  expect(isForbiddenIp(new URL('http://0251.0376.0251.0376/').hostname)).toBe(true);
});

test('secrets of an address are hidden, left hidden they stay as they were, and half of a hidden one is no address', () => {
  const known = 'https://admin:geheim@10.0.0.9:554/live/a.m3u8?token=abc&ch=2';
  const shown = hideSecrets(known);
  expect(shown).toBe('https://•••@10.0.0.9:554/live/a.m3u8?token=•••&ch=•••');
  expect(keptAddress(` ${shown} `, known)).toBe(known);
  expect(keptAddress('', known)).toBeNull();
  expect(addressMistake(keptAddress(shown.replace('10.0.0.9', '10.0.0.8'), known)!)).toBe('address-hidden');
  for (const wrong of [
    'rtsp://10.0.0.9/a',
    'javascript:alert(1)',
    'http://',
    'http://a b/',
    '10.0.0.9/a',
    'http://a/#x',
  ])
    expect(addressMistake(wrong), wrong).toBe('address-url');
  expect(addressMistake('http://10.0.0.9/live.m3u8')).toBeNull();
});

const NEW: Kept = {
  state: 'unknown',
  reason: null,
  since: 0,
  checkedAt: null,
  pictureAt: null,
  fails: 0,
  endsWith: null,
  wentOnAt: null,
};
const seen = (endsWith: string | null, tookMs = 80): Look => ({ ok: true, tookMs, endsWith, targetS: 2 });

test('one lost answer is no dead camera; the second is, says since when, and is asked ever more rarely but again', () => {
  const every = 30 * SECOND;
  let { kept, dueAt } = judge(NEW, seen('a'), 1000, every);
  expect(kept).toMatchObject({ state: 'live', since: 1000, pictureAt: 1000 });
  const lost: Look = { ok: false, reason: 'timeout' };
  ({ kept, dueAt } = judge(kept, lost, dueAt, every));
  expect(kept).toMatchObject({ state: 'live', since: 1000, fails: 1 });
  expect(dueAt).toBe(31_000 + 10 * SECOND);
  ({ kept, dueAt } = judge(kept, lost, dueAt, every));
  expect(kept).toMatchObject({ state: 'dead', reason: 'timeout', since: 41_000, pictureAt: 1000 });
  const waits = Array.from({ length: 8 }, () => {
    const from = dueAt;
    ({ kept, dueAt } = judge(kept, lost, from, every));
    return dueAt - from;
  });
  expect(waits[0]).toBe(60 * SECOND);
  expect(waits.at(-1)).toBe(10 * MINUTE);
  expect(kept.since).toBe(41_000);
  expect(judge(kept, seen('b'), dueAt, every).kept).toMatchObject({
    state: 'live',
    reason: null,
    fails: 0,
    since: dueAt,
  });
});

test('a playlist that does not go on is no live picture; one that takes long is slow', () => {
  let { kept } = judge(NEW, seen('40 a'), 0, SECOND);
  ({ kept } = judge(kept, seen('40 a'), 10_000, SECOND));
  expect(kept.state).toBe('live');
  for (const t of [20_000, 30_000]) ({ kept } = judge(kept, seen('40 a'), t, SECOND));
  expect(kept).toMatchObject({ state: 'dead', reason: 'frozen', pictureAt: 10_000 });
  ({ kept } = judge(kept, seen('41 b', 4000), 40_000, SECOND));
  expect(kept.state).toBe('slow');
});

test('a camera looks at a place within half its angle to either side, over north too', () => {
  expect(looksAt(350, 40, 5)).toBe(true);
  expect(looksAt(350, 40, 20)).toBe(false);
  expect(looksAt(90, null, 119)).toBe(true);
  expect(looksAt(null, 90, 0)).toBeNull();
});

const file = (...rows: string[]) =>
  readCameras(
    rows.map((r, i) => ({ line: i + 1, cells: r.split(';') })),
    ([lng, lat]) => {
      if (!(Math.abs(lng) <= 180 && Math.abs(lat) <= 90)) throw new RangeError('no position');
      return [lng, lat];
    },
  );
const HEAD = '名称;编号;经度;纬度;方向;视场角;hls';

test('a file is taken whole, with its columns in any order', () => {
  const read = file(HEAD, '东门;E-1;120.2;23;360;70;http://m/1.m3u8', ';;;;;;');
  expect(read).toEqual({
    ok: true,
    cameras: [
      {
        id: 'E-1',
        name: '东门',
        at: [120.2, 23],
        bearing: 0,
        fov: 70,
        owner: '',
        addresses: { hls: 'http://m/1.m3u8', whep: null, snapshot: null },
      },
    ],
  });
});

test('one wrong row and none is taken; each is told with its line, and an address never', () => {
  const read = file(
    HEAD,
    'A;E-1;120.2;23;;;http://m/1.m3u8',
    'B;E-1;120.2;23;;;http://m/1.m3u8',
    'C;E 2;120.2;23;;;http://m/1.m3u8',
    'D;E-3;;23;;;http://m/1.m3u8',
    'E;E-4;0;0;;;http://m/1.m3u8',
    'F;E-5;120;23;400;;http://m/1.m3u8',
    'G;E-6;120;23;;;rtsp://u:geheim@m/1',
    'H;E-7;120;23;;;',
  );
  expect(read).toMatchObject({ ok: false, code: 'import-errors', rows: 8 });
  expect(read.ok || read.code !== 'import-errors' || read.errors).toEqual([
    { line: 3, code: 'camera-twice', value: '2' },
    { line: 4, code: 'camera-id', value: 'E 2' },
    { line: 5, code: 'camera-point', value: ', 23' },
    { line: 6, code: 'camera-point', value: '0, 0' },
    { line: 7, code: 'camera-bearing', value: '400' },
    { line: 8, code: 'address-url', value: 'hls' },
    { line: 9, code: 'address-none', value: 'E-7' },
  ]);
  expect(JSON.stringify(read)).not.toContain('geheim');
  expect(file('名称;编号', 'A;1')).toMatchObject({ code: 'import-columns', detail: '经度、纬度' });
});
