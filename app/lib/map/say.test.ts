import { expect, test } from 'vitest';
import { makeLocale } from '#lib/i18n/locale.ts';
import { sayDirection, sayEnd, sayLength, sayPlace, sayReason, sayTerms, sayTime } from './say.ts';

const zh = makeLocale('zh-CN', 'Asia/Shanghai');
const en = makeLocale('en', 'Asia/Shanghai');

test('lengths and times are as short as people say them', () => {
  expect([40, 994, 996, 12_345].map((m) => sayLength(m, en))).toEqual(['40 m', '990 m', '1.0 km', '12.3 km']);
  expect([8, 119, 121, 3600].map((s) => sayTime(s, en))).toEqual(['8 s', '119 s', '2 min', '60 min']);
});

test('every reason is a sentence in both languages, with and without a road', () => {
  for (const locale of [zh, en])
    for (const road of ['云山路', null])
      for (const reason of [
        { code: 'same' },
        { code: 'slow', road, lossS: 200 },
        { code: 'closed', road, count: 2 },
        { code: 'class', road, savedS: 90, longerM: 1200 },
        { code: 'class', road, savedS: 90, longerM: -20 },
      ] as const) {
        const text = sayReason(reason, locale);
        expect(text).toMatch(/[。.]$/);
        expect(text).not.toMatch(/null|undefined|NaN/);
      }
});

test('a way says for whom it is and what it keeps out of, and an ordinary drive says nothing', () => {
  const heavy = { vehicle: 'heavy', emergency: true, avoided: 2 } as const;
  expect(sayTerms(heavy, zh)).toBe('大型消防车 · 紧急任务 · 避让 2 个区域');
  expect(sayTerms(heavy, en)).toBe('Large fire engine · Emergency drive · 2 areas avoided');
  expect(sayTerms({ vehicle: 'foot', emergency: false, avoided: 1 }, en)).toBe('On foot · 1 area avoided');
  expect(sayTerms({ vehicle: 'car', emergency: false, avoided: 0 }, zh)).toBe('');
  expect(sayTerms(undefined, zh)).toBe('');
});

test('a direction is one of eight', () => {
  expect([0, 44, 350, -90, 720].map((d) => sayDirection(d, en))).toEqual(['N', 'NE', 'N', 'W', 'N']);
});

test('the place of a case is told once, also where its text begins with the district and street', () => {
  const at = (district: string | null, street: string | null, place: string | null): string =>
    sayPlace({ district, street, place });
  expect(at('东区', '河北街道', '人民路1号')).toBe('东区河北街道 人民路1号');
  expect(at('东区', '河北街道', '东区河北街道人民路1号')).toBe('东区河北街道人民路1号');
  expect(at('东区', '河北街道', '东区人民路1号')).toBe('河北街道 东区人民路1号');
  expect(at('东区', null, null)).toBe('东区');
  expect(at(null, null, null)).toBe('');
});

test('an end of a way has its name; a bare point that of the reader’s language, and what is hidden only its number', () => {
  const ends = [
    { kind: 'place', ref: '7', label: '市政府' },
    { kind: 'point', ref: null, label: '' },
    { kind: 'case', ref: '26112301014', label: '' },
    { kind: 'incident', ref: '20261123-0001', label: '' },
  ] as const;
  expect(ends.map((e) => sayEnd(e, zh))).toEqual(['市政府', '地图点', '工单 26112301014', '20261123-0001']);
  expect(ends.map((e) => sayEnd(e, en))).toEqual(['市政府', 'Point', 'Case 26112301014', '20261123-0001']);
});
