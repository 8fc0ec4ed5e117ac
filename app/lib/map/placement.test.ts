import fc from 'fast-check';
import { expect, test } from 'vitest';
import { declutter, overlaps } from './placement.ts';

const box = fc.record({
  x: fc.integer({ min: 0, max: 500 }),
  y: fc.integer({ min: 0, max: 300 }),
  priority: fc.integer({ min: 0, max: 3 }),
});

test('no two labels that are shown lie on one another, and none is hidden without a more important one in its place', () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 40 }), (input) => {
      const boxes = input.map((b) => ({
        left: b.x,
        top: b.y,
        right: b.x + 80,
        bottom: b.y + 20,
        priority: b.priority,
      }));
      const fits = declutter(boxes);
      boxes.forEach((a, i) => {
        const rivals = boxes.filter((b, j) => j !== i && fits[j] && overlaps(a, b));
        if (fits[i]) expect(rivals).toEqual([]);
        else expect(rivals.some((r) => r.priority >= a.priority)).toBe(true);
      });
    }),
  );
});

test('a sign is always shown, also on another, and no label lies on it, however important', () => {
  const at = (left: number, priority: number, always: boolean) => ({
    ...{ left, top: 0, right: left + 50, bottom: 20, priority, always },
  });
  expect(declutter([at(0, 9, false), at(40, 1, true), at(60, 0, true), at(120, 5, false)])).toEqual([
    ...[false, true, true, true],
  ]);
});
