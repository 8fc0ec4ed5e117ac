import { expect, test } from 'vitest';
import type { SteerWish } from '#domain/steer/rows.ts';
import { testDatabase } from '#tests/support/database.ts';
import { factsAfter } from './facts.ts';
import { abandonSent, askCommand, askedCommands, commandById, lastPhone, moveCommand } from './floor-commands.ts';

const { sql } = await testDatabase();
const [account] = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values ('banzhang', '班长', 'supervisor', 'x') returning id`;
const officer = { account: account!.id, name: '班长' };
const NOW = 1_800_000_000_000;
const WISH: SteerWish = {
  kind: 'listen',
  seat: '1001',
  call: 'c1',
  visit: null,
  queue: 'consult',
  phone: '8001',
  to: null,
  reason: null,
  text: null,
  priority: null,
  penalty: null,
};
const ask = async (key: string): Promise<string> => {
  const r = await askCommand(sql, WISH, key, { officer, now: NOW });
  return r.ok ? r.value.id : r.code;
};
const of = { hand: 'h1', at: NOW };

test('the same key asks once, with one fact that names who, what and on whom', async () => {
  const id = await ask('key-00000001');
  expect(await ask('key-00000001')).toBe(id);
  const facts = (await factsAfter(sql, 0)).filter((f) => f.subject === id);
  expect(facts.map((f) => [f.kind, f.actor])).toEqual([['command.asked', `user:${officer.account}`]]);
  expect(facts[0]!.body).toMatchObject({ kind: 'listen', seat: '1001', by: officer });
  expect(await lastPhone(sql, officer.account)).toBe('8001');
});

test('only one of two hands can send a command', async () => {
  const id = await ask('key-00000002');
  const sent = { state: 'sent', code: null, detail: '' } as const;
  const both = await Promise.all([
    moveCommand(sql, id, ['asked'], sent, of),
    moveCommand(sql, id, ['asked'], sent, { ...of, hand: 'h2' }),
  ]);
  expect(both.filter(Boolean)).toHaveLength(1);
});

test('what a hand had sent when it was killed becomes unheard with the next one, and is never asked again', async () => {
  const id = await ask('key-00000003');
  await moveCommand(sql, id, ['asked'], { state: 'sent', code: null, detail: '' }, of);
  expect((await askedCommands(sql, 100)).map((c) => c.id)).not.toContain(id);
  expect(await abandonSent(sql, 'h3', NOW)).toBeGreaterThan(0);
  expect(await commandById(sql, id)).toMatchObject({ state: 'unheard', code: 'hand-restarted' });
  // the one that was thought dead comes back late
  expect(await moveCommand(sql, id, ['sent'], { state: 'confirmed', code: null, detail: '' }, of)).toBe(false);
  expect((await factsAfter(sql, 0)).filter((f) => f.subject === id).map((f) => f.kind)).toEqual([
    'command.asked',
    'command.changed',
    'command.changed',
  ]);
});

test('a wish that was asked too long ago says so', async () => {
  const id = await ask('key-00000004');
  await sql`update floor_command set asked_at = now() - interval '11 seconds' where n = ${id}`;
  expect((await askedCommands(sql, 100)).find((c) => c.id === id)?.expired).toBe(true);
});
