import type { FactDraft } from '#domain/fact.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import {
  EXPIRES_AFTER_MS,
  type SteerCode,
  type SteerKind,
  type SteerState,
  type SteerWish,
} from '#domain/steer/rows.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, type Sql, type Tx } from './db.ts';
import { recordFacts } from './facts.ts';

/** Rung when something was asked; what counts is the read. */
export const COMMAND_CHANNEL = 'floor_command';
const HAND = 'ingest:hand';
/** Commands that are under way at once, of all supervisors; more is a mistake or an attack. */
const OPEN_AT_MOST = 200;

export interface AskedBy {
  readonly officer: Officer;
  readonly now: Instant;
}

/**
 * Keeps a wish for the hand, with its audit fact. The same key again gives the same number and asks nothing.
 * @returns the command's number; refused `too-many` when too many are under way
 */
export async function askCommand(
  sql: Sql,
  wish: SteerWish,
  requestKey: string,
  { officer, now }: AskedBy,
): Promise<Result<{ id: string }, 'too-many'>> {
  return (await sql.begin(async (tx) => {
    const [open] = await tx<
      { n: number }[]
    >`select count(*)::int as n from floor_command where state in ('asked', 'sent')`;
    if ((open?.n ?? 0) >= OPEN_AT_MOST) return refuse('too-many', String(open!.n));
    const [made] = await tx<{ n: number }[]>`
      insert into floor_command (request_key, kind, wish, account, by_name)
      values (${requestKey}, ${wish.kind}, ${tx.json(wish as never)}, ${officer.account}, ${officer.name})
      on conflict (request_key) do nothing returning n`;
    if (!made) {
      const [again] = await tx<{ n: number }[]>`select n from floor_command where request_key = ${requestKey}`;
      return accept({ id: String(again!.n) });
    }
    const id = String(made.n);
    await tx`select pg_notify(${COMMAND_CHANNEL}, '')`;
    await recordFacts(tx as Tx, [
      {
        at: now,
        subject: id,
        actor: `user:${officer.account}`,
        kind: 'command.asked',
        body: { ...wish, by: officer },
      },
    ]);
    return accept({ id });
  })) as Result<{ id: string }, 'too-many'>;
}

export interface AskedCommand {
  readonly id: string;
  readonly wish: SteerWish;
  /** By the database's own clock: nothing of another machine's is believed. */
  readonly expired: boolean;
}

/** Commands that nobody has begun, oldest first, after the numbers already taken. */
export async function askedCommands(sql: Sql, limit: number): Promise<AskedCommand[]> {
  const rows = await sql<{ n: number; wish: SteerWish; expired: boolean }[]>`
    select n, wish, asked_at < now() - make_interval(secs => ${EXPIRES_AFTER_MS / 1000}) as expired
    from floor_command where state = 'asked' order by n limit ${limit}`;
  return rows.map((r) => ({ id: String(r.n), wish: r.wish, expired: r.expired }));
}

export interface Outcome {
  readonly state: Exclude<SteerState, 'asked'>;
  readonly code: SteerCode | null;
  readonly detail: string;
}

/**
 * Moves a command on, with its fact, in one transaction.
 * @param from states in which it must be: whoever finds it moved on has lost it
 * @param handle what a later command needs to undo this one
 * @returns false when it was not in one of them; then nothing was written
 */
export async function moveCommand(
  sql: Sql,
  id: string,
  from: readonly SteerState[],
  { state, code, detail }: Outcome,
  { hand, at, handle = null }: { hand: string; at: Instant; handle?: string | null },
): Promise<boolean> {
  return (await sql.begin(async (tx) => {
    const [moved] = await tx`
      update floor_command set state = ${state}, code = ${code}, detail = ${detail.slice(0, 300)},
        handle = coalesce(${handle}, handle), hand = ${hand},
        sent_at = case when ${state} = 'sent' then now() else sent_at end,
        ended_at = case when ${state} = 'sent' then ended_at else now() end
      where n = ${id} and state = any(${from as SteerState[]}) returning n`;
    if (!moved) return false;
    await recordFacts(tx as Tx, [changed(id, { state, code, detail: detail.slice(0, 300) }, at)]);
    return true;
  })) as boolean;
}

/**
 * A hand that starts: what another one had sent and not seen to its end is unheard. Nothing is sent again.
 * @returns how many
 */
export async function abandonSent(sql: Sql, hand: string, at: Instant): Promise<number> {
  return (await sql.begin(async (tx) => {
    const rows = await tx<{ n: number }[]>`
      update floor_command set state = 'unheard', code = 'hand-restarted', ended_at = now()
      where state = 'sent' and hand is distinct from ${hand} returning n`;
    await recordFacts(
      tx as Tx,
      rows.map((r) => changed(String(r.n), { state: 'unheard', code: 'hand-restarted', detail: '' }, at)),
    );
    return rows.length;
  })) as number;
}

const changed = (id: string, body: Outcome, at: Instant): FactDraft => ({
  at,
  subject: id,
  actor: HAND,
  kind: 'command.changed',
  body,
});

/** What ends the newest recording that a supervisor began of this call; null when there is none. */
export async function recordingOf(sql: Sql, call: string): Promise<string | null> {
  const [r] = await sql<{ handle: string | null }[]>`
    select handle from floor_command
    where kind = 'record' and state = 'confirmed' and wish->>'call' = ${call} order by n desc limit 1`;
  return r?.handle ?? null;
}

/** The telephone that this account last listened with; null when it never did. */
export async function lastPhone(sql: Sql, account: number): Promise<string | null> {
  const [r] = await sql<{ phone: string | null }[]>`
    select wish->>'phone' as phone from floor_command
    where account = ${account} and wish->>'phone' is not null order by n desc limit 1`;
  return r?.phone ?? null;
}

/** One command as it stands; null when there is no such number. */
export async function commandById(
  sql: Sql,
  id: string,
): Promise<{ kind: SteerKind; state: SteerState; code: SteerCode | null; detail: string; askedAt: Instant } | null> {
  const [r] = await sql<
    { kind: SteerKind; state: SteerState; code: SteerCode | null; detail: string; asked_at: Date }[]
  >`select kind, state, code, detail, asked_at from floor_command where n = ${id}`;
  return r ? { kind: r.kind, state: r.state, code: r.code, detail: r.detail, askedAt: fromTs(r.asked_at) } : null;
}
