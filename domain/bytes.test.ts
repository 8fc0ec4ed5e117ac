import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';

test('what was written is read back, numbers and texts of any size', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.maxSafeNat(),
          fc.string({ unit: 'grapheme', maxLength: 300 }),
          fc.maxSafeInteger().filter((x) => Math.abs(x) < 2 ** 51),
        ),
      ),
      (values) => {
        const w = new ByteWriter(4);
        for (const x of values) {
          if (typeof x === 'string') w.text(x);
          else w.svarint(x).varint(Math.abs(x)).f64(x);
        }
        const r = new ByteReader(w.done());
        for (const x of values)
          if (typeof x === 'string') expect(r.text()).toBe(x);
          else {
            expect(r.svarint()).toBe(x);
            expect(r.varint()).toBe(Math.abs(x));
            expect(r.f64()).toBe(x);
          }
        expect(r.ended).toBe(true);
      },
    ),
  );
});

test('a frame that ends early is a RangeError and never a wrong value', () => {
  const whole = new ByteWriter().text('坐席1001').f64(1).done();
  for (let n = 0; n < whole.length; n++) {
    const r = new ByteReader(whole.subarray(0, n));
    expect(() => {
      r.text();
      r.f64();
    }).toThrow(RangeError);
  }
});
