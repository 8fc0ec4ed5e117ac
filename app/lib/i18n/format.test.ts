import { expect, test } from 'vitest';
import { languageOf, makeLocale } from './locale.ts';

const zh = makeLocale('zh-CN', 'Asia/Shanghai');
const en = makeLocale('en', 'Asia/Shanghai');
const T = Date.parse('2026-03-02T01:05:09Z');

test('times are shown in the zone of the city, whatever the zone of the machine', () => {
  expect(zh.format.timeWithSeconds(T)).toBe('09:05:09');
  expect(zh.format.date(T)).toBe('2026年3月2日星期一');
  expect(en.format.dateTime(T)).toBe('2026-03-02 09:05:09');
  expect(en.format.day(T)).toBe('2 Mar');
});

test('unknown is a dash and never 0', () => {
  for (const f of [zh.format, en.format])
    for (const text of [
      f.number(null),
      f.percent(null),
      f.duration(null),
      f.age(undefined),
      f.time(null),
      f.bytes(null),
    ])
      expect(text).toBe('–');
});

test('rates are rounded half up to a tenth of a percent', () => {
  expect(zh.format.percent(0.9125)).toBe('91.3');
  expect(zh.format.percent(0.91249)).toBe('91.2');
  expect(zh.format.percent(1)).toBe('100.0');
  expect(zh.format.percent(5 / 11)).toBe('45.5');
});

test('durations and ages are read at a glance', () => {
  expect(zh.format.duration(9.9)).toBe('0:09');
  expect(zh.format.duration(3725)).toBe('1:02:05');
  expect(zh.format.age(59)).toBe('59 秒');
  expect(en.format.age(3 * 3600)).toBe('3 h');
  expect(en.format.bytes(1_250_000)).toBe('1.3 MB');
});

test('Chinese comes first: English only for a browser that asks for it before Chinese', () => {
  expect(languageOf(null)).toBe('zh-CN');
  expect(languageOf('de-DE,de;q=0.9')).toBe('zh-CN');
  expect(languageOf('zh-CN,en;q=0.8')).toBe('zh-CN');
  expect(languageOf('en-US,en;q=0.9,zh;q=0.5')).toBe('en');
});

test('a refusal without a sentence still says its code', () => {
  expect(zh.refusal('wrong-password')).toBe('账号或密码不正确。');
  expect(en.refusal('constructor')).toContain('constructor');
});
