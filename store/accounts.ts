import { ACCOUNT_ROLES, type AccountRole } from '#domain/access.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { MINUTE, type Instant } from '#domain/time.ts';
import { openSession, revokeSessions, sha256, type Visitor } from './auth.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';
import { hashPassword, readablePassword, verifyPassword } from './passwords.ts';

/** Accounts of people: signing in and out, making, changing and disabling them. Each change leaves a fact and no secret in it. */

/** Failed sign-ins count for this long … */
const FAILURE_WINDOW_MS = 15 * MINUTE;
/** … at most this many for one account from one address, */
const MAX_PAIR = 5;
/** for one account from anywhere, */
const MAX_LOGIN = 20;
/** and from one address for any account. */
const MAX_ADDRESS = 40;
/** A hash of nothing in particular, verified when the login is unknown, so that both answers take as long. */
let decoy: Promise<string> | null = null;

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly role: AccountRole;
  readonly disabled: boolean;
  readonly passwordInitial: boolean;
  readonly createdAt: Instant;
  /** Last request of any of its sessions; null when it never signed in (or that was over a month ago). */
  readonly seenAt: Instant | null;
}

/**
 * Seconds until this address may try this login again; 0 when it may now.
 * The window slides: each failure leaves it a quarter of an hour after it happened.
 * @param own 1 when the try that asks stands in the table already
 */
export async function signInWaitS(
  sql: Sql | Tx,
  login: string,
  address: string,
  now: Instant,
  own: 0 | 1 = 0,
): Promise<number> {
  const since = toTs(now - FAILURE_WINDOW_MS);
  const key = sha256(login);
  // The n-th newest failure of each kind decides: when it leaves the window, one more try is free.
  const [r] = await sql<{ at: Date | null }[]>`
    select greatest(
      (select at from sign_in_failure where login_sha256 = ${key} and address = ${address} and at > ${since} order by at desc offset ${MAX_PAIR - 1 + own} limit 1),
      (select at from sign_in_failure where login_sha256 = ${key} and at > ${since} order by at desc offset ${MAX_LOGIN - 1 + own} limit 1),
      (select at from sign_in_failure where address = ${address} and at > ${since} order by at desc offset ${MAX_ADDRESS - 1 + own} limit 1)
    ) as at`;
  return r?.at ? Math.max(1, Math.ceil((fromTs(r.at) + FAILURE_WINDOW_MS - now) / 1000)) : 0;
}

export type SignInRefusal = 'too-many-attempts' | 'wrong-password' | 'account-disabled';

export interface SignedIn {
  readonly token: string;
  readonly expiresAt: Instant;
  readonly accountId: number;
  readonly role: AccountRole;
}

/**
 * Signs a person in.
 * @returns the session's token, or a refusal: `too-many-attempts` (reason: seconds to wait), `wrong-password`, `account-disabled`
 */
export async function signIn(
  sql: Sql,
  input: { login: string; password: string },
  visitor: Visitor,
  now: Instant = Date.now(),
): Promise<Result<SignedIn, SignInRefusal>> {
  const login = input.login.trim().toLowerCase().slice(0, 100);
  const waitS = await signInWaitS(sql, login, visitor.address, now);
  if (waitS > 0) return refuse('too-many-attempts', String(waitS));
  // A try counts as a failure until it has succeeded: a thousand at the same moment are no way around the limit.
  await sql`insert into sign_in_failure (at, login_sha256, address) values (${toTs(now)}, ${sha256(login)}, ${visitor.address})`;
  const crowdedS = await signInWaitS(sql, login, visitor.address, now, 1);
  if (crowdedS > 0) return refuse('too-many-attempts', String(crowdedS));
  const [account] = await sql<{ id: number; role: AccountRole; password_hash: string; disabled: boolean }[]>`
    select id, role, password_hash, disabled from account where login = ${login}`;
  const hash = account?.password_hash ?? (await (decoy ??= hashPassword('no account has this')));
  const right = input.password.length <= 200 && (await verifyPassword(input.password, hash));
  if (!account || !right) {
    if (account && (await signInWaitS(sql, login, visitor.address, now)) > 0)
      await recording(sql, async () => ({
        facts: [
          {
            kind: 'account.sign-in-blocked',
            body: { account: account.id, waitS: FAILURE_WINDOW_MS / 1000 },
            at: now,
            subject: `account:${account.id}`,
            actor: 'app',
          },
        ],
        result: null,
      }));
    return refuse('wrong-password', 'login or password is wrong');
  }
  if (account.disabled) {
    await forgetFailures(sql, login, visitor.address);
    return refuse('account-disabled', 'the account is disabled');
  }
  return recording<Result<SignedIn, SignInRefusal>>(sql, async (tx) => {
    await forgetFailures(tx, login, visitor.address);
    const session = await openSession(tx, { accountId: account.id }, visitor, now);
    return {
      facts: [
        {
          kind: 'account.signed-in',
          body: { account: account.id, session: session.sessionId },
          at: now,
          subject: `account:${account.id}`,
          actor: `user:${account.id}`,
        },
      ],
      result: accept({
        token: session.token,
        expiresAt: session.expiresAt,
        accountId: account.id,
        role: account.role,
      }),
    };
  });
}

