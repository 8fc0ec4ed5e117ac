import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leaveFree, LEAST_FREE } from './free-room.ts';

const side = fc.integer({ min: 0, max: 1500 });

test('some of the map stays free, however much panels cover; where enough is free nothing changes', () => {
  fc.assert(
    fc.property(fc.record({ top: side, right: side, bottom: side, left: side }), side, side, (covered, w, h) => {
      const left = leaveFree(covered, w, h);
      const free = { x: w - left.left - left.right, y: h - left.top - left.bottom };
      expect(free.x).toBeGreaterThanOrEqual(Math.min(w, LEAST_FREE) - 1e-6);
      expect(free.y).toBeGreaterThanOrEqual(Math.min(h, LEAST_FREE) - 1e-6);
      for (const v of Object.values(left)) expect(v).toBeGreaterThanOrEqual(0);
      if (w - covered.left - covered.right >= LEAST_FREE && h - covered.top - covered.bottom >= LEAST_FREE)
        expect(left).toEqual(covered);
    }),
  );
});
