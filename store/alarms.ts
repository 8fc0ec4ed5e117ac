import type { AlarmFactBody } from '#domain/alarms/facts.ts';
import { MAX_SHELVE_REASON, SHELVE_HOURS, type AlarmRow, type Trouble } from '#domain/alarms/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { HOUR, MINUTE, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recordFacts } from './facts.ts';

/** An alarm that comes back within this time of its end is the same alarm. */
const SAME_WITHIN = 10 * MINUTE;

type Stored = Omit<AlarmRow, 'raisedAt' | 'clearedAt' | 'acknowledgedAt' | 'shelvedUntil'> &
  Record<'raisedAt', Date> &
  Record<'clearedAt' | 'acknowledgedAt' | 'shelvedUntil', Date | null>;
const toRow = (r: Stored): AlarmRow => ({
  ...r,
  raisedAt: fromTs(r.raisedAt),
  clearedAt: r.clearedAt && fromTs(r.clearedAt),
  acknowledgedAt: r.acknowledgedAt && fromTs(r.acknowledgedAt),
  shelvedUntil: r.shelvedUntil && fromTs(r.shelvedUntil),
});

/** Standing alarms and the newest that are over, newest first. */
export async function alarms(sql: Sql, over = 30): Promise<AlarmRow[]> {
  const columns = sql`id::float8 as id, key, subject, name, severity, code, raised_at as "raisedAt", times, cleared_at as "clearedAt",
    acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy", shelved_until as "shelvedUntil",
    shelved_by as "shelvedBy", shelve_reason as "shelveReason"`;
  const rows = await sql<Stored[]>`
    (select ${columns} from alarm where cleared_at is null order by raised_at desc limit 200)
    union all
    (select ${columns} from alarm where cleared_at is not null order by raised_at desc limit ${over})`;
  return rows.map(toRow);
}

/** Keys of the alarms that stand. */
export async function standingKeys(sql: Sql): Promise<string[]> {
  return (await sql<{ key: string }[]>`select key from alarm where cleared_at is null`).map((r) => r.key);
}

/** How many stand that nobody has acknowledged or put aside, and how grave the worst of them is. */
export async function openAlarms(sql: Sql, now: Instant): Promise<{ count: number; high: boolean }> {
  const [r] = await sql<{ count: number; high: boolean }[]>`
    select count(*)::int as count, coalesce(bool_or(severity = 'high'), false) as high from alarm
    where cleared_at is null and acknowledged_at is null and coalesce(shelved_until, '-infinity') < ${toTs(now)}`;
  return r!;
}

const WATCH = 'ingest:watch';
const fact = (id: number, at: Instant, actor: string, what: AlarmFactBody) =>
  ({ at, subject: String(id), actor, ...what }) as const;

/** Raises an alarm, or the last one of this key again when it ended a moment ago. One that stands already stays as it is. */
export async function raiseAlarm(sql: Sql, t: Trouble, now: Instant): Promise<void> {
  await sql.begin(async (begun) => {
    const tx = begun as unknown as Tx;
    const [again] = await tx<{ id: number; times: number }[]>`
      update alarm set cleared_at = null, times = times + 1, acknowledged_at = null, acknowledged_by = null,
        severity = ${t.severity}, code = ${t.code}
      where id = (select id from alarm where key = ${t.key} order by id desc limit 1) and cleared_at > ${toTs(now - SAME_WITHIN)}
      returning id::float8 as id, times`;
    const [made] = again
      ? [again]
      : await tx<{ id: number; times: number }[]>`
          insert into alarm (key, subject, name, severity, code, raised_at)
          values (${t.key}, ${t.subject}, ${t.name}, ${t.severity}, ${t.code}, ${toTs(now)})
          on conflict (key) where cleared_at is null do nothing returning id::float8 as id, times`;
    if (!made) return;
    const { key, subject, name, severity, code } = t;
    const body = { key, subject, name, severity, code, times: made.times };
    await recordFacts(tx, [fact(made.id, now, WATCH, { kind: 'alarm.raised', body })]);
  });
}

/** The fault of an alarm is gone. */
export async function clearAlarm(sql: Sql, key: string, now: Instant): Promise<void> {
  await sql.begin(async (begun) => {
    const tx = begun as unknown as Tx;
    const [gone] = await tx<{ id: number }[]>`
      update alarm set cleared_at = ${toTs(now)} where key = ${key} and cleared_at is null returning id::float8 as id`;
    if (gone) await recordFacts(tx, [fact(gone.id, now, WATCH, { kind: 'alarm.cleared', body: { key } })]);
  });
}

export interface AlarmActor {
  readonly actor: string;
  readonly name: string;
  readonly now: Instant;
}
export type AlarmRefusal = 'alarm-over' | 'reason-needed' | 'input';

/** Somebody has seen it and sees to it. */
export function acknowledgeAlarm(sql: Sql, id: number, by: AlarmActor): Promise<Result<null, AlarmRefusal>> {
  return change(
    sql,
    id,
    by,
    'alarm.acknowledged',
    (tx) => tx`acknowledged_at = ${toTs(by.now)}, acknowledged_by = ${by.name}`,
  );
}

/** Puts a known alarm aside for some hours (one of SHELVE_HOURS), with a reason. */
export async function shelveAlarm(
  sql: Sql,
  id: number,
  hours: number,
  reason: string,
  by: AlarmActor,
): Promise<Result<null, AlarmRefusal>> {
  if (!SHELVE_HOURS.some((h) => h === hours)) return refuse('input', `${SHELVE_HOURS.join(', ')} hours`);
  const why = reason.trim().slice(0, MAX_SHELVE_REASON);
  if (why === '') return refuse('reason-needed', 'an alarm is put aside with a reason');
  const until = by.now + hours * HOUR;
  return change(
    sql,
    id,
    by,
    'alarm.shelved',
    (tx) => tx`shelved_until = ${toTs(until)}, shelved_by = ${by.name}, shelve_reason = ${why}`,
    { until, reason: why },
  );
}

/** Takes an alarm that was put aside back into the list. */
export function unshelveAlarm(sql: Sql, id: number, by: AlarmActor): Promise<Result<null, AlarmRefusal>> {
  return change(
    sql,
    id,
    by,
    'alarm.unshelved',
    (tx) => tx`shelved_until = null, shelved_by = null, shelve_reason = null`,
  );
}

async function change(
  sql: Sql,
  id: number,
  by: AlarmActor,
  kind: Exclude<AlarmFactBody['kind'], 'alarm.raised' | 'alarm.cleared'>,
  set: (tx: Tx) => ReturnType<Tx>,
  more: object = {},
): Promise<Result<null, AlarmRefusal>> {
  return (await sql.begin(async (begun) => {
    const tx = begun as unknown as Tx;
    const [row] = await tx<{ key: string }[]>`
      update alarm set ${set(tx)} where id = ${id} and cleared_at is null returning key`;
    if (!row) return refuse('alarm-over', String(id));
    const what = { kind, body: { key: row.key, ...more } } as AlarmFactBody;
    await recordFacts(tx, [fact(id, by.now, by.actor, what)]);
    return accept(null);
  })) as Result<null, AlarmRefusal>;
}
