import type { ReservedSql } from 'postgres';
import type { SeatRow } from '#domain/floor/rows.ts';
import type { CdrRow } from '#domain/reconcile/cdr.ts';
import type { Difference, OurCall, OurVisit, Silence, Tally, TheirCall, TheirVisit } from '#domain/reconcile/rows.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';
import { newestCursor } from './facts.ts';
import { stateAt } from './snapshots.ts';

/** Differences that one run keeps; all are counted. */
export const KEPT_AT_MOST = 20_000;
/** Runs that are kept. */
const RUNS_AT_MOST = 400;
/** Differences of one page. */
export const PAGE = 100;

// ── the switch's side, put aside on one connection ────────────────────────────────────────────────────────────────────

/** What the switch's logs hold, put into temporary tables so that files of any size are compared window by window. */
export class Stage {
  readonly #sql: ReservedSql;

  private constructor(sql: ReservedSql) {
    this.#sql = sql;
  }

  /** Takes a connection for itself until {@link close}. */
  static async open(sql: Sql): Promise<Stage> {
    const own = await sql.reserve();
    await own.unsafe(`
      create temp table if not exists stage_visit (joined float8, uniqueid text, queue text, left_at float8, outcome text, wait_s int,
        agent text, talk_s int, talk_end text);
      create temp table if not exists stage_leg (call_id text, t_from float8, t_to float8, endpoint text, answered boolean, local boolean);
      truncate stage_visit, stage_leg`);
    return new Stage(own);
  }

  async close(): Promise<void> {
    await this.#sql.unsafe('drop table if exists stage_visit, stage_leg');
    this.#sql.release();
  }

