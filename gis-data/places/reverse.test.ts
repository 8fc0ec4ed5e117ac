import { expect, test } from 'vitest';
import { houseLabel } from './reverse.ts';

const house = { name: '中山路', lane: 0, alley: 0, number: 12, sub: 0 };

test('a house number is written as its place writes: in Traditional, in Simplified, and after a Latin name', () => {
  expect(houseLabel(house, '東區中山路')).toBe('中山路12號');
  expect(houseLabel(house, '鼓楼区中山路')).toBe('中山路12号');
  expect(houseLabel({ ...house, lane: 30, alley: 2, sub: 1 }, '東區中山路')).toBe('中山路30巷2弄12之1號');
  expect(houseLabel({ ...house, name: 'Place du Campanin', number: 3 }, 'Fontvieille')).toBe('Place du Campanin 3');
});
