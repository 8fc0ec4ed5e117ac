import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { toTs } from './db.ts';
import { recording } from './facts.ts';
import { visitRows } from './row-lists.ts';

const { sql } = await testDatabase();

test('a visit shows its caller also while the call goes on and is not stored; a withheld number stays unknown', async () => {
  const at = Date.parse('2026-03-03T02:00:00Z');
  const live = { from: at, to: at + HOUR };
  for (const [id, caller] of [
    ['talks', '13900001111'],
    ['hides', ''],
  ] as const) {
    await sql`insert into queue_visit (t_queue, visit_id, call_id, queue, seat_no, t_leave, outcome, wait_s)
      values (${toTs(at)}, ${id}, ${`call-${id}`}, 'general', '1001', ${toTs(at + 7000)}, 'answered', 7)`;
    await recording(sql, () =>
      Promise.resolve({
        result: null,
        facts: [
          {
            at,
            subject: id,
            actor: 'ingest:asterisk',
            kind: 'visit.joined' as const,
            body: { queue: 'general', call: `call-${id}`, joinedAt: at, caller, approximate: false },
          },
        ],
      }),
    );
  }
  const shown = async (): Promise<(string | null)[]> => (await visitRows(sql, live, 0, 10)).map((r) => r.caller);
  expect(await shown()).toEqual([null, '13900001111']);
  await sql`insert into call (t_setup, call_id, direction, caller, called, t_end, ended_in, outcome)
    values (${toTs(at - 9000)}, 'call-talks', 'in', '13900002222', '12345', ${toTs(at + MINUTE)}, 'seat', 'ended')`;
  // the stored call knows best
  expect(await shown()).toEqual([null, '13900002222']);
});
