import { expect, test } from 'vitest';
import type { Kept } from '#domain/cameras/health.ts';
import type { CameraEntry } from '#domain/cameras/rows.ts';
import { testDatabase } from '#tests/support/database.ts';
import { dueCameras, keepCamera } from './camera-health.ts';
import {
  addCamera,
  cameraAddresses,
  cameraList,
  camerasIn,
  changeCamera,
  importCameras,
  nearestCameras,
  retireCamera,
  retireSimulated,
} from './cameras.ts';

const { sql } = await testDatabase();
const NOW = Date.parse('2027-01-15T02:00:00Z');
const officer = { account: 7, name: '管理员' };
const by = { officer, now: NOW };
const SECRET = 'http://u:geheim@10.0.0.9/live.m3u8?token=abc';
const entry = (id: string, more: Partial<CameraEntry> = {}): CameraEntry => ({
  id,
  name: `监控 ${id}`,
  at: [120.2, 23],
  bearing: 359.9,
  fov: 72.5,
  owner: '交警支队',
  addresses: { hls: SECRET, whep: null, snapshot: null },
  ...more,
});
const ALL = { text: '', state: 'open' } as const;
const PAGE = { limit: 50, offset: 0 };
const facts = async (subject: string) =>
  (await sql<{ kind: string; body: object }[]>`select kind, body from fact where subject = ${subject} order by n`).map(
    (f) => [f.kind, f.body],
  );

test('a camera is added once, changed with the names of its fields, and retired; no fact and no list holds its address', async () => {
  expect(await addCamera(sql, entry('A-1'), by)).toMatchObject({ ok: true });
  expect(await addCamera(sql, entry('A-1'), by)).toMatchObject({ code: 'camera-exists' });
  // the same again, through single precision and all, is no change
  expect(await changeCamera(sql, entry('A-1'), by)).toMatchObject({ ok: true });
  const moved = entry('A-1', { at: [120.3, 23], addresses: { hls: null, whep: 'http://m/whep', snapshot: null } });
  expect(await changeCamera(sql, moved, by)).toMatchObject({ ok: true });
  expect(await cameraAddresses(sql, 'A-1')).toEqual({ hls: null, whep: 'http://m/whep', snapshot: null });
  expect(await retireCamera(sql, 'A-1', true, by)).toMatchObject({ ok: true });
  expect(await retireCamera(sql, 'A-1', true, by)).toMatchObject({ code: 'camera-missing' });
  expect(await changeCamera(sql, moved, by)).toMatchObject({ code: 'camera-missing' });
  expect(await cameraAddresses(sql, 'A-1')).toBeNull();
  const named = { name: '监控 A-1', by: officer };
  expect(await facts('camera:A-1')).toEqual([
    ['camera.added', { ...named, changed: [] }],
    ['camera.changed', { ...named, changed: ['at', 'hls', 'whep'] }],
    ['camera.retired', { ...named, changed: [] }],
  ]);
  const { cameras } = await cameraList(sql, { text: 'a-1', state: 'retired' }, PAGE);
  expect(cameras).toHaveLength(1);
  expect(cameras[0]!.ways).toEqual(['whep']);
  const [said] = await sql<{ t: string }[]>`select string_agg(body::text, '') as t from fact`;
  expect(said!.t + JSON.stringify(cameras)).not.toMatch(/geheim|token|10\.0\.0\.9|m\/whep/);
});

test('a file twice is one import: it changes what differs, brings a retired one back and leaves the others alone', async () => {
  const file = [entry('B-1'), entry('B-2', { at: [120.21, 23] }), entry('A-1')];
  expect(await importCameras(sql, file, 'city.csv', by)).toEqual({ added: 2, changed: 1, same: 0 });
  expect(await importCameras(sql, file, 'city.csv', by)).toEqual({ added: 0, changed: 0, same: 3 });
  const next = [entry('B-2', { at: [120.21, 23], name: '西门' })];
  expect(await importCameras(sql, next, 'city.csv', by)).toEqual({ added: 0, changed: 1, same: 0 });
  expect((await cameraList(sql, ALL, PAGE)).cameras.map((c) => [c.id, c.name, c.retiredAt])).toEqual([
    ['A-1', '监控 A-1', null],
    ['B-1', '监控 B-1', null],
    ['B-2', '西门', null],
  ]);
  expect((await facts('cameras')).length).toBe(2);
});

test('what a look finds is a fact only when the state is another one, and a camera that was retired meanwhile is left alone', async () => {
  const later = NOW + 60_000;
  const due = (await dueCameras(sql, later, 10)).find((c) => c.id === 'B-1')!;
  const kept = (over: Partial<Kept>): Kept => ({ ...due.kept, checkedAt: later, ...over });
  const live = kept({ state: 'live', since: later, pictureAt: later, endsWith: '41 x' });
  await keepCamera(sql, due, live, later + 30_000);
  expect((await dueCameras(sql, later, 10)).map((c) => c.id)).not.toContain('B-1');
  await keepCamera(sql, { id: 'B-1', kept: live }, { ...live, pictureAt: later + 5 }, later);
  expect((await dueCameras(sql, later, 10)).find((c) => c.id === 'B-1')?.kept).toEqual({
    ...live,
    pictureAt: later + 5,
  });
  const dead = kept({ state: 'dead', reason: 'timeout', since: later + 9, pictureAt: later + 5 });
  await keepCamera(sql, { id: 'B-1', kept: live }, dead, later);
  expect((await facts('camera:B-1')).map(([kind, body]) => [kind, body])).toEqual([
    ['camera.found', { state: 'live', reason: null, was: 'unknown', pictureAt: later }],
    ['camera.found', { state: 'dead', reason: 'timeout', was: 'live', pictureAt: later + 5 }],
  ]);
});

test('the nearest come in order of their distance with whether they look there; a dead one that is nearer is named apart', async () => {
  const near = await nearestCameras(sql, [120.2, 23.001], 1, 5000);
  // B-1 stands 111 m south, looks north, and is dead since the test before
  expect(near.dead.map((c) => c.id)).toEqual(['B-1']);
  expect(near.cameras.map((c) => c.id)).toEqual(['A-1']);
  expect(near.cameras[0]!.distanceM).toBeCloseTo(110.7, 0);
  expect(near.cameras[0]!.facing).toBe(true);
  expect((await nearestCameras(sql, [120.2, 23.001], 9, 500)).cameras.map((c) => c.id)).toEqual(['A-1']);
  expect((await nearestCameras(sql, [10, 50], 9, 5000)).cameras).toEqual([]);
  expect((await camerasIn(sql, [120.205, 22.9, 120.25, 23.1], 10)).map((c) => c.id)).toEqual(['B-2']);
});

test('simulated cameras leave the registry when no simulator speaks, and the city’s own stay', async () => {
  await importCameras(sql, [entry('SIM-1')], 'demo', { officer: null, now: NOW });
  expect(await retireSimulated(sql, NOW)).toBe(1);
  expect((await cameraList(sql, ALL, PAGE)).cameras.map((c) => c.id)).toEqual(['A-1', 'B-1', 'B-2']);
});
