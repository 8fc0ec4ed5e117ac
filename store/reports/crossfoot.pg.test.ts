import { expect, test } from 'vitest';
import { addParts, type Parts } from '#domain/calls/count.ts';
import { randomRecords } from '#domain/calls/testing.ts';
import type { Dimension } from '#domain/calls/sources.ts';
import { mulberry32 } from '#domain/random.ts';
import { CALL_TYPES, REPORTS, type FiguresReport } from '#domain/reports/catalogue.ts';
import { grainStart, type Grain } from '#domain/reports/grain.ts';
import { shownSeries, type StatTable } from '#domain/reports/table.ts';
import { shown, type Fraction } from '#domain/calls/figure.ts';
import type { IndicatorKey } from '#domain/calls/indicators.ts';
import { DAY, startOfDay } from '#domain/time.ts';
import { fillCalls } from '#scripts/bench/report-calls.ts';
import { casesOf } from '#tests/support/counted-cases.ts';
import { testDatabase } from '#tests/support/database.ts';
import { upsertCases } from '../cases.ts';
import { loadFloorRecords } from '../floor.ts';
import { keepUp } from './keep.ts';
import { runStat } from './run.ts';
import { setHome, setTeam } from './teams.ts';

/** A seeded year, and in it some days on which everything happens that can: every report of figures must hold in every cell. */
const { sql, url } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const YEAR = { from: startOfDay('2025-03-01', ZONE), to: startOfDay('2026-03-01', ZONE) };
const DAYS = { from: startOfDay('2025-11-29', ZONE), to: startOfDay('2025-12-02', ZONE) };
await fillCalls(url, { calls: 20_000, ...YEAR, seed: 4, tell: () => {} });
const days = randomRecords(mulberry32(8), { from: DAYS.from, hours: 70, calls: 400 });
await loadFloorRecords(sql, days);
await upsertCases(sql, casesOf(mulberry32(9), days, 0.6, 'X'), { now: DAYS.to, zone: ZONE, actor: 'test' });
const by = { officer: { account: 1, name: '王' }, now: YEAR.from };
await setTeam(sql, { seats: ['1001', '1002', '1003'], team: '甲班', from: YEAR.from + 40 * DAY }, ZONE, by);
await setTeam(sql, { seats: ['1002'], team: '乙班', from: DAYS.from + DAY / 2 }, ZONE, by);
// a team that moves within a day, one whose provider is not told, and seats that are in no team
await setHome(sql, { team: '甲班', department: '一部', provider: '甲公司', from: YEAR.from + 90 * DAY }, ZONE, by);
await setHome(sql, { team: '甲班', department: '二部', provider: '乙公司', from: DAYS.from + DAY * 1.5 }, ZONE, by);
await setHome(sql, { team: '乙班', department: '二部', provider: '', from: DAYS.from }, ZONE, by);
await keepUp(sql, { zone: ZONE, now: () => YEAR.to + DAY / 2 });

const FIGURES = REPORTS.filter((r): r is FiguresReport => r.kind === 'figures');
const ask = async (r: FiguresReport, dims: readonly Dimension[], grain: Grain, period: typeof YEAR, raw = false) => {
  const answer = await runStat(sql, {
    columns: r.columns,
    by: dims,
    grain,
    ...period,
    zone: ZONE,
    ...(raw ? { raw } : {}),
  });
  expect(answer.pending).toBe(false);
  return answer.table;
};

type Cells = Record<string, Parts>;
/** Parts of rows, put together by the instant and the group that `place` gives them. */
function cells(t: StatTable, place: (at: number, group: readonly string[]) => string): Cells {
  const out: Cells = {};
  for (const r of t.rows) {
    const parts: Parts = { ...r.parts };
    delete (parts as { channel_ms?: number }).channel_ms;
    addParts((out[place(t.edges[r.interval!]!, r.group!)] ??= {}), parts);
  }
  for (const [key, parts] of Object.entries(out)) {
    const some = Object.entries(parts).filter(([, n]) => n !== 0);
    if (some.length === 0) delete out[key];
    else out[key] = Object.fromEntries(some.sort()) as Parts;
  }
  return out;
}
const own = (at: number, group: readonly string[]): string => `${at} ${group.join()}`;
const isIn = (grain: 'month' | 'hour' | 'day') => (at: number, group: readonly string[]) =>
  `${grainStart(at, grain, ZONE)} ${group.join()}`;

