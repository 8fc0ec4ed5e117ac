import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { encodeChanges, encodeSignals } from './frames.ts';
import { CITY_PACKED } from './city/packed.ts';
import { CASES_PACKED } from './cases/packed.ts';
import { FLOOR_PACKED } from './floor/packed.ts';
import { CLOSE, Down, parseUp, Up, WIRE_VERSION } from './wire.ts';

/** What a schema asks for, as plain data: its own fields, without functions. */
function asData(schema: unknown): unknown {
  if (schema instanceof RegExp) return String(schema);
  if (Array.isArray(schema)) return schema.map(asData);
  if (schema === null || typeof schema !== 'object') return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !key.startsWith('~') && typeof value !== 'function')
      .map(([key, value]) => [key, asData(value)]),
  );
}
/** Order counts too: packed fields stand one after the other without their names. */
const hash = (x: unknown): string => createHash('sha256').update(JSON.stringify(x)).digest('hex').slice(0, 16);

const WORDS = { up: asData(Up), down: asData(Down), close: CLOSE };
const FORMS = { ...FLOOR_PACKED, ...CITY_PACKED, ...CASES_PACKED };
/** The layout of frames is code: bytes of one of each kind stand for it. */
const FRAMES = [
  encodeChanges('floor', 7, [
    { c: 'queue', id: 'q1', row: { waiting: 1.5 } },
    { c: 'seatLive', id: '1001', row: null },
  ]),
  encodeSignals('readings', 2, [{ key: 'a', at: 3, body: { value: 1 } }]),
].map((bytes) => Buffer.from(bytes).toString('hex'));

test('what both ends agree on has a version: who changes the one raises the other', () => {
  expect({ version: WIRE_VERSION, words: hash(WORDS), forms: hash(FORMS), frames: hash(FRAMES) }).toEqual({
    version: 1,
    words: 'e3f4c3ef6d38fbe2',
    forms: '5c39149addcaebb6',
    frames: '2e655ee672274d2c',
  });
});

test('the hash sees a field, a bound and a literal', () => {
  const seen = JSON.stringify(WORDS);
  expect(seen).toContain('"screen"');
  expect(seen).toContain('{8,64}');
  expect(seen).toContain('"superseded"');
});

test.each([
  ['no JSON', '{'],
  ['no message', '{"type":"order"}'],
  ['a field too many', '{"type":"ping","t":1,"x":2}'],
  [
    'a cursor that is none',
    '{"type":"hello","version":1,"screen":"screen-1","origin":null,"topics":[{"topic":"floor","cursor":-1}],"lanes":[]}',
  ],
])('%s from a browser is refused with a reason', (_, text) => {
  const r = parseUp(text);
  expect(r.ok).toBe(false);
  if (!r.ok) expect(r.reason.length).toBeGreaterThan(5);
});
