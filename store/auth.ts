import { createHash, randomBytes } from 'node:crypto';
import type { AccountRole, Role } from '#domain/access.ts';
import { HOUR, MINUTE, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';

/**
 * Sessions: who is at the other end of a page or a socket.
 * A token is 32 random bytes; only its hash is stored. A session ends by expiry, by revocation, or with its account or screen.
 */

/** An account's session ends after this long without a request … */
const IDLE_MS = 24 * HOUR;
/** … and this long after signing in, whatever happened since. */
const LONGEST_MS = 7 * 24 * HOUR;
/** A wall screen has nobody to sign in again: its session slides for as long as the screen is used. */
const DEVICE_IDLE_MS = 90 * 24 * HOUR;
/** `seen_at` is written at most this often. */
const SEEN_EVERY_MS = MINUTE;

/** Rung when a session was revoked or its rights changed; payload: the session ids, or '*' for all. Poll `liveSessions` as well. */
export const SESSION_CHANNEL = 'session';

export interface SessionAccount {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  /** What the person chose; null: never chosen. */
  readonly language: 'zh-CN' | 'en' | null;
  /** The password is still the one that was handed over. */
  readonly passwordInitial: boolean;
}
export interface SessionDevice {
  readonly id: number;
  readonly name: string;
  readonly scene: string;
}
export type Session = {
  readonly sessionId: number;
  readonly expiresAt: Instant;
} & (
  | { readonly role: AccountRole; readonly account: SessionAccount; readonly device: null }
  | { readonly role: 'wall'; readonly account: null; readonly device: SessionDevice }
);

/** Actor of a fact that this session caused. */
export function actorOf(session: Session): string {
  return session.account ? `user:${session.account.id}` : `wall:${session.device.id}`;
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

interface SessionRow {
  id: number;
  created_at: Date;
  seen_at: Date;
  expires_at: Date;
  account_id: number | null;
  login: string | null;
  name: string | null;
  role: AccountRole | null;
  language: 'zh-CN' | 'en' | null;
  password_initial: boolean | null;
  device_id: number | null;
  device_name: string | null;
  scene: string | null;
}

/**
 * The live session of a token, or null when there is none: unknown, expired, revoked, account disabled, screen unpaired.
 * Using it keeps it alive (written at most once a minute).
 */
export async function sessionByToken(sql: Sql, token: string, now: Instant = Date.now()): Promise<Session | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const [r] = await sql<SessionRow[]>`
    select s.id, s.created_at, s.seen_at, s.expires_at,
           a.id as account_id, a.login, a.name, a.role, a.language, a.password_initial,
           d.id as device_id, d.name as device_name, d.scene
    from session s left join account a on a.id = s.account_id left join wall_device d on d.id = s.device_id
    where s.token_sha256 = ${sha256(token)} and s.revoked_at is null and s.expires_at > ${toTs(now)}
      and (a.id is null or not a.disabled) and (d.id is null or d.unpaired_at is null)`;
  if (!r) return null;
  const expiresAt = await keepAlive(sql, r, now);
  return toSession(r, expiresAt);
}

function toSession(r: SessionRow, expiresAt: Instant): Session {
  if (r.device_id !== null)
    return {
      sessionId: r.id,
      expiresAt,
      role: 'wall',
      account: null,
      device: { id: r.device_id, name: r.device_name!, scene: r.scene! },
    };
  return {
    sessionId: r.id,
    expiresAt,
    role: r.role!,
    account: {
      id: r.account_id!,
      login: r.login!,
      name: r.name!,
      language: r.language,
      passwordInitial: r.password_initial!,
    },
    device: null,
  };
}

async function keepAlive(sql: Sql, r: SessionRow, now: Instant): Promise<Instant> {
  if (now - fromTs(r.seen_at) < SEEN_EVERY_MS) return fromTs(r.expires_at);
  const until =
    r.device_id !== null ? now + DEVICE_IDLE_MS : Math.min(now + IDLE_MS, fromTs(r.created_at) + LONGEST_MS);
  await sql`update session set seen_at = ${toTs(now)}, expires_at = ${toTs(until)} where id = ${r.id} and revoked_at is null`;
  return until;
}

/**
 * Which of these sessions still live, and with which role: for whoever keeps a connection open and must notice
 * a revocation within two seconds. One query for all.
 */
export async function liveSessions(
  sql: Sql,
  ids: readonly number[],
  now: Instant = Date.now(),
): Promise<Map<number, Role>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<{ id: number; role: Role }[]>`
    select s.id, coalesce(a.role, 'wall') as role
    from session s left join account a on a.id = s.account_id left join wall_device d on d.id = s.device_id
    where s.id in ${sql(ids as number[])} and s.revoked_at is null and s.expires_at > ${toTs(now)}
      and (a.id is null or not a.disabled) and (d.id is null or d.unpaired_at is null)`;
  return new Map(rows.map((r) => [r.id, r.role]));
}

