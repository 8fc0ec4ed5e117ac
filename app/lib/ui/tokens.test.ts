import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MARKS, type Mark, type MarkName } from './marks.ts';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const colours = new Map([...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map((m) => [m[1]!, m[2]!]));
const of = (name: string): string => colours.get(name) ?? `no colour ${name}`;

type Rgb = readonly [number, number, number];
/** Linear light, 0–1. */
const linear = (hex: string): Rgb =>
  [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
/** Contrast ratio (WCAG 2). */
function contrast(a: string, b: string): number {
  const light = (hex: string): number => {
    const [r, g, b] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

/** Full dichromacy (Machado, Oliveira, Fernandes 2009), on linear light. */
const VISION: Record<string, readonly Rgb[]> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
/** CIELAB of a colour as somebody with this vision sees it, D65. */
function lab(hex: string, vision: string): Rgb {
  const rgb = linear(hex);
  const [r, g, b] = VISION[vision]!.map((row) =>
    Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2])),
  ) as unknown as Rgb;
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
/** ΔE 1976: about 2 is just seen side by side. */
const apart = (a: string, b: string, vision: string): number =>
  Math.hypot(...lab(a, vision).map((v, i) => v - lab(b, vision)[i]!));

test('text can be read on every ground it stands on', () => {
  for (const ground of ['ground', 'panel', 'raised', 'well']) {
    expect(contrast(of('ink'), of(ground)), ground).toBeGreaterThan(12);
    expect(contrast(of('ink-2'), of(ground)), ground).toBeGreaterThan(7);
    expect(contrast(of('ink-3'), of(ground)), ground).toBeGreaterThan(4.5);
  }
  for (const n of [1, 2, 3, 4])
    expect(contrast(of(`on-level-${n}`), of(`level-${n}`)), `level ${n}`).toBeGreaterThan(3.8);
});

test('marks are seen on a panel, and no two states have the same shape', () => {
  const names = Object.keys(MARKS) as MarkName[];
  for (const name of names) {
    const colour = /var\(--([\w-]+)\)/.exec(MARKS[name].colour)![1]!;
    // who is not here is meant to step back
    expect(contrast(of(colour), of('panel')), name).toBeGreaterThan(name === 'offline' ? 2 : 3);
  }
  const seats: MarkName[] = ['idle', 'ringing', 'talking', 'outbound', 'wrap', 'break', 'busy', 'other', 'offline'];
  const conditions: MarkName[] = ['good', 'behind', 'bad', 'unknown'];
  const levels: MarkName[] = ['level-1', 'level-2', 'level-3', 'level-4'];
  for (const family of [seats, conditions, levels]) {
    const shapes = family.map((n) => {
      const m: Mark = MARKS[n];
      return `${m.fill ?? ''}|${m.stroke ?? ''}`;
    });
    expect(new Set(shapes).size).toBe(family.length);
  }
});

test('states that stand side by side are told apart by colour too, with every kind of colour vision', () => {
  const neighbours: [string, string][] = [
    ['idle', 'talking'],
    ['idle', 'wrap'],
    ['idle', 'ringing'],
    ['talking', 'wrap'],
    ['talking', 'ringing'],
    ['talking', 'busy'],
    ['talking', 'offline'],
    ['wrap', 'break'],
    ['break', 'busy'],
    ['idle', 'offline'],
    ['good', 'behind'],
    ['good', 'bad'],
    ['level-1', 'level-2'],
    ['level-2', 'level-3'],
    ['level-3', 'level-4'],
    ['level-1', 'level-4'],
    ['series-1', 'series-2'],
    ['series-1', 'series-3'],
    ['series-2', 'series-3'],
  ];
  const close: string[] = [];
  for (const vision of Object.keys(VISION))
    for (const [a, b] of neighbours) {
      const d = apart(of(a), of(b), vision);
      if (d < 10) close.push(`${vision}: ${a} and ${b} are ${d.toFixed(1)} apart`);
    }
  expect(close).toEqual([]);
});

test('red, orange, yellow and blue belong to levels: no state and no series comes near them', () => {
  const near: string[] = [];
  for (const [name, hex] of colours)
    for (const n of [1, 2, 3, 4])
      if (!name.includes('level') && !name.startsWith('ink') && apart(hex, of(`level-${n}`), 'all') < 22)
        near.push(`${name} is ${apart(hex, of(`level-${n}`), 'all').toFixed(1)} from level ${n}`);
  expect(near).toEqual([]);
});

test('components take colours from the variables and name none themselves', () => {
  const found: string[] = [];
  for (const folder of ['..', '../../routes']) {
    const root = join(import.meta.dirname, folder);
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.svelte') || /^(map|wall)\//.test(file)) continue;
      const style = /<style[\s\S]*$/.exec(readFileSync(join(root, file), 'utf8'))?.[0] ?? '';
      for (const m of style.matchAll(/#[0-9a-fA-F]{3,8}\b/g)) found.push(`${file}: ${m[0]}`);
    }
  }
  expect(found).toEqual([]);
});
