import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packNumbers, unpackNumbers } from './packed.ts';

const back = (bytes: Uint8Array | null, length: number): Float64Array => {
  const out = new Float64Array(length);
  if (!bytes) return out;
  const { numbers, places, first } = unpackNumbers(bytes);
  numbers.forEach((n, k) => (out[places ? places[k]! : first + k] = n));
  return out;
};

test('numbers come back as they were packed, whatever they are and wherever the bytes lie', () => {
  const number = fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 0, max: 2 ** 32 + 5 }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 60 }), fc.nat(9), (list, shift) => {
      const numbers = Float64Array.from(list);
      const packed = packNumbers(numbers);
      const moved = packed && Buffer.concat([Buffer.alloc(shift), packed]).subarray(shift);
      expect(back(moved, list.length)).toEqual(numbers.map((n) => n + 0));
    }),
  );
});

test('a month of small counts takes a byte for each half-hour, empty hours at its ends none, and few numbers only themselves', () => {
  const month = new Float64Array(1488).fill(7, 100, 1400);
  expect(packNumbers(month)).toHaveLength(8 + 1300);
  expect(packNumbers(new Float64Array(1488))).toBeNull();
  const seldom = new Float64Array(1488);
  for (let i = 0; i < 1488; i += 48) seldom[i] = 300;
  expect(packNumbers(seldom)).toHaveLength(8 + 64 + 62);
  expect(() => unpackNumbers(new Uint8Array([3, 0, 0, 0, 0, 0, 0, 0, 1]))).toThrow(/no packed numbers/);
});
