import { expect, test } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import { keepRoadOrder, keptRoadOrder } from './road-order.ts';

const { sql } = await testDatabase();

test('an order is found again for the same map only, and one that does not name each road once is not believed', async () => {
  expect(await keptRoadOrder(sql, 'c', 'v1', 3)).toBeNull();
  await keepRoadOrder(sql, 'c', 'v1', Int32Array.of(2, 0, 1));
  expect(await keptRoadOrder(sql, 'c', 'v1', 3)).toEqual(Int32Array.of(2, 0, 1));
  expect([await keptRoadOrder(sql, 'c', 'v2', 3), await keptRoadOrder(sql, 'c', 'v1', 4)]).toEqual([null, null]);
  await keepRoadOrder(sql, 'c', 'v2', Int32Array.of(1, 1, 0));
  expect([await keptRoadOrder(sql, 'c', 'v1', 3), await keptRoadOrder(sql, 'c', 'v2', 3)]).toEqual([null, null]);
});
