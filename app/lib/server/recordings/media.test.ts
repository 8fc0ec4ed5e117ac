import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { CallStory } from '#domain/calls/journey.ts';
import { alawOf } from '#domain/recordings/companding.ts';
import { linear, soundOf, WAV_HEAD_BYTES, wavHead } from '#domain/recordings/sound.ts';

const root = await mkdtemp(join(tmpdir(), 'recordings-'));
const folder = join(root, 'monitor');
const recorder = createServer((req, res) => {
  if (req.url !== '/rec/30.1.alaw' || req.headers.authorization !== 'Bearer s3cret') return res.writeHead(404).end();
  res.writeHead(200).end(Buffer.alloc(8000, alawOf(1000)));
});
await new Promise<void>((r) => recorder.listen(0, '127.0.0.1', r));
// read once, at the first use
Object.assign(process.env, {
  RECORDINGS_DIR: folder,
  RECORDINGS_MAX_MB: '1',
  RECORDINGS_URL: `http://127.0.0.1:${(recorder.address() as AddressInfo).port}/rec/{call}.alaw`,
  RECORDINGS_URL_AUTH: 'Bearer s3cret',
  WATCHFLOOR_DIR: root,
});
const { partsOf } = await import('./find.ts');
const { openFile } = await import('./folder.ts');
const { fileBytes, openMedia, playedBytes, wavPart } = await import('./media.ts');
const { waveformOf } = await import('./waveform.ts');
const { dayOf } = await import('./usage.ts');
afterAll(async () => {
  recorder.close();
  await rm(root, { recursive: true });
});

const T = Date.parse('2026-03-03T02:00:00Z');
const story = (id: string, recorded: CallStory['recorded'] = []) =>
  ({
    call: { call_id: id, t_setup: T, t_end: T + 60_000, caller: '13900001111', called: '12345' },
    recorded,
  }) as unknown as CallStory;
const span = (file: string) => ({ leg: 'a', from: T, to: T + 1000, file });
const DAY = '2026/03/03';
await mkdir(join(folder, DAY), { recursive: true });
/** One second of stereo A-law, each sample its own. */
const samples = Uint8Array.from({ length: 16_000 }, (_, i) => (i * 7) % 256);
const file = Buffer.concat([wavHead({ rate: 8000, channels: 2 }, samples.length), samples]);
file.writeUInt16LE(6, 20);
file.writeUInt16LE(8, 34);
await writeFile(join(folder, DAY, '17.1.wav'), file);
await writeFile(join(folder, DAY, '17.10.wav'), file);
await writeFile(join(folder, DAY, '17.2-a.wav'), file);
await writeFile(join(folder, DAY, '17.2-b.wav'), file);
await writeFile(join(root, 'secret.wav'), file);
await symlink(join(root, 'secret.wav'), join(folder, DAY, '18.1.wav'));
await writeFile(join(folder, DAY, '19.1.wav'), Buffer.alloc(1_000_001));
await mkdir(join(folder, DAY, '20.1.wav'));

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const out: Uint8Array[] = [];
  for await (const c of chunks) out.push(c);
  return Buffer.concat(out);
}

test('a call’s file is found by the pattern, by its whole id; several are parts of it', async () => {
  const names = async (id: string): Promise<string[]> => (await partsOf(story(id), T)).list.map((p) => p.name);
  expect(await names('17.1')).toEqual(['17.1.wav']);
  expect(await names('17.2')).toEqual(['17.2-a.wav', '17.2-b.wav']);
});

test('a file that the switch named comes first, and one that is missing falls back to the pattern and still says so', async () => {
  const named = await partsOf(story('99.9', [span(`/var/spool/asterisk/monitor/${DAY}/17.1.wav`)]), T);
  expect(named.list).toMatchObject([{ name: '17.1.wav', by: 'told', refused: null }]);
  const gone = await partsOf(story('17.1', [span(`${DAY}/gone.wav`)]), T);
  expect(gone.list).toMatchObject([
    { name: `${DAY}/gone.wav`, by: 'told', refused: 'missing', place: null },
    { name: '17.1.wav', by: 'pattern', refused: null },
  ]);
});

test('links out of the folder, folders, files that are too large and ways out of it are refused', async () => {
  expect(await openFile(`${DAY}/18.1.wav`)).toMatchObject({ ok: false, code: 'outside' });
  expect(await openFile('../secret.wav')).toMatchObject({ ok: false, code: 'outside' });
  expect(await openFile(`${DAY}/19.1.wav`)).toMatchObject({ ok: false, code: 'too-large' });
  expect(await openFile(`${DAY}/20.1.wav`)).toMatchObject({ ok: false, code: 'unreadable' });
  expect(await openFile(`${DAY}/none.wav`)).toMatchObject({ ok: false, code: 'missing' });
  await chmod(join(folder, DAY, '17.10.wav'), 0o000);
  // root may read everything
  const closed = await openFile(`${DAY}/17.10.wav`);
  expect(closed.ok).toBe(process.getuid?.() === 0);
  if (closed.ok) await closed.value.handle.close();
});

test('every range of what is played is that part of the whole, and the whole is the decoded sound', async () => {
  const [part] = (await partsOf(story('17.1'), T)).list;
  const media = await openMedia(part!);
  if (!media.ok) throw new Error(media.code);
  const { handle, sound } = media.value;
  const size = playedBytes(media.value);
  const whole = await all(wavPart(handle, sound!, 0, size - 1));
  expect(whole.length).toBe(size);
  const read = soundOf('x.wav', whole, size);
  expect(read).toMatchObject({ value: { coding: 'pcm16', channels: 2, rate: 8000, dataBytes: 32_000, cut: false } });
  expect([...linear('pcm16', whole.subarray(WAV_HEAD_BYTES))]).toEqual([...linear('alaw', samples)]);
  for (const [from, to] of [
    [0, 0],
    [0, 43],
    [10, 50],
    [43, 44],
    [44, 44],
    [45, 46],
    [101, 20_000],
    [size - 3, size - 1],
  ] as const)
    expect((await all(wavPart(handle, sound!, from, to))).equals(whole.subarray(from, to + 1)), `${from}-${to}`).toBe(
      true,
    );
  expect((await all(fileBytes(handle, 0, file.length - 1))).equals(file)).toBe(true);
  const waveform = await waveformOf(media.value, new AbortController().signal);
  expect([waveform!.seconds, waveform!.peaks.length]).toEqual([1, 2]);
  const left = new AbortController();
  left.abort();
  await expect(waveformOf({ ...media.value, version: 'another' }, left.signal)).rejects.toThrow();
  await handle.close();
});

test('a recorder is asked with its key when somebody listens, and what it does not have is missing', async () => {
  const [part] = (await partsOf(story('30.1'), T)).list;
  // not in the folder: the recorder may have it
  expect(part).toMatchObject({ by: 'recorder', name: '30.1.alaw', refused: null });
  const media = await openMedia(part!);
  if (!media.ok) throw new Error(media.code);
  expect(media.value).toMatchObject({ bytes: 8000, sound: { coding: 'alaw' } });
  await media.value.handle.close();
  const [none] = (await partsOf(story('30.2'), T)).list;
  expect(await openMedia(none!)).toMatchObject({ ok: false, code: 'missing' });
});

test('folders of days are known in the ways that people name them', () => {
  expect(['2026/03/03', '2026-03-03', '20260303', 'a/2026/03/03/x', '2026/03', 'x'].map(dayOf)).toEqual([
    ...Array.from({ length: 4 }, () => '2026-03-03'),
    null,
    null,
  ]);
});
