import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { FactDraft } from '#domain/fact.ts';
import { RecordFold } from '#domain/floor/records.ts';
import { connect } from '#store/db.ts';
import { factsAfter } from '#store/facts.ts';
import { claimFloor } from '#store/floor.ts';
import { testDatabase } from '#tests/support/database.ts';
import { FloorWriter, WriterOverflow } from './writer.ts';

const { sql, url } = await testDatabase();
const T = 1_795_320_645_082;
const told = (i: number): FactDraft => ({
  at: T + i,
  subject: String(i),
  actor: 'test',
  kind: 'seat.resumed',
  body: { queue: 'q', reason: '', pausedS: i },
});

async function writer(atMost?: number): Promise<FloorWriter> {
  const run = `run-${Math.trunc(performance.now() * 1000)}`;
  await claimFloor(sql, run, 'Asia/Shanghai');
  return new FloorWriter({
    sql,
    run,
    records: new RecordFold({}),
    startup: null,
    log: pino({ level: 'silent' }),
    now: () => performance.now(),
    ...(atMost === undefined ? {} : { atMost }),
  });
}

test('facts are written in their order, each once, whatever pushes come together', async () => {
  const w = await writer();
  for (let i = 0; i < 500; i += 5) {
    w.push(
      [0, 1, 2, 3, 4].map((k) => told(i + k)),
      T + i,
    );
    if (i % 50 === 0) await new Promise((r) => setImmediate(r));
  }
  await w.stop(5000);
  const facts = await factsAfter(sql, 0);
  expect(facts.map((f) => f.subject)).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
  expect(w.figures.batches).toBeLessThan(100);
});

test('while the database does not take them facts wait, and a full queue ends the writer instead of growing', async () => {
  const blocker = connect(url, { max: 1 });
  const held = await blocker.reserve();
  await held`begin`;
  await held`lock table source_cursor in access exclusive mode`.catch(() => {});
  const w = new FloorWriter({
    sql,
    run: 'stuck',
    records: new RecordFold({}),
    startup: null,
    log: pino({ level: 'silent' }),
    now: () => performance.now(),
    atMost: 100,
  });
  const settled = expect(w.settled()).rejects.toBeInstanceOf(WriterOverflow);
  for (let i = 0; i < 300; i++) w.push([told(i)], T + i);
  await settled;
  await held`rollback`;
  held.release();
  await blocker.end();
});

test('a database connection that is cut in the middle loses nothing and doubles nothing', async () => {
  const before = (await factsAfter(sql, 0)).length;
  const w = await writer();
  for (let i = 0; i < 40; i++) {
    w.push([told(i)], T + i);
    // its batch may be on the way: it is written once, whether the cut comes before its commit or after it
    if (i === 10 || i === 25)
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    else if (i % 3 === 0) await vi.waitFor(() => expect(w.figures.facts).toBe(i + 1), { timeout: 10_000, interval: 1 });
  }
  await w.stop(10_000);
  const facts = (await factsAfter(sql, 0)).slice(before);
  expect(facts.map((f) => f.subject)).toEqual(Array.from({ length: 40 }, (_, i) => String(i)));
});
