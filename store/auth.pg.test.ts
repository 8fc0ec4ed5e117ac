import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
  accounts,
  changeAccount,
  changePassword,
  createAccount,
  endSession,
  resetPassword,
  signIn,
  type SignedIn,
} from './accounts.ts';
import { forgetOldSessions, liveSessions, sessionByToken, sessionsOf } from './auth.ts';
import { factsAfter } from './facts.ts';
import {
  approvePairing,
  beginPairing,
  chooseScene,
  claimPairing,
  unpair,
  waitingPairing,
  wallDevices,
} from './walls.ts';

const { sql } = await testDatabase();
const NOW = Date.parse('2026-03-02T01:00:00Z');
const by = { actor: 'test', now: NOW, accountId: -1 };
const here = { address: '10.1.1.1', userAgent: 'test' };

async function make(login: string, role = 'duty-officer'): Promise<{ id: number; password: string }> {
  const made = await createAccount(sql, { login, name: login, role }, by);
  if (!made.ok) throw new Error(made.code);
  return made.value;
}
async function enter(login: string, password: string, at = NOW, address = here.address): Promise<SignedIn> {
  const answer = await signIn(sql, { login, password }, { ...here, address }, at);
  if (!answer.ok) throw new Error(answer.code);
  return answer.value;
}

test('who signs in with the right password has a session with the role of the account, and the database does not know the token', async () => {
  const { id, password } = await make('lin');
  const { token } = await enter(' LIN ', password);
  const session = await sessionByToken(sql, token, NOW);
  expect(session).toMatchObject({ role: 'duty-officer', account: { id, login: 'lin' }, device: null });
  const stored = JSON.stringify(await sql`select * from session`);
  expect(stored).not.toContain(token);
  expect(JSON.stringify(await sql`select * from account`)).not.toContain(password);
  expect(JSON.stringify(await factsAfter(sql, 0))).not.toContain(password);
});

test('a wrong password and an unknown login get the same answer', async () => {
  await make('known');
  const wrong = await signIn(sql, { login: 'known', password: 'x' }, { ...here, address: '10.9.9.1' }, NOW);
  const unknown = await signIn(sql, { login: 'nobody', password: 'x' }, { ...here, address: '10.9.9.2' }, NOW);
  expect(wrong).toEqual(unknown);
});

test('after five wrong passwords the right one is refused from that address, but not from another, until the window has moved on', async () => {
  const { password } = await make('zhou');
  const at = (address: string, t: number, p: string) =>
    signIn(sql, { login: 'zhou', password: p }, { ...here, address }, t);
  for (let i = 0; i < 5; i++)
    expect(await at('10.2.2.2', NOW + i, 'wrong password')).toMatchObject({ code: 'wrong-password' });
  const blocked = await at('10.2.2.2', NOW + 1000, password);
  expect(blocked).toMatchObject({ ok: false, code: 'too-many-attempts', reason: '899' });
  expect((await at('10.3.3.3', NOW + 1000, password)).ok).toBe(true);
  expect((await at('10.2.2.2', NOW + 15 * MINUTE + 10, password)).ok).toBe(true);
  const kinds = (await factsAfter(sql, 0)).map((f) => f.kind);
  expect(kinds.filter((k) => k === 'account.sign-in-blocked')).toHaveLength(1);
});

test('a crowd of tries at the same moment gets no more than five looks at the password', async () => {
  await make('crowd');
  const answers = await Promise.all(
    Array.from({ length: 30 }, () =>
      signIn(sql, { login: 'crowd', password: 'x' }, { ...here, address: '10.6.6.6' }, NOW),
    ),
  );
  expect(answers.filter((a) => !a.ok && a.code === 'wrong-password').length).toBeLessThanOrEqual(5);
});

