import { expect, test } from 'vitest';
import type { CaseRow } from '#domain/cases/rows.ts';
import { rankDistricts, rankHexes } from './case-ranking.ts';
import { casesOfHex } from './hexagons.ts';

const row = (at: [number, number] | null, district: string | null, street: string | null = null): CaseRow =>
  ({ at, district, street }) as CaseRow;
const cases = (n: number, at: [number, number] | null, district: string, street: string) =>
  Array.from({ length: n }, (_, i) => [`${district}${street}${i}`, row(at, district, street)] as const);
const rows = [
  ...cases(5, [118.8, 31.2], '甲区', '东街'),
  ...cases(2, [118.8, 31.2], '甲区', '西街'),
  ...cases(9, [118.9, 31.25], '乙区', '南街'),
  ...cases(30, [120, 33], '远区', '远街'),
  ...cases(3, null, '甲区', '东街'),
];
const BOX = [118.7, 31.1, 119, 31.3] as const;

test('the fullest hexagons in view come first, named by the street of most of their cases, and open exactly their cases', () => {
  const ranked = rankHexes(rows, 12, [...BOX], 5);
  expect(ranked.map((h) => [h.name, h.count])).toEqual([['乙区南街', 9], ['甲区东街', 7]]); // prettier-ignore
  for (const h of ranked) expect(casesOfHex(rows, h.hex!.key, h.hex!.z)).toHaveLength(h.count);
  expect(rankHexes(rows, 12, [...BOX], 1)).toHaveLength(1);
  expect(rankHexes(rows, 12, [...BOX], 1, (d, s) => `${s} in ${d}`)[0]?.name).toBe('南街 in 乙区');
});

test('districts that reach into the view are ranked by their cases; those elsewhere and those without a case are left out', () => {
  const shape = (name: string, w: number, s: number) => ({
    ...{ name, nameEn: `${name} en`, label: [w, s] as const, people: null },
    polygons: [[[[w, s], [w + 0.5, s], [w + 0.5, s + 0.5], [w, s + 0.5], [w, s]] as [number, number][]]],
  }); // prettier-ignore
  const shapes = [
    shape('甲区', 118.5, 31),
    shape('乙区', 118.9, 31.2),
    shape('远区', 120, 33),
    shape('空区', 118.7, 31.1),
  ];
  const counts = new Map([['甲区', 10], ['乙区', 12], ['远区', 30]]); // prettier-ignore
  expect(rankDistricts(shapes, counts, [...BOX], true).map((d) => [d.id, d.name, d.count])).toEqual([
    ['乙区', '乙区 en', 12],
    ['甲区', '甲区 en', 10],
  ]);
});
