import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TouchLog } from './touch-log.ts';

test('[RT-6] what was touched since a cursor is found exactly, or the log says that it does not reach back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a', 'b', 'c')), { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (steps, size) => {
        const log = new TouchLog(10, size);
        let n = 10;
        const all: [number, string][] = [];
        for (const [step, id] of steps) {
          n += step;
          log.add(n, 't', id);
          all.push([n, id]);
        }
        for (let cursor = 8; cursor <= n + 1; cursor++) {
          const got = log.since(cursor);
          const want = new Set(all.filter(([m]) => m > cursor).map(([, id]) => id));
          if (got) expect(new Set(got.map((x) => x.id))).toEqual(want);
          else expect(cursor < 10 || all.length > size).toBe(true);
        }
      },
    ),
  );
});
