import { expect, test } from 'vitest';
import type { VehicleSignal } from '#domain/city/rows.ts';
import { MINUTE } from '#domain/time.ts';
import { rgb } from '../colours.ts';
import { vehicleMarks } from './vehicles.ts';

const NOW = Date.parse('2026-11-22T01:00:00Z');
const body: VehicleSignal = {
  at: [118.78, 32.05],
  heading: 90,
  kmh: 30,
  state: 'en_route',
  kind: 'repair',
  zh: '抢修7号',
  en: null,
  plate: null,
  online: true,
  simulated: true,
};
const look = (over: Partial<VehicleSignal>, ageMs = 0): { fill: number[]; heading: number; icon: string } => {
  const { marks } = vehicleMarks(new Map([['v', { at: NOW - ageMs, body: { ...body, ...over } }]]), NOW);
  return { fill: [...marks.fills], heading: marks.headings?.[0] ?? Number.NaN, icon: marks.icons![0]! };
};

test('a fresh vehicle at work is a filled disc with its heading and the sign of its kind', () => {
  expect(look({})).toEqual({ fill: [...rgb('wrap'), 255], heading: 90, icon: 'vehicle-repair' });
});

test('after two minutes it fades and loses its heading, after ten it is hollow', () => {
  const stale = look({}, 2 * MINUTE);
  expect(stale.fill).not.toEqual([...rgb('wrap'), 255]);
  expect(stale.fill[3]).toBe(255);
  expect(stale.heading).toBeNaN();
  expect(look({}, 10 * MINUTE).fill[3]).toBeLessThan(100);
});

test('one that said goodbye is hollow however fresh its position is', () => {
  expect(look({ online: false }).fill[3]).toBeLessThan(100);
});

test('a standing vehicle has no heading', () => {
  expect(look({ kmh: 0 }).heading).toBeNaN();
  expect(look({ heading: null }).heading).toBeNaN();
});

test('marks keep the order of the lane, so that arrays belong to ids', () => {
  const values = new Map(['b', 'a'].map((id, i) => [id, { at: NOW, body: { ...body, at: [118 + i, 32] as const } }]));
  const { marks } = vehicleMarks(values, NOW);
  expect(marks.ids).toEqual(['b', 'a']);
  expect([...marks.positions]).toEqual([118, 32, 119, 32]);
});
