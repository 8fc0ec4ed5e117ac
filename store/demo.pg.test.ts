import { expect, test } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import { lastSimulated, noteSimulated } from './demo.ts';

const { sql } = await testDatabase();
const T = Date.UTC(2026, 10, 20, 2);

test('a database that no simulator ever wrote to remembers none', async () => {
  await noteSimulated(sql, [], T);
  expect(await lastSimulated(sql)).toEqual({});
});

test('each source is remembered by itself, and the history that the demo loads counts as simulated until its load', async () => {
  await noteSimulated(sql, ['calls', 'cases'], T);
  await noteSimulated(sql, ['cases'], T + 60_000);
  expect(await lastSimulated(sql)).toEqual({ calls: T, cases: T + 60_000 });
  await sql`
    insert into source_cursor (source, cursor, at) values ('demo:calls', '{"done": true}', to_timestamp(${T / 1000 + 5}))`;
  expect(await lastSimulated(sql)).toEqual({ calls: T + 5000, cases: T + 60_000 });
});
