import { expect, test } from 'vitest';
import type { VehicleSignal } from '#domain/city/rows.ts';
import { testDatabase } from '#tests/support/database.ts';
import { savePositions, vehicleTrack } from './vehicles.ts';

const { sql } = await testDatabase();
const NOW = Date.parse('2026-11-22T01:00:00Z');
const signal = (lng: number): VehicleSignal => ({
  at: [lng, 32],
  heading: null,
  kmh: 30,
  state: 'en_route',
  kind: 'repair',
  zh: '抢修7号',
  en: null,
  plate: null,
  online: true,
  simulated: true,
});

test('a track is of one vehicle and of its time, oldest first; of too many positions the newest are told', async () => {
  const saved = (vehicle: string, s: number) => ({ vehicle, at: NOW + s * 1000, signal: signal(118 + s / 100) });
  await savePositions(sql, [...[3, 1, 0, 2, 4].map((s) => saved('a', s)), saved('b', 2)]);
  const seconds = async (from: number, to: number, limit?: number): Promise<number[]> =>
    (await vehicleTrack(sql, 'a', NOW + from * 1000, NOW + to * 1000, limit)).map((p) => (p.at - NOW) / 1000);
  expect(await seconds(1, 4)).toEqual([1, 2, 3]);
  expect(await seconds(0, 9, 2)).toEqual([3, 4]);
  expect(await seconds(5, 9)).toEqual([]);
});
