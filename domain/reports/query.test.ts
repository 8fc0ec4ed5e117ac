import { expect, test } from 'vitest';
import { parseLocal } from '../time.ts';
import { reportNamed, type FiguresReport, type ListReport } from './catalogue.ts';
import { figuresQuery, halfHourFrom, listQuery, namedPeriod, periodOf, PERIODS, timeOf } from './query.ts';

const ZONE = 'Asia/Shanghai';
const at = (text: string): number => parseLocal(text, ZONE)!;
/** A Wednesday. */
const NOW = at('2026-03-04 10:17:20');
const R06 = reportNamed('R-06') as FiguresReport;
const march = { from: at('2026-03-01 00:00'), to: at('2026-03-04 10:30') };

test('named periods lie end to end: the last one ends where the running one begins', () => {
  for (const grain of ['week', 'month', 'quarter', 'year'] as const)
    expect(namedPeriod(`last-${grain}`, NOW, ZONE).to).toBe(namedPeriod(grain, NOW, ZONE).from);
  expect(namedPeriod('week', NOW, ZONE).from).toBe(at('2026-03-02 00:00'));
  expect(namedPeriod('last-month', NOW, ZONE)).toEqual({ from: at('2026-02-01 00:00'), to: at('2026-03-01 00:00') });
  expect(namedPeriod('days-7', NOW, ZONE).from).toBe(at('2026-02-26 00:00'));
});

test('no period reaches further than the running half-hour, and none is empty', () => {
  for (const period of PERIODS) {
    const p = periodOf({ period }, NOW, ZONE);
    expect(p.ok && p.value.to > p.value.from && p.value.to <= at('2026-03-04 10:30'), period).toBe(true);
  }
  expect(halfHourFrom(at('2026-03-04 10:30'), ZONE)).toBe(at('2026-03-04 10:30'));
});

test('the last day of a free period belongs to it, a time does not', () => {
  expect(periodOf({ from: '2026-02-01', to: '2026-02-28' }, NOW, ZONE)).toEqual({
    ok: true,
    value: { from: at('2026-02-01 00:00'), to: at('2026-03-01 00:00') },
  });
  expect(periodOf({ from: '2026-02-01T08:00', to: '2026-02-01T09:30' }, NOW, ZONE)).toMatchObject({
    value: { to: at('2026-02-01 09:30') },
  });
  expect(periodOf({ from: '2026-02-01' }, NOW, ZONE)).toMatchObject({ value: { to: at('2026-02-02 00:00') } });
});

test('a period that is none is refused and not guessed', () => {
  for (const wish of [
    { period: 'soon' },
    { from: '2026-02-30' },
    { from: '2026-02-01', to: 'x' },
    { from: '2026-13-01' },
  ])
    expect(periodOf(wish, NOW, ZONE)).toMatchObject({ ok: false, code: 'report-period' });
  for (const wish of [{ from: '2026-03-05' }, { from: '2026-02-02', to: '2026-02-01' }])
    expect(periodOf(wish, NOW, ZONE)).toMatchObject({ ok: false, code: 'report-period-empty' });
  expect(timeOf(String(NOW), ZONE)).toBe(NOW);
});

test('what a report does not have is refused by a code of its own', () => {
  const ask = (wish: object): unknown => {
    const r = figuresQuery(R06, { only: {}, ...wish }, march, ZONE);
    return r.ok ? 'ok' : r.code;
  };
  expect(ask({})).toBe('ok');
  expect(ask({ grain: 'minute' })).toBe('report-grain');
  expect(ask({ by: 'seat' })).toBe('report-by');
  expect(ask({ by: 'none', grain: 'none' })).toBe('ok');
  expect(ask({ only: { colour: ['red'] } })).toBe('report-only');
  expect(ask({ columns: ['login'] })).toBe('report-columns');
  expect(ask({ with: 'decade' })).toBe('report-with');
  expect(ask({ with: '2025-03-01' })).toBe('ok');
  const long = figuresQuery(
    R06,
    { only: {}, grain: 'half-hour' },
    { from: at('2010-01-01 00:00'), to: march.to },
    ZONE,
  );
  expect(long).toMatchObject({ ok: false, code: 'report-too-fine' });
  expect(figuresQuery(R06, { only: {} }, { ...march, to: march.to - 1 }, ZONE)).toMatchObject({
    code: 'report-half-hour',
  });
});

test('chosen columns keep the order of the report, and a comparison is what was asked or what the report is for', () => {
  const of = (r: FiguresReport, wish: object) => {
    const q = figuresQuery(r, { only: {}, ...wish }, march, ZONE);
    return q.ok ? q.value : null;
  };
  expect(of(R06, { columns: ['asa', 'offered'] })!.columns).toEqual(['offered', 'asa']);
  expect(of(R06, {})!.compare).toBeNull();
  const r26 = reportNamed('R-26') as FiguresReport;
  expect(of(r26, {})!.compare).toBe('year');
  expect(of(r26, { with: 'none' })!.compare).toBeNull();
});

test('a list is narrowed by what lists know, and a band is one of five', () => {
  const r17 = reportNamed('R-17') as ListReport;
  expect(listQuery(r17, { only: { band: ['4'], seat: ['1001'] } }, march)).toMatchObject({
    value: { list: 'answered', filter: { band: 4, seat: ['1001'] } },
  });
  expect(listQuery(r17, { only: { band: ['5'] } }, march)).toMatchObject({ code: 'report-only' });
  expect(listQuery(r17, { only: {}, view: 'logins' }, march)).toMatchObject({ code: 'report-view' });
});
