import { expect, test } from 'vitest';
import type { LngLat } from '#domain/city/rows.ts';
import { drawKey, MAX_CORNERS, radiiOf, ringOf, withCorner } from './drawing.ts';

const CORNERS: readonly LngLat[] = [
  [0, 0],
  [1, 0],
  [1, 1],
];

test('an area is drawn by keys: a corner is taken back, three make an area, two do not, and other keys are not taken', () => {
  expect(drawKey(CORNERS, ' ', [2.00000049, 3])).toEqual({ drawing: [...CORNERS, [2, 3]] });
  expect(drawKey(CORNERS, 'Backspace', null)).toEqual({ drawing: CORNERS.slice(0, 2) });
  expect(drawKey([], 'Backspace', null)).toEqual({ drawing: [] });
  expect(drawKey(CORNERS, 'Enter', null)).toEqual({ area: CORNERS });
  expect(drawKey(CORNERS.slice(0, 2), 'Enter', null)).toEqual({ drawing: CORNERS.slice(0, 2) });
  expect(drawKey(CORNERS, 'Escape', null)).toEqual({ area: null });
  expect(drawKey(CORNERS, 'f', [2, 3])).toBeNull();
});

test('a line is one from two points on, and has no more than it may', () => {
  const line = { least: 2, most: 2 };
  expect(drawKey(CORNERS.slice(0, 1), 'Enter', null, line)).toEqual({ drawing: CORNERS.slice(0, 1) });
  expect(drawKey(CORNERS.slice(0, 2), 'Enter', null, line)).toEqual({ area: CORNERS.slice(0, 2) });
  expect(drawKey(CORNERS.slice(0, 2), ' ', [5, 5], line)).toEqual({ drawing: CORNERS.slice(0, 2) });
});

test('an area has no more corners than a question may bring', () => {
  const many = Array.from({ length: MAX_CORNERS }, (): LngLat => [0, 0]);
  expect(withCorner(many, [1, 1])).toHaveLength(MAX_CORNERS);
});

test('radii are read as people write them, and refused when they do not ascend or go too far', () => {
  expect(radiiOf('500，1000、 3000')).toEqual([500, 1000, 3000]);
  for (const text of ['', '1000, 500', '5', '30000', 'one', '1,2,3,4,5,6']) expect(radiiOf(text)).toBeNull();
  expect(ringOf({ radiiM: [500, 1000] }, 700)).toBe(1000);
  expect(ringOf({ area: [] }, 700)).toBeNull();
});
