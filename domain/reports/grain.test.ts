import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, iso, MINUTE, parseLocal } from '../time.ts';
import { cover, earlierFrom, earlierTo, GRAINS, grainEdges, grainStart, type Grain } from './grain.ts';

const ZONE = 'Asia/Shanghai';
const at = (text: string): number => parseLocal(text, ZONE)!;
const local = (t: number): string =>
  iso(t + 8 * HOUR)
    .slice(0, 16)
    .replace('T', ' ');

test('intervals begin where the calendar says: weeks on Monday, quarters in January, April, July and October', () => {
  const t = at('2026-11-22 14:47');
  const start = (g: Exclude<Grain, 'none'>): string => local(grainStart(t, g, ZONE));
  expect(GRAINS.filter((g) => g !== 'none').map((g) => start(g))).toEqual([
    '2026-11-22 14:30',
    '2026-11-22 14:00',
    '2026-11-22 00:00',
    '2026-11-16 00:00',
    '2026-11-01 00:00',
    '2026-10-01 00:00',
    '2026-01-01 00:00',
  ]);
  expect(grainEdges(at('2026-01-15 00:00'), at('2026-05-02 00:00'), 'month', ZONE).map(local)).toEqual([
    '2026-01-15 00:00',
    '2026-02-01 00:00',
    '2026-03-01 00:00',
    '2026-04-01 00:00',
    '2026-05-01 00:00',
    '2026-05-02 00:00',
  ]);
});

test('an hour that is repeated or skipped when clocks change keeps every interval ascending and the day whole', () => {
  for (const day of ['2026-03-29', '2026-10-25']) {
    const from = parseLocal(`${day} 00:00`, 'Europe/Berlin')!;
    const edges = grainEdges(
      from,
      grainEdges(from, from + 2 * DAY, 'day', 'Europe/Berlin')[1]!,
      'half-hour',
      'Europe/Berlin',
    );
    expect(edges.length - 1).toBe(day.startsWith('2026-03') ? 46 : 50);
    edges.slice(1).forEach((e, i) => expect(e - edges[i]!).toBe(30 * MINUTE));
  }
});

test('rollup rows make up any period exactly, without a gap or a doubled half-hour', () => {
  const halfHours = fc.integer({ min: 0, max: 48 * 450 });
  const base = at('2024-12-31 00:00');
  fc.assert(
    fc.property(halfHours, halfHours, halfHours, fc.constantFrom(...GRAINS), (a, b, c, grain) => {
      fc.pre(a !== b);
      const [from, to] = [Math.min(a, b), Math.max(a, b)].map((n) => base + n * 30 * MINUTE) as [number, number];
      const closed = grainStart(base + c * 30 * MINUTE, 'day', ZONE);
      const ranges = cover(from, to, grain, closed, ZONE);
      let t = from;
      for (const r of ranges) {
        expect(r.from).toBe(t);
        expect(r.to).toBeGreaterThan(r.from);
        if (r.level !== 'h') expect(r.to).toBeLessThanOrEqual(closed);
        const unit = { h: 'half-hour', d: 'day', m: 'month' } as const;
        for (const edge of [r.from, r.to]) expect(grainStart(edge, unit[r.level], ZONE)).toBe(edge);
        t = r.to;
      }
      expect(t).toBe(to);
      expect(ranges.length).toBeLessThanOrEqual(5);
      if (grain !== 'none')
        for (const e of grainEdges(from, to, grain, ZONE).slice(1, -1)) {
          const r = ranges.find((x) => x.from <= e && e < x.to)!;
          const unit = { h: 'half-hour', d: 'day', m: 'month' } as const;
          expect(grainStart(e, unit[r.level], ZONE)).toBe(e);
        }
    }),
    { numRuns: 60 },
  );
});

test('the earlier period of a calendar month is the whole calendar month', () => {
  const [from, to] = [at('2026-03-01 00:00'), at('2026-04-01 00:00')];
  const before = (how: 'year' | 'month' | 'week' | 'period') => [
    local(earlierFrom(from, to, how, ZONE)),
    local(earlierTo(from, to, how, ZONE)),
  ];
  expect(before('month')).toEqual(['2026-02-01 00:00', '2026-03-01 00:00']);
  expect(before('year')).toEqual(['2025-03-01 00:00', '2025-04-01 00:00']);
  expect(before('period')).toEqual(['2026-01-29 00:00', '2026-03-01 00:00']);
  expect(local(earlierFrom(at('2024-02-29 00:00'), at('2024-03-01 00:00'), 'year', ZONE))).toBe('2023-02-28 00:00');
});

test('a period without length or with too many intervals is refused', () => {
  expect(() => grainEdges(5, 5, 'day', ZONE)).toThrow(RangeError);
  expect(() => grainEdges(0, 10 * 366 * DAY, 'half-hour', ZONE)).toThrow(/intervals/);
});