test('one address cannot try many accounts, and many addresses cannot try one account', async () => {
  for (let i = 0; i < 40; i++)
    await signIn(sql, { login: `guess${i}`, password: 'x' }, { ...here, address: '10.4.4.4' }, NOW + i);
  expect(
    await signIn(sql, { login: 'fresh', password: 'x' }, { ...here, address: '10.4.4.4' }, NOW + 100),
  ).toMatchObject({
    code: 'too-many-attempts',
  });
  for (let i = 0; i < 20; i++)
    await signIn(sql, { login: 'target', password: 'x' }, { ...here, address: `10.5.0.${i}` }, NOW + i);
  expect(
    await signIn(sql, { login: 'target', password: 'x' }, { ...here, address: '10.5.9.9' }, NOW + 100),
  ).toMatchObject({
    code: 'too-many-attempts',
  });
});

test('a session ends when it is not used for a day, and a week after signing in in any case', async () => {
  const { password } = await make('idle');
  const first = await enter('idle', password);
  expect(await sessionByToken(sql, first.token, NOW + 23 * HOUR)).not.toBeNull();
  expect(await sessionByToken(sql, first.token, NOW + 46 * HOUR)).not.toBeNull();
  expect(await sessionByToken(sql, first.token, NOW + 71 * HOUR)).toBeNull();
  const second = await enter('idle', password);
  for (let t = 20; t < 7 * 24; t += 20) expect(await sessionByToken(sql, second.token, NOW + t * HOUR)).not.toBeNull();
  expect(await sessionByToken(sql, second.token, NOW + 7 * 24 * HOUR + 1)).toBeNull();
});

test('signing out, revoking, disabling and a changed role each end the session at once', async () => {
  const admin = await make('root1', 'administrator');
  const { id, password } = await make('many');
  const tokens = [await enter('many', password), await enter('many', password), await enter('many', password)];
  const list = await sessionsOf(sql, id, NOW);
  expect(list).toHaveLength(3);
  await endSession(sql, id, list[0]!.id, { actor: `user:${id}`, now: NOW, signOut: true });
  const live = async () =>
    (await Promise.all(tokens.map((t) => sessionByToken(sql, t.token, NOW)))).filter((s) => s !== null).length;
  expect(await live()).toBe(2);
  expect(
    (
      await liveSessions(
        sql,
        list.map((s) => s.id),
        NOW,
      )
    ).size,
  ).toBe(2);
  await changeAccount(sql, id, { role: 'leader' }, { ...by, accountId: admin.id });
  expect(await live()).toBe(0);
  const again = await enter('many', password);
  await changeAccount(sql, id, { disabled: true }, { ...by, accountId: admin.id });
  expect(await sessionByToken(sql, again.token, NOW)).toBeNull();
  expect(await signIn(sql, { login: 'many', password }, here, NOW)).toMatchObject({ code: 'account-disabled' });
});

test('nobody ends the session of another account', async () => {
  const mine = await make('mine');
  const yours = await make('yours');
  await enter('yours', yours.password);
  const [session] = await sessionsOf(sql, yours.id, NOW);
  expect(await endSession(sql, mine.id, session!.id, { actor: 'user', now: NOW, signOut: false })).toMatchObject({
    code: 'session-missing',
  });
});

test('a changed password ends the other sessions and keeps this one; the old password is refused', async () => {
  const { id, password } = await make('pw');
  const kept = await enter('pw', password);
  const other = await enter('pw', password);
  const session = await sessionByToken(sql, kept.token, NOW);
  const change = (current: string, next: string) =>
    changePassword(sql, id, { current, next, keepSession: session!.sessionId }, NOW);
  expect(await change(password, 'short')).toMatchObject({ code: 'password-short' });
  expect(await change('not this one', 'long enough one')).toMatchObject({ code: 'wrong-password' });
  expect((await change(password, 'long enough one')).ok).toBe(true);
  expect(await sessionByToken(sql, kept.token, NOW)).not.toBeNull();
  expect(await sessionByToken(sql, other.token, NOW)).toBeNull();
  expect(await signIn(sql, { login: 'pw', password }, here, NOW)).toMatchObject({ code: 'wrong-password' });
  expect((await accounts(sql)).find((a) => a.login === 'pw')).toMatchObject({ passwordInitial: false });
});

