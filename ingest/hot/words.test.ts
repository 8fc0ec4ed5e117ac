import { expect, test } from 'vitest';
import { words } from './index.ts';

test('words that citizens say about anything name no hot issue; what it is about stays', () => {
  const found = words('市民反映云山路停水，请问什么时候恢复供水？目前附近居民没有水用。');
  expect([...found].filter((w) => ['停水', '供水', '恢复'].includes(w))).toHaveLength(3);
  for (const empty of ['市民', '反映', '请问', '什么', '什么时候', '目前', '附近', '居民', '没有'])
    expect(found).not.toContain(empty);
});