export interface Visitor {
  /** Address the request came from. */
  readonly address: string;
  readonly userAgent: string;
}

/** Opens a session. @returns its token, which is shown to nobody but the browser's cookie */
export async function openSession(
  tx: Sql | Tx,
  who: { accountId: number } | { deviceId: number },
  visitor: Visitor,
  now: Instant = Date.now(),
): Promise<{ token: string; sessionId: number; expiresAt: Instant }> {
  const token = randomBytes(32).toString('base64url');
  const accountId = 'accountId' in who ? who.accountId : null;
  const deviceId = 'deviceId' in who ? who.deviceId : null;
  const expiresAt = now + (deviceId === null ? IDLE_MS : DEVICE_IDLE_MS);
  const [r] = await tx<{ id: number }[]>`
    insert into session (token_sha256, account_id, device_id, user_agent, address, created_at, seen_at, expires_at)
    values (${sha256(token)}, ${accountId}, ${deviceId}, ${visitor.userAgent.slice(0, 300)}, ${visitor.address.slice(0, 60)},
            ${toTs(now)}, ${toTs(now)}, ${toTs(expiresAt)})
    returning id`;
  return { token, sessionId: r!.id, expiresAt };
}

/** Revokes sessions in the caller's transaction and rings SESSION_CHANNEL. @returns how many were live */
export async function revokeSessions(tx: Sql | Tx, ids: readonly number[]): Promise<number> {
  if (ids.length === 0) return 0;
  const done =
    await tx`update session set revoked_at = now() where id in ${tx(ids as number[])} and revoked_at is null`;
  await tx`select pg_notify(${SESSION_CHANNEL}, ${ids.length > 50 ? '*' : ids.join(',')})`;
  return done.count;
}

export interface SessionInfo {
  readonly id: number;
  readonly userAgent: string;
  readonly address: string;
  readonly createdAt: Instant;
  readonly seenAt: Instant;
  readonly expiresAt: Instant;
}

/** The live sessions of an account, newest use first, at most 50. */
export async function sessionsOf(sql: Sql | Tx, accountId: number, now: Instant = Date.now()): Promise<SessionInfo[]> {
  const rows = await sql<
    { id: number; user_agent: string; address: string; created_at: Date; seen_at: Date; expires_at: Date }[]
  >`
    select id, user_agent, address, created_at, seen_at, expires_at from session
    where account_id = ${accountId} and revoked_at is null and expires_at > ${toTs(now)}
    order by seen_at desc limit 50`;
  return rows.map((r) => ({
    id: r.id,
    userAgent: r.user_agent,
    address: r.address,
    createdAt: fromTs(r.created_at),
    seenAt: fromTs(r.seen_at),
    expiresAt: fromTs(r.expires_at),
  }));
}

/** Removes what no longer matters: sessions ended a month ago, old failures, codes nobody used. For the keeper, once an hour. */
export async function forgetOldSessions(sql: Sql, now: Instant = Date.now()): Promise<void> {
  const month = toTs(now - 30 * 24 * HOUR);
  await sql`delete from session where coalesce(revoked_at, expires_at) < ${month}`;
  await sql`delete from sign_in_failure where at < ${toTs(now - 24 * HOUR)}`;
  await sql`delete from wall_pairing where expires_at < ${toTs(now - HOUR)}`;
}
