import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('fields with commas, quotes and line breaks are quoted, unknown is empty', () => {
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', null, 3])).toBe('"a,b","say ""hi""","two\nlines",,3\r\n');
});

test('no field is run as a formula by a spreadsheet', () => {
  expect(csvLine(['=1+1', '@x', '+86', '-'])).toBe("'=1+1,'@x,'+86,'-\r\n");
});