test('the last working administrator cannot be disabled, not even by two who disable each other at once', async () => {
  await sql`update account set disabled = true where role = 'administrator'`;
  const a = await make('adm-a', 'administrator');
  const b = await make('adm-b', 'administrator');
  const answers = await Promise.all([
    changeAccount(sql, a.id, { disabled: true }, { ...by, accountId: b.id }),
    changeAccount(sql, b.id, { role: 'leader' }, { ...by, accountId: a.id }),
  ]);
  expect(answers.filter((x) => x.ok)).toHaveLength(1);
  expect(await changeAccount(sql, a.id, { disabled: true }, { ...by, accountId: a.id })).toMatchObject({
    code: 'not-yourself',
  });
  const reset = await resetPassword(sql, a.id, by);
  expect(reset.ok).toBe(true);
});

test('a screen gets its session only after somebody approved its code, only once, and only with its own secret', async () => {
  const officer = await make('officer');
  const begun = await beginPairing(sql, here, NOW);
  if (!begun.ok) throw new Error(begun.code);
  const { code, secret } = begun.value;
  expect(await claimPairing(sql, secret, here, NOW)).toBeNull();
  const who = { actor: `user:${officer.id}`, accountId: officer.id, now: NOW };
  expect(await approvePairing(sql, { code: '000000x', name: 'w', scene: 'floor' }, who)).toMatchObject({ ok: false });
  const approved = await approvePairing(
    sql,
    { code: `${code.slice(0, 3)} ${code.slice(3)}`, name: '一号屏', scene: 'floor' },
    who,
  );
  if (!approved.ok) throw new Error(approved.code);
  expect(await claimPairing(sql, 'another secret', here, NOW)).toBeNull();
  expect(await waitingPairing(sql, secret, NOW)).toMatchObject({ approved: true });
  const claimed = await claimPairing(sql, secret, here, NOW);
  expect(claimed).toMatchObject({ scene: 'floor' });
  expect(await claimPairing(sql, secret, here, NOW)).toBeNull();
  expect(await sessionByToken(sql, claimed!.token, NOW)).toMatchObject({ role: 'wall', device: { name: '一号屏' } });
  await chooseScene(sql, approved.value.deviceId, 'city', who);
  expect((await wallDevices(sql))[0]).toMatchObject({ scene: 'city', pairedBy: 'officer' });
  await unpair(sql, approved.value.deviceId, who);
  expect(await sessionByToken(sql, claimed!.token, NOW)).toBeNull();
  expect(await wallDevices(sql)).toEqual([]);
});

test('a code is over after ten minutes, and one address cannot fill the list', async () => {
  const begun = await beginPairing(sql, { ...here, address: '10.7.7.7' }, NOW);
  if (!begun.ok) throw new Error(begun.code);
  expect(await waitingPairing(sql, begun.value.secret, NOW + 11 * MINUTE)).toBeNull();
  const more = [];
  for (let i = 0; i < 25; i++) more.push(await beginPairing(sql, { ...here, address: '10.7.7.7' }, NOW));
  expect(more.filter((m) => !m.ok)).toHaveLength(6);
  expect((await beginPairing(sql, here, NOW)).ok).toBe(true);
});

test('what ended long ago is forgotten', async () => {
  await forgetOldSessions(sql, NOW + 60 * 24 * HOUR);
  const [left] = await sql<{ s: number; f: number; p: number }[]>`
    select (select count(*)::int from session) as s, (select count(*)::int from sign_in_failure) as f, (select count(*)::int from wall_pairing) as p`;
  // device sessions live 90 days; those of people are gone
  expect(left).toMatchObject({ f: 0, p: 0 });
  const [people] = await sql<{ n: number }[]>`
    select count(*)::int as n from session where account_id is not null and revoked_at is null`;
  expect(people!.n).toBe(0);
});
