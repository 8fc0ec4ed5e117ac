import { expect, test } from 'vitest';
import { seededDay } from '#domain/calls/testing-day.ts';
import { foldFact } from '#domain/folds.ts';
import type { Fact } from '#domain/fact.ts';
import { mulberry32 } from '#domain/random.ts';
import type { Tables } from '#domain/tables.ts';
import { HOUR } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import type { Tx } from './db.ts';
import { factsAfter, newestCursor, recordFacts } from './facts.ts';
import { floorNow } from './floor-now.ts';
import { emptyState, saveSnapshot, stateAt } from './snapshots.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const T = Date.UTC(2026, 2, 30, 1);
const facts = seededDay(mulberry32(3), { from: T, to: T + 3 * HOUR, calls: 200, seats: 4 });
const rows = (t: Tables): string[] => [...t.everything()].map((r) => JSON.stringify(r)).sort();
const asked = async (): Promise<Tables> =>
  (await sql.begin('isolation level repeatable read read only', (tx) =>
    floorNow(sql, tx as unknown as Tx, ZONE),
  )) as Tables;
const record = async (from: number, to: number): Promise<void> =>
  void (await sql.begin((tx) => recordFacts(tx as unknown as Tx, facts.slice(from, to))));

test('the floor that is followed is the floor folded anew, also when many ask at once and from a snapshot', async () => {
  const whole = async (): Promise<string[]> => rows((await stateAt(sql, await newestCursor(sql), ZONE)).floor);
  expect(rows(await asked())).toEqual([]);
  for (const [from, to] of [
    [0, 100],
    [100, 101],
    [101, 400],
  ] as const) {
    await record(from, to);
    const many = await Promise.all([asked(), asked(), asked()]);
    for (const t of many) expect(rows(t)).toEqual(await whole());
  }
  const state = emptyState();
  for (const f of (await factsAfter(sql, 0)) as Fact[]) foldFact(state, f, ZONE);
  await saveSnapshot(sql, await newestCursor(sql), state);
  await record(400, 500);
  expect(rows(await asked())).toEqual(await whole());
});

test('who began to read before others wrote sees the floor of then, and leaves that of now to the next', async () => {
  const before = await newestCursor(sql);
  const early = await sql.reserve();
  await early`begin isolation level repeatable read read only`;
  await early`select 1 from fact limit 1`;
  await record(500, 700);
  const now = rows(await asked());
  const then = rows(await floorNow(sql, early as unknown as Tx, ZONE));
  await early`commit`;
  early.release();
  expect(then).toEqual(rows((await stateAt(sql, before, ZONE)).floor));
  expect(then).not.toEqual(now);
  expect(rows(await asked())).toEqual(now);
});
