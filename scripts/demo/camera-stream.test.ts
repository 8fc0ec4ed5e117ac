import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlaylist } from '#domain/cameras/playlist.ts';
import { decideCamera } from '#domain/cameras/rules.ts';
import { CONDUCTS, demoCameras } from './camera-sites.ts';
import { livePlaylist, newestPart, PART_MS, partAt } from './camera-stream.ts';

const NOW = Date.UTC(2026, 10, 22, 8);
const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'camera-media', name));
const timeOf = (part: Buffer): bigint => part.readBigUInt64BE(part.indexOf('tfdt') + 8);

test('the playlist goes on by one part in two seconds, and each part begins where the one before ends', () => {
  const list = (now: number) => readPlaylist(livePlaylist(now, (p) => `${p}.m4s`, 'init.mp4'));
  const [a, b] = [list(NOW), list(NOW + PART_MS)];
  if (a.kind !== 'media' || b.kind !== 'media') throw new Error('no playlist of media');
  expect(b.sequence).toBe(a.sequence + 1);
  expect(b.segments.slice(0, -1)).toEqual(a.segments.slice(1));
  expect(a.segments.at(-1)).toBe(`${newestPart(NOW)}.m4s`);
  const n = newestPart(NOW);
  // 10,240 ticks a second
  expect(timeOf(partAt(file('part1.m4s'), n + 1)) - timeOf(partAt(file('part0.m4s'), n))).toBe(20_480n);
  expect(() => partAt(file('init.mp4'), 1)).toThrow('sidx');
});

test('the same seed gives the same cameras, each one that the registry takes, and every conduct is among them', () => {
  const places = Array.from({ length: 200 }, (_, i) => ({ name: `地点${i}`, at: [120 + i / 1000, 23] as const }));
  const cameras = demoCameras(places, 1, 'http://127.0.0.1:4307');
  expect(demoCameras(places, 1, 'http://127.0.0.1:4307')).toEqual(cameras);
  expect(cameras).toHaveLength(200);
  for (const { entry } of cameras) expect(decideCamera(entry)).toMatchObject({ ok: true });
  expect(new Set(cameras.map((c) => c.conduct))).toEqual(new Set(CONDUCTS));
});
