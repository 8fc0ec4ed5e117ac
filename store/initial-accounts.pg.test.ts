import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ACCOUNT_ROLES } from '#domain/access.ts';
import { testDatabase } from '#tests/support/database.ts';
import { changePassword, signIn } from './accounts.ts';
import { initialAccounts } from './initial-accounts.ts';

const { sql } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'watchfloor-accounts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'state/first-accounts');
const visitor = { address: '127.0.0.1', userAgent: 'test' };
beforeEach(async () => {
  await sql`truncate account, session, wall_device, wall_pairing, sign_in_failure cascade`;
  rmSync(join(folder, 'state'), { recursive: true, force: true });
});

test('the first demo start makes one account per role, and the next start prints the same passwords', async () => {
  const made = await initialAccounts(sql, 'demo', file);
  expect(made.map((a) => a.role)).toEqual([...ACCOUNT_ROLES]);
  for (const a of made) expect((await signIn(sql, { login: a.login, password: a.password! }, visitor)).ok).toBe(true);
  expect(await initialAccounts(sql, 'demo', file)).toEqual(made);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('live mode makes an administrator only', async () => {
  expect((await initialAccounts(sql, 'live', file)).map((a) => a.role)).toEqual(['administrator']);
});

test('a password that its owner changed is printed no more', async () => {
  const [first] = await initialAccounts(sql, 'demo', file);
  const [row] = await sql<{ id: number }[]>`select id from account where login = ${first!.login}`;
  const changed = await changePassword(sql, row!.id, {
    current: first!.password!,
    next: 'a new password of my own',
    keepSession: -1,
  });
  expect(changed.ok).toBe(true);
  expect((await initialAccounts(sql, 'demo', file))[0]).toMatchObject({ login: first!.login, password: null });
});

test('a first start that was killed halfway is finished by the next, with the passwords that were written down', async () => {
  await initialAccounts(sql, 'demo', file);
  const lines = readFileSync(file, 'utf8');
  await sql`delete from account where role in ('leader', 'administrator')`;
  rmSync(file);
  writeFileSync(`${file}.unfinished`, lines, { mode: 0o600 });
  const made = await initialAccounts(sql, 'demo', file);
  expect(made).toHaveLength(ACCOUNT_ROLES.length);
  for (const a of made) expect((await signIn(sql, { login: a.login, password: a.password! }, visitor)).ok).toBe(true);
});

test('where accounts exist already none is made, and a lost file prints nothing', async () => {
  await initialAccounts(sql, 'live', file);
  rmSync(file);
  expect(await initialAccounts(sql, 'demo', file)).toEqual([]);
  const [count] = await sql<{ n: number }[]>`select count(*)::int as n from account`;
  expect(count!.n).toBe(1);
});