  async addVisits(visits: readonly TheirVisit[]): Promise<void> {
    if (visits.length === 0) return;
    const rows = visits.map((v) => ({ ...v, joined: v.joinedAt, left_at: v.leftAt, wait_s: v.waitS, talk_s: v.talkS, talk_end: v.talkEnd })); // prettier-ignore
    await this.#sql`
      insert into stage_visit select * from jsonb_to_recordset(${this.#sql.json(rows as never)}) as r (joined float8, uniqueid text,
        queue text, left_at float8, outcome text, wait_s int, agent text, talk_s int, talk_end text)`;
  }

  /** @param endpointOf the telephone of a channel; null: of none (a Local half, an announcer) */
  async addLegs(legs: readonly CdrRow[], endpointOf: (channel: string) => string | null): Promise<void> {
    if (legs.length === 0) return;
    const rows = legs.flatMap((l) => {
      const row = { call_id: l.callId, t_from: l.from, t_to: l.to, answered: l.answered };
      const local = /^Local\//.test(l.channel) || /^Local\//.test(l.dstChannel);
      return [l.channel, l.dstChannel].map((c) => ({ ...row, endpoint: endpointOf(c), local }));
    });
    await this.#sql`
      insert into stage_leg select * from jsonb_to_recordset(${this.#sql.json(rows as never)}) as r (call_id text, t_from float8,
        t_to float8, endpoint text, answered boolean, local boolean)`;
  }

  async filled(): Promise<void> {
    await this.#sql.unsafe(
      'create index on stage_visit (joined); create index on stage_leg (call_id); analyze stage_visit; analyze stage_leg',
    );
    await this.#sql.unsafe(`create temp table stage_call on commit preserve rows as
      select call_id, min(t_from) as t_from, max(t_to) as t_to, bool_or(local) as local, bool_or(answered) as reached,
        array_agg(distinct endpoint order by endpoint) filter (where answered and endpoint is not null) as answered
      from stage_leg group by call_id`);
    await this.#sql.unsafe('create index on stage_call (t_from)');
  }

  async visits(from: Instant, to: Instant): Promise<TheirVisit[]> {
    const rows = await this.#sql<Record<string, never>[]>`
      select joined as "joinedAt", uniqueid, queue, left_at as "leftAt", outcome, wait_s as "waitS", agent, talk_s as "talkS",
        talk_end as "talkEnd"
      from stage_visit where joined >= ${from} and joined < ${to} order by joined, uniqueid`;
    return rows as unknown as TheirVisit[];
  }

  async calls(from: Instant, to: Instant): Promise<TheirCall[]> {
    const rows = await this.#sql<
      { id: string; from: number; to: number; local: boolean; answered: string[] | null; reached: boolean }[]
    >`
      select call_id as id, t_from as "from", t_to as "to", local, answered, reached from stage_call
      where t_from >= ${from} and t_from < ${to} order by t_from, call_id`;
    return rows.map((r) => ({
      callId: r.id,
      from: r.from,
      to: r.to,
      local: r.local,
      reached: r.reached,
      answered: r.answered ?? [],
    }));
  }

  async drop(): Promise<void> {
    await this.#sql.unsafe('drop table if exists stage_call');
  }

  /** First and last instant that the switch's logs tell of; null: nothing. */
  async span(): Promise<{ from: Instant; to: Instant } | null> {
    const [r] = await this.#sql<{ from: number | null; to: number | null }[]>`
      select least((select min(joined) from stage_visit), (select min(t_from) from stage_call)) as "from",
        greatest((select max(joined) from stage_visit), (select max(t_from) from stage_call)) as "to"`;
    return r?.from == null || r.to === null ? null : { from: r.from, to: r.to };
  }
}

// ── our side ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Our records of visits whose caller joined in [from, to), each with the talk of the seat that answered. */
export async function ourVisits(sql: Sql, from: Instant, to: Instant): Promise<OurVisit[]> {
  const rows = await sql<
    {
      visit_id: string;
      call_id: string;
      queue: string;
      t_queue: Date;
      t_leave: Date;
      outcome: string;
      wait_s: number | null;
      seat_no: string | null;
      talk_s: number | null;
    }[]
  >`
    select v.visit_id, v.call_id, v.queue, v.t_queue, v.t_leave, v.outcome, v.wait_s, v.seat_no, s.talk_s
    from queue_visit v
    left join lateral (
      select talk_s from seat_segment s
      where s.visit_id = v.visit_id and s.t_answer is not null and s.t_from >= ${toTs(from - DAY)} and s.t_from < ${toTs(to + DAY)}
      order by s.t_answer limit 1) s on true
    where v.t_queue >= ${toTs(from)} and v.t_queue < ${toTs(to)} order by v.t_queue, v.visit_id`;
  return rows.map((r) => ({
    visitId: r.visit_id,
    uniqueid: r.visit_id.slice(0, Math.max(0, r.visit_id.indexOf('/'))) || r.call_id,
    callId: r.call_id,
    queue: r.queue,
    joinedAt: fromTs(r.t_queue),
    leftAt: fromTs(r.t_leave),
    outcome: r.outcome,
    waitS: r.wait_s,
    seat: r.seat_no,
    talkS: r.talk_s,
  }));
}

/** Our records of calls that began in [from, to), with the seats that answered. */
export async function ourCalls(sql: Sql, from: Instant, to: Instant): Promise<OurCall[]> {
  const rows = await sql<
    {
      call_id: string;
      t_setup: Date;
      t_end: Date;
      outcome: string;
      answered: string[] | null;
      merged: boolean;
      conference: boolean;
    }[]
  >`
    select c.call_id, c.t_setup, c.t_end, c.outcome, s.answered,
      c.merged_into is not null or exists (
        select from call m where m.merged_into = c.call_id and m.t_setup >= ${toTs(from - DAY)} and m.t_setup < ${toTs(to + DAY)})
        -- a call for advice whose other party was handed over
        or exists (select from call_move m where m.kind = 'attended' and m.from_seat = any(s.answered)
          and m.t between c.t_setup and c.t_end + interval '2 seconds') as merged,
      exists (select from call_move m where m.call_id = c.call_id and m.kind = 'conference'
        and m.t >= ${toTs(from - DAY)} and m.t < ${toTs(to + DAY)}) as conference
    from call c
    left join lateral (
      select array_agg(distinct s.seat_no order by s.seat_no) as answered from seat_segment s
      where s.call_id = c.call_id and s.t_answer is not null and s.t_from >= ${toTs(from - DAY)} and s.t_from < ${toTs(to + DAY)}) s on true
    where c.t_setup >= ${toTs(from)} and c.t_setup < ${toTs(to)} order by c.t_setup, c.call_id`;
  return rows.map((r) => ({
    callId: r.call_id,
    from: fromTs(r.t_setup),
    to: fromTs(r.t_end),
    outcome: r.outcome,
    answered: r.answered ?? [],
    merged: r.merged,
    conference: r.conference,
  }));
}

/** Periods of [from, to) in which we did not hear the switch, or it was away. */
export async function silences(sql: Sql, from: Instant, to: Instant): Promise<Silence[]> {
  const rows = await sql<{ t_from: Date; t_to: Date | null; why: string }[]>`
    select t_from, t_to, why from floor_gap where t_from < ${toTs(to)} and coalesce(t_to, 'infinity') > ${toTs(from)} order by t_from`;
  return rows.map((r) => ({
    from: fromTs(r.t_from),
    to: r.t_to === null ? to : fromTs(r.t_to),
    why: r.why === 'switch' ? 'restart' : 'gap',
  }));
}

export interface SeatsKnown {
  /** Seat numbers by the names that agents had, the newest last. */
  readonly names: ReadonlyMap<string, string>;
  /** Periods in which a seat was signed in; `to` null: it is. */
  readonly signedIn: readonly { readonly seat: string; readonly from: Instant; readonly to: Instant | null }[];
}

/** Who sat where, as far as it is recorded, and now. */
export async function seatsKnown(sql: Sql, zone: string): Promise<SeatsKnown> {
  const logins = await sql<{ name: string; seat: string; t_in: Date; t_out: Date }[]>`
    select name, seat_no as seat, t_in, t_out from seat_login order by t_out`;
  const { floor } = await stateAt(sql, await newestCursor(sql), zone);
  const now = [...floor.all<SeatRow>('seat').values()];
  return {
    names: new Map([...logins.map((l) => [l.name, l.seat] as const), ...now.map((s) => [s.name, s.id] as const)]),
    signedIn: [
      ...logins.map((l) => ({ seat: l.seat, from: fromTs(l.t_in), to: fromTs(l.t_out) })),
      ...now.filter((s) => s.memberships.length > 0).map((s) => ({ seat: s.id, from: s.signedInAt ?? 0, to: null })),
    ],
  };
}

// ── runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface RunRow {
  readonly id: number;
  readonly beganAt: Instant;
  readonly endedAt: Instant | null;
  readonly askedBy: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly queueLog: string | null;
  readonly cdr: string | null;
  readonly visits: Tally | null;
  readonly calls: Tally | null;
  readonly lines: number;
  readonly broken: number;
  readonly orphans: number;
  readonly differences: number;
  readonly error: string | null;
}

/** Notes that a comparison began. @returns its id */
export async function beginRun(
  sql: Sql,
  r: Pick<RunRow, 'askedBy' | 'from' | 'to' | 'queueLog' | 'cdr'>,
): Promise<number> {
  const [row] = await sql<{ id: string }[]>`
    insert into reconcile_run (asked_by, t_from, t_to, queue_log, cdr)
    values (${r.askedBy}, ${toTs(r.from)}, ${toTs(r.to)}, ${r.queueLog}, ${r.cdr}) returning id`;
  await sql`
    delete from reconcile_run where id <= (select id from reconcile_run order by id desc offset ${RUNS_AT_MOST} limit 1)`;
  return Number(row!.id);
}

/** Keeps differences as they were found. @param from the number of the first */
export async function keepDifferences(sql: Sql, run: number, from: number, list: readonly Difference[]): Promise<void> {
  if (list.length === 0) return;
  const rows = list.map((d, i) => ({
    n: from + i,
    source: d.source,
    kind: d.kind,
    reason: d.reason,
    at: d.at,
    call_id: d.callId,
    visit_id: d.visitId,
    queue: d.queue,
    seat_no: d.seat,
    fields: d.fields,
  }));
  await sql`
    insert into reconcile_difference (run_id, n, source, kind, reason, at, call_id, visit_id, queue, seat_no, fields)
    select ${run}, n, source, kind, reason, to_timestamp(at / 1000), call_id, visit_id, queue, seat_no, fields
    from jsonb_to_recordset(${sql.json(rows as never)}) as r (n int, source text, kind text, reason text, at float8, call_id text,
      visit_id text, queue text, seat_no text, fields jsonb)`;
}

export type RunEnd = Pick<
  RunRow,
  'from' | 'to' | 'visits' | 'calls' | 'lines' | 'broken' | 'orphans' | 'differences' | 'error'
>;

/** Notes how a comparison ended. */
export async function endRun(sql: Sql, id: number, r: RunEnd): Promise<void> {
  await sql`
    update reconcile_run set ended_at = now(), t_from = ${toTs(r.from)}, t_to = ${toTs(r.to)},
      visits = ${r.visits && sql.json({ ...r.visits })}, calls = ${r.calls && sql.json({ ...r.calls })}, lines = ${r.lines},
      broken = ${r.broken}, orphans = ${r.orphans}, differences = ${r.differences}, error = ${r.error?.slice(0, 1000) ?? null}
    where id = ${id}`;
}

interface StoredRun {
  id: string;
  began_at: Date;
  ended_at: Date | null;
  asked_by: string;
  t_from: Date;
  t_to: Date;
  queue_log: string | null;
  cdr: string | null;
  visits: Tally | null;
  calls: Tally | null;
  lines: string;
  broken: string;
  orphans: string;
  differences: string;
  error: string | null;
}

/** The newest comparisons first. */
export async function runs(sql: Sql, limit: number): Promise<RunRow[]> {
  const rows = await sql<StoredRun[]>`select * from reconcile_run order by id desc limit ${limit}`;
  return rows.map((r) => ({
    id: Number(r.id),
    beganAt: fromTs(r.began_at),
    endedAt: r.ended_at && fromTs(r.ended_at),
    askedBy: r.asked_by,
    from: fromTs(r.t_from),
    to: fromTs(r.t_to),
    queueLog: r.queue_log,
    cdr: r.cdr,
    visits: r.visits,
    calls: r.calls,
    lines: Number(r.lines),
    broken: Number(r.broken),
    orphans: Number(r.orphans),
    differences: Number(r.differences),
    error: r.error,
  }));
}

/** Whether a nightly comparison of the period that ends at `to` is there and ended well. */
export async function isReconciled(sql: Sql, to: Instant): Promise<boolean> {
  const rows = await sql`
    select from reconcile_run where asked_by = 'nightly' and ended_at is not null and error is null and t_to >= ${toTs(to)} limit 1`;
  return rows.count > 0;
}

export interface DifferencePage {
  readonly rows: readonly (Difference & { readonly n: number })[];
  readonly total: number;
  readonly byReason: readonly { readonly kind: string; readonly reason: string; readonly count: number }[];
}

/** One page of a run's differences, in the order of time, narrowed by kind and reason. */
export async function differencePage(
  sql: Sql,
  run: number,
  o: { kind: string | null; reason: string | null; page: number },
): Promise<DifferencePage> {
  const where = sql`run_id = ${run} and (${o.kind}::text is null or kind = ${o.kind}) and (${o.reason}::text is null or reason = ${o.reason})`;
  const [rows, [total], byReason] = await Promise.all([
    sql<
      {
        n: number;
        source: Difference['source'];
        kind: Difference['kind'];
        reason: Difference['reason'];
        at: Date;
        call_id: string;
        visit_id: string | null;
        queue: string | null;
        seat_no: string | null;
        fields: Difference['fields'];
      }[]
    >`select * from reconcile_difference where ${where} order by at, n limit ${PAGE} offset ${o.page * PAGE}`,
    sql<{ count: number }[]>`select count(*)::int as count from reconcile_difference where ${where}`,
    sql<{ kind: string; reason: string; count: number }[]>`
      select kind, reason, count(*)::int as count from reconcile_difference where run_id = ${run} group by 1, 2 order by 1, 2`,
  ]);
  return {
    rows: rows.map(({ at, call_id, visit_id, seat_no, ...r }) => ({
      ...r,
      at: fromTs(at),
      callId: call_id,
      visitId: visit_id,
      seat: seat_no,
    })),
    total: total!.count,
    byReason,
  };
}
