import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from './text-fold.ts';

test('full width, case, Traditional characters, spaces and signs make no difference', () => {
  expect(foldText('雲山區 ＡＢＣ-１２，Road')).toBe('云山区abc12road');
});

test('a text folds to the same whether its signs are looked up one by one or all together', () => {
  // a character outside of the plain ones at the end takes the long way; by itself it folds to nothing
  const signs = fc.constantFrom(...'aZ09 -_雲云區路燈Ａｚ１，。（）、·ﾊﾞｶﾞéé한Ⅲ㎡😀𠮷İ'.split(''), 'é', '😀', '𠮷');
  fc.assert(
    fc.property(fc.array(fc.oneof(signs, fc.string({ unit: 'binary' })), { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      expect(foldText(text)).toBe(foldText(`${text}\u2003`));
    }),
  );
  expect(foldText('路'.repeat(2000))).toBe('路'.repeat(2000));
});
