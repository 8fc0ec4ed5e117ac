import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { metres } from '#domain/geo.ts';
import type { House } from '#store/gis-places.ts';
import type { LngLat } from '#store/gis.ts';
import { difference, keysOf, spellings, withoutSection } from './keys.ts';
import { onWay, withoutStrays } from './on-way.ts';

const meet = (a: string, b: string): boolean => {
  const other = spellings(b);
  return [...spellings(a)].some((k) => other.has(k));
};

describe('spellings', () => {
  const LETTERS = [...'民族中山正路街南京东西永康大兴復国华林森段'];
  it('a name with one letter wrong, missing, too many or swapped is led to, and differs by one', () => {
    const random = mulberry32(11);
    for (let i = 0; i < 500; i++) {
      const name = Array.from({ length: 3 + Math.floor(random() * 8) }, () => LETTERS[Math.floor(random() * LETTERS.length)]!).join('');
      const at = Math.floor(random() * (name.length - 1));
      const wrong = LETTERS[Math.floor(random() * LETTERS.length)]!;
      const typed = [
        name.slice(0, at) + wrong + name.slice(at + 1),
        name.slice(0, at) + name.slice(at + 1),
        name.slice(0, at) + wrong + name.slice(at),
        name.slice(0, at) + name[at + 1]! + name[at]! + name.slice(at + 2),
      ][i % 4]!;
      if (typed.length < 3) continue;
      expect(meet(name, typed), `${name} ${typed}`).toBe(true);
      expect(difference(name, typed)).toBeLessThanOrEqual(1);
    }
  }); // prettier-ignore
  it('a wrong digit is worse than a wrong letter, and what differs more is no match', () => {
    expect(difference('民族路1段', '民族路2段')).toBe(2);
    expect(difference('民族路', '民权路')).toBe(1);
    expect(difference('民族路', '中山路')).toBe(2);
    expect(difference('民族路', '中山街')).toBe(Infinity);
    expect(difference('中山路', '中山路')).toBe(0);
  });
  it('differs the same both ways, and by nothing only from itself', () => {
    const name = fc.string({ unit: fc.constantFrom('中', '山', '路', '1', '2'), maxLength: 8 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(difference(a, b, 20)).toBe(difference(b, a, 20));
        expect(difference(a, b, 20) === 0).toBe(a === b);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
  it('stays small, and leads from a way without its section and a district without its suffix', () => {
    for (const key of ['路', '中山路', '中华民国东西南北路', '一二三四五六七八九十一二三四五六七八九十'])
      expect(spellings(key).size).toBeLessThan(60);
    expect(withoutSection('民族路2段')).toBe('民族路');
    expect(keysOf('road', '民族路2段')).toContain('民族路');
    expect(keysOf('district', '永康区')).toContain('永康');
    expect(keysOf('district', '东区')).not.toContain('东');
  });
});

describe('numbers on a way', () => {
  /** House n of a way that runs east, 5 m for each number; even ones north of it, odd ones south. */
  const house = (number: number, more: Partial<House> = {}): House => ({
    lane: 0, alley: 0, number, sub: 0, at: [120 + (number * 5) / 96_000, 30 + (number % 2 === 0 ? 1 : -1) / 12_000], spreadM: 0, seen: 1, ...more,
  }); // prettier-ignore
  it('is what was seen, else lies between its neighbours, on its side of the way', () => {
    expect(onWay(12, 0, [house(10), house(12), house(14)])).toMatchObject({ how: 'known', by: [12], at: house(12).at });
    const between = onWay(12, 0, [house(9), house(10), house(13), house(14)])!;
    expect(between.how).toBe('between');
    expect(between.by).toEqual([10, 14]);
    expect(metres(between.at, house(12).at)).toBeLessThan(1);
  });
  it('of a sub-number that was never seen is its number', () => {
    expect(onWay(12, 3, [house(12)])).toMatchObject({ how: 'neighbour', at: house(12).at });
  });
  it('beyond the last known number is there with a radius that grows, and far beyond nowhere', () => {
    const near = onWay(16, 0, [house(10), house(12)])!;
    const far = onWay(100, 0, [house(10), house(12)])!;
    expect(near).toMatchObject({ how: 'beyond', by: [12] });
    expect(far.radiusM).toBeGreaterThan(near.radiusM);
    expect(onWay(900, 0, [house(10), house(12)])).toBeNull();
    expect(onWay(5, 0, [])).toBeNull();
  });
  it('is not bent by one that was located wrongly', () => {
    const stray: LngLat = [120.2, 30.2];
    const rows = [house(8), house(10), house(13, { at: stray }), house(14), house(16)];
    expect(withoutStrays(rows)).toHaveLength(4);
    expect(metres(onWay(12, 0, rows)!.at, house(12).at)).toBeLessThan(1);
  });
  it('holds every house of a straight way within its radius, whichever are known (seed 5)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 120 }), { minLength: 2, maxLength: 12 }), fc.integer({ min: 1, max: 120 }), (known, n) => {
        const found = onWay(n, 0, known.map((k) => house(k)));
        if (found) expect(metres(found.at, house(n).at)).toBeLessThanOrEqual(found.radiusM);
      }),
      { seed: 5, numRuns: 500 },
    );
  }); // prettier-ignore
});
