import type {
  CallRecord,
  FloorRecords,
  IvrStepRecord,
  MoveRecord,
  RatingRecord,
  SegmentRecord,
  VisitRecord,
} from '../floor/records.ts';
import { DAY, MINUTE, type Instant } from '../time.ts';
import { acceptedCases, inboundCalls, type AcceptedCase, type CountedCase, type InboundCall } from './matters.ts';
import { missedCalls, type MissedCall } from './missed.ts';
import { NO_TEAMS, teamLookup, type OfTeam, type StateOfTeam, type Teams } from './teams.ts';

/**
 * What figures are counted from: each source is a kind of row, the instant that decides its interval, and what it can be
 * broken down by. `at` sources belong whole to one interval (R1); `split` sources give each interval its own part (R2).
 */
export interface SourceRows {
  /** A telephone call, where it began. */
  readonly call: CallRecord;
  /** An inbound call refused at a queue's door, where it began. */
  readonly refusal: Refusal;
  /** A call as the time that it occupies a channel of its trunk. */
  readonly line: LineUse;
  /** A point of the voice menu that a caller came to. */
  readonly ivr: IvrStepRecord;
  /** A visit of a queue, where the caller entered it. */
  readonly visit: CountedVisit;
  /** A seat's part of a call; that of a queue's visit belongs where the caller entered the queue, as the visit does. */
  readonly seat: SeatPart;
  /** A seat's state. */
  readonly time: StateOfTeam;
  /** A seat's break, by reason. */
  readonly rest: StateOfTeam;
  readonly move: MoveRecord & OfTeam;
  readonly rating: RatingRecord & OfTeam;
  /** An inbound call with the type of its case and the seat that answered it first, where it began. */
  readonly inbound: InboundCall & OfTeam;
  /** A case, where it was accepted, with the seat that did. */
  readonly accepted: AcceptedCase & OfTeam;
  /** An inbound call with a number that nobody answered, and what became of it. Depends on later calls, so never rolled up. */
  readonly missed: MissedCall;
}
export type Source = keyof SourceRows;

export interface Refusal {
  readonly t_setup: Instant;
  readonly call_id: string;
  /** The queue whose door it was; null: the switch did not say. */
  readonly queue: string | null;
}
export interface LineUse {
  readonly t_from: Instant;
  readonly t_to: Instant;
  readonly call_id: string;
  readonly trunk: string;
}
/** A visit that is over, or a caller who waits still (open.ts). */
export type CountedVisit = Omit<VisitRecord, 'outcome'> & { readonly outcome: VisitRecord['outcome'] | 'waiting' };

export interface SeatPart extends SegmentRecord, OfTeam {
  /** When the caller entered the queue; where there was no visit (or it is not known) when the part began. */
  readonly t_at: Instant;
  /** Of the visit; null without one. */
  readonly visit_outcome: VisitRecord['outcome'] | null;
  readonly wait_s: number | null;
}

/** What a figure can be broken down by. A row that has none stands under ''. */
export type Dimension =
  'trunk' | 'point' | 'queue' | 'seat' | 'reason' | 'kind' | 'team' | 'department' | 'provider' | 'type' | 'unit';

/** What a seat belongs to, as fields of rows. */
const OF_TEAM = { team: 'team', department: 'department', provider: 'provider' } as const;
/** Seats, and what is made of seats: what is counted by one of these is counted of seats. */
export const SEAT_GROUPS: readonly Dimension[] = ['seat', 'team', 'department', 'provider'];

interface SourceShape {
  readonly how: 'at' | 'split';
  /** Field of the instant; of a split source, of its beginning. */
  readonly at: string;
  /** Dimension → field. */
  readonly by: Partial<Record<Dimension, string>>;
}

