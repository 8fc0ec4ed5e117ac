import type { FactDraft } from '#domain/fact.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { attemptsOf, type DialCommand, type DialledCall } from '#domain/missed/attempts.ts';
import { decideMissed, type MissedChange, type MissedRefusal, type MissedWish } from '#domain/missed/decide.ts';
import { matters, type Matter } from '#domain/missed/matters.ts';
import { canBeCalled, missedKey } from '#domain/missed/number.ts';
import type {
  Attempt,
  CloseReason,
  MissedPolicy,
  MissedReason,
  MissedStep,
  UnservedCall,
  VoiceMessage,
} from '#domain/missed/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { DAY, type Instant } from '#domain/time.ts';
import type { SteerState } from '#domain/steer/rows.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recordFacts } from './facts.ts';
import { unserved } from './missed-sql.ts';

/** Missed calls of one answer at most; a stretch with more has to be made shorter, and says so. */
export const MISSED_AT_MOST = 50_000;
const ATTEMPTS_AT_MOST = 50_000;
/** How far back at least a number's missed calls are looked for when something is done about one. */
const LOOK_BACK_MS = 31 * DAY;

export interface MissedPeriod {
  readonly from: Instant;
  readonly to: Instant;
}

export interface MissedContext {
  readonly policy: MissedPolicy;
  readonly zone: string;
  readonly now: Instant;
}

/**
 * The matters of the calls that were missed in a period, as they stand now.
 * @returns null where there are more than {@link MISSED_AT_MOST}: nothing is left out in silence
 */
export async function readMatters(sql: Sql, period: MissedPeriod, context: MissedContext): Promise<Matter[] | null> {
  const calls = await readUnserved(sql, period);
  return calls && (await gatherMatters(sql, calls, period.from, context));
}

/** The matters of missed calls that were read already, with what was done about them up to now. */
export async function gatherMatters(
  sql: Sql,
  calls: readonly UnservedCall[],
  from: Instant,
  context: MissedContext,
): Promise<Matter[]> {
  const called = new Set(calls.filter((c) => canBeCalled(c.key)).map((c) => c.key));
  const [steps, attempts] = await Promise.all([readSteps(sql, from), readAttempts(sql, [...called], from)]);
  return matters({ calls, steps, attempts, ...context });
}

interface UnservedRow {
  t_setup: Date;
  call_id: string;
  caller: string;
  ended_in: 'queue' | 'blocked' | 'voicemail';
  queue: string | null;
  outcome: string | null;
  wait_s: number | null;
  how: 'through' | 'back' | null;
  settled_at: Date | null;
  settled_call: string | null;
}

/** Calls that reached nobody, and messages, in the order of time; null where there are too many. */
export async function readUnserved(
  sql: Sql | Tx,
  { from, to }: MissedPeriod,
  of?: { readonly number: string } | { readonly call: string },
): Promise<UnservedCall[] | null> {
  const only = !of ? 'true' : 'number' in of ? 'c.caller = any (number_forms($1))' : 'c.call_id = $1';
  const value = !of ? [] : ['number' in of ? of.number : of.call];
  const [rows, messages] = await Promise.all([
    sql.unsafe<UnservedRow[]>(
      `${unserved(from, to, only)} order by c.t_setup, c.call_id limit ${MISSED_AT_MOST + 1}`,
      value,
    ),
    sql<{ message_id: string; t: Date; call_id: string; mailbox: string; duration_s: number | null; file: string }[]>`
      select message_id, t, call_id, mailbox, duration_s, file from voice_message
      where t >= ${toTs(from)} and t < ${toTs(to + DAY)} order by t limit ${MISSED_AT_MOST}`,
  ]);
  if (rows.length > MISSED_AT_MOST) return null;
  const spoken = Map.groupBy(messages, (m) => m.call_id);
  return rows.map((r) => {
    const own = spoken.get(r.call_id) ?? [];
    const key = missedKey(r.caller, r.call_id);
    return {
      call: r.call_id,
      at: fromTs(r.t_setup),
      caller: r.caller,
      key,
      queue: r.queue,
      reason: reasonOf(r),
      waitS: r.wait_s,
      settled: r.how && { how: r.how, at: fromTs(r.settled_at!), call: r.settled_call! },
      messages: own.map((m): VoiceMessage => ({
        id: m.message_id,
        at: fromTs(m.t),
        mailbox: m.mailbox,
        durationS: m.duration_s,
        file: m.file,
      })),
      counted: canBeCalled(key) && (r.ended_in === 'blocked' || (r.ended_in === 'queue' && r.outcome === 'abandoned')),
    };
  });
}