test.each(FIGURES)('$id: groups add up to the whole, finer intervals to coarser ones, stored is raw', async (r) => {
  let seen = 0;
  for (const period of [
    { span: YEAR, fine: 'day' as const, coarse: 'month' as const },
    { span: DAYS, fine: 'half-hour' as const, coarse: 'hour' as const },
  ]) {
    const whole = cells(await ask(r, [], period.coarse, period.span), own);
    for (const dims of r.by) {
      const name = `${r.id} by ${dims.join()} ${period.coarse}`;
      const coarse = await ask(r, dims, period.coarse, period.span);
      const fine = await ask(r, dims, period.fine, period.span);
      const raw = await ask(r, dims, period.coarse, period.span, true);
      expect(cells(coarse, own), `${name} raw`).toEqual(cells(raw, own));
      expect(coarse.rows.map((x) => x.figures)).toEqual(raw.rows.map((x) => x.figures));
      expect(coarse.total.figures).toEqual(raw.total.figures);
      expect(cells(fine, isIn(period.coarse)), `${name} of ${period.fine}`).toEqual(cells(coarse, own));
      for (const [key, parts] of Object.entries(cells(coarse, (at) => `${at} `)))
        for (const [part, n] of Object.entries(parts) as [keyof Parts, number][])
          // a count of the queues has another name by seat
          if (whole[key]?.[part] !== undefined) expect([name, part, n]).toEqual([name, part, whole[key][part]]);
      seen += coarse.rows.length;
    }
  }
  expect(seen).toBeGreaterThan(10);
});

test('a report of operators by department or provider adds up to the centre, those who have none among them', async () => {
  const people = FIGURES.find((r) => r.id === 'R-13')!;
  const whole = (await ask(people, [], 'none', DAYS)).total;
  for (const d of ['department', 'provider'] as const) {
    const t = await ask(people, [d], 'none', DAYS);
    expect(t.groups.map((g) => g.group![0])).toEqual(
      d === 'department' ? ['', '一部', '二部'] : ['', '乙公司', '甲公司'],
    );
    expect(t.total.figures).toEqual(whole.figures);
    for (const part of ['in_calls', 'dialled', 'state_talking_ms'] as const) {
      const each = t.groups.map((g) => g.parts[part] ?? 0);
      expect(
        each.every((n) => n > 0),
        `${d} ${part}`,
      ).toBe(true);
      expect(each.reduce((a, b) => a + b)).toBe(whole.parts[part]);
    }
  }
});

test('the types of calls add up to the inbound calls in every row, whoever answered, and the types of cases to the cases', async () => {
  const named = (t: StatTable, row: StatTable['total'], keys: readonly IndicatorKey[]): number =>
    keys.reduce((n, key) => n + (row.figures[t.columns.findIndex((c) => c.key === key)] as Fraction).part, 0);
  const calls = FIGURES.find((r) => r.id === 'R-12')!;
  for (const dims of calls.by)
    for (const [grain, span] of [
      ['month', YEAR],
      ['half-hour', DAYS],
    ] as const) {
      const t = await ask(calls, dims, grain, span);
      for (const row of [...t.rows, ...t.intervals, ...t.groups, t.total])
        expect(named(t, row, CALL_TYPES), `${dims.join()} ${grain}`).toBe(named(t, row, ['inbound']));
      expect(named(t, t.total, ['inbound'])).toBe((await ask(calls, [], 'none', span)).total.parts.calls_in);
      expect(named(t, t.total, CALL_TYPES.slice(0, 8))).toBeGreaterThan(20);
    }
  const work = FIGURES.find((r) => r.id === 'R-27')!;
  const t = await ask(work, ['seat'], 'day', DAYS);
  for (const row of [...t.rows, ...t.intervals, ...t.groups, t.total])
    expect(named(t, row, ['consultations', 'complaints', 'reportCases', 'otherCases'])).toBe(named(t, row, ['cases']));
  expect(named(t, t.total, ['dispatches'])).toBeGreaterThan(5);
});

test('a line drawn from columns has in every point the figure of its row', async () => {
  for (const r of FIGURES)
    for (const dims of [[], r.by.find((b) => b.length === 1) ?? []]) {
      const t = await ask(r, dims, 'hour', DAYS);
      const lines: (readonly [number | null, readonly string[]])[] = t.groups.map((x, i) => [i, x.group ?? []]);
      for (const [g, group] of dims.length === 0 ? [[null, []] as const, ...lines] : lines)
        for (const [i, c] of t.columns.entries()) {
          const line = t.series(i, g);
          const values = line && shownSeries(line, c.indicator.unit, 'export');
          for (const row of t.rows) {
            if (JSON.stringify(row.group) !== JSON.stringify(group)) continue;
            const f = row.figures[i]!;
            const want = typeof f === 'string' ? NaN : shown(f, c.indicator.unit, 'export')!;
            expect(values ? values[row.interval!] : NaN, `${r.id} ${c.key}`).toBe(want);
          }
        }
    }
});
