import { expect, test } from 'vitest';
import { VEHICLE_STATES, type VehicleSignal } from '#domain/city/rows.ts';
import { mulberry32 } from '#domain/random.ts';
import { MINUTE } from '#domain/time.ts';
import { rgb } from '../colours.ts';
import { VehicleMarks, type VehicleValue } from './vehicles.ts';

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
const vehicleMarks = (values: ReadonlyMap<string, VehicleValue>, now: number, chosen: string | null = null) =>
  new VehicleMarks().of(values, now, chosen);
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

test('what is changed step by step is what is made anew, and what did not change is the same array', () => {
  const random = mulberry32(5);
  const step = new VehicleMarks();
  const values = new Map<string, VehicleValue>();
  let [now, chosen, same] = [NOW, null as string | null, 0];
  let before = step.of(values, now, chosen);
  for (let i = 0; i < 400; i++) {
    const id = `v${Math.floor(random() * 40)}`;
    const state = VEHICLE_STATES[Math.floor(random() * VEHICLE_STATES.length)]!;
    const kind = random() < 0.05 ? 'fire' : 'repair';
    const heading = random() < 0.3 ? null : Math.floor(random() * 360);
    if (random() < 0.02) values.delete(id);
    else values.set(id, { at: now, body: { ...body, at: [118 + random(), 32], state, kind, heading, online: random() > 0.1 } });
    if (random() < 0.2) now += MINUTE * random();
    if (random() < 0.1) chosen = random() < 0.5 ? null : id;
    const kept = structuredClone(before);
    const after = step.of(values, now, chosen);
    const { marks, ats } = vehicleMarks(values, now, chosen);
    expect(after).toEqual({ marks, ats });
    // what was given out is never written again
    expect(before).toEqual(kept);
    if (after.marks.fills === before.marks.fills && after.marks.positions !== before.marks.positions) same++;
    before = after;
  }
  expect(same).toBeGreaterThan(20);
  expect(step.of(values, now, chosen)).toBe(before);
}); // prettier-ignore
