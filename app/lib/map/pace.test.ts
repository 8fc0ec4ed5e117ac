import { expect, test } from 'vitest';
import { glides, isDue, LEAST_MS, nextPace, screenFrame } from './pace.ts';

/** Pictures a second on a screen of so many frames a second, where a picture takes `costMs` of a frame. */
function pictures(hz: number, costMs: number): number {
  const frame = 1000 / hz;
  let [every, drawnAt, drawn] = [LEAST_MS, -1e9, 0];
  for (let now = 0; now < 10_000;) {
    const draws = isDue(now, drawnAt, every, frame);
    const took = draws ? Math.max(frame, Math.ceil(costMs / frame) * frame) : frame;
    if (draws) {
      drawn++;
      drawnAt = now;
      every = nextPace(every, took);
    }
    now += took;
  }
  return drawn / 10;
}

test.each([
  [30, 30],
  [60, 30],
  [75, 37.5],
  [120, 30],
  [144, 36],
])('a screen of %i Hz gets %d pictures a second where they fit its frames', (hz, expected) => {
  expect(pictures(hz, 2)).toBeCloseTo(expected, 0);
});

test('pictures that take long leave half of the time to everything else', () => {
  expect(pictures(60, 50) * 50).toBeLessThanOrEqual(550);
  expect(pictures(60, 200) * 200).toBeLessThanOrEqual(550);
});

test('however long they take, there are two a second where the machine can', () => {
  expect(pictures(60, 240)).toBeGreaterThanOrEqual(1.9);
  expect(nextPace(LEAST_MS, 60_000)).toBe(500);
});

test('motion is shown where there are pictures enough to show it', () => {
  expect(glides(nextPace(LEAST_MS, 100))).toBe(true);
  expect(glides(nextPace(LEAST_MS, 200))).toBe(false);
});

test('the pace comes back when pictures are short again', () => {
  let every = nextPace(LEAST_MS, 400);
  expect(every).toBe(500);
  for (let i = 0; i < 20; i++) every = nextPace(every, 16);
  expect(every).toBe(LEAST_MS);
});

test('the frame of a screen is learned from the times between frames, slow pictures among them', () => {
  let screen = 1000 / 60;
  for (let i = 0; i < 200; i++) screen = screenFrame(screen, 1000 / 30);
  expect(screen).toBeCloseTo(1000 / 30, 5);
  for (let i = 0; i < 50; i++) screen = screenFrame(screen, i % 3 === 0 ? 120 : 1000 / 60);
  expect(screen).toBeLessThan(18);
});
