import type { RequestEvent } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { ROLES, type Role } from '#domain/access.ts';
import { recordFrom } from '#domain/cases/record.ts';
import { factsAfter, newestCursor } from '#store/facts.ts';
import { upsertCases } from '#store/cases.ts';
import { testDatabase } from '#tests/support/database.ts';
import { runCommand, type CommandAnswer } from './command.ts';
import { DESK_COMMANDS } from './index.ts';

const { sql, url } = await testDatabase();
process.env.DATABASE_URL = url; // what the commands take their pool from at first use

const now = Date.UTC(2026, 10, 20, 3);
const options = { now, zone: 'Asia/Shanghai', actor: 'test' };

async function urgentCase(externalId: string): Promise<string> {
  const record = recordFrom(
    { externalId, acceptedAt: now, urgency: 'veryUrgent', title: '燃气泄漏', at: null },
    { origin: 'city', simulated: false, now },
  );
  if (!record.ok) throw new Error(record.reason);
  await upsertCases(sql, [record.value], options);
  return record.value.caseNo;
}

/** The command as a desk sends it, by a session of this role; null: nobody is signed in. */
const note = (role: Role | null, no: unknown): Promise<{ answer: CommandAnswer; status: number }> =>
  runCommand(
    { locals: { session: role && { role, account: { id: 7, name: '周敏' } } } } as unknown as RequestEvent,
    DESK_COMMANDS['acknowledge-case']!,
    { no },
  );

test('taking note of a case is written with who and when, and asked twice it is done once', async () => {
  const no = await urgentCase('A1');
  const from = await newestCursor(sql);
  const before = Date.now();
  expect(await note('duty-officer', no)).toEqual({ answer: { ok: true, made: null }, status: 200 });
  expect(await note('coordinator', no)).toEqual({ answer: { ok: true, made: null }, status: 200 });
  const facts = await factsAfter(sql, from);
  expect(facts).toHaveLength(1);
  expect(facts[0]).toMatchObject({
    kind: 'case.acknowledged',
    actor: 'user:7',
    body: { no, by: { account: 7, name: '周敏' } },
  });
  expect(facts[0]!.at).toBeGreaterThanOrEqual(before);
  const events = await sql`select actor from case_event where case_no = ${no} and kind = 'acknowledged'`;
  expect(events.map((e) => e.actor)).toEqual(['user:7']);
});

test('roles without the right, and who is not signed in, are refused and nothing is written', async () => {
  const no = await urgentCase('A2');
  const from = await newestCursor(sql);
  for (const role of ROLES.filter((r) => r !== 'duty-officer' && r !== 'coordinator'))
    expect([role, (await note(role, no)).status]).toEqual([role, 403]);
  expect((await note(null, no)).answer).toMatchObject({ ok: false, refused: 'not-signed-in' });
  expect(await newestCursor(sql)).toBe(from);
});

test('a case that is not there, or no case number at all, is refused with its own word', async () => {
  expect((await note('duty-officer', 'nothing')).answer).toEqual({
    ok: false,
    refused: 'case-missing',
    detail: 'nothing',
  });
  expect((await note('duty-officer', 12)).status).toBe(400);
});
