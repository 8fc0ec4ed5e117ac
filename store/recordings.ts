import type { RecordingState, RecordingWord } from '#domain/recordings/spans.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recordFacts } from './facts.ts';

/** Told by the switch, per call; a call with more is cut there. */
const EVENTS_AT_MOST = 2000;

/** What the switch told of the recordings of these calls, by call. */
export async function recordingWords(sql: Sql, calls: readonly string[]): Promise<Map<string, RecordingWord[]>> {
  const rows = await sql<{ call_id: string; t: Date; leg: string; state: RecordingState; file: string | null }[]>`
    select call_id, t, leg, state, file from call_recording
    where call_id = any(${calls as string[]}) order by t limit ${EVENTS_AT_MOST}`;
  const of = Map.groupBy(rows, (r) => r.call_id);
  return new Map(
    [...of].map(([call, list]) => [
      call,
      list.map((r) => ({ at: fromTs(r.t), leg: r.leg, state: r.state, file: r.file })),
    ]),
  );
}

export interface RecordingAccess {
  readonly n: number;
  readonly kind: 'heard' | 'saved';
  readonly call: string;
  readonly part: string;
  readonly file: string;
  readonly account: number;
  readonly by: string;
  readonly reason: string | null;
  readonly at: Instant;
}

interface AccessRow {
  n: number;
  kind: 'heard' | 'saved';
  call_id: string;
  part: string;
  file: string;
  account: number;
  by_name: string;
  reason: string | null;
  at: Date;
}
const toAccess = (r: AccessRow): RecordingAccess => ({
  n: r.n,
  kind: r.kind,
  call: r.call_id,
  part: r.part,
  file: r.file,
  account: r.account,
  by: r.by_name,
  reason: r.reason,
  at: fromTs(r.at),
});

/**
 * Writes down who opens or takes a recording, with its fact, before anything of it is given. The same request again is the
 * same access.
 * @param reason why it leaves the house; null for a hearing
 * @returns the number that the media endpoints ask for
 */
export async function recordAccess(
  sql: Sql,
  what: { readonly call: string; readonly part: string; readonly file: string; readonly reason: string | null },
  requestKey: string,
  { officer, now }: { readonly officer: Officer; readonly now: Instant },
): Promise<number> {
  return (await sql.begin(async (tx) => {
    const kind = what.reason === null ? 'heard' : 'saved';
    const [made] = await tx<{ n: number }[]>`
      insert into recording_access (request_key, kind, call_id, part, file, account, by_name, reason, at)
      values (${requestKey}, ${kind}, ${what.call}, ${what.part}, ${what.file}, ${officer.account}, ${officer.name},
        ${what.reason}, ${toTs(now)})
      on conflict (request_key) do nothing returning n`;
    if (!made) {
      const [again] = await tx<{ n: number }[]>`select n from recording_access where request_key = ${requestKey}`;
      return again!.n;
    }
    const { part, file, reason } = what;
    const { account } = officer;
    const common = { at: now, subject: what.call, actor: `user:${account}` };
    await recordFacts(tx as Tx, [
      reason === null
        ? { ...common, kind: 'recording.heard', body: { part, file, account } }
        : { ...common, kind: 'recording.saved', body: { part, file, account, reason } },
    ]);
    return made.n;
  })) as number;
}

/** One access; null when there is no such number. */
export async function accessByNumber(sql: Sql, n: number): Promise<RecordingAccess | null> {
  const [r] = await sql<AccessRow[]>`
    select n, kind, call_id, part, file, account, by_name, reason, at from recording_access where n = ${n}`;
  return r ? toAccess(r) : null;
}

/** Who heard or took recordings of a call, newest first, at most 100. */
export async function accessesOf(sql: Sql, call: string): Promise<RecordingAccess[]> {
  const rows = await sql<AccessRow[]>`
    select n, kind, call_id, part, file, account, by_name, reason, at from recording_access
    where call_id = ${call} order by n desc limit 100`;
  return rows.map(toAccess);
}

/** All accesses, newest first. @param before a number of this list, 0: from the newest */
export async function accesses(
  sql: Sql,
  filter: { readonly kind: 'heard' | 'saved' | null; readonly before: number },
  limit: number,
): Promise<RecordingAccess[]> {
  const rows = await sql<AccessRow[]>`
    select n, kind, call_id, part, file, account, by_name, reason, at from recording_access
    where ${filter.before > 0 ? sql`n < ${filter.before}` : sql`true`}
      and ${filter.kind === null ? sql`true` : sql`kind = ${filter.kind}`}
    order by n desc limit ${limit}`;
  return rows.map(toAccess);
}
