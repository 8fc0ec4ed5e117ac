import { expect, test } from 'vitest';
import type { FactDraft } from '#domain/fact.ts';
import { emptyRecords, RecordFold } from '#domain/floor/records.ts';
import { testDatabase } from '#tests/support/database.ts';
import { newestCursor } from './facts.ts';
import { claimFloor, FloorTakenOver, loadFloorRecords, noteHeard, writeFloorBatch } from './floor.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const T = 1_795_320_645_082;

const left = (id: string): FactDraft => ({
  at: T + 5000,
  subject: id,
  actor: 'ingest:asterisk',
  kind: 'visit.left',
  body: { queue: 'q', call: 'c', joinedAt: T, outcome: 'abandoned', waitS: 5 },
});

function batch(run: string, n: number, facts: FactDraft[]) {
  const fold = new RecordFold({});
  const records = emptyRecords();
  for (const f of facts) fold.apply(f, records);
  return { run, batch: n, heardAt: T + n, startup: null, facts, records };
}

const visits = async (): Promise<string[]> =>
  (await sql<{ visit_id: string }[]>`select visit_id from queue_visit order by visit_id`).map((r) => r.visit_id);

test('a batch whose commit was not heard of is written once, however often it is tried', async () => {
  await claimFloor(sql, 'run-a', ZONE);
  expect(await writeFloorBatch(sql, batch('run-a', 1, [left('v1')]))).toBe('written');
  const cursor = await newestCursor(sql);
  expect(await writeFloorBatch(sql, batch('run-a', 1, [left('v1')]))).toBe('already');
  expect(await visits()).toEqual(['v1']);
  expect(await newestCursor(sql)).toBe(cursor);
});

test('a process that another one replaced writes nothing more', async () => {
  await claimFloor(sql, 'run-a', ZONE);
  await noteHeard(sql, 'run-a', T + 1);
  const before = await visits();
  const claimed = await claimFloor(sql, 'run-b', ZONE);
  expect(claimed.heardAt).toBe(T + 1);
  await expect(writeFloorBatch(sql, batch('run-a', 2, [left('v2')]))).rejects.toBeInstanceOf(FloorTakenOver);
  await expect(noteHeard(sql, 'run-a', T + 999_999)).rejects.toBeInstanceOf(FloorTakenOver);
  expect((await claimFloor(sql, 'run-b', ZONE)).heardAt).toBe(T + 1);
  expect(await visits()).toEqual(before);
});

test('a batch is all or nothing: with a record that the table refuses, no fact is there either', async () => {
  await claimFloor(sql, 'run-b', ZONE);
  const [before, rows] = [await newestCursor(sql), await visits()];
  const bad = batch('run-b', 5, [left('v3')]);
  (bad.records.queue_visit[0] as { queue: string | null }).queue = null;
  await expect(writeFloorBatch(sql, bad)).rejects.toThrow(/null value/);
  expect(await newestCursor(sql)).toBe(before);
  expect(await visits()).toEqual(rows);
});

test('records loaded in bulk read back as they were written one by one, whatever their text holds', async () => {
  await claimFloor(sql, 'run-b', ZONE);
  const odd = 'a\tb\\c\nd\re\\N 值守';
  const facts: FactDraft[] = [
    {
      at: T + 100,
      subject: odd,
      actor: 't',
      kind: 'call.ended',
      body: {
        direction: 'in',
        caller: odd,
        called: '12345',
        trunk: null,
        startedAt: T,
        ivrFrom: T + 1,
        ivrTo: null,
        endedIn: 'ivr',
        outcome: 'ended',
        mergedInto: null,
        hangupCause: 16,
      },
    },
    { at: T + 200, subject: odd, actor: 't', kind: 'call.rated', body: { seat: odd, queue: null, score: 4.5 } },
  ];
  const records = emptyRecords();
  const fold = new RecordFold({});
  for (const f of facts) fold.apply(f, records);
  const read = async (): Promise<unknown> => [
    await sql`select * from call where call_id = ${odd}`,
    await sql`select * from call_rating where call_id = ${odd}`,
  ];
  await writeFloorBatch(sql, { ...batch('run-b', 6, []), facts: [], records });
  const one = JSON.stringify(await read());
  await sql`delete from call where call_id = ${odd}`;
  await sql`delete from call_rating where call_id = ${odd}`;
  expect(await loadFloorRecords(sql, records)).toBe(2);
  expect(JSON.stringify(await read())).toBe(one);
  expect(one).toContain('值守');
});
