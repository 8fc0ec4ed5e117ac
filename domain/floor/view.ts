import { startOfDay, type Instant } from '../time.ts';
import type { ReadTables } from '../tables.ts';
import { TODAY } from './fold.ts';
import { indicators, type Indicators, type ServiceLevelMode } from './indicators.ts';
import { emptyQueueDay, emptyFloorDay } from './counters.ts';
import type {
  CallRow,
  FloorDayRow,
  GapRow,
  LinkRow,
  QueueDayRow,
  QueueRow,
  SeatLiveRow,
  SeatRow,
  VisitRow,
} from './rows.ts';

/** Seat states of the trade (workflow §8). `holding` is a sub-state of talking and outbound. */
export const SEAT_STATES = [
  'offline',
  'idle',
  'ringing',
  'talking',
  'outbound',
  'wrap',
  'break',
  'busy',
  'other',
] as const;
export type SeatState = (typeof SEAT_STATES)[number];

/** What a pause reason means; a reason that is not listed means 'break', no reason 'busy' (key ''). */
export type PauseReasons = Readonly<Record<string, 'break' | 'busy' | 'other'>>;

/** State of the switch's own vocabulary, for supervisors and for comparing with it. */
export type NormalState = 'offline' | 'unavailable' | 'ringing' | 'in-call' | 'paused' | 'wrap-up' | 'idle';

export function normalState(row: SeatLiveRow, now: Instant): NormalState {
  if (row.line !== 'idle') return row.line;
  if (row.pause === 'all') return 'paused';
  return row.wrapUntil !== null && now < row.wrapUntil ? 'wrap-up' : 'idle';
}

export function seatState(row: SeatLiveRow, now: Instant, reasons: PauseReasons): SeatState {
  const s = normalState(row, now);
  switch (s) {
    case 'offline':
    case 'unavailable':
      return 'offline';
    case 'ringing':
    case 'idle':
      return s;
    case 'in-call':
      return row.onQueueCall ? 'talking' : 'outbound';
    case 'wrap-up':
      return 'wrap';
    case 'paused':
      return pauseMeans(row.reason, reasons);
  }
}

export function pauseMeans(reason: string, reasons: PauseReasons): 'break' | 'busy' | 'other' {
  if (Object.hasOwn(reasons, reason)) return reasons[reason]!;
  return reason === '' ? 'busy' : 'break';
}

export interface SeatView {
  readonly state: SeatState;
  /** When the state began, as far as it was seen. */
  readonly since: Instant;
  /** Whole seconds in the state, ≥ 0. */
  readonly inStateS: number;
  /** Reason of the pause, in break, busy and other. */
  readonly reason: string;
  readonly holding: boolean;
  readonly heldS: number;
  /** Paused in some but not all of its queues: a badge, not a state. */
  readonly partlyPaused: boolean;
  readonly queue: string | null;
}

/** What a seat shows at `now`. */
export function seatView(row: SeatLiveRow, now: Instant, reasons: PauseReasons = {}): SeatView {
  const state = seatState(row, now, reasons);
  const since = stateSince(row, now);
  return {
    state,
    since,
    inStateS: Math.max(0, Math.floor((now - since) / 1000)),
    reason: row.pause === 'all' && row.line === 'idle' ? row.reason : '',
    holding: row.line === 'in-call' && row.holding,
    heldS: row.holding && row.heldSince !== null ? Math.max(0, Math.floor((now - row.heldSince) / 1000)) : 0,
    partlyPaused: row.pause === 'partly',
    queue: row.queue,
  };
}

/** When the state that `row` shows at `now` began, as far as it was seen. */
export function stateSince(row: SeatLiveRow, now: Instant): Instant {
  if (row.line !== 'idle') return row.since;
  if (row.pause === 'all') return Math.max(row.since, row.pauseSince ?? row.since);
  // leaving a pause for all queues begins a new state; leaving a partial one does not, but both set pauseSince
  const idleFrom = row.pause === 'none' ? Math.max(row.since, row.pauseSince ?? row.since) : row.since;
  if (row.wrapUntil === null) return idleFrom;
  return now < row.wrapUntil ? idleFrom : Math.max(idleFrom, row.wrapUntil);
}

export interface QueueView extends Indicators {
  readonly id: string;
  readonly waiting: number;
  /** Age of the oldest waiting call, whole seconds; null when nobody waits. */
  readonly oldestS: number | null;
  /** Seats per state among those that serve this queue. */
  readonly seats: Readonly<Record<SeatState, number>>;
  readonly talking: number;
  readonly day: QueueDayRow;
}

export interface FloorView {
  readonly queues: readonly QueueView[];
  readonly totals: Indicators & {
    readonly inbound: number;
    readonly waiting: number;
    readonly oldestS: number | null;
    readonly talking: number;
    readonly callsInProgress: number;
    readonly missedToCallBack: number;
  };
  readonly seats: Readonly<Record<SeatState, number>>;
  readonly link: LinkRow | null;
  /** Periods of today in which the switch was not heard: every figure of today is a lower bound because of them. */
  readonly gaps: readonly GapRow[];
  /** Milliseconds of today that were not heard. */
  readonly gapMs: number;
}

