import type { CaseType } from '../cases/case.ts';
import type { SeatStateRecord, VisitRecord } from '../floor/records.ts';
import type { CallRow, VisitRow } from '../floor/rows.ts';
import type { ReadTables } from '../tables.ts';
import type { Instant } from '../time.ts';
import { countParts, type Counted } from './count.ts';
import { SOURCES, type CountedVisit, type Dimension, type Source, type SourceRows } from './sources.ts';
import { teamLookup, type OfTeam, type Teams } from './teams.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * What runs now and has no record yet, as rows of the sources: what it has come to so far. Added to the stored parts it makes
 * “today so far” exact (R8): a record that is written later says for this stretch what was shown. Of a conversation in progress
 * the count stands where the caller entered the queue, its time grows; averages of conversations leave it out until it ends.
 */
export type OpenRows = { readonly [S in Source]?: readonly SourceRows[S][] };

/** What is stored already of a call that goes on. */
export interface ToldOfCall {
  /** Seat and instant of its first answered part that is over; null: none is. */
  readonly answered: { readonly seat: string; readonly at: Instant } | null;
  /** Its first case; null: none names it yet. */
  readonly matter: { readonly caseNo: string; readonly type: CaseType } | null;
}

/**
 * @param tables the folded floor at the newest fact
 * @param states what every seat does, from where its stored states end (RecordFold.openStates)
 * @param told of inbound calls that go on, by call
 * @param now not before any fact of the tables
 */
export function openRows(
  tables: ReadTables,
  states: readonly SeatStateRecord[],
  teams: Teams,
  told: ReadonlyMap<string, ToldOfCall>,
  now: Instant,
): OpenRows {
  const team = teamLookup(teams);
  const calls = [...tables.all<CallRow>('call').values()].filter((c) => c.startedAt <= now);
  const visits = [...tables.all<VisitRow>('visit').values()].filter((v) => v.joinedAt <= now);
  return {
    call: calls.map((c) => ({
      t_setup: c.startedAt,
      call_id: c.id,
      direction: c.direction,
      trunk: c.trunk,
      caller: c.caller,
      called: c.called,
      t_ivr_in: null,
      t_ivr_out: null,
      t_end: now,
      // where it will end is not known: it counts as a call, and in no end
      ended_in: 'setup' as const,
      outcome: 'ended' as const,
      merged_into: null,
      hangup_cause: null,
    })),
    line: calls.flatMap((c) =>
      c.trunk === null ? [] : [{ t_from: c.startedAt, t_to: now, call_id: c.id, trunk: c.trunk }],
    ),
    visit: visits.filter((v) => v.state === 'waiting').map((v) => waiting(v, now)),
    seat: visits.flatMap((v) => {
      const answered = v.answeredAt;
      return v.state !== 'talking' || v.seat === null || answered === null
        ? []
        : [talking(v, v.seat, answered, team.at(v.seat, v.joinedAt), Math.max(now, answered))];
    }),
    inbound: calls
      .filter((c) => c.direction === 'in')
      .map((c) => {
        const { answered = null, matter = null } = told.get(c.id) ?? {};
        const talks = visits.filter((v) => v.call === c.id && v.seat !== null && v.answeredAt !== null);
        const first = talks.toSorted((a, b) => a.answeredAt! - b.answeredAt!)[0];
        const seat_no =
          answered && (!first || answered.at <= first.answeredAt!) ? answered.seat : (first?.seat ?? null);
        return {
          t_setup: c.startedAt,
          call_id: c.id,
          seat_no,
          type: matter?.type ?? null,
          case_no: matter?.caseNo ?? null,
          ...team.at(seat_no, c.startedAt),
        };
      }),
    time: states.flatMap(team.split),
    rest: states.filter((s) => s.state === 'break').flatMap(team.split),
  };
}

const waiting = (v: VisitRow, now: Instant): CountedVisit => ({
  t_queue: v.joinedAt,
  visit_id: v.id,
  call_id: v.call,
  queue: v.queue,
  seat_no: null,
  t_answer: null,
  t_abandon: null,
  t_leave: now,
  outcome: 'waiting',
  wait_s: null,
});

const talking = (v: VisitRow, seat: string, answered: Instant, team: OfTeam, now: Instant): SourceRows['seat'] => ({
  t_at: v.joinedAt,
  t_from: answered,
  segment_id: `${v.id}/${seat}`,
  seat_no: seat,
  call_id: v.call,
  direction: 'in',
  visit_id: v.id,
  queue: v.queue,
  t_queue: v.joinedAt,
  // it rang before it was taken; how long is told with its end
  t_ring: answered,
  t_answer: answered,
  t_hangup: now,
  ring_ms: 0,
  holds: 0,
  hold_ms: 0,
  talk_s: null,
  t_wrap_end: null,
  outcome: 'answered',
  ended_by: null,
  visit_outcome: 'answered' satisfies VisitRecord['outcome'],
  wait_s: v.waitS,
  ...team,
});

export interface OpenCountOptions {
  readonly edges: readonly Instant[];
  readonly by: readonly Dimension[];
  /** Only rows whose dimension has one of these values; '' stands for none. */
  readonly only: Partial<Record<Dimension, readonly string[]>>;
  readonly thresholds: (queue: string | null, t: Instant) => Thresholds;
}

/** Counts the open rows of one source as its records are counted. */
export function countOpen(rows: OpenRows, s: Source, o: OpenCountOptions): Counted[] {
  const filters = Object.entries(o.only) as [Dimension, readonly string[]][];
  const wanted = (rows[s] ?? []).filter((r) =>
    filters.every(([d, values]) => {
      const x = (r as unknown as Record<string, unknown>)[SOURCES[s].by[d]!];
      return values.includes(typeof x === 'string' ? x : '');
    }),
  );
  return countParts(s, wanted as never, o);
}
