import { ratio } from '#domain/floor/indicators.ts';
import type { CallRow, VisitRow } from '#domain/floor/rows.ts';
import { SEAT_STATES, type FloorView, type QueueView, type SeatState } from '#domain/floor/view.ts';
import type { Decided, FloorBasis, QueueBasis } from '#domain/staffing/basis.ts';
import type { Outlook, QueueOutlook } from '#domain/staffing/outlook.ts';
import { MINUTE, type Instant } from '#domain/time.ts';
import type { FloorCommandRow } from '#domain/steer/rows.ts';
import { floorLimits } from '#lib/floor/limits.ts';

/** Thresholds that the live counters are counted by; a skill group with others is counted from the records. */
const LIVE = { connectS: 15, serviceLevelS: 20 };

/** A row of the queue monitor; `id` null: all of them. */
export interface QueueLine {
  readonly id: string | null;
  readonly waiting: number;
  readonly oldestS: number | null;
  readonly seats: Readonly<Record<SeatState, number>>;
  readonly signedIn: number;
  readonly talking: number;
  readonly offered: number;
  readonly abandoned: number;
  readonly averageWaitS: number | null;
  readonly longestS: number | null;
  readonly averageTalkS: number | null;
  /** Shares 0–1; null: nobody called. */
  readonly connect: number | null;
  readonly level: number | null;
  readonly level30: number | null;
  /** Threshold of the service level, s, and its goal, 0–1; of the sum null where groups differ. */
  readonly withinS: number | null;
  readonly goal: number;
  readonly outlook: QueueOutlook | null;
}

const NOTHING: Decided = { offered: 0, answered: 0, abandoned: 0, inTime: 0, inConnect: 0 };
export const addDecided = (list: readonly Decided[]): Decided =>
  list.reduce(
    (a, b) => ({
      offered: a.offered + b.offered,
      answered: a.answered + b.answered,
      abandoned: a.abandoned + b.abandoned,
      inTime: a.inTime + b.inTime,
      inConnect: a.inConnect + b.inConnect,
    }),
    NOTHING,
  );

/** Counts that a row's shares are made of, so that a sum adds counts and never shares (R5). */
interface Counts {
  readonly offered: number;
  readonly inTime: number;
  readonly inConnect: number;
  readonly offered30: number;
  readonly inTime30: number;
}

function countsOf(q: QueueView, basis: QueueBasis | undefined, waiting: readonly VisitRow[], at: Instant): Counts {
  const here = waiting.filter((v) => v.queue === q.id);
  const recent = here.filter((v) => v.joinedAt >= at - 30 * MINUTE).length;
  const live = !basis || (basis.withinS === LIVE.serviceLevelS && basis.connectS === LIVE.connectS);
  const today = live
    ? { offered: q.day.offered, inTime: q.day.answered20, inConnect: q.day.answered15 }
    : addDecided(basis.today);
  return {
    offered: today.offered + (live ? 0 : here.length),
    inTime: today.inTime,
    inConnect: today.inConnect,
    offered30: (basis?.last30.offered ?? 0) + (basis ? recent : 0),
    inTime30: basis?.last30.inTime ?? 0,
  };
}

/** The rows of the monitor and the one below them. Live counters where they count by the group's thresholds, else the records. */
export function queueLines(
  view: FloorView,
  visits: Iterable<VisitRow>,
  basis: FloorBasis | null,
  outlook: Outlook | null,
): { lines: QueueLine[]; total: QueueLine } {
  const waiting = [...visits].filter((v) => v.state === 'waiting');
  const each = view.queues.map((q) => {
    const own = basis?.queues[q.id];
    const counts = countsOf(q, own, waiting, basis?.at ?? 0);
    const line: QueueLine = {
      id: q.id,
      waiting: q.waiting,
      oldestS: q.oldestS,
      seats: q.seats,
      signedIn: signedIn(q.seats),
      talking: q.talking,
      offered: q.offered,
      abandoned: q.abandoned,
      averageWaitS: q.averageWaitS,
      longestS: q.longestWaitS,
      averageTalkS: q.averageTalkS,
      ...shares(counts),
      withinS: own?.withinS ?? LIVE.serviceLevelS,
      goal: own?.goal ?? floorLimits.of(q.id).serviceLevel,
      outlook: outlook?.queues.find((o) => o.queue === q.id) ?? null,
    };
    return { line, counts };
  });
  const lines = each.map((e) => e.line);
  const thresholds = new Set(lines.map((l) => l.withinS));
  const { totals } = view;
  return {
    lines,
    total: {
      id: null,
      waiting: totals.waiting,
      oldestS: totals.oldestS,
      seats: view.seats,
      signedIn: signedIn(view.seats),
      talking: totals.talking,
      offered: totals.offered,
      abandoned: totals.abandoned,
      averageWaitS: totals.averageWaitS,
      longestS: totals.longestWaitS,
      averageTalkS: totals.averageTalkS,
      ...shares(each.map((e) => e.counts).reduce(addCounts, NO_COUNTS)),
      withinS: thresholds.size === 1 ? [...thresholds][0]! : null,
      goal: floorLimits.of(null).serviceLevel,
      outlook: null,
    },
  };
}

