import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDown, encodeChanges, encodeSignals } from './frames.ts';
import { SEAT_LINES, SEAT_PAUSES, type SeatLiveRow } from './floor/rows.ts';
import type { Change } from './tables.ts';

const at = fc.integer({ min: 0, max: 4e12 });
const seatLive: fc.Arbitrary<SeatLiveRow> = fc.record({
  line: fc.constantFrom(...SEAT_LINES),
  since: at,
  pause: fc.constantFrom(...SEAT_PAUSES),
  reason: fc.string({ unit: 'grapheme', maxLength: 40 }),
  pauseSince: fc.option(at),
  wrapUntil: fc.option(at),
  onQueueCall: fc.boolean(),
  queue: fc.option(fc.string()),
  call: fc.option(fc.string()),
  holding: fc.boolean(),
  heldSince: fc.option(at),
});
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ c: fc.constant('seatLive'), id: fc.string({ maxLength: 20 }), row: fc.option(seatLive) }),
  // a row that does not fit its form, and a collection without one
  fc.record({
    c: fc.constantFrom('seatLive', 'call'),
    id: fc.string({ maxLength: 20 }),
    row: fc.dictionary(
      // names that a reader of JSON must not make fields of; no row of ours has them
      fc.string().filter((name) => !['__proto__', 'prototype', 'constructor'].includes(name)),
      fc.oneof(
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
      ),
    ),
  }),
);

test('a frame of changes is decoded to the same rows, packed or not', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.nat(), (items, n) => {
      const down = decodeDown(encodeChanges('floor', n, items));
      if (down.type !== 'changes') throw new Error(down.type);
      expect(down.upTo).toBe(n);
      const key = (c: Change): string => `${c.c} ${c.id} ${JSON.stringify(c.row)}`;
      expect(down.items.map(key).sort()).toEqual(items.map(key).sort());
    }),
  );
});

test('a signal frame is decoded to the same values', () => {
  const body = {
    at: [118.7912345, 31.2],
    heading: 12.5,
    kmh: null,
    state: 'en_route',
    kind: 'fire',
    zh: '消防1号',
    en: null,
    plate: null,
    online: true,
    simulated: true,
  };
  const items = [{ key: 'v1', at: 1_795_320_645_082, body }];
  expect(decodeDown(encodeSignals('vehicles', 3, items))).toEqual({
    type: 'signals',
    lane: 'vehicles',
    skipped: 3,
    items,
  });
  expect(decodeDown(encodeSignals('readings', 0, items))).toEqual({
    type: 'signals',
    lane: 'readings',
    skipped: 0,
    items,
  });
});

test('a seat takes less than a quarter of its JSON', () => {
  const row: SeatLiveRow = {
    line: 'in-call',
    since: 1_795_320_645_082,
    pause: 'none',
    reason: '',
    pauseSince: null,
    wrapUntil: null,
    onQueueCall: true,
    queue: 'hotline',
    call: '1795320645.17',
    holding: false,
    heldSince: null,
  };
  const one = { c: 'seatLive', id: '1001', row };
  const packed = encodeChanges('floor', 1, [one, one]).length - encodeChanges('floor', 1, [one]).length;
  expect(packed).toBeLessThan(JSON.stringify(one).length / 4);
});

test('bytes that are no frame are refused with an error and never loop', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeDown(bytes);
      } catch (e) {
        expect(e).toBeInstanceOf(Error);
      }
    }),
  );
});