async function forgetFailures(sql: Sql | Tx, login: string, address: string): Promise<void> {
  await sql`delete from sign_in_failure where login_sha256 = ${sha256(login)} and address = ${address}`;
}

/** Ends one session of this account: signing out, or revoking another of one's own. */
export async function endSession(
  sql: Sql,
  accountId: number,
  sessionId: number,
  by: { actor: string; now: Instant; signOut: boolean },
): Promise<Result<null, 'session-missing'>> {
  return recording<Result<null, 'session-missing'>>(sql, async (tx) => {
    const [own] = await tx`
      select 1 from session where id = ${sessionId} and account_id = ${accountId} and revoked_at is null for update`;
    if (!own) return { facts: [], result: refuse('session-missing', 'this account has no such live session') };
    await revokeSessions(tx, [sessionId]);
    return {
      facts: [
        {
          kind: by.signOut ? 'account.signed-out' : 'account.session-revoked',
          body: { account: accountId, session: sessionId },
          at: by.now,
          subject: `account:${accountId}`,
          actor: by.actor,
        },
      ],
      result: accept(null),
    };
  });
}

/** What a password must be. @returns null when it is good, or the refusal code */
export function passwordFault(
  password: string,
  login: string,
): 'password-short' | 'password-long' | 'password-is-login' | null {
  if (password.length < 10) return 'password-short';
  if (password.length > 200) return 'password-long';
  if (password.toLowerCase() === login) return 'password-is-login';
  return null;
}

/** Changes one's own password; every other session of the account ends. */
export async function changePassword(
  sql: Sql,
  accountId: number,
  input: { current: string; next: string; keepSession: number },
  now: Instant = Date.now(),
): Promise<Result<null>> {
  const [account] = await sql<
    { login: string; password_hash: string }[]
  >`select login, password_hash from account where id = ${accountId}`;
  if (!account) return refuse('account-missing', 'no such account');
  const fault = passwordFault(input.next, account.login);
  if (fault) return refuse(fault, 'the new password breaks a rule');
  const waitS = await signInWaitS(sql, account.login, 'own account', now);
  if (waitS > 0) return refuse('too-many-attempts', String(waitS));
  if (!(await verifyPassword(input.current.slice(0, 200), account.password_hash))) {
    await sql`insert into sign_in_failure (at, login_sha256, address) values (${toTs(now)}, ${sha256(account.login)}, 'own account')`;
    return refuse('wrong-password', 'the current password is wrong');
  }
  if (input.current === input.next) return refuse('password-same', 'the new password is the old one');
  const hash = await hashPassword(input.next);
  return recording<Result<null>>(sql, async (tx) => {
    await tx`update account set password_hash = ${hash}, password_initial = false where id = ${accountId}`;
    await revokeOthers(tx, accountId, input.keepSession);
    return {
      facts: [
        {
          kind: 'account.password-changed',
          body: { account: accountId, reset: false },
          at: now,
          subject: `account:${accountId}`,
          actor: `user:${accountId}`,
        },
      ],
      result: accept(null),
    };
  });
}

async function revokeOthers(tx: Tx, accountId: number, keep: number | null): Promise<void> {
  const rows = await tx<{ id: number }[]>`
    select id from session where account_id = ${accountId} and revoked_at is null and id <> ${keep ?? -1}`;
  await revokeSessions(
    tx,
    rows.map((r) => r.id),
  );
}

/** Remembers the language of a person's screens. */
export async function setLanguage(sql: Sql, accountId: number, language: 'zh-CN' | 'en'): Promise<void> {
  await sql`update account set language = ${language} where id = ${accountId}`;
}

/** All accounts, by role and login; at most 500. */
export async function accounts(sql: Sql): Promise<Account[]> {
  const rows = await sql<
    {
      id: number;
      login: string;
      name: string;
      role: AccountRole;
      disabled: boolean;
      password_initial: boolean;
      created_at: Date;
      seen_at: Date | null;
    }[]
  >`
    select a.id, a.login, a.name, a.role, a.disabled, a.password_initial, a.created_at,
           (select max(s.seen_at) from session s where s.account_id = a.id) as seen_at
    from account a order by a.disabled, array_position(${sql.array([...ACCOUNT_ROLES])}, a.role), a.login limit 500`;
  return rows.map((r) => ({
    id: r.id,
    login: r.login,
    name: r.name,
    role: r.role,
    disabled: r.disabled,
    passwordInitial: r.password_initial,
    createdAt: fromTs(r.created_at),
    seenAt: r.seen_at && fromTs(r.seen_at),
  }));
}

