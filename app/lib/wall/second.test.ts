import { expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { nextSecond } from './second.ts';

test('the first heartbeat sets the clock', () => {
  expect(nextSecond(0, 1_795_320_645_082)).toBe(1_795_320_645);
});

test('beats that come around the full second neither repeat nor skip one', () => {
  const random = mulberry32(1);
  let shown = nextSecond(0, 1_000_000_500);
  for (let i = 1; i < 600; i++) {
    const before = shown;
    shown = nextSecond(shown, 1_000_000_500 + i * 1000 + (random() - 0.5) * 100);
    expect(shown).toBe(before + 1);
  }
});

test('after a pause the clock shows the time that was heard, forwards and backwards', () => {
  expect(nextSecond(1000, 1_030_200)).toBe(1030);
  expect(nextSecond(1000, 990_700)).toBe(990);
});

test('the shown second is never a full second from the truth, however the beats drift', () => {
  let shown = nextSecond(0, 5_000_000);
  for (let i = 1; i < 5000; i++) {
    const heard = 5_000_000 + i * 1003;
    shown = nextSecond(shown, heard);
    expect(Math.abs(heard - shown * 1000)).toBeLessThan(1000);
  }
});
