import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionAge, vehiclePresence } from '#domain/city/view.ts';
import { Fleet, MAX_VEHICLES } from './fleet.ts';
import { maskPlate, parseVehicle, type VehicleMessage } from './parse.ts';

const NOW = Date.parse('2026-07-10T09:00:00+08:00');
const parse = (topic: string, x: unknown) =>
  parseVehicle(topic, Buffer.from(typeof x === 'string' ? x : JSON.stringify(x)), NOW, (p) => p);
const position = (at: number, lng: number): VehicleMessage => ({
  type: 'position',
  vehicle: 'v1',
  at,
  position: [lng, 30],
  heading: 90,
  kmh: 30,
  state: 'en_route',
  simulated: false,
});

test('any topic and any bytes give a message or a refusal', () => {
  fc.assert(fc.property(fc.string(), fc.uint8Array(), (t, b) => void parseVehicle(t, b, NOW, (p) => p)));
  const leaf = fc.constantFrom('position', 'info', 'status');
  fc.assert(fc.property(leaf, fc.json(), (l, j) => void parse(`vehicles/a/${l}`, j)));
});

test.each([
  ['vehicles/v1/position', { at: '2026-07-10T09:00:00', position: [114, 30] }, 'format'],
  ['vehicles/v1/position', { at: '2026-07-10T09:06:00+08:00', position: [114, 30] }, 'future'],
  ['vehicles/v1/position', { at: '2026-07-08T09:06:00+08:00', position: [114, 30] }, 'too-old'],
  ['vehicles/v1/position', { at: '2026-07-10T09:00:00+08:00', position: [30, 114] }, 'format'],
  ['vehicles/v1/position', { at: '2026-07-10T09:00:00+08:00', position: [114, 30], state: 'flying' }, 'format'],
  ['vehicles/a b/position', {}, 'topic'],
  ['vehicles/v1/info', { kind: 'ufo', name: 'x' }, 'format'],
  ['vehicles/v1/status', 'offline', 'not-json'],
  ['vehicles/v1/status', 'x'.repeat(5000), 'too-large'],
])('%s %o is refused as %s', (topic, body, code) => {
  expect(parse(topic, body)).toMatchObject({ ok: false, code });
});

test('a plate is masked as it is read', () => {
  expect(parse('vehicles/v1/info', { kind: 'fire', name: '消防1号', plate: '鄂A12345' })).toMatchObject({
    value: { plate: '鄂A·1***5' },
  });
  expect(maskPlate('鄂A·D12345')).toBe('鄂A·D****5');
  expect(maskPlate('ABC')).toBe('***');
});

test('a message that comes out of order goes to the history and does not move the marker', () => {
  const fleet = new Fleet();
  fleet.take(position(NOW, 114.2));
  expect(fleet.take(position(NOW - 5000, 114.1))).toMatchObject({ at: NOW - 5000 });
  // the will is about the newest position, not about the last to arrive
  expect(fleet.take({ type: 'status', vehicle: 'v1', online: false })).toMatchObject({
    at: NOW + 1,
    signal: { at: [114.2, 30], online: false },
  });
});

test('the last will leaves the marker where it was with its true age, and the next position brings it back', () => {
  const fleet = new Fleet();
  fleet.take(position(NOW, 114.2));
  const gone = fleet.take({ type: 'status', vehicle: 'v1', online: false })!;
  expect(gone.at - NOW).toBe(1);
  expect(vehiclePresence(gone.signal, gone.at, NOW + 60_000)).toBe('offline');
  expect(fleet.take({ type: 'status', vehicle: 'v1', online: false })).toBeNull();
  expect(fleet.take({ type: 'status', vehicle: 'v1', online: true })).toBeNull();
  expect(fleet.take({ type: 'status', vehicle: 'unheard', online: false })).toBeNull();
  expect(fleet.take(position(NOW + 5000, 114.3))).toMatchObject({ signal: { online: true } });
});

test('a description that comes late names the marker that is there', () => {
  const fleet = new Fleet();
  fleet.take(position(NOW, 114.2));
  const info: VehicleMessage = {
    type: 'info',
    vehicle: 'v1',
    kind: 'fire',
    zh: '消防1号',
    en: null,
    plate: null,
    simulated: true,
  };
  expect(fleet.take(info)).toMatchObject({
    at: NOW + 1,
    signal: { kind: 'fire', zh: '消防1号', simulated: true, at: [114.2, 30] },
  });
  expect(fleet.take(info)).toBeNull();
  expect(fleet.takeChangedInfo()).toHaveLength(1);
  expect(fleet.takeChangedInfo()).toEqual([]);
});

test('whatever the order of arrival, the last place of the fleet is that of the newest message', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        Array.from({ length: 12 }, (_, i) => i),
        { minLength: 1 },
      ),
      (order) => {
        const fleet = new Fleet();
        for (const i of order) fleet.take(position(NOW + i * 1000, 114 + i / 100));
        const newest = Math.max(...order);
        expect(fleet.take({ type: 'status', vehicle: 'v1', online: false })!.signal.at[0]).toBe(114 + newest / 100);
      },
    ),
  );
});

test('a publisher without end cannot grow the fleet without end', () => {
  const fleet = new Fleet();
  for (let i = 0; i < MAX_VEHICLES + 500; i++)
    fleet.take({ ...position(NOW, 114), vehicle: `v${i}` } as VehicleMessage);
  expect(fleet.size).toBe(MAX_VEHICLES);
});

test('a position is stale from 2 minutes and unknown from 10', () => {
  expect([0, 119_999, 120_000, 599_999, 600_000, -60_000].map((age) => positionAge(NOW - age, NOW))).toEqual([
    'fresh',
    'fresh',
    'stale',
    'stale',
    'unknown',
    'fresh',
  ]);
});
