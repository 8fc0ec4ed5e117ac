import { expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { Glide } from './glide.ts';

const at = (...points: number[]): Float64Array => Float64Array.from(points);
const drawn = (g: Glide, now: number): number[] => {
  const out = new Float64Array(2);
  g.sample(now, out);
  return [...out];
};

test('a marker appears where it is and glides to the next position in the time between the two messages', () => {
  const g = new Glide();
  g.take(['v'], at(118, 32), [1000], 5000);
  expect(drawn(g, 5000)).toEqual([118, 32]);
  expect(g.moving(5000)).toBe(false);
  g.take(['v'], at(118.002, 32.004), [3000], 7000);
  expect(drawn(g, 8000).map((x) => x.toFixed(4))).toEqual(['118.0010', '32.0020']);
  expect(g.moving(8999)).toBe(true);
  expect(drawn(g, 9000)).toEqual([118.002, 32.004]);
  expect(g.moving(9000)).toBe(false);
});

test('a marker is never drawn beyond the last reported position', () => {
  const g = new Glide();
  g.take(['v'], at(118, 32), [0], 0);
  g.take(['v'], at(118.001, 32), [1000], 1000);
  expect(drawn(g, 60_000)).toEqual([118.001, 32]);
});

test('a position that comes while the marker is still on its way is steered to from where it is drawn', () => {
  const g = new Glide();
  g.take(['v'], at(118, 32), [0], 0);
  g.take(['v'], at(118.002, 32), [2000], 2000);
  g.take(['v'], at(118.004, 32), [4000], 3000);
  expect(drawn(g, 3000)[0]).toBeCloseTo(118.001, 6);
  expect(drawn(g, 5000)).toEqual([118.004, 32]);
});

test('after a long silence or over a long way a marker jumps, because the way between was not seen', () => {
  const g = new Glide();
  g.take(['v'], at(118, 32), [0], 0);
  g.take(['v'], at(118.001, 32), [60_000], 1000);
  expect(drawn(g, 1000)).toEqual([118.001, 32]);
  g.take(['v'], at(118.1, 32), [61_000], 2000);
  expect(drawn(g, 2000)).toEqual([118.1, 32]);
});

test('a vehicle that left is forgotten', () => {
  const g = new Glide();
  g.take(['v'], at(118, 32), [0], 0);
  g.take([], at(), [], 1000);
  g.take(['v'], at(118.001, 32), [2000], 2000);
  expect(drawn(g, 2000)).toEqual([118.001, 32]);
});

test('when others come and go, who stays keeps its way', () => {
  const g = new Glide();
  g.take(['a', 'b'], at(118, 32, 119, 32), [0, 0], 0);
  g.take(['a', 'b'], at(118, 32, 119.002, 32), [1000, 2000], 1000);
  g.take(['b', 'c'], at(119.002, 32, 120, 33), [2000, 2000], 2000);
  const out = new Float64Array(4);
  g.sample(2000, out);
  expect([...out].map((x) => x.toFixed(4))).toEqual(['119.0010', '32.0000', '120.0000', '33.0000']);
});

test('ten thousand end exactly where they were told last', () => {
  const random = mulberry32(1);
  const ids = Array.from({ length: 10_000 }, (_, i) => `v${i}`);
  const told = Float64Array.from({ length: 20_000 }, (_, i) => (i % 2 ? 32 : 118) + random());
  const g = new Glide();
  g.take(ids, told, new Float64Array(10_000), 0);
  for (let s = 1; s <= 3; s++) {
    for (let i = 0; i < told.length; i++) told[i]! += 0.0003 * random();
    g.take(ids, told, new Float64Array(10_000).fill(1000 * s), 1000 * s);
  }
  const out = new Float64Array(20_000);
  g.sample(3999, out);
  expect(out).not.toEqual(told);
  g.sample(4000, out);
  expect(out).toEqual(told);
  expect(g.moving(4000)).toBe(false);
});
