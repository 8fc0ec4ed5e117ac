import { expect, test } from 'vitest';
import { gridStep, peopleIn } from './people.ts';

test('what grids write where nothing is known is told apart from people and from numbers below nothing', () => {
  for (const v of [-9999, -99999, -3.4028234663852886e38, NaN, Infinity, -Infinity]) expect(peopleIn(v, null)).toBe('no-data'); // prettier-ignore
  expect(peopleIn(-200, -200)).toBe('no-data');
  expect(peopleIn(-200, null)).toBe('negative');
  expect(peopleIn(0, null)).toBe(0);
  expect(peopleIn(0, 0)).toBe('no-data');
  expect(peopleIn(12.5, -99999)).toBe(12.5);
});

test('the side of the cells is found from their middles, whatever their order, with columns missing and digits lost', () => {
  const step = 1 / 1200;
  const lngs = Array.from({ length: 4000 }, (_, i) => Number((120 + ((i * 7) % 500) * step).toFixed(6)));
  const thinned = lngs.filter((_, i) => i % 9 !== 0);
  expect(Math.abs(gridStep(thinned)! / step - 1)).toBeLessThan(0.002);
  expect(gridStep([120, 120, 120.000001])).toBeNull();
  expect(gridStep([])).toBeNull();
});