export const SOURCES: { readonly [S in Source]: SourceShape } = {
  call: { how: 'at', at: 't_setup', by: { trunk: 'trunk' } },
  refusal: { how: 'at', at: 't_setup', by: { queue: 'queue' } },
  line: { how: 'split', at: 't_from', by: { trunk: 'trunk' } },
  ivr: { how: 'at', at: 't_in', by: { point: 'point' } },
  visit: { how: 'at', at: 't_queue', by: { queue: 'queue' } },
  seat: { how: 'at', at: 't_at', by: { seat: 'seat_no', queue: 'queue', ...OF_TEAM } },
  time: { how: 'split', at: 't_from', by: { seat: 'seat_no', ...OF_TEAM } },
  rest: { how: 'split', at: 't_from', by: { seat: 'seat_no', reason: 'reason', ...OF_TEAM } },
  move: { how: 'at', at: 't', by: { seat: 'from_seat', kind: 'kind', ...OF_TEAM } },
  rating: { how: 'at', at: 't', by: { seat: 'seat_no', queue: 'queue', ...OF_TEAM } },
  inbound: { how: 'at', at: 't_setup', by: { type: 'type', seat: 'seat_no', ...OF_TEAM } },
  accepted: { how: 'at', at: 'accepted_at', by: { type: 'type', unit: 'unit', seat: 'seat_no', ...OF_TEAM } },
  missed: { how: 'at', at: 't_setup', by: { queue: 'queue' } },
};
/** Sources whose parts are kept in rollups. */
export type StoredSource = Exclude<Source, 'missed'>;
export const STORED_SOURCES = (Object.keys(SOURCES) as Source[]).filter((s): s is StoredSource => s !== 'missed');

/** A seat's part belongs to its visit when it began no more than this before it (clocks) and this after it. */
export const BEFORE_VISIT_MS = 5 * MINUTE;
export const AFTER_VISIT_MS = DAY;

/**
 * Makes the sources of stored records: the raw way, which rollups must equal.
 * @param cases all that were accepted in the time of the records or soon after
 */
export function sourceRows(
  r: FloorRecords,
  zone: string,
  teams: Teams = NO_TEAMS,
  cases: readonly CountedCase[] = [],
): { readonly [S in Source]: readonly SourceRows[S][] } {
  const team = teamLookup(teams);
  const doors = new Map<string, IvrStepRecord>();
  for (const s of r.ivr_step)
    if (s.point === 'blocked' && s.t_in >= (doors.get(s.call_id)?.t_in ?? -Infinity)) doors.set(s.call_id, s);
  const visits = new Map(r.queue_visit.map((v) => [v.visit_id, v]));
  return {
    call: r.call,
    refusal: r.call
      .filter((c) => c.direction === 'in' && c.ended_in === 'blocked')
      .map((c) => ({ t_setup: c.t_setup, call_id: c.call_id, queue: doors.get(c.call_id)?.queue ?? null })),
    line: r.call
      .filter((c): c is CallRecord & { trunk: string } => c.trunk !== null)
      .map((c) => ({ t_from: c.t_setup, t_to: c.t_end, call_id: c.call_id, trunk: c.trunk })),
    ivr: r.ivr_step,
    visit: r.queue_visit,
    seat: r.seat_segment.map((s) => {
      const of = s.visit_id === null ? undefined : visits.get(s.visit_id);
      const v =
        of && s.t_from >= of.t_queue - BEFORE_VISIT_MS && s.t_from < of.t_queue + AFTER_VISIT_MS ? of : undefined;
      const t_at = v?.t_queue ?? s.t_from;
      return {
        ...s,
        t_at,
        ...team.at(s.seat_no, t_at),
        visit_outcome: v?.outcome ?? null,
        wait_s: v?.wait_s ?? null,
      };
    }),
    time: r.seat_state.flatMap(team.split),
    rest: r.seat_state.filter((s) => s.state === 'break').flatMap(team.split),
    move: r.call_move.map((m) => ({ ...m, ...team.at(m.from_seat, m.t) })),
    rating: r.call_rating.map((x) => ({ ...x, ...team.at(x.seat_no, x.t) })),
    inbound: inboundCalls(r, cases).map((c) => ({ ...c, ...team.at(c.seat_no, c.t_setup) })),
    accepted: acceptedCases(r, cases).map((c) => ({ ...c, ...team.at(c.seat_no, c.accepted_at) })),
    missed: missedCalls(r, zone),
  };
}