const reasonOf = (r: UnservedRow): MissedReason =>
  r.ended_in === 'queue' ? ((r.outcome as MissedReason | null) ?? 'unknown') : r.ended_in;

interface StepRow {
  n: number;
  at: Date;
  key: string;
  kind: MissedStep['kind'];
  account: number;
  by_name: string;
  reason: CloseReason | null;
  note: string;
  covers: Date | null;
  closing: number | null;
}

/** What was done since an instant, in its order. */
async function readSteps(sql: Sql | Tx, from: Instant, key?: string): Promise<MissedStep[]> {
  const rows = await sql<StepRow[]>`
    select n, at, key, kind, account, by_name, reason, note, covers, closing from missed_step
    where at >= ${toTs(from)} ${key === undefined ? sql`` : sql`and key = ${key}`} order by n`;
  return rows.map((r): MissedStep => {
    const step = { n: r.n, at: fromTs(r.at), key: r.key, by: { account: r.account, name: r.by_name } };
    switch (r.kind) {
      case 'closed':
        return { ...step, kind: 'closed', reason: r.reason!, note: r.note, covers: fromTs(r.covers!) };
      case 'reopened':
        return { ...step, kind: 'reopened', closing: r.closing!, note: r.note };
      default:
        return { ...step, kind: r.kind };
    }
  });
}

/** Calls to these numbers since an instant: by the button, and from seats' own telephones. */
async function readAttempts(sql: Sql | Tx, keys: readonly string[], from: Instant): Promise<Attempt[]> {
  if (keys.length === 0) return [];
  const since = toTs(from);
  const list = JSON.stringify(keys);
  const [commands, calls] = await Promise.all([
    sql<
      {
        at: Date;
        key: string;
        by: string;
        phone: string | null;
        state: SteerState;
        code: string | null;
        call: string | null;
      }[]
    >`
      select asked_at as at, number_key(wish->>'to') as key, by_name as by, wish->>'phone' as phone, state, code, handle as call
      from floor_command where kind = 'dial' and asked_at >= ${since}
        and number_key(wish->>'to') in (select jsonb_array_elements_text(${list}::text::jsonb))
      order by n desc limit ${ATTEMPTS_AT_MOST}`,
    sql<
      {
        at: Date;
        key: string;
        call: string;
        cause: number | null;
        outcome: DialledCall['outcome'];
        seat: string | null;
        answered: boolean;
      }[]
    >`
      with k as materialized (
        select key, number_forms(key) as forms from jsonb_array_elements_text(${list}::text::jsonb) as k (key))
      select o.t_setup as at, k.key, o.call_id as call, o.hangup_cause as cause, o.outcome, s.seat_no as seat,
        coalesce(s.outcome = 'answered', false) as answered
      from k join call o on o.called = any (k.forms) and o.direction = 'out' and o.t_setup >= ${since}
      left join lateral (
        select seat_no, outcome from seat_segment s where s.call_id = o.call_id and s.direction = 'out'
          and s.t_from >= ${since} order by (s.outcome = 'answered') desc limit 1) s on true
      order by o.t_setup desc limit ${ATTEMPTS_AT_MOST}`,
  ]);
  return attemptsOf(
    commands.map((c): DialCommand => ({ ...c, at: fromTs(c.at) })),
    calls.map((c): DialledCall => ({ ...c, at: fromTs(c.at) })),
  );
}

/** The matter that a missed call belongs to, from the calls of its number. */
async function matterOf(tx: Tx, call: string, told: ToldCall, context: MissedContext): Promise<Matter | undefined> {
  const { key } = told;
  const from = Math.min(told.at - DAY, context.now - LOOK_BACK_MS);
  const calls = await readUnserved(tx, { from, to: context.now + DAY }, canBeCalled(key) ? { number: key } : { call });
  const [steps, attempts] = await Promise.all([
    readSteps(tx, from, key),
    readAttempts(tx, canBeCalled(key) ? [key] : [], from),
  ]);
  return matters({ calls: calls ?? [], steps, attempts, ...context }).find((m) => m.calls.some((c) => c.call === call));
}

interface ToldCall {
  readonly key: string;
  readonly at: Instant;
}

