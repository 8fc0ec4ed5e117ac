import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OPTIONS } from '#domain/config.ts';
import { optionTable, withTable } from './config-list.ts';
import { CHECKOUT } from './provision/state-dir.ts';

const readme = readFileSync(join(CHECKOUT, 'README.md'), 'utf8');

test('README lists the options of the schema (npm run config:list -- --write)', () => {
  expect(withTable(readme)).toBe(readme);
});

test('every option stands in one row, and no secret shows a default', () => {
  const rows = optionTable().split('\n').slice(2);
  expect(rows).toHaveLength(Object.keys(OPTIONS).length);
  for (const o of Object.values(OPTIONS))
    if (o.type === 'secret') expect(rows.find((r) => r.startsWith(`| \`${o.env}\``))).toMatch(/\| secret \|\s+\|/);
});

test('a README without the marks is refused instead of being emptied', () => {
  expect(() => withTable('# nothing')).toThrow('lost the marks');
});
