import { expect, test } from 'vitest';
import { randomRecords } from '#domain/calls/testing.ts';
import { mulberry32 } from '#domain/random.ts';
import { REPORTS, type FiguresReport, type ListReport } from '#domain/reports/catalogue.ts';
import { drillQuery, figuresQuery, listQuery } from '#domain/reports/query.ts';
import { toCsv } from '#domain/reports/sheet.ts';
import { DAY, HOUR, startOfDay } from '#domain/time.ts';
import { makeLocale } from '#lib/i18n/locale.ts';
import { drillAddress, wishOf, withGroup } from '#lib/reports/address.ts';
import { loadFloorRecords } from '#store/floor.ts';
import { reportChoices } from '#store/reports/choices.ts';
import { drill } from '#store/reports/drill.ts';
import { noteExport } from '#store/reports/exports.ts';
import { keepUp } from '#store/reports/keep.ts';
import { testDatabase } from '#tests/support/database.ts';
import { figuresView, runFigures } from './figures.ts';
import { listView } from './rows.ts';
import { figuresFile, listFile, workSheets } from './sheets.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const START = startOfDay('2026-03-30', ZONE);
const period = { from: START, to: START + 3 * DAY };
await loadFloorRecords(sql, randomRecords(mulberry32(5), { from: START, hours: 60, calls: 500 }));
await keepUp(sql, { zone: ZONE, now: () => START + 3 * DAY + HOUR });
const choices = await reportChoices(sql, { months: START - 40 * DAY, days: START });
const FIGURES = REPORTS.filter((r): r is FiguresReport => r.kind === 'figures');
const LISTS = REPORTS.filter((r): r is ListReport => r.kind === 'list');
const locale = makeLocale('zh-CN', ZONE);
const source = { queueNames: {}, pointNames: {}, seatNames: choices.names };