const NO_COUNTS: Counts = { offered: 0, inTime: 0, inConnect: 0, offered30: 0, inTime30: 0 };
const addCounts = (a: Counts, b: Counts): Counts => ({
  offered: a.offered + b.offered,
  inTime: a.inTime + b.inTime,
  inConnect: a.inConnect + b.inConnect,
  offered30: a.offered30 + b.offered30,
  inTime30: a.inTime30 + b.inTime30,
});
const shares = (c: Counts) => ({
  connect: ratio(c.inConnect, c.offered),
  level: ratio(c.inTime, c.offered),
  level30: ratio(c.inTime30, c.offered30),
});

const signedIn = (seats: Readonly<Record<SeatState, number>>): number =>
  SEAT_STATES.reduce((n, s) => n + (s === 'offline' ? 0 : seats[s]), 0);
/** Takes no calls and is on no break. */
export const closed = (seats: Readonly<Record<SeatState, number>>): number => seats.busy + seats.other;

/** What a column sorts by; null last. */
export const SORTS = {
  name: (l) => l.id,
  waiting: (l) => l.waiting,
  oldest: (l) => l.oldestS,
  signedIn: (l) => l.signedIn,
  talking: (l) => l.seats.talking,
  idle: (l) => l.seats.idle,
  outbound: (l) => l.seats.outbound,
  wrap: (l) => l.seats.wrap,
  break: (l) => l.seats.break,
  closed: (l) => closed(l.seats),
  offered: (l) => l.offered,
  abandoned: (l) => l.abandoned,
  averageWait: (l) => l.averageWaitS,
  longest: (l) => l.longestS,
  averageTalk: (l) => l.averageTalkS,
  connect: (l) => l.connect,
  level: (l) => l.level,
  level30: (l) => l.level30,
  forecast: (l) => l.outlook?.forecast?.serviceLevel ?? null,
} as const satisfies Record<string, (l: QueueLine) => number | string | null>;
export type SortColumn = keyof typeof SORTS;

/** @param place the order in which the house names its queues: that of column `name`, and among equals of every other */
export function sorted(
  lines: readonly QueueLine[],
  by: SortColumn,
  down: boolean,
  place: (queue: string) => number,
): QueueLine[] {
  const byPlace = (a: QueueLine, b: QueueLine): number => place(a.id!) - place(b.id!) || (a.id! < b.id! ? -1 : 1);
  return [...lines].sort((a, b) => {
    if (by === 'name') return down ? byPlace(b, a) : byPlace(a, b);
    const [x, y] = [SORTS[by](a), SORTS[by](b)] as [number | null, number | null];
    if (x === null || y === null) return x === y ? byPlace(a, b) : x === null ? 1 : -1;
    return (down ? y - x : x - y) || byPlace(a, b);
  });
}

export type Verdict = 'holds' | 'risk' | 'breaks' | 'below' | 'unknown';
/** From even chances on it is told as a breach; docs/staffing.md has what that is worth. */
const BREAKS = 0.5;
const RISK = 0.2;
export function verdict(o: QueueOutlook | null): Verdict {
  const f = o?.forecast;
  if (!f) return 'unknown';
  if (f.belowGoal >= BREAKS) return f.fallsInS === 0 ? 'below' : 'breaks';
  return f.belowGoal >= RISK ? 'risk' : 'holds';
}
export const VERDICT_MARK = {
  holds: 'good',
  risk: 'behind',
  breaks: 'bad',
  below: 'bad',
  unknown: 'unknown',
} as const;

export interface WaitingLine {
  readonly visit: VisitRow;
  /** 1: next. Callers of higher priority go first, as far as we set it. */
  readonly position: number;
  readonly priority: number;
  readonly trunk: string | null;
}

/** Who waits in a queue, next first. */
export function waitingLines(
  queue: string,
  visits: Iterable<VisitRow>,
  calls: ReadonlyMap<string, CallRow>,
  commands: Iterable<FloorCommandRow>,
): WaitingLine[] {
  const priority = new Map<string, { id: number; to: number }>();
  for (const c of commands) {
    if (c.kind !== 'set-priority' || c.state !== 'confirmed' || c.visit === null || c.priority === null) continue;
    const have = priority.get(c.visit);
    if (!have || have.id < Number(c.id)) priority.set(c.visit, { id: Number(c.id), to: c.priority });
  }
  const of = (v: VisitRow): number => priority.get(v.id)?.to ?? 0;
  return [...visits]
    .filter((v) => v.queue === queue && v.state === 'waiting')
    .sort((a, b) => of(b) - of(a) || a.joinedAt - b.joinedAt)
    .map((visit, i) => ({ visit, position: i + 1, priority: of(visit), trunk: calls.get(visit.call)?.trunk ?? null }));
}

export interface TrunkUse {
  readonly in: number;
  readonly out: number;
}

/** Calls in progress on each trunk, by the way they went: in from the city, or out to it. */
export function busyTrunks(calls: Iterable<CallRow>): Map<string, TrunkUse> {
  const out = new Map<string, TrunkUse>();
  for (const c of calls) {
    if (c.trunk === null) continue;
    const have = out.get(c.trunk) ?? { in: 0, out: 0 };
    out.set(c.trunk, c.direction === 'out' ? { ...have, out: have.out + 1 } : { ...have, in: have.in + 1 });
  }
  return out;
}
