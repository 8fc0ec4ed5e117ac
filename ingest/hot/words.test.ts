import { expect, test } from 'vitest';
import { words } from './index.ts';

test('words that citizens say about anything name no hot issue; what it is about stays', () => {
  const found = words('市民反映云山路停水，请问什么时候恢复供水？目前附近居民没有水用。');
  expect([...found].filter((w) => ['停水', '供水', '恢复'].includes(w))).toHaveLength(3);
  for (const empty of ['市民', '反映', '请问', '什么', '什么时候', '目前', '附近', '居民', '没有'])
    expect(found).not.toContain(empty);
});

test('how many of something, or which, names no hot issue', () => {
  const found = words('人行道塌了一个大洞，这个路口已有三名老人摔倒，几天了，非常危险');
  expect(found).toContain('危险');
  for (const empty of ['一个', '这个', '三名', '几天']) expect(found).not.toContain(empty);
});
