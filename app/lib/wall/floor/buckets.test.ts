import { expect, test } from 'vitest';
import { waitBuckets } from './buckets.ts';

test('buckets keep answered and abandoned apart and share out all callers', () => {
  const b = waitBuckets({ answeredBuckets: [4, 2, 1, 1], abandonedBuckets: [1, 1, 0, 1] });
  expect(b.map((x) => [x.fromS, x.toS, x.answered, x.abandoned])).toEqual([
    [0, 20, 4, 1],
    [20, 40, 2, 1],
    [40, 60, 1, 0],
    [60, null, 1, 1],
  ]);
  expect(b.reduce((sum, x) => sum + x.share!, 0)).toBeCloseTo(1);
});

test('without a caller no bucket has a share', () => {
  expect(
    waitBuckets({ answeredBuckets: [0, 0, 0, 0], abandonedBuckets: [0, 0, 0, 0] }).every((b) => b.share === null),
  ).toBe(true);
});
