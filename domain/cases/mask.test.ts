import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aContent } from '#tests/support/cases.ts';
import { maskCase, maskFreeText, streetLevel } from './mask.ts';

test.each([
  ['来电人13812345678反映停水', '来电人138****5678反映停水'],
  ['电话 025-8300 1234', '电话 025****1234'],
  ['身份证32010119900307663X', '身份证3****X'],
  ['車主A123456789', '車主A****9'],
  ['苏A·12345违停', '苏A****违停'],
  ['请联系 wang.li@example.com', '请联系 ****'],
  ['张建国先生反映', '张先生反映'],
  ['小学的老师', '小学的老师'],
  ['永康區永大路二段128-1號及128-5號 妨礙安寧', '永康區永大路二段**及** 妨礙安寧'],
  ['幸福小区3栋2单元501室漏水', '幸福小区******漏水'],
  ['地铁2号线站口', '地铁2号线站口'],
  ['１３８１２３４５６７８', '138****5678'],
])('%s is shown as %s', (text, shown) => {
  expect(maskFreeText(text)).toBe(shown);
});

test.each([
  ['臺南市永康區永大路二段128-1號3樓', '臺南市永康區永大路二段'],
  ['中山路12号院内', '中山路'],
  ['安平區光州路三號', '安平區光州路'],
  ['文武街/康樂路口', '文武街/康樂路口'],
  ['府前路一段61巷25號', '府前路一段'],
  ['12号', '–'],
])('place %s is shown as %s', (place, shown) => {
  expect(streetLevel(place)).toBe(shown);
});

test('no run of seven digits survives, whatever surrounds it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^\d{7,18}$/), fc.string(), (a, number, b) => {
      expect(maskFreeText(`${a}${number}${b}`)).not.toContain(number);
    }),
  );
});

test('a sensitive case shows neither words nor place', () => {
  const shown = maskCase(aContent({ sensitive: true, at: [118.12345, 32.12345], category: ['家庭', '家暴'] }));
  expect(shown).toMatchObject({ title: '', place: null, at: null, category: ['家庭'], type: 'complaint' });
});

test('a point is shown on a grid of about 200 m', () => {
  expect(maskCase(aContent({ at: [118.12345, 32.12355] })).at).toEqual([118.124, 32.124]);
});
