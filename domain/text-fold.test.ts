import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FoldedWords, foldText } from './text-fold.ts';

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

test('texts hold words as their folded text does, plain or not, long or short', () => {
  const signs = fc.constantFrom(...'aA1 -雲云路，（ﾊﾞ한😀'.split(''), '😀');
  const text = fc.array(signs, { maxLength: 6 }).map((a) => a.join(''));
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 5 }),
      fc.array(text, { maxLength: 2 }),
      fc.boolean(),
      (texts, words, long) => {
        const all = long ? [...texts, '路'.repeat(600), '云a'] : texts;
        const folded = foldText(all.join(' '));
        const wanted = words.flatMap((w) => w.split(/\s+/)).every((w) => folded.includes(foldText(w)));
        expect(new FoldedWords(words.join(' ')).in(all)).toBe(wanted);
      },
    ),
    { numRuns: 1000 },
  );
  expect(new FoldedWords('路燈 雲山').in(['GD1', '雲山區', '路灯不亮'])).toBe(true);
  expect(new FoldedWords('路灯 江滨').in(['GD1', '雲山區', '路灯不亮'])).toBe(false);
});