const ran = async (r: FiguresReport, wish: object) => {
  const q = figuresQuery(r, { only: {}, ...wish }, period, ZONE);
  if (!q.ok) throw new Error(`${r.id}: ${q.code} ${q.reason}`);
  const result = await runFigures(sql, q.value, choices, ZONE);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const view = (r: FiguresReport, of: Awaited<ReturnType<typeof ran>>, more: object = {}) =>
  figuresView(r, of, { page: 1, sort: null, chart: { kind: null, keys: [] }, ...more });

test('every seat, skill group and trunk that has figures can be chosen', () => {
  for (const d of ['seat', 'queue', 'trunk'] as const) expect(choices.of[d]?.length, d).toBeGreaterThan(0);
});

test('each count on the page of every report opens as many rows as it says, by the address of its link', async () => {
  let opened = 0;
  for (const r of FIGURES)
    for (const by of r.by.slice(0, 2)) {
      const v = view(r, await ran(r, { by: by.join(',') || 'none', grain: 'day' }));
      const rows = [v.rows.find((x) => x.kind === 'row'), v.rows.find((x) => x.kind === 'interval'), v.total];
      for (const row of rows.filter((x) => x !== undefined))
        for (const [i, c] of v.columns.entries()) {
          const figure = row.figures[i];
          const counts =
            ['calls', 'visits', 'times', 'cases'].includes(c.unit) &&
            c.opens &&
            typeof figure === 'number' &&
            figure > 0;
          // holds are counted in their rows, and missed calls less those that were settled
          if (!counts || ['holds', 'missed'].includes(c.key)) continue;
          const href = drillAddress(r.id, {
            key: c.key,
            from: row.from,
            to: row.to,
            only: withGroup(v.only, v.by, row.group),
            by: v.by,
          });
          const wish = wishOf(new URL(href, 'http://own').searchParams);
          const q = drillQuery(r, c.key, wish, { from: Number(wish.from), to: Number(wish.to) }, ZONE);
          if (!q.ok) throw new Error(q.code);
          const found = await drill(sql, { ...q.value, indicator: q.value.key, zone: ZONE, limit: 1 });
          expect(found?.total, `${r.id} by ${by.join()} ${row.kind} ${c.key}`).toBe(figure);
          opened++;
        }
    }
  expect(opened).toBeGreaterThan(100);
}, 120_000);

test('a page is a part of the rows, the greatest first where it is sorted so, with the subtotal of each interval', async () => {
  const r = FIGURES.find((x) => x.id === 'R-04')!;
  const of = await ran(r, { by: 'seat', grain: 'day' });
  const all = view(r, of, { size: 10_000 });
  expect(all.rows.filter((x) => x.kind === 'interval')).toHaveLength(3);
  const second = view(r, of, { size: 5, page: 2 });
  expect(second.rows).toEqual(all.rows.slice(5, 10));
  expect(second.count).toBe(all.count);
  const i = all.columns.findIndex((c) => c.key === 'answered');
  const sorted = view(r, of, { sort: '-answered', size: 10_000 }).rows.filter((x) => x.kind === 'row');
  const values = sorted.map((x) => Number(x.figures[i]));
  expect(values).toEqual(values.toSorted((a, b) => b - a));
});

test('bars of groups are those of their totals, shares add up to the count, and a rate is no share', async () => {
  const r = FIGURES.find((x) => x.id === 'R-06')!;
  const of = await ran(r, { by: 'queue', grain: 'day' });
  const offered = Number(view(r, of).total.figures[0]);
  const bar = view(r, of, { chart: { kind: 'bar', keys: ['offered'] } }).chart!;
  expect(bar.kind === 'bar' && bar.series[0]!.values.reduce<number>((n, x) => n + (x ?? 0), 0)).toBe(offered);
  const pie = view(r, of, { chart: { kind: 'pie', keys: ['offered'] } }).chart!;
  expect(pie.kind === 'pie' && pie.parts.reduce((n, p) => n + p.value, pie.rest)).toBe(offered);
  expect(view(r, of, { chart: { kind: 'pie', keys: ['abandonRate'] } }).chart).toBeNull();
  const line = view(r, of, { chart: { kind: 'line', keys: ['offered'] } }).chart!;
  expect(line.kind === 'line' && line.series.flatMap((s) => s.values).reduce<number>((n, x) => n + (x ?? 0), 0)).toBe(
    offered,
  );
});

test('the file of a report has its rows and totals, with the earlier period beside it, and says how it counts', async () => {
  const r = FIGURES.find((x) => x.id === 'R-03')!;
  const of = await ran(r, { by: 'queue', grain: 'day', with: 'period' });
  const file = figuresFile(r, of, locale, source);
  if (!file.ok) throw new Error(file.code);
  const { sheet, about } = file.value;
  expect(sheet.rows).toHaveLength(of.result.table.rows.length);
  expect(sheet.header).toContain('进入ACD电话总数 同期');
  expect(toCsv(sheet, ZONE)).toContain('2026-03-30,');
  expect(about.map(([k]) => k)).toEqual(expect.arrayContaining(['报表', '时段', '对比时段']));
  expect(workSheets('R-03 综合', file.value, { at: START, by: '王' }, locale).map((s) => s.name)).toEqual([
    'R-03 综合',
    '说明',
  ]);
});

test('lists and their files hide numbers from a leader, who cannot look one up either', async () => {
  for (const r of LISTS) {
    const q = listQuery(r, { only: {} }, period);
    if (!q.ok) throw new Error(q.code);
    for (const role of ['supervisor', 'leader'] as const) {
      const file = await listFile(sql, r, q.value, role, locale, source);
      expect(file.ok, r.id).toBe(true);
      const numbers = toCsv((file as { value: { sheet: Parameters<typeof toCsv>[0] } }).value.sheet, ZONE).match(
        /\b1[3-9]\d{9}\b/g,
      );
      if (role === 'leader') expect(numbers, r.id).toBeNull();
      else if (r.id === 'R-15') expect(numbers!.length).toBeGreaterThan(10);
      const page = await listView(sql, q.value, { role, page: 1 });
      expect(page.ok && page.value.rows.length <= page.value.pageSize, r.id).toBe(true);
    }
  }
  const r15 = LISTS.find((r) => r.id === 'R-15')!;
  const asked = listQuery(r15, { only: { number: ['13800000000'] } }, period);
  if (!asked.ok) throw new Error(asked.code);
  expect(await listView(sql, asked.value, { role: 'leader', page: 1 })).toMatchObject({
    ok: false,
    code: 'report-number',
  });
  expect(await listFile(sql, r15, asked.value, 'leader', locale, source)).toMatchObject({ code: 'report-number' });
});

test('who takes numbers out of the house is kept as a fact', async () => {
  const by = { account: 3, name: '王班长' };
  await noteExport(sql, { report: 'R-15', ...period, rows: 9, numbers: 'whole', format: 'xlsx', by }, START);
  const [fact] = await sql<
    { kind: string; actor: string }[]
  >`select kind, actor from fact where kind = 'report.exported'`;
  expect(fact).toEqual({ kind: 'report.exported', actor: 'user:3' });
});
