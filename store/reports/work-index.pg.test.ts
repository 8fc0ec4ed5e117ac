import { expect, test } from 'vitest';
import { randomRecords } from '#domain/calls/testing.ts';
import { mulberry32 } from '#domain/random.ts';
import { PROPOSED_INDEX, workIndex, type IndexEntry } from '#domain/reports/work-index.ts';
import { DAY, HOUR, startOfDay } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { factsAfter } from '../facts.ts';
import { loadFloorRecords } from '../floor.ts';
import { keepUp } from './keep.ts';
import { compareStat, runStat, type StatQuery } from './run.ts';
import { indexHistory, indexVersions, setWorkIndex } from './work-index.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const START = startOfDay('2026-03-30', ZONE);
const by = (now: number) => ({ officer: { account: 7, name: '王班长' }, now });
const wrap: IndexEntry = { key: 'averageWrap', weight: 1, zeroAt: 120, fullAt: 0 };
const success: IndexEntry = { key: 'outboundRate', weight: 3, zeroAt: 0, fullAt: 100 };
await loadFloorRecords(sql, randomRecords(mulberry32(3), { from: START, hours: 60, calls: 500 }));
await keepUp(sql, { zone: ZONE, now: () => START + 3 * DAY });
const query: StatQuery = {
  columns: ['inCalls', 'workIndex'],
  from: START,
  to: START + 2 * DAY,
  grain: 'day',
  by: ['seat'],
  zone: ZONE,
};

test('while nobody has set one the proposal counts, in the total by the total’s own figures', async () => {
  const { table, index } = await runStat(sql, query);
  expect(index).toEqual([PROPOSED_INDEX]);
  expect(table.groups.length).toBeGreaterThan(3);
  for (const row of [...table.rows, ...table.intervals, ...table.groups, table.total])
    expect(row.figures[1]).toEqual(workIndex(PROPOSED_INDEX, ['seat'])(row.parts).index);
  const added = table.groups.reduce((sum, g) => sum + (g.parts.in_calls ?? 0), 0);
  expect(table.total.parts.in_calls).toBe(added);
  const seats = table.groups.flatMap((g) => (typeof g.figures[1] === 'string' ? [] : [g.figures[1]!.part]));
  expect(new Set(seats).size).toBeGreaterThan(1);
  // without a breakdown the same figures make the same index
  const whole = await runStat(sql, { ...query, by: [], grain: 'none' });
  expect(whole.table.total.figures[1]).toEqual(table.total.figures[1]);
});

test('a version holds from its instant on, also a past one; one for the same instant corrects it, and each leaves a fact', async () => {
  const second = START + DAY + HOUR;
  const set = (from: number, entries: IndexEntry[], now: number) => setWorkIndex(sql, { from, entries }, by(now));
  expect(await set(START - DAY, [wrap], START)).toMatchObject({ ok: true });
  expect(await set(second, [wrap], START + 1)).toMatchObject({ ok: true });
  expect(await set(second, [success, wrap], START + 2)).toMatchObject({ ok: true });
  expect(await indexVersions(sql)).toEqual([
    { from: START - DAY, entries: [wrap] },
    { from: second, entries: [success, wrap] },
  ]);
  expect(await indexHistory(sql, 1)).toEqual([
    { from: second, entries: [success, wrap], setBy: '王班长', setAt: START + 2 },
  ]);
  expect((await factsAfter(sql, 0)).map((f) => [f.kind, f.actor])).toEqual(
    Array.from({ length: 3 }, () => ['stat.work-index-set', 'user:7']),
  );
  // each day by what is in force at its end
  const { table, index } = await runStat(sql, query);
  expect(index.map((v) => v.entries.length)).toEqual([1, 2]);
  expect(table.intervals.map((r) => table.index(r)!.parts.map((p) => p.entry.key))).toEqual([
    ['averageWrap'],
    ['outboundRate', 'averageWrap'],
  ]);
  expect(table.index(table.total)!.version.from).toBe(second);
  const day = { ...query, from: START + DAY };
  const now = await runStat(sql, day);
  const beside = await compareStat(sql, day, now.table, 'period');
  expect(beside.index).toEqual([{ from: START - DAY, entries: [wrap] }]);
  expect(beside.total[1]!.before).toEqual(table.intervals[0]!.figures[1]);
  // who was not there before has no index there, and none of 0
  const first = await runStat(sql, { ...query, to: START + DAY });
  expect((await compareStat(sql, { ...query, to: START + DAY }, first.table, 'year')).groups[0]![1]).toMatchObject({
    before: 'empty',
    difference: null,
  });
  const [a, b] = [now.table.total.figures[1], table.intervals[0]!.figures[1]] as { part: number }[];
  expect(beside.total[1]).toMatchObject({ difference: (a!.part - b!.part) / 10, growth: null });
});

test('what cannot be set is refused and changes nothing', async () => {
  const before = [await indexVersions(sql), (await factsAfter(sql, 0)).length];
  const bad = [
    { from: NaN, entries: [wrap] },
    { from: START, entries: [] },
    { from: START, entries: [{ ...wrap, weight: 101 }] },
  ];
  const codes = [];
  for (const v of bad) codes.push(await setWorkIndex(sql, v, by(START)));
  expect(codes).toMatchObject([{ code: 'version-from' }, { code: 'index-entries' }, { code: 'index-weight' }]);
  expect([await indexVersions(sql), (await factsAfter(sql, 0)).length]).toEqual(before);
});