export interface FloorViewOptions {
  readonly now: Instant;
  readonly zone: string;
  readonly reasons?: PauseReasons;
  readonly mode?: ServiceLevelMode;
}

/** Everything the seats-and-queues wall shows besides the single seats. */
export function floorView(
  tables: ReadTables,
  { now, zone, reasons = {}, mode = 'negative' }: FloorViewOptions,
): FloorView {
  const today = tables.get<FloorDayRow>('floorDay', TODAY);
  const states = new Map<string, SeatState>();
  // seats are counted, not visits: a conversation that began while nobody listened has a seat and no visit
  const talkingIn = new Map<string | null, number>();
  for (const [id, row] of tables.all<SeatLiveRow>('seatLive')) {
    const state = seatState(row, now, reasons);
    states.set(id, state);
    if (state === 'talking') talkingIn.set(row.queue, (talkingIn.get(row.queue) ?? 0) + 1);
  }
  const visits = [...tables.all<VisitRow>('visit').values()];
  const queues = [...tables.all<QueueRow>('queue').values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((q) => queueView(q.id, tables, visits, states, talkingIn.get(q.id) ?? 0, now, mode));
  const days = [...tables.all<QueueDayRow>('queueDay').values()];
  const sum = addDays(days, today?.day ?? '');
  const gaps = gapsSince(tables, today ? startOfDay(today.day, zone) : 0);
  return {
    queues,
    totals: {
      ...indicators(sum, { mode, blocked: today?.blocked ?? 0 }),
      inbound: (today ?? emptyFloorDay('')).inbound,
      waiting: sum.waiting,
      oldestS: oldest(visits, now),
      talking: [...talkingIn.values()].reduce((a, b) => a + b, 0),
      callsInProgress: tables.all<CallRow>('call').size,
      missedToCallBack: sum.abandoned + (today?.blocked ?? 0),
    },
    seats: countStates(states.values()),
    link: tables.get<LinkRow>('link', 'asterisk') ?? null,
    gaps,
    gapMs: gapTime(gaps, today ? startOfDay(today.day, zone) : 0, now),
  };
}

function queueView(
  id: string,
  tables: ReadTables,
  all: readonly VisitRow[],
  states: ReadonlyMap<string, SeatState>,
  talking: number,
  now: Instant,
  mode: ServiceLevelMode,
): QueueView {
  const visits = all.filter((v) => v.queue === id);
  const day = tables.get<QueueDayRow>('queueDay', id) ?? emptyQueueDay('');
  const serving: SeatState[] = [];
  for (const [seat, row] of tables.all<SeatRow>('seat'))
    if (row.memberships.some((m) => m.queue === id)) serving.push(states.get(seat) ?? 'offline');
  return {
    id,
    ...indicators(day, { mode }),
    waiting: day.waiting,
    oldestS: oldest(visits, now),
    talking,
    seats: countStates(serving),
    day,
  };
}

/** Age of the oldest waiting caller in whole seconds; null when nobody waits. */
export function oldest(visits: Iterable<VisitRow>, now: Instant): number | null {
  let first = Infinity;
  for (const v of visits) if (v.state === 'waiting' && v.joinedAt < first) first = v.joinedAt;
  return first === Infinity ? null : Math.max(0, Math.floor((now - first) / 1000));
}

function countStates(states: Iterable<SeatState>): Record<SeatState, number> {
  const out = Object.fromEntries(SEAT_STATES.map((s) => [s, 0])) as Record<SeatState, number>;
  for (const s of states) out[s]++;
  return out;
}

const LONGEST = ['longestAnsweredS', 'longestAbandonedS', 'longestOtherS'] as const;

/** Sums the queues' counters of one day; longest waits are maxima, `maxWaiting` is not a sum and stays 0. */
export function addDays(days: Iterable<QueueDayRow>, today: string): QueueDayRow {
  const sum: Record<string, unknown> = { ...emptyQueueDay(today) };
  for (const d of days) {
    sum.waiting = (sum.waiting as number) + d.waiting;
    if (d.day !== today) continue;
    for (const [k, value] of Object.entries(d)) {
      if (k === 'waiting' || k === 'maxWaiting') continue;
      if ((LONGEST as readonly string[]).includes(k)) sum[k] = Math.max(sum[k] as number, value as number);
      else if (typeof value === 'number') sum[k] = (sum[k] as number) + value;
      else if (Array.isArray(value)) sum[k] = value.map((n: number, i) => (sum[k] as number[])[i]! + n);
    }
  }
  return sum as unknown as QueueDayRow;
}

/** Gaps that touch the time from `from` on, oldest first. */
export function gapsSince(tables: ReadTables, from: Instant): GapRow[] {
  return [...tables.all<GapRow>('gap').values()]
    .filter((g) => g.to === null || g.to > from)
    .sort((a, b) => a.from - b.from);
}

/** Milliseconds of [from, to) in which the switch was not heard; overlapping gaps count once. */
export function gapTime(gaps: readonly GapRow[], from: Instant, to: Instant): number {
  let total = 0;
  let reached = from;
  for (const g of [...gaps].sort((a, b) => a.from - b.from)) {
    const start = Math.max(g.from, reached);
    const end = Math.min(g.to ?? to, to);
    if (end > start) {
      total += end - start;
      reached = end;
    }
  }
  return total;
}