async function toldCall(tx: Tx, call: string): Promise<ToldCall | null> {
  const [r] = await tx<{ caller: string; t: Date }[]>`
    select caller, t_setup as t from call where call_id = ${call} and direction = 'in'
    union all select caller, t from voice_message where call_id = ${call} limit 1`;
  return r ? { key: missedKey(r.caller, call), at: fromTs(r.t) } : null;
}

export interface MissedDone {
  readonly matter: Matter;
  readonly change: MissedChange;
}

/**
 * Does what an officer asks about a missed call, with its fact, in one transaction. Two who ask at once are decided one after the
 * other: a number is never given to both.
 * @param call any call of the matter
 */
export async function changeMissed(
  sql: Sql,
  call: string,
  wish: MissedWish,
  by: Officer,
  context: MissedContext,
): Promise<Result<MissedDone, MissedRefusal>> {
  return (await sql.begin(async (begun) => {
    const tx = begun as unknown as Tx;
    const told = await toldCall(tx, call);
    if (!told) return refuse('missed-missing', call);
    const { key } = told;
    await tx`select pg_advisory_xact_lock(hashtextextended(${`missed ${key}`}, 0))`;
    const matter = await matterOf(tx, call, told, context);
    const decided = decideMissed(matter, wish, by, context.now);
    if (!decided.ok) return decided;
    const change = decided.value;
    const closed = change.kind === 'closed' ? change : null;
    const reopened = change.kind === 'reopened' ? change : null;
    await tx`
      insert into missed_step (at, key, kind, account, by_name, call_id, reason, note, covers, closing)
      values (${toTs(context.now)}, ${key}, ${change.kind}, ${by.account}, ${by.name}, ${matter!.id}, ${closed?.reason ?? null},
        ${closed?.note ?? reopened?.note ?? ''}, ${closed ? toTs(closed.covers) : null}, ${reopened?.closing ?? null})`;
    await recordFacts(tx, [factOf(matter!, change, by, context.now)]);
    return accept({ matter: matter!, change });
  })) as Result<MissedDone, MissedRefusal>;
}

function factOf(m: Matter, change: MissedChange, by: Officer, at: Instant): FactDraft {
  const about = { at, subject: m.id, actor: `user:${by.account}` };
  switch (change.kind) {
    case 'taken':
      return { ...about, kind: 'missed.taken', body: { by } };
    case 'released':
      return { ...about, kind: 'missed.released', body: { by } };
    case 'closed': {
      const { reason, note, covers } = change;
      return { ...about, kind: 'missed.closed', body: { by, reason, note, covers } };
    }
    case 'reopened':
      return { ...about, kind: 'missed.reopened', body: { by, closing: change.closing, note: change.note } };
  }
}

export interface MailboxCount {
  readonly mailbox: string;
  readonly at: Instant;
  readonly fresh: number;
  readonly old: number;
}

/** What the switch last said of its voice boxes, at most a hundred. */
export async function mailboxCounts(sql: Sql): Promise<MailboxCount[]> {
  const rows = await sql<{ mailbox: string; t: Date; fresh: number; old: number }[]>`
    select mailbox, t, fresh, old from mailbox_count order by mailbox limit 100`;
  return rows.map(({ t, ...r }) => ({ ...r, at: fromTs(t) }));
}

/** Messages of past weeks as rows, without a fact each. @returns how many */
export async function loadVoiceMessages(sql: Sql, facts: readonly FactDraft[]): Promise<number> {
  const rows = facts.flatMap((f) => (f.kind === 'voicemail.left' ? [{ ...f.body, id: f.subject, t: toTs(f.at) }] : []));
  if (rows.length > 0)
    await sql`
      insert into voice_message (message_id, t, call_id, caller, mailbox, queue, duration_s, file)
      select id, t, call, caller, mailbox, queue, "durationS", file
      from jsonb_to_recordset(${sql.json(rows as never)}) as r (id text, t timestamptz, call text, caller text, mailbox text,
        queue text, "durationS" integer, file text)
      on conflict (message_id) do nothing`;
  return rows.length;
}

/** The newest messages of which the switch named the file. */
export async function newestMessages(
  sql: Sql,
  limit: number,
): Promise<{ call: string; at: Instant; durationS: number | null; file: string }[]> {
  const rows = await sql<{ call_id: string; t: Date; duration_s: number | null; file: string }[]>`
    select call_id, t, duration_s, file from voice_message where file <> '' order by t desc limit ${limit}`;
  return rows.map((r) => ({ call: r.call_id, at: fromTs(r.t), durationS: r.duration_s, file: r.file }));
}