type ChangeRefusal = 'account-missing' | 'role-invalid' | 'not-yourself' | 'last-administrator';
type CreateRefusal = 'login-invalid' | 'name-invalid' | 'role-invalid' | 'login-taken';
type Who = { actor: string; now: Instant };

/**
 * Makes an account with a random password (or the one given).
 * @returns the password, to be handed over; it is kept nowhere in clear
 */
export async function createAccount(
  sql: Sql,
  input: { login: string; name: string; role: string },
  by: Who,
  password = readablePassword(),
): Promise<
  Result<{ id: number; password: string }, 'login-invalid' | 'name-invalid' | 'role-invalid' | 'login-taken'>
> {
  const login = input.login.trim().toLowerCase();
  const name = input.name.trim();
  if (!/^[a-z0-9][a-z0-9._-]{1,39}$/.test(login)) return refuse('login-invalid', 'not a login');
  if (name.length < 1 || name.length > 60) return refuse('name-invalid', 'not a name');
  const role = ACCOUNT_ROLES.find((r) => r === input.role);
  if (!role) return refuse('role-invalid', 'no such role');
  const hash = await hashPassword(password);
  return recording<Result<{ id: number; password: string }, CreateRefusal>>(sql, async (tx) => {
    const [made] = await tx<{ id: number }[]>`
      insert into account (login, name, role, password_hash) values (${login}, ${name}, ${role}, ${hash})
      on conflict (login) do nothing returning id`;
    if (!made) return { facts: [], result: refuse('login-taken', 'the login is taken') };
    return {
      facts: [
        {
          kind: 'account.created',
          body: { account: made.id, login, role },
          at: by.now,
          subject: `account:${made.id}`,
          actor: by.actor,
        },
      ],
      result: accept({ id: made.id, password }),
    };
  });
}

/** Gives an account a new random password and ends its sessions. @returns the password */
export async function resetPassword(
  sql: Sql,
  accountId: number,
  by: Who,
): Promise<Result<{ password: string }, 'account-missing'>> {
  const password = readablePassword();
  const hash = await hashPassword(password);
  return recording<Result<{ password: string }, 'account-missing'>>(sql, async (tx) => {
    const done = await tx`update account set password_hash = ${hash}, password_initial = true where id = ${accountId}`;
    if (done.count === 0) return { facts: [], result: refuse('account-missing', 'no such account') };
    await revokeOthers(tx, accountId, null);
    return {
      facts: [
        {
          kind: 'account.password-changed',
          body: { account: accountId, reset: true },
          at: by.now,
          subject: `account:${accountId}`,
          actor: by.actor,
        },
      ],
      result: accept({ password }),
    };
  });
}

/**
 * Changes role or disabled of an account. Its sessions end, so that no open page keeps rights it has lost.
 * At least one working administrator always remains, also when two of them disable each other at once.
 */
export async function changeAccount(
  sql: Sql,
  accountId: number,
  change: { role?: string; disabled?: boolean },
  by: Who & { accountId: number },
): Promise<Result<null, ChangeRefusal>> {
  if (accountId === by.accountId) return refuse('not-yourself', 'nobody changes their own rights');
  if (change.role !== undefined && !ACCOUNT_ROLES.some((r) => r === change.role))
    return refuse('role-invalid', 'no such role');
  return recording<Result<null, ChangeRefusal>>(sql, async (tx) => {
    const admins = await tx<{ id: number }[]>`
      select id from account where role = 'administrator' and not disabled order by id for update`;
    const [have] = await tx<{ role: AccountRole; disabled: boolean }[]>`
      select role, disabled from account where id = ${accountId} for update`;
    if (!have) return { facts: [], result: refuse('account-missing', 'no such account') };
    const role = (change.role as AccountRole | undefined) ?? have.role;
    const disabled = change.disabled ?? have.disabled;
    const remaining = admins.filter((a) => a.id !== accountId).length;
    if (remaining === 0 && (role !== 'administrator' || disabled) && have.role === 'administrator')
      return { facts: [], result: refuse('last-administrator', 'one working administrator must remain') };
    if (role === have.role && disabled === have.disabled) return { facts: [], result: accept(null) };
    await tx`update account set role = ${role}, disabled = ${disabled} where id = ${accountId}`;
    await revokeOthers(tx, accountId, null);
    return {
      facts: [
        {
          kind: 'account.changed',
          body: { account: accountId, role, disabled },
          at: by.now,
          subject: `account:${accountId}`,
          actor: by.actor,
        },
      ],
      result: accept(null),
    };
  });
}
