import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COLOURS, mix, rgb } from './colours.ts';

test('every colour of the map is the variable of the same name in the design system', () => {
  const css = readFileSync(new URL('../ui/tokens.css', import.meta.url), 'utf8');
  for (const [name, hex] of Object.entries(COLOURS))
    expect([name, css.match(new RegExp(`--${name}: (#\\w+);`))?.[1]]).toEqual([name, hex]);
});

test('a colour reads as its three numbers, and half of two lies between them', () => {
  expect(rgb('level-1')).toEqual([0xe5, 0x48, 0x4d]);
  expect(mix([0, 0, 0], [255, 100, 10], 0.5)).toEqual([128, 50, 5]);
});
