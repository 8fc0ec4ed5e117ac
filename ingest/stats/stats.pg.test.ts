import { pino } from 'pino';
import { expect, test } from 'vitest';
import { parseConfig } from '#domain/config.ts';
import type { FactDraft } from '#domain/fact.ts';
import { emptyRecords, RecordFold } from '#domain/floor/records.ts';
import { connect } from '#store/db.ts';
import { claimFloor, writeFloorBatch } from '#store/floor.ts';
import { testDatabase } from '#tests/support/database.ts';
import { statKeeper } from './index.ts';

const { sql, url } = await testDatabase();

/** Writes a visit that was abandoned now, as ingest does, and waits until the figures have it. */
async function untilCounted(batch: number): Promise<void> {
  const at = Date.now();
  const fact: FactDraft = {
    at,
    subject: `v${batch}`,
    actor: 'ingest:asterisk',
    kind: 'visit.left',
    body: { queue: 'q', call: `c${batch}`, joinedAt: at - 5000, outcome: 'abandoned', waitS: 5 },
  };
  const records = emptyRecords();
  new RecordFold({}).apply(fact, records);
  await writeFloorBatch(sql, { run: 'r', batch, heardAt: at, startup: null, facts: [fact], records });
  const counted = async (): Promise<number | undefined> =>
    (await sql<{ n: number }[]>`select coalesce(sum(offered), 0)::int as n from stat_visit where level = 'h'`)[0]?.n;
  await expect.poll(counted, { timeout: 20_000 }).toBe(batch);
}

test('what the floor tells is in the figures, also after the keeper of figures was replaced', async () => {
  await claimFloor(sql, 'r', 'Asia/Shanghai');
  const { config } = parseConfig({});
  let batch = 0;
  for (let run = 0; run < 2; run++) {
    const stop = new AbortController();
    const own = connect(url, { max: 3, name: 'stats' });
    const context = {
      sql: own,
      config,
      log: pino({ level: 'silent' }),
      signal: stop.signal,
      reject: async () => {},
      report: () => {},
    };
    const running = statKeeper.run(context);
    for (let i = 0; i < 3; i++) await untilCounted(++batch);
    stop.abort();
    await running;
    await own.end({ timeout: 1 });
  }
});
